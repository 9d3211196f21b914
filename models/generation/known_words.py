"""Which English words there are, as far as a small model that writes copy needs to know any."""

import re
from collections.abc import Collection
from functools import cache

__all__ = ["invented_words"]

_WORD = re.compile(r"[A-Za-z]{3,}")
_ENDINGS = ("s", "es", "d", "ed", "ing", "ly", "er", "y")


@cache
def _english() -> frozenset[str]:
    from models.terms import DATA, common_words  # the dictionaries behind it are read at import

    lines = (DATA / "copy.en.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(common_words()).union(line for line in lines if not line.startswith("#"))


def invented_words(text: str, brief: Collection[str]) -> list[str]:
    """The words of a text that are neither the brief's nor on the lists, nor one of these with an ending.

    A model of this size makes words up (“candlestones”); a rare word that it writes rightly is listed with them,
    so that this can only put completions in order.

    Args:
        text: English copy.
        brief: The brief's words, in small letters.
    """

    def known(word: str) -> bool:
        return word in _english() or word in brief

    found = (word.casefold() for word in _WORD.findall(text))
    return [
        word
        for word in found
        if not known(word)
        and not any(word.endswith(end) and known(word.removesuffix(end)) for end in _ENDINGS)
    ]
