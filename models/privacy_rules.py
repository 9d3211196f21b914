"""Reads the rules that find personal data, and holds the checks that a pattern cannot make."""

import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

Find = Callable[[str], Iterator[tuple[int, int]]]
"""Finds places in a folded text: start and end."""

_FILE = Path(__file__).parent / "data" / "privacy.toml"

# One character for one, so that places in the folded text are places in the original.
_FOLDS: dict[int, int | str] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FOLDS.update(
    dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2009\u202f\u3000\u200b\u200c\u200d\u2060\ufeff"), " ")
)
_FOLDS.update(dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-"))
_FOLDS.update({ord(digit): str(value) for value, digit in enumerate("〇①②③④⑤⑥⑦⑧⑨")})


def fold(text: str) -> str:
    """The text with full-width letters and digits, odd spaces and dashes made plain; of the same length."""
    return text.translate(_FOLDS)


@cache
def rules() -> tuple[tuple[str, Find], ...]:
    """The rules of `data/privacy.toml` in order: a kind of personal data, or `keep`, and what finds it."""
    held = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    pieces = {name: _joined(piece) for name, piece in held["pieces"].items()}
    found: list[tuple[str, Find]] = []
    for rule in held["rule"]:
        if rule.get("finder") == "iban":
            found.append((rule["kind"], ibans))
            continue
        pattern = re.sub(r"<<(\w+)>>", lambda name: pieces[name[1]], _joined(rule["pattern"]))
        flags = re.IGNORECASE if rule.get("ignore_case") else 0
        found.append((rule["kind"], _finder(re.compile(pattern, flags), _CHECKS[rule.get("check", "")])))
    return tuple(found)


def _joined(lines: str) -> str:
    return "".join(lines.splitlines())


def _finder(pattern: re.Pattern[str], check: Callable[[str], bool] | None) -> Find:
    group: str | int = "it" if "it" in pattern.groupindex else 0

    def find(text: str) -> Iterator[tuple[int, int]]:
        for match in pattern.finditer(text):
            if check is None or check(match[group]):
                yield match.span(group)

    return find


def _digits(text: str) -> str:
    return "".join(c for c in text if c in "0123456789")


def luhn(digits: str) -> bool:
    """Whether a card number's check digit is right (ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def is_resident_id(number: str) -> bool:
    """Whether a Chinese resident identity number's check digit is right (GB 11643-1999)."""
    plain = re.sub("[ -]", "", number)
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(weight * int(digit) for weight, digit in zip(weights, plain[:17], strict=True))
    return "10X98765432"[total % 11] == plain[17].upper()


# How a card number begins -> how long it is: Visa; Mastercard and JCB; Amex; Diners; Discover and UnionPay.
_CARDS = (
    (re.compile(r"4"), {16, 19}),
    (re.compile(r"5[1-5]|35|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), {16}),
    (re.compile(r"3[47]"), {15}),
    (re.compile(r"3[068]"), {14}),
    (re.compile(r"6[0245]|81"), {16, 17, 18, 19}),
)


def is_card(number: str) -> bool:
    """Whether digits begin and end like a bank card's, and are as many."""
    digits = _digits(number)
    known = any(begins.match(digits) and len(digits) in lengths for begins, lengths in _CARDS)
    return known and luhn(digits) and len(set(digits)) > 1


_DATE = re.compile(
    r"(?:19|20)\d\d[-./ ](?:0?[1-9]|1[0-2])[-./ ](?:0?[1-9]|[12]\d|3[01])|\d{1,2}[-./]\d{1,2}[-./](?:19|20)\d\d"
)


def _is_telephone(number: str, least: int = 7) -> bool:
    return not _DATE.fullmatch(number.strip()) and least <= len(_digits(number)) <= 15


def _is_reference(value: str) -> bool:
    return len(_digits(value)) >= 4 and not _DATE.fullmatch(value)


def _is_varied(number: str) -> bool:
    """Not 888888888888888888."""
    return len(set(number)) > 2


_CHECKS: dict[str, Callable[[str], bool] | None] = {
    "": None,
    "card": is_card,
    "international": lambda number: _is_telephone(number, 8),
    "reference": _is_reference,
    "resident_id": is_resident_id,
    "telephone": _is_telephone,
    "varied": _is_varied,
}

# Lengths by country: https://www.swift.com/standards/data-standards/iban
_IBAN_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FI FO GL NL", 19: "MK SI", 20: "AT BA EE KZ LT LU", 21: "CH HR LI LV",
        22: "BG DE GB GE IE ME RS", 23: "AE GI IL", 24: "AD CZ ES MD PK RO SA SE SK TN", 25: "PT", 26: "IS TR",
        27: "FR GR IT MC SM", 28: "AL AZ CY HU LB PL", 29: "BR EG PS QA UA", 30: "JO KW", 31: "MT",
    }.items()
    for country in countries.split()
}  # fmt: skip
_IBAN = re.compile(r"(?<![A-Za-z0-9])([A-Z]{2}|[a-z]{2})\d{2}(?=[ -]?[A-Za-z0-9]{4})")


def ibans(text: str) -> Iterator[tuple[int, int]]:
    """Bank accounts whose country, length and check digits are right (ISO 13616)."""
    for match in _IBAN.finditer(text):
        wanted = _IBAN_LENGTHS.get(match[1].upper(), 0)
        held, place = "", match.start()
        while place < len(text) and len(held) < wanted and re.match(r"[A-Za-z0-9 -]", text[place]):
            held += text[place].upper().strip(" -")
            place += 1
        if wanted and len(held) == wanted and not re.match(r"[A-Za-z0-9]", text[place : place + 1]):
            number = int("".join(str(int(c, 36)) for c in held[4:] + held[:4]))
            if number % 97 == 1:
                yield match.start(), place
