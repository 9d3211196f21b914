"""Files as people have them: found columns, encodings and delimiters; and files that are none."""

import csv
import datetime
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.reviews.errors import ReviewsError
from bot.reviews.reading import MOST_BYTES, check_size, open_source
from bot.reviews.values import Options, Review
from tests.reviews.conftest import WriteFile

ENGLISH = 'review,stars,date,product\nGood lamp,5,2027-01-02,Lamp\n"Bad,\nloud lamp",1,2027-01-03,Lamp\n'
CHINESE = "评价内容,评分,评价时间,商品名称\n很好用,5,2027年1月2日,台灯\n质量差,1,2027/1/3,台灯\n"


def read(path: Path, options: Options | None = None) -> list[Review]:
    source = open_source(path, path.name, options or Options())
    return [review for row in source.rows() if (review := source.review(row))]


def told(path: Path, options: Options | None = None) -> str:
    with pytest.raises(ReviewsError) as caught:
        read(path, options)
    assert path.name in caught.value.message
    assert caught.value.remedy
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_chinese_table_is_read_whatever_its_encoding_and_delimiter(
    write: WriteFile, encoding: str, delimiter: str
) -> None:
    path = write("评价.csv", CHINESE.replace(",", delimiter), encoding)
    assert read(path) == [
        Review(number=2, text="很好用", rating=5, day="2027-01-02", product="台灯"),
        Review(number=3, text="质量差", rating=1, day="2027-01-03", product="台灯"),
    ]


def test_line_ends_and_delimiters_inside_quotation_marks_belong_to_the_text(write: WriteFile) -> None:
    assert [(one.number, one.text) for one in read(write("reviews.csv", ENGLISH))] == [
        (2, "Good lamp"),
        (3, "Bad,\nloud lamp"),
    ]


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_accents_of_an_old_windows_file_are_kept(write: WriteFile, encoding: str) -> None:
    text = "review,stars\nCafé très bon,5\nDésolé but “bad”,1\n".replace("“", "'").replace("”", "'")
    assert read(write("reviews.csv", text, encoding))[0].text == "Café très bon"


def test_a_few_damaged_bytes_do_not_lose_the_file(write: WriteFile) -> None:
    content = CHINESE.encode() + ("好用的灯,5,2027-01-04,台灯\n" * 50).encode() + b"\xff\xfe broken,5,,\n"
    source = open_source(write("评价.csv", content), "评价.csv", Options())
    assert source.notes
    assert len(read(write("评价.csv", content))) == 53


@pytest.mark.parametrize(
    ("header", "text", "rating"),
    [
        ("reviewText,overall", "reviewText", "overall"),
        ("Your review (required),Star Rating", "Your review (required)", "Star Rating"),
        ("Comment,score", "Comment", "score"),
        ("商品评价内容,星级", "商品评价内容", "星级"),
        ("用户评论,打分", "用户评论", "打分"),
    ],
)
def test_headers_are_known_in_many_wordings(write: WriteFile, header: str, text: str, rating: str) -> None:
    source = open_source(write("r.csv", f"{header}\nFine lamp here,4\nBad,2\n"), "r.csv", Options())
    columns = source.columns.read()
    assert (columns.text, columns.rating) == (text, rating)


def test_without_headers_columns_are_known_by_what_stands_in_them(write: WriteFile) -> None:
    rows = [
        ["A-1", 5, "2027-01-02", "A bright lamp that I love"],
        ["A-2", 1, "2027-01-05", "It broke after a week"],
    ] * 3
    first, *_ = read(write("r.csv", rows))
    assert first == Review(number=1, text="A bright lamp that I love", rating=5, day="2027-01-02")


def test_a_score_column_of_texts_and_a_review_column_of_stars_are_not_mistaken(write: WriteFile) -> None:
    path = write("r.csv", [["评价", "内容"], ["5", "很好用的灯"], ["1", "坏了"]])
    columns = open_source(path, path.name, Options()).columns.read()
    assert columns.text == "内容"


@pytest.mark.parametrize(("ratings", "stars"), [((1, 5), [1, 5]), ((2, 10), [1, 5]), ((0, 100), [1, 5])])
def test_ratings_are_read_by_the_scale_of_their_column(
    write: WriteFile, ratings: tuple[int, int], stars: list[float]
) -> None:
    rows = [["review", "score"], *(["a lamp", rating] for rating in ratings)]
    assert [one.rating for one in read(write("r.csv", rows))] == stars


def test_a_plain_text_is_one_review_a_line(write: WriteFile) -> None:
    path = write("reviews.txt", "Great, thanks\n\nBad, sorry\r\n非常好，喜欢\n")
    assert [(one.number, one.text) for one in read(path)] == [
        (1, "Great, thanks"),
        (3, "Bad, sorry"),
        (4, "非常好，喜欢"),
    ]


def test_commas_without_quotation_marks_in_the_last_column_are_kept(write: WriteFile) -> None:
    assert read(write("r.csv", "stars,review\n5,Good, bright, fast\n1,Bad\n"))[0].text == "Good, bright, fast"
    assert read(write("r.csv", "review\nGood, bright\nBad, loud, broke\n"))[1].text == "Bad, loud, broke"


def workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_the_sheet_with_the_reviews_is_found_below_its_title(write: WriteFile) -> None:
    day = datetime.datetime(2027, 1, 2, 8, 30)
    rows: list[list[object]] = [["五月评价导出"], [], ["商品名称", "星级", "评价内容", "评价时间"]]
    content = workbook(
        ("说明", [["见第二页"]]), ("数据", [*rows, ["台灯", 5, "很亮", day], ["台灯", 1, "坏了", day]])
    )
    assert read(write("评价.xlsx", content)) == [
        Review(number=4, text="很亮", rating=5, day="2027-01-02", product="台灯"),
        Review(number=5, text="坏了", rating=1, day="2027-01-02", product="台灯"),
    ]


