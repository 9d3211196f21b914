"""Which words of a text are names, by how they are written."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

__all__ = ["names_in"]

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f0-9]*(?:[-'’&+][A-Za-z\u00c0-\u024f0-9]+)*\+*")
# What a sentence, a quotation or an item of a list begins after.
_SENTENCE = re.compile(r"[^.!?。！？:：;；\n“”\"()（）•|—–]+")
_OWN = re.compile(r"['’]s$")
_NO_NAMES = {"i", "a", "ok"}
# "Aurora X": a letter that names a model makes a name of the word before it.
_MODEL = re.compile(r"[B-HJ-Z]")
_FEW = 3
_TITLE_CASE = 0.85
_COMMON = Path(__file__).parent.parent / "data" / "common.en.txt"


@cache
def _common() -> frozenset[str]:
    lines = _COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def names_in(text: str) -> Iterator[tuple[str, bool]]:
    """The names of a text, word by word, with whether each is certain.

    In a sentence with Chinese characters each Latin word is a name. Elsewhere a name is a word with a capital or a
    figure inside, one in capitals that is no common word, or one that begins with a capital where ordinary words do
    not; a rare word at a sentence's beginning, or in a headline that capitalises every word, may be one.
    """
    for match in _SENTENCE.finditer(text):
        sentence = match.group()
        words = [_OWN.sub("", word) for word in _WORD.findall(sentence)]
        if _HAN.search(sentence):
            yield from ((word, True) for word in words if len(word) > 1 or word.isupper())
            continue
        # A sentence ends in a full stop, a headline does not.
        headline = text[match.end() : match.end() + 1] != "." and _in_title_case(words)
        for place, word in enumerate(words):
            if word.casefold() in _NO_NAMES or re.match(r"I['’]", word):
                continue
            model = words[place + 1] if place + 1 < len(words) else ""
            if _is_special(word) or (word[0].isupper() and _MODEL.fullmatch(model)):
                yield word, True
            elif word[0].isupper() and not (word.isupper() and len(word) > 1):
                if place and not headline:
                    yield word, True
                elif _is_rare(word):
                    yield word, False


def _in_title_case(words: list[str]) -> bool:
    if all(word[0].isupper() for word in words):
        return True
    long = [word for word in words if len(word) > 3]
    return len(long) >= _FEW and sum(word[0].isupper() for word in long) >= _TITLE_CASE * len(long)


def _is_special(word: str) -> bool:
    """iPhone, X100, IPX7, USB-C; not NEW, not Well-Being."""
    if any(character.isdigit() for character in word):
        return True
    pieces = re.split(r"[-'’&+]", word)
    if any(re.search(r"[a-z\u00df-\u024f][A-Z]", piece) for piece in pieces):
        return True
    return any(len(piece) > 1 and piece.isupper() and piece.lower() not in _common() for piece in pieces)


def _is_rare(word: str) -> bool:
    folded = word.lower()
    stems = {folded, folded.removesuffix("s"), folded.removesuffix("es"), folded.removesuffix("ing")}
    stems |= {folded.removesuffix("ing") + "e", folded.removesuffix("ed"), folded.removesuffix("d")}
    stems |= {folded.removesuffix("ly"), folded.removesuffix("er"), folded.removesuffix("ies") + "y"}
    stems |= set(re.split(r"[-'’&+]", folded)) if re.search(r"[-'’&+]", folded) else set()
    return not stems & _common()
