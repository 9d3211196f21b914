"""The claims that a text makes in words: marks, awards, places, what one gets with it, the most, better than."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from models.checks.facts_units import MONTHS

__all__ = ["Claim", "ClaimKind", "claims_in", "kinds", "places_in", "supported"]

_FOLDER = Path(__file__).parent
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_ENDING = re.compile(r"(?:st|er|r)$")


class ClaimKind(NamedTuple):
    """A row of `grounding.toml`."""

    key: str
    family: str
    severity: Literal["hard", "soft"]
    patterns: tuple[re.Pattern[str], ...]
    by: frozenset[str]
    any: Literal["", "family", "language", "value"]
    same: tuple[frozenset[str], ...]
    things: re.Pattern[str] | None = None


class Claim(NamedTuple):
    """A claim that a text makes: its kind's key and family, its value ("" = none), and its place."""

    key: str
    family: str
    value: str
    start: int
    end: int
    shown: str


@cache
def kinds() -> dict[str, ClaimKind]:
    """Every kind of claim by its key."""
    rows = tomllib.loads((_FOLDER / "grounding.toml").read_text(encoding="utf-8"))["claim"]
    found = {}
    for row in rows:
        flags = 0 if row.get("case") else re.IGNORECASE
        patterns = []
        if row.get("en"):
            patterns.append(re.compile(rf"(?<![A-Za-z0-9])(?:{row['en']})(?![A-Za-z])", flags))
        if row.get("also"):
            patterns.append(re.compile(rf"(?<![A-Za-z0-9])(?:{row['also']})(?![A-Za-z])", flags))
        if row.get("zh"):
            patterns.append(re.compile(row["zh"], flags))
        found[row["key"]] = ClaimKind(
            row["key"],
            row["family"],
            row.get("severity", "hard"),
            tuple(patterns),
            frozenset(row.get("by", ())),
            row.get("any", ""),
            tuple(frozenset(words) for words in row.get("same", ())),
            re.compile(row["things"], re.IGNORECASE) if row.get("things") else None,
        )
    return found


def claims_in(text: str, *, facts: bool = False) -> list[Claim]:
    """The claims of a text in words; of two at one place the longer counts.

    Args:
        text: Normalised (NFKC).
        facts: Whether it is the brief, where a list or an attribute may say what is not in the goods.
    """
    found: list[Claim] = []
    for kind in kinds().values():
        for pattern in kind.patterns:
            for match in pattern.finditer(text):
                if not match.group().strip():
                    continue
                value = _value(kind, match.groupdict().get("v") or "")
                found.append(Claim(kind.key, kind.family, value, *match.span(), match.group().strip()))
        if facts and kind.things:
            found += _absences(text, kind, kind.things)
    found.sort(key=lambda one: (one.start, one.start - one.end))
    return found


def _value(kind: ClaimKind, word: str) -> str:
    """What a claim names, one word for all that mean the same."""
    value = re.sub(r"\s+", " ", word).casefold().removesuffix("s")
    return next((min(words) for words in kind.same if value in words), value)


_NOTHING = (
    r"(?:none|no|nil|zero|not\s+added|free|without|0(?:\.0)?\s?(?:%|g|克|mg)?"
    r"|无|零|不含|没有|无添加|不添加|未添加|不加|零添加)"
)
_ATTRIBUTE = re.compile(
    rf"^(?P<what>[^:\n]{{1,60}}):\s?{_NOTHING}\s?(?:added|添加)?[.。]?$", re.IGNORECASE | re.MULTILINE
)
_LIST_OF_ABSENCES = re.compile(
    r"(?:\bfree\s+(?:of|from)|\bwithout|\bno\b|不含|不添加|未添加|不加|无添加|没有添加)\s?:?\s?(?P<what>[^.;。;:\n]{1,120})",
    re.IGNORECASE,
)
_PRESENT = re.compile(
    r"\b(?:but|with|contains?|has|have|is|are|plus|only)\b|但|含(?!量)|有|添加了|只", re.IGNORECASE
)


def _absences(text: str, kind: ClaimKind, things: re.Pattern[str]) -> Iterator[Claim]:
    """What a brief says is not in the goods, as an attribute (fragrance: none) or in a list (free from a, b and c)."""
    for pattern in (_ATTRIBUTE, _LIST_OF_ABSENCES):
        for match in pattern.finditer(text):
            what = match["what"] if pattern is _ATTRIBUTE else _PRESENT.split(match["what"], maxsplit=1)[0]
            for thing in things.finditer(what):
                yield Claim(kind.key, kind.family, _value(kind, thing["v"]), *match.span(), match.group())


