"""Texts to compare copy with, indexed so that those which share a run of words are found among a hundred thousand."""

import zlib
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Literal, NamedTuple

from models.checks.likeness_words import key_of, weight_of, words_of

__all__ = ["Reference", "References", "Source"]

Source = Literal["exemplar", "brand", "earlier", "reference", "trademark"]
"""A copy that the model was shown; the brand's own example; the team's own copy from the history; somebody else's text;
somebody else's name, which no copy may have anywhere."""

_GRAM = 4
_WINDOW = 4
"""Winnowing (Schleimer, Wilkerson, Aiken 2003): of each four neighbouring 4-grams one is kept, so that every shared run
of seven tokens is found with a quarter of the grams."""

_MOST_TOKENS = 2_000
_COMMON = 200
_CANDIDATES = 20
_SHORT = 12.0
"""Texts up to so many words are also found by being a sentence of the copy."""


class Reference(NamedTuple):
    """A text that copy must not repeat: what it is, a name to show (a brand, a date), and the brief it was made for."""

    text: str
    source: Source = "reference"
    name: str = ""
    origin: str = ""


class References:
    """Texts to compare copy with. They do not change; `a + b` compares with both and copies neither.

    Memory is about 12 bytes for every third word, besides the texts.
    """

    def __init__(self, references: Iterable[Reference] = ()) -> None:
        self._texts: list[Reference] = []
        self._keys: dict[int, list[int]] = {}
        self._marks: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        hashes, owners = array("Q"), array("I")
        for reference in references:
            words = words_of(reference.text)[:_MOST_TOKENS]
            if not words:
                continue
            number = len(self._texts)
            self._texts.append(reference)
            if reference.source == "trademark":
                keys = tuple(word.key for word in words)
                self._marks.setdefault(keys[0], []).append((keys, number))
                continue
            if weight_of(words) <= _SHORT:
                self._keys.setdefault(_hashed(key_of(reference.text)), []).append(number)
            for print_ in _fingerprints([word.key for word in words]):
                hashes.append(print_)
                owners.append(number)
        order = sorted(range(len(hashes)), key=hashes.__getitem__)
        self._hashes = array("Q", (hashes[i] for i in order))
        self._owners = array("I", (owners[i] for i in order))
        self._others: tuple[References, ...] = ()

    @classmethod
    def of(cls, texts: Iterable[str], source: Source = "reference", name: str = "") -> "References":
        """References of one source."""
        return cls(Reference(text, source, name) for text in texts)

    def __add__(self, other: "References") -> "References":
        joined = References()
        joined._others = tuple(one for one in (*self._all(), *other._all()) if one._texts)
        return joined

    def __iter__(self) -> Iterator[Reference]:
        return (reference for one in self._all() for reference in one._texts)

    def __len__(self) -> int:
        return sum(len(one._texts) for one in self._all())

    @property
    def size(self) -> int:
        """Bytes that the index takes beside the texts."""
        return sum(len(one._hashes) * (one._hashes.itemsize + one._owners.itemsize) for one in self._all())

    def _all(self) -> tuple["References", ...]:
        return self._others or (self,)

    def candidates(self, keys: Sequence[str], *, but: frozenset[str] = frozenset()) -> Iterator[Reference]:
        """The references that share most runs of words with a text, at most 20 of each part of the index.

        Args:
            keys: The text's words.
            but: Origins whose references do not count.
        """
        prints = set(_grams(keys))
        for part in self._all():
            counts: Counter[int] = Counter()
            for print_ in prints:
                counts.update(part._held_by(print_))
            ranked = (part._texts[number] for number, _ in counts.most_common())
            yield from islice((one for one in ranked if one.origin not in but), _CANDIDATES)

    def named(self, key: str, *, but: frozenset[str] = frozenset()) -> Iterator[Reference]:
        """The short references whose whole text has this key."""
        for part in self._all():
            same = (part._texts[number] for number in part._keys.get(_hashed(key), ()))
            counted = (one for one in same if one.origin not in but and key_of(one.text) == key)
            yield from islice(counted, _CANDIDATES)

    def marks(self, keys: Sequence[str]) -> Iterator[tuple[int, int, Reference]]:
        """The trademarks in a text given by its words' keys, with the words' places."""
        for part in self._all():
            for start, key in enumerate(keys):
                for mark, number in part._marks.get(key, ()):
                    if tuple(keys[start : start + len(mark)]) == mark:
                        yield start, start + len(mark), part._texts[number]

    def _held_by(self, print_: int) -> Iterator[int]:
        place = bisect_left(self._hashes, print_)
        last = min(len(self._hashes), place + _COMMON)
        while place < last and self._hashes[place] == print_:
            yield self._owners[place]
            place += 1


def _hashed(text: str) -> int:
    # Python's own hash of a text differs from process to process, and an index may be kept.
    data = text.encode("utf-8", "surrogatepass")
    return zlib.crc32(data) << 32 | zlib.adler32(data)


def _grams(keys: Sequence[str]) -> Iterator[int]:
    if len(keys) < _GRAM:
        return
    for place in range(len(keys) - _GRAM + 1):
        yield _hashed("\x1f".join(keys[place : place + _GRAM]))


def _fingerprints(keys: Sequence[str]) -> Iterator[int]:
    grams = list(_grams(keys))
    last, least = -1, -1
    for start in range(max(1, len(grams) - _WINDOW + 1) if grams else 0):
        end = min(start + _WINDOW, len(grams))
        if least < start:
            least = min(range(start, end), key=grams.__getitem__)
        elif grams[end - 1] < grams[least]:
            least = end - 1
        if least != last:
            last = least
            yield grams[least]
