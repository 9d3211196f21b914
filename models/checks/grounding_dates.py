"""The days, months and weekdays that a text states as dates or deadlines."""

import re
from typing import NamedTuple

from models.checks.facts import chinese_number, placed_facts
from models.checks.facts_units import MONTHS, NUMERALS
from models.checks.grounding_figures import blank

__all__ = ["Day", "days_in", "is_stated"]


class Day(NamedTuple):
    """A date.

    `month` and `day` (0 = not told) or `weekday` (1 = Monday); `year` 0 = not told; `role` is what it is said to be:
    the `end` of something, its `start`, or neither ("").
    """

    month: int
    day: int
    weekday: int
    year: int
    role: str
    start: int
    end: int
    shown: str


_NAMES = {
    name.capitalize(): value for name, value in MONTHS.items() if len(name) > 3 or name == "may"
}  # `Mar` alone is too short to be sure of
_MONTH_WORDS = "|".join(sorted(_NAMES, key=len, reverse=True))
_MONTH = re.compile(
    rf"\b(?:in|this|next|through|throughout|all|of|until|till|from|by|since|during|early|late|mid)[\s-]+"
    rf"(?P<m>{_MONTH_WORDS})\b(?!\s+(?:\d|you|be|I|we|they|it|the)\b)"
)
_ZH_DAY = re.compile(rf"(?P<m>[{NUMERALS}]{{1,3}})月(?P<d>[{NUMERALS}]{{1,3}})[日号]")
_ZH_MONTH = re.compile(
    rf"(?<![{NUMERALS}\d个半几数每])(?P<m>[{NUMERALS}]{{1,2}}|\d{{1,2}})月(?![{NUMERALS}\d]{{1,3}}[日号]|饼|球|光|亮|牙|季)"
)
_SLASH = re.compile(
    r"(?<![\d/.])(?P<a>\d{1,2})/(?P<b>\d{1,2})(?:/(?P<y>\d{4}))?(?![\d/\"”]|\s?[a-z]{2}|\s?(?:Steel|Stainless|不锈|钢))"
)
_STEEL = re.compile(r"(?:steel|stainless|不锈钢|钢材?)\W{0,3}$", re.IGNORECASE)
_WEEKDAYS = {
    "monday": 1, "tuesday": 2, "wednesday": 3, "thursday": 4, "friday": 5, "saturday": 6, "sunday": 7,
}  # fmt: skip
_WEEKDAY_WORDS = "|".join(_WEEKDAYS)
_WEEKDAY = re.compile(
    rf"\b(?P<role>until|till|by|before|ends?(?:\s+on)?|ending|(?:starts?|launches|opens|arrives|drops|begins|starting)(?:\s+on)?|this|next|last"
    rf"|sale\s+on|closes?(?:\s+on)?)\s+(?:next\s+|this\s+)?(?P<w>{_WEEKDAY_WORDS})\b(?!\s+(?:morning|night|evening|afternoon)s\b)"
    rf"|\b(?P<w2>{_WEEKDAY_WORDS})\s+only\b",
    re.IGNORECASE,
)
_ZH_WEEKDAY = re.compile(
    r"(?P<before>(?:截止|截至|到|至|本|这|下)(?:本|下)?)?(?:周|星期|礼拜)(?P<w>[一二三四五六日天])(?P<after>前|截止|结束|止|开抢|开售|上线|发售|恢复)?"
)
_ANY_WEEKDAY = re.compile(
    rf"\b(?P<w>{_WEEKDAY_WORDS})s?\b|(?:周|星期|礼拜)(?P<z>[一二三四五六日天])", re.IGNORECASE
)
_END_BEFORE = re.compile(
    r"(?:\b(?:until|till|by|before|ends?(?:\s+on)?|ending(?:\s+on)?|closes?(?:\s+on)?|through)\s+(?:the\s+)?|截止到?于?|截至|[至到]|止于|结束于)[:：]?\s*$",
    re.IGNORECASE,
)
_START_BEFORE = re.compile(
    r"(?:\b(?:from|starts?(?:\s+on)?|starting|begins?(?:\s+on)?|launch(?:es|ing)?(?:\s+on)?|opens?(?:\s+on)?)\s+|自|从)\s*$",
    re.IGNORECASE,
)
_END_AFTER = re.compile(r"\s*(?:截止|结束|止|前结束|到期|收官)")
_START_AFTER = re.compile(r"\s*(?:起|开始|开售|开抢|上线|上市|发售|首发|开启)")
_RANGE = re.compile(r"\s*(?:-|–|—|~|至|到|to|until|till)\s*", re.IGNORECASE)
_LONGEST_RANGE_SIGN = 8
_ANY_MONTH = "|".join(sorted((name.capitalize() for name in MONTHS), key=len, reverse=True))
_DAY_RANGE = re.compile(
    rf"(?<![\d.])(?P<d>\d{{1,2}})\s?(?:-|–|to|and)\s?(?=\d{{1,2}}\s(?P<m>{_ANY_MONTH})\b)"
)


