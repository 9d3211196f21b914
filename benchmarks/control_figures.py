"""The figures of a text for `benchmarks/control_counter.py`: which of them a brief does not state."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

__all__ = ["Figure", "facts_of", "figures", "foreign_figures"]

Parts = Sequence[tuple[str, str]]
Brief = Mapping[str, Any]

_TO_TWELVE = "zero one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905
_TEENS = "thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()  # noqa: SIM905
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905
_EN_NUMBERS = {word: number for number, word in enumerate([*_TO_TWELVE, *_TEENS])}
_EN_NUMBERS |= {word: 10 * number for number, word in enumerate(_TENS, 2)}
_EN_NUMBERS |= {"dozen": 12, "hundred": 100, "thousand": 1000, "million": 10**6}
_MONTHS = (
    "january february march april may june july august september october november december".split()  # noqa: SIM905
)
_ZH_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2}
_ZH_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 10**8}
_NUMERAL = re.compile(
    r"(?P<digits>\d+(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)(?P<scale>[万亿千百]*|\s?(?:million|thousand|k\b))"
    rf"|(?P<word>\b(?:{'|'.join(_EN_NUMBERS)})\b)"
    r"|(?P<han>[零一二两三四五六七八九十百千万亿]+(?=(?:个|位|名|双|套|周|天|年|月|元|克|千克|公斤|升|毫升|小时|分钟|秒|倍|折|款|件)))",
    re.IGNORECASE,
)
# "one" and its like count things that nobody takes for a figure: "one of them", "at once", "one charge".
_NOT_FIGURES = {"one", "zero"}
_UNITS = {
    "mah": "charge", "毫安时": "charge", "mp": "pixels", "像素": "pixels", "g": "weight", "kg": "weight",
    "克": "weight", "千克": "weight", "cm": "length", "mm": "length", "m": "length", "inch": "length",
    "厘米": "length", "ml": "volume", "l": "volume", "毫升": "volume", "升": "volume", "db": "noise", "分贝": "noise",
    "w": "power", "瓦": "power", "bar": "pressure", "巴": "pressure", "s": "time", "second": "time", "seconds": "time",
    "秒": "time", "minute": "time", "minutes": "time", "hour": "time", "hours": "time", "小时": "time", "day": "time",
    "days": "time", "天": "time", "week": "time", "weeks": "time", "month": "time", "months": "time", "year": "time",
    "years": "time", "年": "time", "%": "share", "percent": "share", "°c": "heat", "元": "money", "$": "money",
    "折": "share",
}  # fmt: skip


class Figure(NamedTuple):
    """A number of a text, what it counts ("" = not known), and its words."""

    value: Decimal
    of: str
    text: str


def _chinese(text: str) -> Decimal:
    total = part = digit = 0
    for character in text:
        if character in _ZH_DIGITS:
            digit = _ZH_DIGITS[character]
        elif (scale := _ZH_SCALES[character]) >= 10_000:
            total, part, digit = (total + part + digit) * scale, 0, 0
        else:
            part, digit = part + (digit or 1) * scale, 0
    return Decimal(total + part + digit)


def figures(text: str) -> list[Figure]:
    """Every number of a text, in digits or in words, with what it counts."""
    plain = unicodedata.normalize("NFKC", text)
    # 2.3 千克 is 2.3千克, whose 千 would be taken for a number of its own.
    plain = re.sub(r"(?<=\d)\s+(?=[\u4e00-\u9fff])", "", plain)
    found = []
    for match in _NUMERAL.finditer(plain):
        after = plain[match.end() : match.end() + 12].lower().lstrip(" -")
        unit = re.match(r"%|°c|[a-z]+|[\u4e00-\u9fff]{1,3}", after)
        named = unit.group() if unit else ""
        while named and named not in _UNITS and not named.isascii():
            named = named[:-1]
        of = _UNITS.get(named, "")
        if plain[: match.start()].rstrip().endswith("$"):
            of = "money"
        if match["digits"]:
            scale = match["scale"].strip().lower()
            value = Decimal(match["digits"].replace(",", ""))
            for character in scale if scale not in ("million", "thousand", "k") else ():
                value *= _ZH_SCALES[character]
            value *= {"million": 10**6, "thousand": 1000, "k": 1000}.get(scale, 1)
        elif match["word"]:
            if match["word"].lower() in _NOT_FIGURES:
                continue
            value = Decimal(_EN_NUMBERS[match["word"].lower()])
        else:
            value = _chinese(match["han"])
        found.append(Figure(value, of, match.group().strip()))
    return found


def facts_of(brief: Brief) -> str:
    """All that the brief says."""
    attributes = brief.get("attributes") or {}
    lines = [brief["product"], *(f"{name}: {value}" for name, value in attributes.items())]
    lines += [str(brief.get(name) or "") for name in ("audience", "goal", "offer", "dates")]
    lines += [
        str(item) for name in ("channels", "keywords", "must_include") for item in brief.get(name) or ()
    ]
    return "\n".join(lines)


def _days(brief: Brief) -> tuple[date, date] | None:
    found = [
        date(int(y), int(m), int(d))
        for y, m, d in re.findall(r"(\d{4})-(\d\d?)-(\d\d?)", str(brief.get("dates") or ""))
    ]
    return (min(found), max(found)) if found else None


def _without_dates(text: str, days: tuple[date, date] | None) -> str:
    """The text without days that lie within the brief's; a plan cuts its time into phases."""
    if days is None:
        return text

    def inside(year: int, month: int, day: int) -> bool:
        return 1 <= month <= 12 and 1 <= day <= 28 + 3 and days[0] <= _date(year, month, day) <= days[1]

    text = re.sub(
        r"(\d{4})-(\d\d?)-(\d\d?)", lambda m: "" if inside(int(m[1]), int(m[2]), int(m[3])) else m[0], text
    )
    months = "|".join(f"{month}|{month[:3]}" for month in _MONTHS)

    def named(match: re.Match[str]) -> str:
        word = match["m1"] or match["m2"]
        month = next(n for n, name in enumerate(_MONTHS, 1) if name.startswith(word.lower()[:3]))
        return "" if inside(days[0].year, month, int(match["d1"] or match["d2"])) else match[0]

    pattern = rf"(?P<d1>\d\d?)\s(?P<m1>{months})\b|\b(?P<m2>{months})\s(?P<d2>\d\d?)\b"
    text = re.sub(pattern, named, text, flags=re.IGNORECASE)
    return re.sub(
        r"(\d\d?)月(\d\d?)[日号]", lambda m: "" if inside(days[0].year, int(m[1]), int(m[2])) else m[0], text
    )


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        return date(1, 1, 1)


def foreign_figures(brief: Brief, parts: Parts) -> list[tuple[int, str]]:
    """The numbers of a copy that the brief does not state, or states of something else, each with its part's place."""
    facts, days = facts_of(brief), _days(brief)
    known: dict[Decimal, set[str]] = {}
    for figure in figures(facts):
        known.setdefault(figure.value, set()).add(figure.of)
    if days:
        for day in days:
            for value in (day.year, day.month, day.day):
                known.setdefault(Decimal(value), set()).add("")
    strange = []
    for index, (_, text) in enumerate(parts):
        for figure in figures(_without_dates(text, days)):
            of = known.get(figure.value)
            if of is None or (figure.of and "" not in of and figure.of not in of):
                strange.append((index, f"{figure.text} {figure.of}".strip()))
    return strange
