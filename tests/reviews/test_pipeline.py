"""From a file to its report: what is counted, quoted, masked, and kept when the process dies."""

import csv
import math
from pathlib import Path

import pytest

from bot.desk import Desk
from bot.reviews import listening
from bot.reviews.errors import ReviewsError
from bot.reviews.pipeline import Pipeline
from bot.reviews.store import ReviewStore
from bot.reviews.values import Options, Report
from models.brief import Language
from models.errors import SentimentUnavailable
from models.generation.local import LocalEngine
from tests.reviews.conftest import Killed, WordScorer, WriteFile

HEADER = ["review", "stars", "date", "product"]
ROWS = [
    ["I love the battery, it is great", 5, "2027-01-05", "Lamp"],
    ["The battery is great. I wish it had a timer.", 4, "2027-01-20", "Lamp"],
    ["The hinge broke, bad", 1, "2027-02-02", "Lamp"],
    ["The hinge broke after a day", 1, "2027-02-10", "Lamp"],
    ["Great battery, mail me at ann@example.com or 13812345678", 5, "2027-06-15", "Lamp"],
    ["It is a lamp", 3, "2027-06-16", "Lamp"],
    ["I love the battery, it is great", 5, "2027-06-17", "Lamp"],
    ["The battery is bad and the hinge broke", 5, "2027-06-18", "Lamp"],
    ["", 5, "2027-06-18", "Lamp"],
    ["Это очень хорошая лампа, мне нравится", 5, "2027-06-18", "Lamp"],
    ["👍👍", 5, "2027-06-18", "Lamp"],
]


def desk(tmp_path: Path, scorer: WordScorer | None) -> Desk:
    """A desk whose engine writes no summaries; its weights are never loaded."""
    return Desk(LocalEngine(cache_dir=tmp_path), scorer)


async def run(
    path: Path, tmp_path: Path, options: Options | None = None, scorer: WordScorer | None = None
) -> tuple[Report, Pipeline]:
    """The report, and the pipeline with what it kept."""
    pipeline = Pipeline(path, path.name, tmp_path / "run.db", options or Options())
    scorer = scorer or WordScorer()
    total = await pipeline.load()
    done = 0
    while done < total:
        done = await pipeline.score(scorer)
    return await pipeline.report(desk(tmp_path, scorer)), pipeline


@pytest.fixture
async def report(write: WriteFile, tmp_path: Path) -> Report:
    found, _ = await run(write("reviews.csv", [HEADER, *ROWS]), tmp_path)
    return found


def test_every_row_is_accounted_for(report: Report) -> None:
    assert (report.rows, report.reviews, report.empty, report.duplicates) == (11, 10, 1, 1)
    counts = report.counts
    assert (counts.positive, counts.neutral, counts.negative, counts.unscored) == (4, 2, 3, 1)
    assert report.languages == {"en": 8, "other": 1, "und": 1}
    assert any("1 reviews are in a language" in note for note in report.notes)
    assert any("1 reviews have no words" in note for note in report.notes)


def test_the_trend_is_by_month_in_order(report: Report) -> None:
    assert report.period == "month"
    assert [(one.name, one.counts.total) for one in report.trend] == [
        ("2027-01", 2),
        ("2027-02", 2),
        ("2027-06", 6),
    ]
    assert (report.first_day, report.last_day) == ("2027-01-05", "2027-06-18")


def test_stars_and_words_are_compared_and_the_contradiction_is_shown(report: Report) -> None:
    told = report.agreement
    assert told is not None
    # Nine are scored and rated: the 5 stars of “bad … broke” and of 👍👍 disagree.
    assert (told.rated, told.agreeing) == (9, 7)
    assert told.share == pytest.approx(7 / 9, abs=1e-4)
    assert told.most_disagreeing[0].number == 9
    assert told.stars == (2, 0, 1, 1, 6)


def test_likes_dislikes_and_wishes_are_told_with_counts(report: Report) -> None:
    liked = {aspect.name: aspect for aspect in report.liked}
    disliked = {aspect.name: aspect for aspect in report.disliked}
    assert liked["battery"].liked == 4
    assert disliked["hinge"].disliked == 3
    assert "hinge" not in liked
    assert any("timer" in quote.text for quote in report.requests)
    assert report.requests_count == 1