def days_in(text: str, *, facts: bool = False) -> tuple[list[Day], str]:
    """The dates of a text, and the text with them blanked (years with their dates).

    Args:
        text: Normalised (NFKC).
        facts: Whether it is the brief, where a weekday alone counts as stated.
    """
    found: list[tuple[int, int, int, int, int, int]] = []
    placed, _ = placed_facts(text)
    years = {
        one.start: int(one.fact.value)
        for one in placed
        if one.fact.kind == "figure" and len(one.fact.value) == 4 and one.fact.value.isdigit()
    }
    for one in placed:
        if one.fact.kind == "date":
            named, _, numbered = one.fact.key.partition("-")
            year = next((value for start, value in years.items() if one.start <= start < one.end), 0)
            found.append((int(named), int(numbered or 0), 0, year, one.start, one.end))
    text_left = blank(text, [(start, end) for *_, start, end in found])
    for match in _DAY_RANGE.finditer(text):
        month = MONTHS[match["m"].casefold()]
        if 1 <= int(match["d"]) <= 31:
            found.append((month, int(match["d"]), 0, 0, match.start(), match.start("d") + len(match["d"])))
    for match in _ZH_DAY.finditer(text_left):
        month, day = chinese_number(match["m"]), chinese_number(match["d"])
        if 1 <= month <= 12 and 1 <= day <= 31:
            found.append((month, day, 0, 0, *match.span()))
    for match in _SLASH.finditer(text_left):
        if _STEEL.search(text[max(0, match.start() - 16) : match.start()]):
            continue
        a, b = int(match["a"]), int(match["b"])
        month, day = (a, b) if a <= 12 else (b, a)
        if 1 <= month <= 12 and 1 <= day <= 31:
            found.append((month, day, 0, int(match["y"] or 0), *match.span()))
    text_left = blank(text, [(start, end) for *_, start, end in found])
    for match in _MONTH.finditer(text_left):
        found.append((_NAMES[match["m"]], 0, 0, 0, *match.span("m")))
    for match in _ZH_MONTH.finditer(text_left):
        month = int(match["m"]) if match["m"].isdigit() else chinese_number(match["m"])
        if 1 <= month <= 12:
            found.append((month, 0, 0, 0, *match.span()))
    found += _weekdays(text_left, facts)
    found.sort(key=lambda one: one[4])
    days = _with_roles(text, found)
    return days, blank(text, [(day.start, day.end) for day in days])


def _weekdays(text: str, facts: bool) -> list[tuple[int, int, int, int, int, int]]:
    found = []
    for match in (_ANY_WEEKDAY if facts else _WEEKDAY).finditer(text):
        groups = match.groupdict()
        word = groups.get("w") or groups.get("w2")
        weekday = _WEEKDAYS[word.casefold()] if word else _zh_weekday(match["z"])
        found.append((0, 0, weekday, 0, *match.span()))
    if not facts:
        found += [
            (0, 0, _zh_weekday(match["w"]), 0, *match.span())
            for match in _ZH_WEEKDAY.finditer(text)
            if match["before"] or match["after"]
        ]
    return found


def _zh_weekday(character: str) -> int:
    return 7 if character in "日天" else "一二三四五六".index(character) + 1


def _with_roles(text: str, found: list[tuple[int, int, int, int, int, int]]) -> list[Day]:
    days: list[Day] = []
    for place, (month, day, weekday, year, start, end) in enumerate(found):
        before, after = text[max(0, start - 20) : start], text[end : end + 6]
        following = found[place + 1] if place + 1 < len(found) else None
        gap = text[end : following[4]] if following else ""
        ranged = bool(following and len(gap) <= _LONGEST_RANGE_SIGN and _RANGE.fullmatch(gap))
        if _END_AFTER.match(after):
            role = "end"
        elif ranged or _START_AFTER.match(after):
            role = "start"
        elif _END_BEFORE.search(before) or _ends_range(text, days, start):
            role = "end"
        else:
            role = "start" if _START_BEFORE.search(before) else ""
        days.append(Day(month, day, weekday, year, role, start, end, text[start:end].strip()))
    return days


def _ends_range(text: str, days: list[Day], start: int) -> bool:
    """Whether the date that begins here is the second of a range."""
    near = bool(days) and days[-1].end >= start - _LONGEST_RANGE_SIGN
    return near and bool(_RANGE.fullmatch(text[days[-1].end : start]))


def is_stated(day: Day, facts: list[Day], *, within: bool) -> bool:
    """Whether the brief has a date that a text states, as what the text says it is.

    Args:
        day: The text's.
        facts: The brief's.
        within: Whether any day between the brief's first and last will do, as in a plan.
    """
    if day.weekday:
        return any(fact.weekday == day.weekday for fact in facts)
    dated = [fact for fact in facts if fact.month]
    if within and _is_within(day, dated):
        return True
    same = [fact for fact in dated if fact.month == day.month and (not day.day or fact.day == day.day)]
    if not day.day and not same:
        return _is_within(day, dated)
    same = [fact for fact in same if not day.year or not fact.year or fact.year == day.year]
    if day.year and not any(fact.year == day.year for fact in dated):
        return False
    opposite = {"end": "start", "start": "end"}.get(day.role)
    if not day.day:
        return bool(same)
    return any(not opposite or fact.role != opposite for fact in same)


def _is_within(day: Day, dated: list[Day]) -> bool:
    spans = [(fact.month, fact.day or 1) for fact in dated]
    if len(spans) < 2:
        return False
    first, last = spans[0], spans[-1]
    here = (day.month, day.day)
    if not day.day:
        months = (first[0], last[0])
        return (
            months[0] <= day.month <= months[1]
            if months[0] <= months[1]
            else not months[1] < day.month < months[0]
        )
    return first <= here <= last if first <= last else not last < here < first
