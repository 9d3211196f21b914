"""The unit that an attribute's name gives to the bare number behind it: weeks: 54, weight_g: 300, 容量(ml): 5."""

import re
from typing import NamedTuple

from models.checks.facts_units import UNITS

__all__ = ["NOTHING", "Named", "named_units"]


class Named(NamedTuple):
    """The units that a bare number may stand for because of its attribute's name.

    `settled` is whether the name is a unit, so that the number stands for no other: a camera of 48 million may
    be one of 48 million pixels or not.
    """

    units: tuple[str, ...]
    settled: bool


NOTHING = Named((), False)
"""Said of a number whose attribute's name tells no unit, or that stands under none."""
_LONGEST_LINE = 60
_NAME = re.compile(r"(?P<name>[^:\n]{1,40}):(?P<before>[^:\n]*)$")
_AND = r"to|and|or|和|或|至|到"
# Between the name and the number stand a bound and other numbers at most: in “2 for 40” the 2 is no price.
_BARE = re.compile(
    rf"(?:[\s,、/×~–—<>≤≥+.\d-]|[百千万亿]|{_AND}|up|about|around|approx|over|more than|under"
    r"|at (?:least|most)|from|max|min|约|大约|超过|至少|至多|最[长多高大])*",
    re.IGNORECASE,
)
_LINE_ENDS = re.compile(rf"\+?[ ]?(?:$|[\n,;|(、。]|\.(?:\s|$)|(?:[-–—~×/]|{_AND})[ ]?\d)", re.IGNORECASE)

# Words for units that mean another thing in most names: 度数 of glasses, 转速, times of the day, blocks (块).
_NOT_IN_NAMES = {"times", "second", "sec", "pound", "dollar", "折", "折扣", "度", "转", "块"}
_WORDS = {word: unit for word, unit in UNITS.items() if word not in _NOT_IN_NAMES}
# In brackets or behind a mark a word is the unit whatever it means elsewhere.
_MARKED = UNITS | {"in": "inch"}
_CURRENCIES = ("$", "£", "€", "¥", "hk$")


def _any_of(pattern: str) -> str:
    """The words for units that look like this, the longer first."""
    return "|".join(word for word in sorted(_WORDS, key=len, reverse=True) if re.fullmatch(pattern, word))


_PLURAL = re.compile(rf"\b(?:{_any_of('[a-z]{2,}s|feet')})\b")
_HAN = re.compile(rf"(?<![每/百千万一\d])(?:{_any_of('[一-鿿]{2,}')})")
_NUMBER_OF = re.compile(r"(?P<unit>[一-鿿])数$")
_BRACKETS = re.compile(r"[(\[][ ]?(?:in[ ])?(?P<unit>[^()\[\]]{1,16}?)[ ]?[)\]]$")
_MARK = re.compile(r"(?<!per)(?:_|,[ ]?(?:in[ ])?|[ ]in[ ]|[ ]?(?P<slash>/)[ ]?)(?P<unit>[^\s_,/]{1,16})$")
# An abbreviation has no vowel: “weight kg” names a unit, “product year” and “top bar” do not.
_ABBREVIATION = re.compile(
    rf"(?<=[一-鿿])(?P<glued>[a-z]{{1,5}}|%)$|[ ](?P<apart>{_any_of('[b-df-hj-np-tv-z]{2,}')}|mah|oz|%)$"
)
_PER = re.compile(r"(?:\b(?:per|a|each|every)\b|每|/).*$")
_MONEY = re.compile(r"\b(?:price|cost|fee|deposit)\b|价格?$|费用|押金")
# Hours of the day, not of use.
_OPENING = re.compile(
    r"\b(?:opening|open|office|business|visiting|trading|shop|store|service|happy|peak)[ _-]hours\b"
)
# L, W and H are a box's sides and S, M and L sizes as often as they are units.
_INITIAL = re.compile(
    r"(?:length|width|height|长|宽|高).*[(\[_, ][lwh]\W*$|(?:size|small|medium|large|码).*[(\[_, ][sml]\W*$"
)
_THINGS: tuple[tuple[re.Pattern[str], Named], ...] = tuple(
    (re.compile(words), Named(units, settled))
    for words, units, settled in (
        (r"\bages?\b|年龄|岁", ("岁", "year"), True),
        (r"\b(?:players|people|guests|seats|serves|places)\b|玩家|座位", ("人",), True),
        (r"\b(?:camera|resolution)\b|摄像头|摄影头|相机|分辨率", ("像素",), False),
        (r"月数", ("month",), True),
        (r"年限", ("year",), True),
        (r"课时", ("h",), True),
        (r"块数", ("piece",), True),
    )
)
"""Names that say what is counted though they are no units themselves."""


def named_units(text: str, start: int, end: int) -> Named:
    """The units of a number that stands alone behind an attribute's name.

    Args:
        text: A brief, normalised (NFKC).
        start: Where the number begins.
        end: Where it ends.
    """
    line = text.rfind("\n", 0, start) + 1
    if start - line > _LONGEST_LINE:
        return NOTHING
    named = _NAME.search(text[line:start])
    if not named or not _BARE.fullmatch(named["before"]) or not _LINE_ENDS.match(text, end):
        return NOTHING
    return _of_name(named["name"].strip().casefold())


def _of_name(name: str) -> Named:
    if unit := _marked(name):
        return Named((unit,), True)
    what = _PER.sub("", name)
    if _MONEY.search(what):
        return Named(_CURRENCIES, True)
    if unit := _written(name, what):
        return Named((unit,), True)
    return next((things for words, things in _THINGS if words.search(name)), NOTHING)


def _marked(name: str) -> str:
    """The unit that a name has in brackets or behind a mark: battery (hours), weight_g, 重量/克."""
    match = _BRACKETS.search(name) or _MARK.search(name)
    unit = _MARKED.get(match["unit"], "") if match else ""
    if not match or not unit or _INITIAL.search(name) or _OPENING.search(name):
        return ""
    priced = bool(_MONEY.search(name[: match.start()])) and unit not in {*_CURRENCIES, "%"}
    # 课时/周 are lessons a week, and a price_kg is one for a kilo.
    each = (
        "slash" in match.groupdict()
        and match["slash"]
        and unit in {"h", "min", "s", "day", "week", "month", "year"}
    )
    return "" if priced or each else unit


def _written(name: str, what: str) -> str:
    """The unit that a name is, or that is a word of it: week, number of weeks, 课程周数, weight kg, 高度cm."""
    if name in _WORDS and (len(name) > 1 or not name.isascii()):
        return _WORDS[name]
    if (plural := _PLURAL.search(what)) and not _OPENING.search(what):
        return _WORDS[plural.group()]
    if number_of := _NUMBER_OF.search(what):
        return _WORDS.get(number_of["unit"], "")
    if (abbreviation := _ABBREVIATION.search(what)) and not _INITIAL.search(what):
        return _WORDS.get(abbreviation["glued"] or abbreviation["apart"], "")
    han = _HAN.search(what)
    return _WORDS[han.group()] if han else ""
