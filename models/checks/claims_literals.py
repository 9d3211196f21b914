"""Words that a pattern cannot match without, so that most patterns need not be tried on a text."""

import importlib
import math
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from typing import Any

__all__ = ["needed_words"]

Words = frozenset[str]

_MOST = 64
"""Spellings that a piece of a pattern is written out to; beyond that it is cut in two."""

_LATIN, _HAN = math.log(1 / 12), math.log(1 / 300)
"""How often a given letter or character stands at a place of a text, about."""

_EMPTY: Words = frozenset({""})

_OTHERWISE = re.compile(r"\{[eisd0-9]*[eisd][^a-z]|\[\[:")
"""What `regex` reads otherwise than `re`: fuzzy counts such as `{e<=1}`, and classes such as `[[:alpha:]]`."""


@cache
def _grammar() -> Any:
    # The parser that `re` itself uses. What it cannot read (or a Python that has moved it) means no words, and a
    # pattern that is tried on every text: slower, and never wrong.
    return importlib.import_module("re._parser")


def needed_words(pattern: str) -> Words | None:
    """Words of which every match has at least one; None where there are none to be sure of.

    Args:
        pattern: A regular expression over folded text.
    """
    if _OTHERWISE.search(pattern):
        return None
    try:
        parsed = _grammar().parse(pattern, re.ASCII)
    except (re.error, ImportError, AttributeError, OverflowError, RecursionError):
        return None
    return None if parsed.state.flags & re.IGNORECASE else _best(_pieces(parsed))


def _frequency(words: Words) -> float:
    return sum(math.exp(sum(_HAN if c > "\u2fff" else _LATIN for c in word)) for word in words)


def _best(candidates: Iterable[Words]) -> Words | None:
    usable = [words for words in candidates if words and "" not in words]
    return min(usable, key=_frequency, default=None)


def _pieces(parsed: Any) -> Iterator[Words]:
    """Sets of words of which a match has one each: the stretches that can be written out, and what is inside others."""
    run = _EMPTY
    for op, value in parsed:
        name = str(op)
        if name in ("AT", "ASSERT", "ASSERT_NOT"):
            continue
        exact = _spellings(name, value)
        if exact is not None and len(run) * len(exact) <= _MOST:
            run = frozenset(a + b for a, b in product(run, exact))
            continue
        yield run
        run = exact or _EMPTY
        if exact is None and (inside := _inside(name, value)):
            yield inside
    yield run


def _spellings(name: str, value: Any) -> Words | None:
    """All that a piece of a pattern can match, where that is a few words."""
    match name:
        case "LITERAL":
            return frozenset({chr(value)})
        case "IN":
            if all(str(op) == "LITERAL" for op, _ in value):
                return frozenset(chr(code) for _, code in value)
        case "SUBPATTERN":
            _, added, _, parsed = value
            return None if added & re.IGNORECASE else _all_of(parsed)
        case "BRANCH":
            branches = [_all_of(branch) for branch in value[1]]
            if all(branch is not None for branch in branches):
                return frozenset().union(*(branch for branch in branches if branch is not None))
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, parsed = value
            once = _all_of(parsed)
            if once is not None and (least, most) in ((0, 1), (1, 1)):
                return once | _EMPTY if least == 0 else once
        case "ATOMIC_GROUP":
            return _all_of(value)
    return None


def _all_of(parsed: Any) -> Words | None:
    words = _EMPTY
    for op, value in parsed:
        name = str(op)
        if name in ("AT", "ASSERT", "ASSERT_NOT"):
            continue
        exact = _spellings(name, value)
        if exact is None or len(words) * len(exact) > max(_MOST, len(exact)):
            return None
        words = frozenset(a + b for a, b in product(words, exact))
    return words


def _inside(name: str, value: Any) -> Words | None:
    """The words that a piece cannot do without, where it cannot be written out."""
    match name:
        case "SUBPATTERN":
            _, added, _, parsed = value
            return None if added & re.IGNORECASE else _best(_pieces(parsed))
        case "BRANCH":
            branches = [_best(_pieces(branch)) for branch in value[1]]
            if all(branch is not None for branch in branches):
                return frozenset().union(*(branch for branch in branches if branch is not None))
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, _, parsed = value
            return _best(_pieces(parsed)) if least >= 1 else None
        case "ATOMIC_GROUP":
            return _best(_pieces(value))
    return None
