"""That a rewrite does not ramble: it says nothing twice, and leaves no sign of a figure without the figure."""

import unicodedata
from collections import Counter
from collections.abc import Iterator

import regex

from models.checks.subject import Subject, found
from models.variant import Check

__all__ = ["does_not_ramble"]

_TOKEN = regex.compile(r"[\p{Han}]|[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*")
_HAN = regex.compile(r"\p{Han}")
# So many words, or Chinese characters, in a row are not the same by chance.
_WORDS, _CHARACTERS = 4, 6
_BARE_SIGN = regex.compile(r"[$€£¥](?!\s?[\d\p{L}])(?<![\d]\s?[$€£¥])|(?<![\d\s])\s?%")


def does_not_ramble(subject: Subject, before: str) -> Iterator[Check]:
    """No row of words occurs oftener than in the text before, and no currency or percent sign stands alone.

    Args:
        subject: The rewritten copy.
        before: The text that it starts from.
    """
    text = unicodedata.normalize("NFKC", "\n".join(part.text for part in subject.parts))
    held = _rows(unicodedata.normalize("NFKC", before))
    again = [row for row, count in _rows(text).items() if count > max(1, held[row])]
    if again:
        shown = _shown(again[0])
        yield found(subject, "shape", f"it says “{shown}” twice", f"重复写了“{shown}”")
    bare = _BARE_SIGN.search(text)
    if bare and not _BARE_SIGN.search(before):
        sign = bare.group().strip()
        yield found(subject, "shape", f"a “{sign}” has no figure", f"“{sign}”没有数字")
    if not again and not bare:
        yield Check(name="shape", passed=True)


def _rows(text: str) -> Counter[tuple[str, ...]]:
    tokens = _TOKEN.findall(text.casefold())
    rows: Counter[tuple[str, ...]] = Counter()
    for place, token in enumerate(tokens):
        size = _CHARACTERS if _HAN.match(token) else _WORDS
        row = tuple(tokens[place : place + size])
        if len(row) == size:
            rows[row] += 1
    return rows


def _shown(row: tuple[str, ...]) -> str:
    return ("" if _HAN.match(row[0]) else " ").join(row)
