"""The facts that a text states: figures with their units, prices, dates, names, titles, addresses, offers."""

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal, NamedTuple

from models.checks.facts_names import names_in
from models.checks.facts_units import CURRENCY, MEASURES, MONTHS, NUMERALS, UNITS, WORD_NUMBERS
from models.variant import Value

__all__ = ["Fact", "FactKind", "Placed", "chinese_number", "facts_in", "placed_facts", "without_addresses"]

FactKind = Literal["address", "title", "date", "figure", "name", "offer"]


class Fact(Value):
    """One fact.

    `key` is equal for two ways to write the same (`5,000mAh`, `5000 mAh`), `shown` is how the text writes it. Of a
    figure `value` is the number and `unit` its unit ("" = none that is known). A name that only looks like one (a
    rare word that begins a sentence) is not `certain`.
    """

    kind: FactKind
    key: str
    shown: str
    value: str = ""
    unit: str = ""
    certain: bool = True


class Placed(NamedTuple):
    """A fact with where it stands in the text."""

    fact: Fact
    start: int
    end: int


_ADDRESS = re.compile(
    r"https?://[^\s<>\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+|www\.[^\s<>\u3000-\u9fff\uff00-\uffef]+"
    r"|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
    r"|(?<![\w@.])[a-z0-9][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63})*\.(?:com|org|net|io|co|shop|store|cn|uk|de|eu|app|dev)"
    r"(?![\w-])(?:/[^\s<>\u3000-\u9fff\uff00-\uffef]*)?",
    re.IGNORECASE | re.ASCII,
)
_TITLE = re.compile(r"《[^《》\n]{1,80}》")
_MONTH = rf"(?P<m>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?"
_DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?(?!\d)"
_YEAR = r"(?:,?\s*(?P<y>(?:19|20)\d\d)(?!\d))?"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)(?P<y>(?:19|20)\d\d)[-/.年]\s*(?P<m>\d{1,2})[-/.月]\s*(?P<d>\d{1,2})(?!\d)[日号]?",
        r"(?<!\d)(?:(?P<y>(?:19|20)\d\d)年)?(?P<m>\d{1,2})月(?P<d>\d{1,2})(?!\d)[日号]?",
        rf"(?<![a-z0-9]){_MONTH}\s+(?:the\s+)?{_DAY}{_YEAR}",
        rf"(?<![\d.,]){_DAY}\s+(?:of\s+)?{_MONTH}(?![a-z]){_YEAR}",
        r"(?<!\d)(?:(?P<y>(?:19|20)\d\d)年)?(?P<m>\d{1,2})月(?!\d)(?P<d>)",
        rf"(?<![a-z0-9]){_MONTH}\s+(?P<y>(?:19|20)\d\d)(?!\d)(?P<d>)",
    )
)
_CLOCK = re.compile(r"(?<!\d)(?<!\d:)(\d{1,2}):(\d{2})(?![\d:])")
_PERCENT = re.compile(rf"百分之([{NUMERALS}]{{1,12}}+)")
_CURRENCY = "|".join(re.escape(sign) for sign in sorted(CURRENCY, key=len, reverse=True))
_LATIN_UNIT = "|".join(
    re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True) if unit.isascii() and unit[0].isalpha()
)
_OTHER_UNIT = "|".join(
    re.escape(unit)
    for unit in sorted(UNITS, key=len, reverse=True)
    if not (unit.isascii() and unit[0].isalpha())
)
# A unit stands on its number's line: the next one is another fact (lids: 4, and then weeks: 54).
_UNIT = rf"(?:[ \t-]?(?P<latin>{_LATIN_UNIT})(?![a-z])|[ \t]?(?P<other>{_OTHER_UNIT}))"
_NUMBER = re.compile(
    rf"(?P<currency>(?:(?<![a-z])(?:{_CURRENCY}))\s?)?"
    rf"(?<![a-z0-9.])(?P<number>\d{{1,3}}(?:,\d{{3}})++(?:\.\d++)?(?!\d)|\d++(?:\.\d++)?)"
    r"(?P<big>[ \t]?[百千万亿]{1,3})?"
    rf"(?:{_UNIT}|(?P<glued>[a-z]{{1,5}})(?![a-z0-9]))?",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    rf"(?<![{NUMERALS}])(?P<number>[{NUMERALS}]{{1,12}}+)(?P<other>{'|'.join(sorted(MEASURES, key=len, reverse=True))})"
)
_WORD = re.compile(
    rf"(?<![a-z-])(?P<number>one|{'|'.join(sorted(WORD_NUMBERS, key=len, reverse=True))})"
    rf"(?:-(?P<ones>one|two|three|four|five|six|seven|eight|nine))?(?![a-z])(?:{_UNIT})?",
    re.IGNORECASE,
)
_OFFERS = {
    "free": re.compile(
        r"\bfree\s+(?:\w+\s+)?(?:delivery|shipping|returns?|trial|gift|samples?|of\s+charge)|\bfor\s+free\b|免费|免邮|包邮|赠品",
        re.IGNORECASE,
    ),
    "half price": re.compile(r"\bhalf[\s-]price\b|半价", re.IGNORECASE),
    "guarantee": re.compile(
        r"\bguarantee[ds]?\b|\bwarrant(?:y|ies)\b|\bmoney[\s-]back\b|质保|保修|包退|包换|退款",
        re.IGNORECASE,
    ),
}
# 50k are fifty thousand, 2700K is a colour of light.
_KELVIN = 1_000
_SPEED = re.compile(r"(?:时速|车速|速度)(?:可?达|最[高快]|高达|约|为|超过|可|[:\s]){0,3}$")
_ORDINALS = {"st", "nd", "rd", "th"}
# "one day", "一天" and "一种" are manners of speech; a guarantee of one year is a fact.
_ONE_COUNTS = {"year", "h", "month", "week", "%"}