async def test_every_quote_is_an_exact_piece_of_the_stored_review_in_its_row(
    write: WriteFile, tmp_path: Path
) -> None:
    report, pipeline = await run(write("reviews.csv", [HEADER, *ROWS]), tmp_path)
    with ReviewStore(pipeline.store) as store:
        stored = dict(store.rows("SELECT number, text FROM reviews"))
    quotes = [quote for aspect in (*report.liked, *report.disliked) for quote in aspect.quotes]
    quotes += [*report.requests, *report.summary]
    assert len(quotes) > 5
    for quote in quotes:
        assert quote.text in stored[quote.number]
    assert report.agreement is not None
    for one in report.agreement.most_disagreeing:
        assert one.text in stored[one.number]
    assert 1 <= len(report.summary) <= 5


async def test_personal_data_is_nowhere_in_the_report_the_store_and_the_file(
    write: WriteFile, tmp_path: Path
) -> None:
    header = ["email", "订单号", *HEADER]
    rows = [[f"p{number}@example.com", f"8800{number}", *row] for number, row in enumerate(ROWS)]
    report, pipeline = await run(write("reviews.csv", [header, *rows]), tmp_path)
    target = tmp_path / "scored.csv"
    assert await pipeline.write_scored(target, report) == 11
    kept = report.model_dump_json() + target.read_text(encoding="utf-8-sig")
    kept += pipeline.store.read_bytes().decode("utf-8", "replace")
    for personal in ("ann@example.com", "13812345678", "p0@example.com", "88003"):
        assert personal not in kept
    assert "Great battery, mail me at" in kept


async def test_personal_data_is_kept_in_the_file_alone_when_asked(write: WriteFile, tmp_path: Path) -> None:
    path = write("reviews.csv", [HEADER, *ROWS])
    report, pipeline = await run(path, tmp_path, Options(keep_personal=True))
    target = tmp_path / "scored.csv"
    await pipeline.write_scored(target, report)
    assert "ann@example.com" in target.read_text(encoding="utf-8-sig")
    assert "ann@example.com" not in report.model_dump_json()


async def test_the_scored_file_has_all_columns_and_what_was_found_and_runs_no_formula(
    write: WriteFile, tmp_path: Path
) -> None:
    rows = [
        ["id", "review", "stars"],
        ["=1+1", '=HYPERLINK("http://x","great")', 5],
        ["-3", "The battery is great", 5],
        ["@x", "", 4],
    ]
    report, pipeline = await run(write("r.csv", rows), tmp_path)
    target = tmp_path / "scored.csv"
    await pipeline.write_scored(target, report)
    raw = target.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    header, *cells = csv.reader(raw.decode("utf-8-sig").splitlines())
    assert header[:5] == ["id", "review", "stars", "row", "sentiment"]
    assert [row[3] for row in cells] == ["2", "3", "4"]
    assert cells[1][0] == "-3", "a number stays a number"
    assert cells[1][4] == "positive"
    assert cells[1][8] == "battery"
    assert cells[2][4] == "", "a row without a text comes back unscored"
    for row in cells:
        for cell in row:
            assert not cell.startswith(("=", "@", "+"))


@pytest.mark.parametrize(("language", "word"), [("en", "positive"), ("zh", "正面")])
async def test_the_report_and_the_file_speak_the_language_asked_for(
    write: WriteFile, tmp_path: Path, language: Language, word: str
) -> None:
    path = write("r.csv", [["review"], ["great lamp"]])
    report, pipeline = await run(path, tmp_path, Options(language=language))
    await pipeline.write_scored(tmp_path / "s.csv", report)
    assert report.language == language
    assert word in (tmp_path / "s.csv").read_text(encoding="utf-8-sig")


async def test_mixed_languages_are_read_each_in_its_own(write: WriteFile, tmp_path: Path) -> None:
    rows = [
        ["评价"],
        ["续航很好，喜欢"],
        ["续航好"],
        ["屏幕坏了"],
        ["The battery is great"],
        ["屏幕坏了，差"],
    ]
    report, _ = await run(write("r.csv", rows), tmp_path)
    assert report.language == "zh"
    assert report.languages == {"zh": 4, "en": 1}
    assert "续航" in [aspect.name for aspect in report.liked]
    assert "屏幕" in [aspect.name for aspect in report.disliked]


