"""Which column is what: by its header, English or Chinese, or by what stands in it."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Sequence

from bot.reviews.cells import parse_day, parse_stars, says_day_first
from bot.reviews.errors import ReviewsError
from bot.reviews.values import ColumnsRead, Options
from models.variant import Value

__all__ = ["Columns", "find_columns", "known_headers"]

_ROLES = ("text", "rating", "date", "product")

# In order of preference: where several columns match, the earlier name wins.
_NAMES: dict[str, tuple[str, ...]] = {
    "text": (
        *("reviewtext", "reviewbody", "reviewcontent", "review", "reviews", "text", "comment", "comments"),
        *("commenttext", "feedback", "body", "content", "verbatim", "opinion", "response", "message", "description"),
        *("评价内容", "评论内容", "评论正文", "评价", "评论", "初评", "评价详情", "评语", "买家评价", "用户评价"),
        *("用户评论", "内容", "反馈", "意见", "留言", "正文", "文本", "review文本", "点评"),
    ),
    "rating": (
        *("rating", "stars", "star", "starrating", "reviewrating", "ratings", "overall", "reviewscore", "score"),
        *("ratingvalue", "grade", "评分", "星级", "评价星级", "打分", "评星", "星", "评级", "得分", "分数", "满意度"),
    ),
    "date": (
        *("date", "reviewdate", "datereviewed", "reviewtime", "createdat", "created", "submittedat", "time"),
        *("timestamp", "datetime", "postedat", "postdate", "unixreviewtime", "评价时间", "评论时间", "评价日期"),
        *("评论日期", "日期", "时间", "发布时间", "创建时间", "下单时间", "购买日期"),
    ),
    "product": (
        *("product", "productname", "producttitle", "item", "itemname", "model", "sku", "asin", "productid"),
        *("商品", "商品名称", "商品名", "产品", "产品名称", "产品名", "宝贝", "宝贝名称", "商品标题", "型号"),
        *("品名", "款式"),
    ),
}  # fmt: skip
# Cells of these columns are masked whole in what is written back.
_PERSONAL = re.compile(
    r"e-?mail|phone|mobile|tel(?:ephone)?$|address|customer ?name|user ?name|buyer|reviewer|author|order|"
    r"passport|id ?card|邮箱|手机|电话|姓名|地址|收货人|买家|用户名|昵称|会员名|订单|身份证|微信|qq",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_]")
MOST_HEADER = 60
_SEARCHED_ROWS = 10


class Columns(Value):
    """Where the fields stand, as places from 0; None where there is no such column.

    `header` is the place of the header among the sample's rows (None without one), `names` what the columns are
    called; `personal` are the places of names, addresses and order numbers. `out_of` is what bare ratings are out of:
    5, 10 or 100, by the largest one.
    """

    names: tuple[str, ...]
    header: int | None
    text: int
    rating: int | None = None
    date: int | None = None
    product: int | None = None
    day_first: bool = False
    out_of: int = 5
    personal: tuple[int, ...] = ()

    def read(self) -> ColumnsRead:
        """The columns by name, for people."""

        def name(place: int | None) -> str:
            return "" if place is None else self.names[place]

        return ColumnsRead(
            text=name(self.text), rating=name(self.rating), date=name(self.date), product=name(self.product)
        )


def known_headers(row: Sequence[str]) -> int:
    """How many cells of a row are headers that we know."""
    return sum(any(_rank(cell, role) is not None for role in _ROLES) for cell in row)


def find_columns(sample: Sequence[Sequence[str]], options: Options, name: str) -> Columns:
    """Find the columns.

    Args:
        sample: The first rows, the header (if any) among them.
        options: The columns that the person named.
        name: The file's name.

    Raises:
        ReviewsError: A column that the person named is not there, or there is no column of texts.
    """
    header = _header_place(sample, options)
    # What goes beyond a header is a text with delimiters of its own.
    width = len(sample[header]) if header is not None else max((len(row) for row in sample), default=0)
    names = _column_names(sample[header] if header is not None else (), width)
    rows = [row for row in sample[(header + 1 if header is not None else 0) :] if any(map(str.strip, row))]
    content = [[row[place].strip() if place < len(row) else "" for row in rows] for place in range(width)]

    found: dict[str, int] = {}
    for role in _ROLES:
        if wanted := getattr(options, f"{role}_column"):
            found[role] = _named(wanted, names, header is not None, name)
    if header is not None:
        for role in _ROLES:
            if role not in found and (place := _by_header(names, role, found, content)) is not None:
                found[role] = place
    _by_content(content, found, headed=header is not None)
    if "text" not in found:
        shown = ", ".join(f"“{one[:40]}”" for one in names[:12]) or "none"
        raise ReviewsError(
            f"{name} has no column of review texts that I can find (its columns: {shown}).",
            "Name the column `review` or `评价`, or say which it is with --text-column.",
        )
    days = content[found["date"]] if "date" in found else []
    return Columns(
        names=tuple(names),
        header=header,
        text=found["text"],
        rating=found.get("rating"),
        date=found.get("date"),
        product=found.get("product"),
        day_first=says_day_first(days),
        out_of=_scale(content[found["rating"]] if "rating" in found else []),
        personal=tuple(
            place
            for place, one in enumerate(names)
            if header is not None and place not in found.values() and _PERSONAL.search(one)
        ),
    )


def _scale(ratings: Sequence[str]) -> int:
    """What a column's bare figures are out of."""
    bare = [read[0] for cell in ratings if (read := parse_stars(cell)) and not read[1]]
    most = max(bare, default=5.0)
    return 5 if most <= 5 else 10 if most <= 10 else 100