def test_a_workbook_is_read_whatever_its_name_says(write: WriteFile) -> None:
    assert read(write("reviews.csv", workbook(("s", [["review"], ["Good lamp"]]))))[0].text == "Good lamp"


def test_formulas_are_texts_that_are_never_run(write: WriteFile) -> None:
    texts = [one.text for one in read(write("r.csv", 'review\n=SUM(A1:A9)\n"=HYPERLINK(""http://x"")"\n'))]
    assert texts == ["=SUM(A1:A9)", '=HYPERLINK("http://x")']


def test_a_review_of_a_megabyte_is_read(write: WriteFile) -> None:
    [one] = read(write("r.csv", [["review", "stars"], ["good lamp " * 100_000, 5]]))
    assert len(one.text) == 999_999


def test_emoji_alone_are_reviews(write: WriteFile) -> None:
    assert len(read(write("r.csv", [["review"], ["👍👍"], ["😡"]]))) == 2
    assert len(read(write("r.txt", "👍👍\n😡\n"))) == 2


def test_a_named_column_is_taken_by_header_or_number(write: WriteFile) -> None:
    path = write("r.csv", [["Notes", "Review", "Stars"], ["internal note here", "Good lamp", 5]])
    assert read(path, Options(text_column="notes"))[0].text == "internal note here"
    assert read(path, Options(text_column="1"))[0].text == "internal note here"


def test_a_column_that_is_not_there_is_told_with_those_that_are(write: WriteFile) -> None:
    path = write("r.csv", [["Reviews", "Stars"], ["Good lamp", 5]])
    message = told(path, Options(text_column="Revews"))
    assert "Did you mean “Reviews”" in message
    assert "“Stars”" in message
    assert "1 to 2" in told(write("r.csv", [["Good lamp I love", 5]] * 3), Options(rating_column="stars"))


def zipped() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("reviews.csv", ENGLISH)
    return stream.getvalue()


OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("r.csv", lambda: b"", "is empty"),
        ("r.csv", lambda: b"\xef\xbb\xbf\n \n\n", "is empty"),
        ("r.xlsx", lambda: workbook(("s", [])), "is empty"),
        ("r.csv", lambda: b"a,b\n1,2\n3,4\n", "no column of review texts"),
        ("r.csv", zipped, "ZIP archive (with reviews.csv in it)"),
        ("r.xlsx", lambda: workbook(("s", [["review"], ["Good"]]))[:3_000], "damaged Excel workbook"),
        ("r.xlsx", lambda: OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"), "protected with a password"),
        ("r.xls", lambda: OLD_OFFICE, "old format"),
        ("r.csv", lambda: bytes(range(256)) * 40, "binary file"),
        ("r.csv", lambda: b"%PDF-1.7 ...", "a PDF"),
        ("r.csv", lambda: b'[{"review": "Good"}]', "JSON"),
        ("r.csv", lambda: b'review,stars\n"never closed,5\n' + b"good lamp,5\n" * 400_000, "never closed"),
    ],
    ids=[
        *["empty", "blank", "empty workbook", "no text", "zip", "damaged", "encrypted", "old excel", "binary"],
        *["pdf", "json", "open quote"],
    ],
)  # fmt: skip
def test_what_is_no_table_of_reviews_is_named_with_what_to_do(
    write: WriteFile, name: str, content: Callable[[], bytes], words: str
) -> None:
    assert words in told(write(name, content()))


def test_a_damaged_part_inside_a_workbook_is_told(write: WriteFile) -> None:
    whole = zipfile.ZipFile(io.BytesIO(workbook(("s", [["review"], ["Good lamp"]]))))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for entry in whole.namelist():
            content = whole.read(entry)
            archive.writestr(entry, content[: len(content) // 2] if "sheet1" in entry else content)
    assert "damaged Excel workbook" in told(write("r.xlsx", stream.getvalue()))


def test_an_entity_bomb_in_a_workbook_is_refused(write: WriteFile) -> None:
    whole = zipfile.ZipFile(io.BytesIO(workbook(("s", [["review"], ["Good lamp"]]))))
    stream = io.BytesIO()
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    with zipfile.ZipFile(stream, "w") as archive:
        for entry in whole.namelist():
            content = whole.read(entry)
            if entry.endswith("sheet1.xml"):
                content = b"<?xml version='1.0'?>" + bomb.encode() + content.split(b"?>")[-1]
            archive.writestr(entry, content)
    assert "damaged Excel workbook" in told(write("r.xlsx", stream.getvalue()))


def test_two_hundred_megabytes_are_refused_by_their_size_alone(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as stream:
        stream.truncate(200 * 1024 * 1024)
    assert "200 MB" in told(path)
    with pytest.raises(ReviewsError, match="at most 100 MB"):
        check_size(MOST_BYTES + 1, "huge.csv")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.text(
            st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=60
        ),
        min_size=1,
        max_size=20,
    ),
    st.sampled_from([",", ";", "\t"]),
)
def test_every_text_that_is_written_as_csv_comes_back(
    tmp_path: Path, texts: list[str], delimiter: str
) -> None:
    path = tmp_path / "reviews.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter, quoting=csv.QUOTE_ALL)
        writer.writerow(["stars", "review"])
        writer.writerows([["5", "A lamp that is good"], *([str(len(text) % 5 + 1), text] for text in texts)])
    wanted = [text.strip() for text in texts if text.strip()]
    assert [one.text for one in read(path)][1:] == wanted