async def test_all_neutral_and_all_unscored_make_a_report(write: WriteFile, tmp_path: Path) -> None:
    report, _ = await run(write("r.csv", [["review"], ["It is a lamp"], ["This is a table"]]), tmp_path)
    assert report.counts.neutral == 2
    assert not report.liked
    assert not report.disliked
    (tmp_path / "run.db").unlink()
    report, _ = await run(write("r.csv", [["review"], ["Это очень хорошая лампа"]]), tmp_path)
    assert report.counts.unscored == 1
    assert report.mean is None
    assert report.summary == ()


async def test_several_products_are_told_apart(write: WriteFile, tmp_path: Path) -> None:
    rows = [["review", "product"], ["great", "Lamp"], ["bad", "Fan"], ["good", "Lamp"]]
    report, _ = await run(write("r.csv", rows), tmp_path)
    assert [(one.product, one.counts.positive) for one in report.products] == [("Lamp", 2), ("Fan", 0)]
    assert report.product == ""


async def test_a_run_that_was_cut_off_goes_on_without_scoring_again(
    write: WriteFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.reviews.pipeline.CHUNK", 10)
    rows = [["review"], *([f"Unit {number}: great battery"] for number in range(35))]
    path = write("r.csv", rows)
    cut = WordScorer(fail_after=2)
    with pytest.raises(Killed):
        await run(path, tmp_path, scorer=cut)
    again = WordScorer()
    report, _ = await run(path, tmp_path, scorer=again)
    assert report.counts.positive == 35
    assert {aspect.name: aspect.liked for aspect in report.liked}["battery"] == 35
    scored = [text for text in cut.texts if text.startswith("Unit")]
    assert len(set(scored)) < 35
    assert not any(text in again.texts for text in scored[:10]), "the first chunk was recorded"


async def test_a_chunk_that_is_saved_twice_counts_once(write: WriteFile, tmp_path: Path) -> None:
    _, pipeline = await run(write("r.csv", [["review"], ["great lamp"]]), tmp_path)
    assert await listening.score_chunk(pipeline.store, WordScorer()) == 0
    assert await pipeline.load() == 1


async def test_a_megabyte_in_one_review_does_not_drown_the_others(write: WriteFile, tmp_path: Path) -> None:
    long = "The hinge is bad. " * 55_000
    rows = [["review"], [long], ["The battery is great"], ["The battery is good"], ["I love the battery"]]
    report, _ = await run(write("r.csv", rows), tmp_path)
    assert report.counts.total == 4
    assert {aspect.name: aspect.disliked for aspect in report.disliked}["hinge"] == 1
    assert max(len(quote.text) for aspect in report.disliked for quote in aspect.quotes) < 300


async def test_too_many_reviews_are_refused_with_the_limit(
    write: WriteFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.reviews.pipeline.MOST_REVIEWS", 5)
    with pytest.raises(ReviewsError, match="more than 5 reviews"):
        await run(write("r.txt", "great lamp\n" * 6), tmp_path)


async def test_an_empty_column_and_a_desk_without_scorer_are_told(write: WriteFile, tmp_path: Path) -> None:
    with pytest.raises(ReviewsError, match="is empty"):
        await run(write("r.csv", [["review", "stars"], ["", 5], [" ", 4]]), tmp_path)
    from bot.reviews.pipeline import scorer_of

    with pytest.raises(SentimentUnavailable):
        scorer_of(desk(tmp_path, None))


async def test_the_periods_follow_the_span(write: WriteFile, tmp_path: Path) -> None:
    for days, unit in ((["2027-01-04", "2027-03-01"], "week"), (["2019-01-04", "2027-03-01"], "year")):
        (tmp_path / "run.db").unlink(missing_ok=True)
        rows = [["review", "date"], *(["good lamp", day] for day in days)]
        report, _ = await run(write("r.csv", rows), tmp_path)
        assert report.period == unit
    assert report.trend[0].name == "2019"
    assert report.mean is not None
    assert math.isclose(report.mean, 0.5)
