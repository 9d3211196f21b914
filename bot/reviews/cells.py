"""What stands in a cell: stars in many spellings, days in many orders."""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta

__all__ = ["as_text", "parse_day", "parse_stars"]

_STAR_RUN = re.compile(r"([★⭐🌟]+)[☆✩]*")
_OF = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:/|out of|of|／)\s*(\d+)", re.IGNORECASE)
_PLAIN = re.compile(r"(\d+(?:[.,]\d+)?)\s*(%|stars?|星级?|分|颗星|points?|pts)?", re.IGNORECASE)
_NUMERALS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}
_CHINESE = re.compile(r"([一二两三四五])\s*(?:颗)?[星分]级?")
_WORDS = {
    **dict.fromkeys(["one", "非常差", "很差", "极差"], 1.0),
    **dict.fromkeys(["two", "差", "差评", "较差", "不满意", "poor"], 2.0),
    **dict.fromkeys(["three", "中", "中评", "一般", "average", "ok"], 3.0),
    **dict.fromkeys(["four", "好", "满意", "较好", "good"], 4.0),
    **dict.fromkeys(["five", "非常好", "很好", "好评", "非常满意", "excellent"], 5.0),
}


def as_text(value: object) -> str:
    """A cell of a spreadsheet as text: whole numbers without a point, days as ISO dates."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ") if value.time() != value.min.time() else value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def parse_stars(text: str) -> tuple[float, int] | None:
    """A rating and what it is out of (0: the cell does not say).

    `4`, `4.5`, `4/5`, `8 out of 10`, `★★★★☆`, `4 stars`, `四星`, `80%`, `好评`.
    """
    cell = unicodedata.normalize("NFKC", text).strip().replace("\ufe0f", "").casefold()
    if not cell or len(cell) > 30:
        return None
    if found := _STAR_RUN.fullmatch(cell.replace(" ", "")):
        return float(len(found.group(1))), 5
    if found := _OF.match(cell):
        return float(found.group(1).replace(",", ".")), int(found.group(2))
    if found := _PLAIN.fullmatch(cell):
        unit = found.group(2) or ""
        out_of = 100 if unit == "%" else 5 if unit.startswith("star") or "星" in unit else 0
        return float(found.group(1).replace(",", ".")), out_of
    if found := _CHINESE.fullmatch(cell):
        return float(_NUMERALS[found.group(1)]), 5
    if cell in _WORDS:
        return _WORDS[cell], 5
    return None


# Month names begin so in English; others are not read.
_MONTHS = {name: number for number, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
)}  # fmt: skip
_YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})(?:\D.*)?")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.]((?:19|20)\d{2}|\d{2})(?!\d)")
_NAMED = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)?[\s-]+)?([a-z]{3,9})\.?[\s-]*"
    r"(\d{1,2})?(?:st|nd|rd|th)?,?[\s-]+(\d{4})"
)
_YEAR_MONTH = re.compile(r"((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})\s*月?")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?(?:\.\d+)?")


def parse_day(text: str, *, day_first: bool = False) -> date | None:
    """The day that a cell names; None when it names none.

    Args:
        text: `2027-03-01`, `2027/3/1 10:20`, `2027年3月1日`, `20270301`, `1 Mar 2027`, `March 1, 2027`,
            `03/01/2027`, seconds or milliseconds since 1970.
        day_first: How `03/01/2027` is read; where only one reading is a date, that one is taken.
    """
    cell = unicodedata.normalize("NFKC", text).strip().casefold()
    if not cell or len(cell) > 60:
        return None
    if found := _EPOCH.fullmatch(cell):
        seconds = float(cell) / (1_000 if len(cell.split(".")[0]) == 13 else 1)
        return (datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)).date()
    if (found := _YEAR_FIRST.search(cell)) or (found := _COMPACT.fullmatch(cell)):
        return _date(found.group(1), found.group(2), found.group(3))
    if found := _YEAR_LAST.search(cell):
        first, second, year = found.groups()
        year = year if len(year) == 4 else f"20{year}"
        pairs = [(second, first), (first, second)] if day_first else [(first, second), (second, first)]
        return next((day for month, d in pairs if (day := _date(year, month, d))), None)
    if (found := _NAMED.search(cell)) and found.group(2)[:3] in _MONTHS:
        named_day = found.group(1) or found.group(3) or "1"
        return _date(found.group(4), str(_MONTHS[found.group(2)[:3]]), named_day)
    if found := _YEAR_MONTH.fullmatch(cell):
        return _date(found.group(1), found.group(2), "1")
    return None


def says_day_first(texts: list[str]) -> bool:
    """Whether a column of days is written day first, by those that can only be read so."""
    day_first = month_first = 0
    for text in texts:
        if found := _YEAR_LAST.search(text):
            day_first += int(found.group(1)) > 12
            month_first += int(found.group(2)) > 12
    return day_first > month_first


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
