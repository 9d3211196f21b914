"""Whether what copy says is free is the brief's own free offer, in whatever words."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

__all__ = ["is_own_gift"]

# The thing stands behind these (a free refill), or in front of them (get a refill free, the refill is on us).
_BEFORE_IT = r"(?<![\w-])(?:free|complimentary)(?![\w-])"
_AFTER_IT = (
    r"\b(?:for\s+free|free\s+of\s+charge|at\s+no\s+(?:extra\s+|additional\s+)?(?:cost|charge)"
    r"|on\s+us|on\s+the\s+house|for\s+nothing|without\s+paying|costs?\s+(?:you\s+)?nothing)\b"
)
_GIVEN = re.compile(rf"(?P<behind>{_AFTER_IT})|{_BEFORE_IT}", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?;\n。！？；]")
_CLAUSE_END = re.compile(r"[,:;.!?\n()–—]")
_WORD = re.compile(r"[a-z]+|\d+(?:st|nd|rd|th)", re.IGNORECASE)
# Which of several is free: a brief that gives away the second gives away neither the first nor all.
_WHICH = {
    "first": "1",
    "1st": "1",
    "second": "2",
    "2nd": "2",
    "another": "2",
    "third": "3",
    "3rd": "3",
    "fourth": "4",
    "4th": "4",
    "fifth": "5",
    "5th": "5",
    "every": "all",
    "all": "all",
    "each": "all",
    "any": "all",
    "both": "all",
    "unlimited": "all",
}
_LITTLE = frozenset(
    "a an the your our my their its this that it one ones is are be will comes come get gets got getting take takes "  # noqa: SIM905
    "have has with and or of us we you give gives given claim grab enjoy receive plus includes including buy try "
    "bring refilled then now also too today time".split()
)
# A gift's name ends where its terms begin.
_TERMS = frozenset(
    "with when if on for from until till in at to as while by after before per through only or and".split()  # noqa: SIM905
)
_NEAR = 3
"""How far from a passage the word that gives may stand: “buy one, get the second” + “ free”."""


class _Gift(NamedTuple):
    """One thing said to be free: where, the beginnings of the words that name it, and which one of several."""

    start: int
    end: int
    thing: frozenset[str]
    which: frozenset[str]


def is_own_gift(text: str, start: int, end: int, facts: str) -> bool:
    """Whether all that a passage of copy gives away is what the facts give away, and the same one of it.

    Args:
        text: The copy.
        start: Where the passage begins in it.
        end: Where the passage ends.
        facts: What the brief and the people state, a fact a line.
    """
    said = [gift for gift in _gifts(text) if gift.start <= end + _NEAR and start <= gift.end]
    own = [gift for line in facts.split("\n") for gift in _gifts(line)]
    return bool(said) and all(any(_is_same(gift, fact, text) for fact in own) for gift in said)


def _is_same(gift: _Gift, fact: _Gift, text: str) -> bool:
    first, last = _bounds(text, gift.start, gift.end, _SENTENCE_END)
    sentence = _words_of(text[first:last])
    # “The second one is free” names it by its number alone.
    numbered = bool(gift.which) and gift.which == fact.which
    named = bool(gift.thing & fact.thing) if gift.thing else numbered or bool(_stems(sentence) & fact.thing)
    return named and gift.which <= fact.which <= _which(sentence)


@lru_cache(maxsize=256)
def _gifts(text: str) -> tuple[_Gift, ...]:
    return tuple(_read(text))


def _read(text: str) -> Iterator[_Gift]:
    for match in _GIVEN.finditer(text):
        clause_start, clause_end = _bounds(text, match.start(), match.end(), _CLAUSE_END)
        behind = [] if match["behind"] else _named(_words_of(text[match.end() : clause_end]))
        leading = _words_of(text[clause_start : match.start()])
        # A free second refill, the second free refill; of “get the second refill free” all stands in front.
        named = [*leading[-1:], *behind] if behind else leading[-5:]
        which = _which(named)
        thing = _stems(behind or named)
        yield _Gift(match.start(), match.end(), thing, which)


def _named(words: list[str]) -> list[str]:
    """The words behind “free” that name a thing; none where its terms follow at once (free until Sunday)."""
    at = next((place for place, word in enumerate(words[:4]) if word in _TERMS), min(4, len(words)))
    return words[:at] if any(word not in _LITTLE for word in words[:at]) else []


def _words_of(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _stems(words: list[str]) -> frozenset[str]:
    """Beginnings of the words that name something: refill and refills are one, delivery is shipping."""
    stems = {
        word[:5].rstrip("s")
        for word in words
        if word not in _LITTLE | _TERMS | _WHICH.keys() and len(word) > 2
    }
    return frozenset("shipp" if stem in {"deliv", "posta"} else stem for stem in stems)


def _which(words: list[str]) -> frozenset[str]:
    return frozenset(_WHICH[word] for word in words if word in _WHICH)


def _bounds(text: str, start: int, end: int, ends: re.Pattern[str]) -> tuple[int, int]:
    """Where the stretch between two marks that holds a place begins and ends."""
    before = [match.end() for match in ends.finditer(text, max(0, start - 160), start)]
    after = ends.search(text, end, end + 160)
    return (before[-1] if before else max(0, start - 160)), (
        after.start() if after else min(len(text), end + 160)
    )