def _fold(name: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", name).casefold())


def _rank(cell: str, role: str) -> int | None:
    """How well a header fits a role, 0 best; None when it does not."""
    if len(cell) > MOST_HEADER:
        return None
    folded = _fold(cell)
    if not folded:
        return None
    for rank, known in enumerate(_NAMES[role]):
        if folded == known:
            return rank
    # “Your review (required)”, “商品评价内容”: a header has a few words, prose has more.
    spaced = len(cell.split()) <= 5 and len(folded) <= 24
    for rank, known in enumerate(_NAMES[role]):
        contained = re.search(rf"(?:^|[^a-z]){known}(?:[^a-z]|$)", _spaced(cell)) if known.isascii() else (
            known in folded and len(known) > 1 and len(folded) <= len(known) + 4
        )  # fmt: skip
        if spaced and contained and (len(known) > 3):
            return 100 + rank
    return None


def _spaced(cell: str) -> str:
    """`starRating`, `star_rating` -> `star rating`."""
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFKC", cell))
    return re.sub(r"[\W_]+", " ", text).casefold()


def _header_place(sample: Sequence[Sequence[str]], options: Options) -> int | None:
    """Where the header is: the first row that has one that we know, or that the person named."""
    wanted = {_fold(getattr(options, f"{role}_column")) for role in _ROLES} - {""}
    for place, row in enumerate(sample[:_SEARCHED_ROWS]):
        cells = [cell for cell in row if cell.strip()]
        if not cells or any(len(cell) > MOST_HEADER * 2 for cell in cells):
            continue
        if wanted and wanted & {_fold(cell) for cell in cells}:
            return place
        if any(_rank(cell, "text") is not None for cell in cells) and _is_header(cells):
            return place
        if known_headers(row) >= 2 and _is_header(cells):
            return place
    return 0 if _differs(sample) else None


def _is_header(cells: Sequence[str]) -> bool:
    """No header is a number or a day, and none is a sentence."""
    return not any(
        (parse_stars(cell) and cell.strip()[:1].isdigit())
        or parse_day(cell)
        or re.search(r"[.!?。！？]\s*$", cell)
        for cell in cells
    )


def _differs(sample: Sequence[Sequence[str]]) -> bool:
    """Whether the first row is short words over a column of figures, days or long texts."""
    if len(sample) < 3 or len(sample[0]) < 2 or not _is_header([cell for cell in sample[0] if cell]):
        return False
    if any(len(cell) > 30 or not cell.strip() for cell in sample[0]):
        return False
    for place in range(len(sample[0])):
        below = [row[place] for row in sample[1:50] if place < len(row) and row[place].strip()]
        if below and all(parse_stars(cell) or parse_day(cell) for cell in below):
            return True
    return False


def _column_names(header: Sequence[str], width: int) -> list[str]:
    names: list[str] = []
    for place in range(width):
        given = header[place].strip() if place < len(header) else ""
        names.append(given or f"column {place + 1}")
    return names


def _named(wanted: str, names: Sequence[str], headed: bool, file: str) -> int:
    """The place of the column that the person named: its header, or its number from 1."""
    for same in (lambda one: one == wanted, lambda one: _fold(one) == _fold(wanted) != ""):
        if places := [place for place, one in enumerate(names) if same(one)]:
            return places[0]
    if wanted.isdecimal() and 1 <= int(wanted) <= len(names):
        return int(wanted) - 1
    near = difflib.get_close_matches(wanted, names, n=1, cutoff=0.6)
    shown = ", ".join(f"“{one[:40]}”" for one in names[:12])
    guess = f"Did you mean “{near[0]}”? " if near else ""
    raise ReviewsError(
        f"{file} has no column “{wanted[:60]}”.",
        f"{guess}Its columns are {shown}."
        if headed
        else f"It has no header; give a number, 1 to {len(names)}.",
    )


def _by_header(
    names: Sequence[str], role: str, found: dict[str, int], content: Sequence[Sequence[str]]
) -> int | None:
    ranked = [
        (rank, place)
        for place, one in enumerate(names)
        if place not in found.values() and (rank := _rank(one, role)) is not None
    ]
    for _, place in sorted(ranked):
        if role == "text" and any(content[place]) and not _is_text(content[place]):
            continue
        if role == "rating" and not _share(content[place], lambda cell: parse_stars(cell) is not None):
            continue
        if role == "date" and not _share(content[place], lambda cell: parse_day(cell) is not None):
            continue
        return place
    return None


def _by_content(content: Sequence[Sequence[str]], found: dict[str, int], *, headed: bool) -> None:
    """What no header told, by what stands in the columns."""

    def free() -> list[int]:
        return [place for place in range(len(content)) if place not in found.values()]

    if "text" not in found:
        texts = [
            (sum(map(len, content[place])) / max(1, sum(map(bool, content[place]))), place)
            for place in free()
            if _share(content[place], _has_words) > 0.5
            and _share(content[place], lambda cell: bool(parse_day(cell))) < 0.5
        ]
        if texts:
            found["text"] = max(texts)[1]
        elif len(content) == 1 and _share(content[0], _says_something):
            # Emoji alone, in the one column that there is.
            found["text"] = 0
    if headed:
        return
    if "rating" not in found:
        rated = [place for place in free() if _share(content[place], _is_star) > 0.9]
        if rated:
            found["rating"] = rated[0]
    if "date" not in found:
        dated = [
            place for place in free() if _share(content[place], lambda cell: bool(parse_day(cell))) > 0.9
        ]
        if dated:
            found["date"] = dated[0]


def _has_words(cell: str) -> bool:
    return (
        len(_LETTERS.findall(cell[:500])) * 3 >= len(cell[:500].strip()) > 0
        and not cell.startswith(("http://", "https://"))
        and (parse_stars(cell) is None or not cell[:1].isdigit())
    )


def _is_text(cells: Sequence[str]) -> bool:
    """Whether a column named for texts holds any: a “评价” column may hold stars or marks; emoji are texts."""
    return bool(_share(cells, _has_words)) or (
        not _share(cells, _is_star) and bool(_share(cells, _says_something))
    )


def _says_something(cell: str) -> bool:
    return any(unicodedata.category(character) in {"So", "Sk", "Lo", "Ll", "Lu"} for character in cell[:200])


def _is_star(cell: str) -> bool:
    read = parse_stars(cell)
    return read is not None and 1 <= read[0] <= 5 and read[1] in (0, 5)


def _share(cells: Sequence[str], holds: Callable[[str], bool]) -> float:
    filled = [cell for cell in cells if cell]
    return sum(map(holds, filled)) / len(filled) if filled else 0.0