def facts_in(text: str) -> tuple[Fact, ...]:
    """The facts of a text, each once, addresses first, names last.

    Chinese names in Chinese characters are not told from words, so they are not found (titles in 《》 are).
    """
    placed, rest = placed_facts(unicodedata.normalize("NFKC", text))
    found = [one.fact for one in placed]
    found += [
        Fact(kind="name", key=word.casefold(), shown=word, certain=sure) for word, sure in names_in(rest)
    ]
    once: dict[tuple[str, str], Fact] = {}
    for fact in found:
        held = once.setdefault((fact.kind, fact.key), fact)
        if fact.certain and not held.certain:
            once[fact.kind, fact.key] = fact
    return tuple(once.values())


def placed_facts(text: str) -> tuple[list[Placed], str]:
    """The facts of a text but its names, with their places, and the text with what was read blanked.

    Args:
        text: Normalised (NFKC).
    """
    found: list[Placed] = []
    rest = text
    for read in (_addresses, _titles, _dates, _figures):
        placed, rest = read(rest)
        found += placed
    return found + _offers(rest), rest


def without_addresses(text: str) -> str:
    """A text without the links and e-mail addresses in it, whose words say nothing."""
    return _addresses(unicodedata.normalize("NFKC", text))[1]


def _blank(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with what was read replaced, so that nothing is read twice and neighbours stay apart."""
    characters = list(text)
    for start, end in spans:
        characters[start:end] = "\x00" * (end - start)
    return "".join(characters)


def _without(text: str, placed: list[Placed]) -> str:
    return _blank(text, [(one.start, one.end) for one in placed])


def _addresses(text: str) -> tuple[list[Placed], str]:
    found = []
    for match in _ADDRESS.finditer(text):
        shown = match.group().rstrip(".,;:!?)]}'\"")
        key = re.sub(r"^https?://|/$", "", shown.casefold())
        fact = Fact(kind="address", key=key, shown=shown)
        found.append(Placed(fact, match.start(), match.start() + len(shown)))
    return found, _without(text, found)


def _titles(text: str) -> tuple[list[Placed], str]:
    found = [
        Placed(Fact(kind="title", key=match.group().casefold(), shown=match.group()), *match.span())
        for match in _TITLE.finditer(text)
    ]
    return found, _without(text, found)


def _dates(text: str) -> tuple[list[Placed], str]:
    found = []
    for pattern in _DATES:
        spans = []
        for match in pattern.finditer(text):
            month = MONTHS.get(match["m"].casefold()) or int(match["m"]) if match["m"] else 0
            day = int(match["d"]) if match["d"] else 0
            if not (1 <= int(month) <= 12 and 0 <= day <= 31):
                continue
            spans.append(match.span())
            shown = match.group().strip().rstrip(".,")
            fact = Fact(kind="date", key=f"{int(month)}-{day}" if day else f"{int(month)}", shown=shown)
            found.append(Placed(fact, *match.span()))
            if match["y"]:
                found.append(Placed(_figure(match["y"], "", match["y"]), *match.span("y")))
        text = _blank(text, spans)
    return found, text


def _figures(text: str) -> tuple[list[Placed], str]:
    found: list[Placed] = []
    for read in (_clocks, _percents, _numbers, _numerals, _words):
        placed = [Placed(fact, *span) for fact, span in read(text)]
        found += placed
        text = _without(text, placed)
    return found, text


_Read = Iterator[tuple[Fact, tuple[int, int]]]


def _clocks(text: str) -> _Read:
    for match in _CLOCK.finditer(text):
        yield _figure(f"{int(match[1])}:{match[2]}", "", match.group()), match.span()


def _percents(text: str) -> _Read:
    for match in _PERCENT.finditer(text):
        yield _figure(str(chinese_number(match[1])), "%", match.group()), match.span()


def _numbers(text: str) -> _Read:
    for match in _NUMBER.finditer(text):
        value = _plain(match["number"])
        if match["big"]:
            value = _times(value, match["big"].strip())
        unit = CURRENCY.get((match["currency"] or "").strip().casefold(), "")
        before = text[max(0, match.start() - 16) : match.start()]
        after = (match["latin"] or match["other"] or "").casefold()
        glued = (match["glued"] or "").casefold()
        if glued == "k" and Decimal(value) < _KELVIN:
            value = _times(value, "千")
        elif after and not unit:
            unit = "km/h" if UNITS[after] == "km" and _SPEED.search(before) else UNITS[after]
        elif glued and glued not in _ORDINALS:
            unit = unit or glued
        if unit == "year" and match["other"] and re.fullmatch(r"(?:19|20)\d\d", value):
            unit = ""
        yield _figure(value, unit, match.group().strip()), match.span()


def _numerals(text: str) -> _Read:
    for match in _CHINESE.finditer(text):
        value, unit = chinese_number(match["number"]), UNITS.get(match["other"], "")
        if value > 1 or (value == 1 and unit in _ONE_COUNTS):
            yield _figure(str(value), unit, match.group()), match.span()


def _words(text: str) -> _Read:
    for match in _WORD.finditer(text):
        unit = UNITS.get((match["latin"] or match["other"] or "").casefold(), "")
        word = match["number"].casefold()
        value = WORD_NUMBERS.get(word, 1)
        if match["ones"]:
            if value < 20 or value % 10:
                continue
            value += WORD_NUMBERS.get(match["ones"].casefold(), 1)
        if value > 1 or unit in _ONE_COUNTS:
            yield _figure(str(value), unit, match.group().strip()), match.span()


def _offers(text: str) -> list[Placed]:
    return [
        Placed(Fact(kind="offer", key=key, shown=match.group()), *match.span())
        for key, pattern in _OFFERS.items()
        for match in pattern.finditer(text)
    ]


def _figure(value: str, unit: str, shown: str) -> Fact:
    return Fact(kind="figure", key=f"{value} {unit}".strip(), shown=shown, value=value, unit=unit)


def _plain(number: str) -> str:
    """A number without thousands separators and zeros that say nothing: `49.90` is `49.9`."""
    plain = number.replace(",", "")
    if "." in plain:
        return plain.rstrip("0").rstrip(".")
    return plain


_BIG = {"百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}


def _times(number: str, big: str) -> str:
    value = Decimal(number)
    for character in big:
        value *= _BIG[character]
    return _plain(f"{value:f}")


def chinese_number(numeral: str) -> int:
    """The value of a Chinese numeral (`二十四` is 24); a row of digits is read as such (`二零二七`)."""
    digits = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
    if len(numeral) > 1 and all(character in digits for character in numeral):
        return int("".join(str(digits[character]) for character in numeral))
    total = section = digit = 0
    for character in numeral:
        if character in digits:
            digit = digits[character]
        elif character in "十百千":
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1_000}[character]
            digit = 0
        else:
            total += (section + digit or 1) * _BIG[character]
            section = digit = 0
    return total + section + digit
