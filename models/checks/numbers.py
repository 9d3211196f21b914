"""The figures of a text as strings of digits, as engines and summaries compare them: no unit, no word, no date."""

import re
import unicodedata

__all__ = ["allowed_numbers", "numbers_in"]

# 5,000 · 1.8 · 10:30 · 2027-03-01 · 3/14; a figure within a name (X100) counts as well.
_NUMBER = re.compile(r"\d+(?:[.,:/\-–]\d+)*")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


def numbers_in(text: str) -> list[str]:
    """The figures of a text as digit strings, thousands separators taken out: `5,000` is `5000`."""
    plain = _THOUSANDS.sub("", unicodedata.normalize("NFKC", text))
    return _NUMBER.findall(plain)


def allowed_numbers(facts: str) -> frozenset[str]:
    """The figures that copy may state: those of the facts, and the day, month and year of their dates.

    `2027-03-01` allows `2027-03-01`, `2027`, `3`, `03`, `1` and `01`.
    """
    allowed: set[str] = set()
    for number in numbers_in(facts):
        allowed.add(number)
        pieces = re.split(r"[,:/\-–]", number)
        if len(pieces) > 1:
            allowed.update(pieces)
            allowed.update(piece.lstrip("0") or "0" for piece in pieces)
    return frozenset(allowed)
