"""What of the praise may go into copy: only what the product's own facts confirm."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

__all__ = ["confirmed"]

_WORD = re.compile(r"[^\W\d_]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
# Too general to confirm anything by themselves.
_GENERAL = frozenset(
    [
        "quality",
        "product",
        "item",
        "price",
        "thing",
        "design",
        "use",
        "time",
        "good",
        "great",
        "nice",
        "new",
        "and",
        "the",
        "for",
        "with",
        "of",
        "in",
        "a",
    ]
)
_SHORTEST = 3


def confirmed(liked: Sequence[str], facts: Mapping[str, str]) -> list[str]:
    """The liked aspects that a fact speaks of, in their order.

    “battery life” is confirmed by `battery: 5000 mAh`, 续航 by `电池续航: 12 小时`; what customers praise and no fact
    names is not: it would be a claim without a source.

    Args:
        liked: The aspects.
        facts: The product's attributes, name to value.
    """
    stated = [_fold(f"{name} {value}") for name, value in facts.items()]
    words = {_stem(word) for line in stated for word in _WORD.findall(line)}
    return [one for one in liked if _is_stated(_fold(one), stated, words)]


def _is_stated(aspect: str, stated: Sequence[str], words: set[str]) -> bool:
    if _HAN.search(aspect):
        return any(aspect in line for line in stated) or any(
            aspect[start : start + 2] in line
            for line in stated
            for start in range(len(aspect) - 1)
            if len(aspect) > 2
        )
    own = [_stem(word) for word in _WORD.findall(aspect)]
    return any(word in words for word in own if len(word) >= _SHORTEST and word not in _GENERAL)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _stem(word: str) -> str:
    """A word without the endings of the plural: batteries, battery."""
    for ending, instead in (("ies", "y"), ("es", "e"), ("s", "")):
        if word.endswith(ending) and len(word) > len(ending) + 2 and not word.endswith("ss"):
            return word.removesuffix(ending) + instead
    return word
