"""Texts as likeness compares them: words and Chinese characters in one spelling, with their places."""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from models.scripts import simplified

__all__ = ["Word", "key_of", "sentences_of", "weight_of", "words_of"]

HAN_WEIGHT = 0.6
"""Chinese needs some five characters for what takes three words of English."""

_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+(?:['’][^\W_]+)*")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_SENTENCE = re.compile(r"[^.!?。！？…，,;；:：\n|–—]+")


class Word(NamedTuple):
    """A word or Chinese character in its compared form, with its place in the text as given."""

    key: str
    start: int
    end: int


def words_of(text: str) -> list[Word]:
    """The words of a text: case, width, accents' form, hidden characters and traditional forms make no difference."""
    kept, places = _visible(text)
    return [
        Word(_folded(match.group()), places[match.start()], places[match.end() - 1] + 1)
        for match in _WORD.finditer(kept)
    ]


def _visible(text: str) -> tuple[str, Sequence[int]]:
    plain = unicodedata.normalize("NFKC", text)
    if len(plain) == len(text) and not _INVISIBLE.search(plain):
        return plain, range(len(text) + 1)
    kept, places = [], []
    for place, character in enumerate(text):
        for one in unicodedata.normalize("NFKC", character):
            if not _INVISIBLE.match(one):
                kept.append(one)
                places.append(place)
    return "".join(kept), places


def _folded(word: str) -> str:
    if "\u3400" <= word <= "\u9fff":
        return simplified(word)
    return word.casefold().replace("’", "'")


def key_of(text: str) -> str:
    """A whole text as one key: its words with a space between, Chinese without."""
    return _joined([word.key for word in words_of(text)])


def _joined(keys: Sequence[str]) -> str:
    return " ".join(keys)


def weight_of(words: Sequence[Word]) -> float:
    """How long words are, in words."""
    return sum(HAN_WEIGHT if "\u3400" <= word.key[:1] <= "\u9fff" else 1.0 for word in words)


def sentences_of(text: str) -> list[tuple[str, str]]:
    """The sentences and clauses of a text with their keys, and the whole text where it is short."""
    pieces = [match.group().strip() for match in _SENTENCE.finditer(text)]
    if len(text) <= 200:
        pieces.append(text.strip())
    return list({key: (piece, key) for piece in pieces if (key := key_of(piece))}.values())