def supported(claim: Claim, facts: list[Claim], facts_text: str) -> bool:
    """Whether the brief makes a claim that a text makes.

    Args:
        claim: The text's.
        facts: The brief's.
        facts_text: The brief, normalised: a claim that stands there word for word is the brief's.
    """
    kind = kinds()[claim.key]
    same = [fact for fact in facts if fact.key == claim.key]
    if any(fact.value == claim.value for fact in same):
        return True
    if any(fact.key in kind.by for fact in facts):
        return True
    if kind.any == "family" and any(fact.family == claim.family for fact in facts):
        return True
    if kind.any == "language" and same:
        # A comparison in the other language may be the same one; its numbers are checked on their own.
        here = bool(_HAN.search(claim.shown))
        return any(bool(_HAN.search(fact.shown)) != here or not claim.value for fact in same)
    return claim.shown.casefold() in facts_text


@cache
def _gazetteer() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Names, adjectives and Chinese names, each with its place's code."""
    tables = tomllib.loads((_FOLDER / "places.toml").read_text(encoding="utf-8"))
    names: tuple[dict[str, str], dict[str, str], dict[str, str]] = ({}, {}, {})
    for table in tables.values():
        for code, row in table.items():
            for into, column in zip(names, row.split(";"), strict=True):
                into.update({word.strip(): code for word in column.split(",") if word.strip()})
    return names


@cache
def _origins() -> tuple[re.Pattern[str], ...]:
    names, adjectives, chinese = (
        "|".join(re.escape(word) for word in sorted(table, key=len, reverse=True)) for table in _gazetteer()
    )
    made = (
        r"(?:made|crafted|hand-?crafted|hand-?made|grown|born|designed|brewed|roasted|produced|sourced|engineered|imported|forged|woven"
        r"|spun|bottled|harvested|assembled|built|sewn|tailored|stitched|blown|distilled|invented|manufactured|picked)"
    )
    goods = (
        r"(?:leather|steel|movement|chocolate|beans?|coffee|cotton|wool|linen|silk|oak|wood|walnut|cashmere|wine|cheese|tea|olive|butter|honey"
        r"|engineering|design|craftsmanship|quality|made|built|crafted|glass|porcelain|ceramics?|denim|tailoring|style(?:d)|technology|watch(?:es)?"
        r"|knife|knives|blades?|beef|salmon|ginseng|vanilla|cocoa|marble|lace|wagyu|brewed|grown|factory|workshop|artisans?|farms?|factories)"
    )
    return (
        re.compile(
            rf"\b{made}\s+(?:by\s+hand\s+)?(?:in|from)\s+(?:the\s+)?(?P<n>(?:{names})\b|(?:(?-i:[A-Z])[\w'’-]+)(?:\s+(?-i:[A-Z])[\w'’-]+)?)",
            re.IGNORECASE,
        ),
        re.compile(
            rf"\b(?!english\s+breakfast|french\s+(?:press|toast|horn)|irish\s+coffee)(?P<a>{adjectives})[\s-](?:\w+\s+)?{goods}\b",
            re.IGNORECASE,
        ),
        re.compile(
            rf"\bfrom\s+(?:the\s+(?:hills|mountains|heart|coast|fields|farms|highlands|valleys)\s+of\s+)?(?P<n>{names})\b(?!\s+to\b)",
            re.IGNORECASE,
        ),
        re.compile(
            rf"(?:产自|产于|来自|源自|源于|原产|产地[:：]?|原产地[:：]?)(?:于|是)?(?P<z>{chinese})"
            rf"|(?P<z2>{chinese})(?:的)?(?:原装|进口|制造|生产|原产|工艺|真皮|牛皮|设计|直邮|空运|匠心|手工|技术|品质|咖啡|茶|棉|羊毛|牛肉|红酒|橄榄油|大米|蜂蜜|机芯|钢|原木|高山)"
        ),
    )


_NOT_SAID = {"small", "batches", "hand", "minutes", "spring", "summer", "autumn", "winter", *MONTHS}


def places_in(text: str) -> Iterator[Claim]:
    """Where a text says that something comes from; the value is the place's code, or its name where it has none.

    Args:
        text: Normalised (NFKC).
    """
    names, adjectives, chinese = _gazetteer()
    for pattern in _origins():
        for match in pattern.finditer(text):
            groups = match.groupdict()
            word = next(value for value in groups.values() if value)
            folded = word.casefold()
            code = names.get(folded) or adjectives.get(folded) or chinese.get(word)
            if code is None and (word != word.title() or folded in _NOT_SAID):
                continue
            yield Claim("origin", "place", code or folded, *match.span(), match.group().strip())
    for match in re.finditer(
        r"(?<![出])(?:原装|纯|全)?进口(?![处口袋])|\bimported\b(?!\s+(?:from|your|data))", text
    ):
        yield Claim("imported", "place", "", *match.span(), match.group())


def places_named(text: str) -> frozenset[str]:
    """The codes of all places that a text names in any form."""
    names, adjectives, chinese = _gazetteer()
    folded = text.casefold()
    found = {code for word, code in chinese.items() if word in text}
    words = set(re.findall(r"[^\W\d_]+", folded))
    for table in (names, adjectives):
        found |= {
            code for word, code in table.items() if (word in words if " " not in word else word in folded)
        }
    return frozenset(found)
