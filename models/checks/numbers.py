"""That no number is invented: every figure in the copy stands in the brief."""

import re
import unicodedata
from collections.abc import Iterator

from models.brief import Kind
from models.checks.subject import Subject, found
from models.variant import Check

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


def has_no_invented_numbers(subject: Subject) -> Iterator[Check]:
    """Every figure in the copy is one of the facts.

    A campaign is a plan that people fill with their own figures, so there it is a warning.
    """
    allowed = allowed_numbers(subject.facts)
    severity = "soft" if subject.brief.kind is Kind.CAMPAIGN else "hard"
    clean = True
    for index, part in enumerate(subject.parts):
        strange = [n for n in numbers_in(part.text) if n not in allowed and not _made_of(n, allowed)]
        if strange:
            clean = False
            place, shown = subject.place(index), ", ".join(dict.fromkeys(strange))
            yield found(
                subject,
                "numbers",
                f"{place} states {shown}, which the brief does not",
                f"{place}写了简报里没有的数字：{shown}",
                index=index,
                severity="soft" if severity == "soft" else "hard",
            )
    if clean:
        yield Check(name="numbers", passed=True)


def _made_of(number: str, allowed: frozenset[str]) -> bool:
    """Whether a date or range is put together from allowed figures (`3/1`, `10-12`)."""
    pieces = re.split(r"[,:/\-–]", number)
    return len(pieces) > 1 and all(piece in allowed or piece.lstrip("0") in allowed for piece in pieces)
