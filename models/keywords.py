"""What a copy or a pile of reviews is about: its words and phrases, most telling first."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from models.language import detect
from models.terms import Term, rarity, terms
from models.variant import Value

MAX_CANDIDATES = 50_000
"""Candidates that a corpus's tally holds; the rarest are forgotten."""

_READ = {"en", "zh"}
# How much a phrase is preferred to a word, how soon lateness matters, how much rarity counts: chosen on the "tune"
# half of tests/data/keywords_*.jsonl by benchmarks/keywords.py --tune.
_LENGTH = {"en": (1.0, 1.3, 0.7), "zh": (1.0, 1.3, 0.7)}
_LATE = 0.2
_RARE = 1.4
_RARE_IN_CORPUS = 0.7
_NESTED = 0.6
_VERB = 0.4


class Keyword(Value):
    """A word or phrase: its most frequent spelling, its weight against the best one's 1, its occurrences."""

    term: str
    score: float = Field(ge=0, le=1)
    count: int = Field(ge=1)


def keywords(
    texts: str | Sequence[str], language: Literal["en", "zh"] | None = None, top: int = 10
) -> list[Keyword]:
    """The keywords of one text, or of many together, best first.

    Phrases have one to three words in English, two to eight characters in Chinese; inflections are one
    keyword. A term weighs more the oftener it occurs outside longer terms already chosen (C-value), the rarer its words
    are in the language, and in a single text the earlier it stands. For many texts the occurrences are the texts that
    hold it.

    Args:
        texts: One text, or many.
        language: The texts' language; None detects it for each. Texts in other languages have no keywords.
        top: At most so many.
    """
    if isinstance(texts, str):
        return _of_one(texts, language or detect(texts).code, top)
    tally = KeywordTally(language)
    for text in texts:
        tally.add(text)
    return tally.keywords(top)


def _of_one(text: str, language: str, top: int) -> list[Keyword]:
    if language not in _READ or top < 1:
        return []
    found: dict[str, list[Term]] = {}
    for term in terms(text, language):
        found.setdefault(term.key, []).append(term)
    longer = _longest(found)
    scores = {
        key: _weight(same[0], language)
        * math.exp(-_LATE * same[0].start / len(text))
        * _often(len(same) - _NESTED * longer.get(key, 0))
        for key, same in found.items()
    }
    chosen: list[tuple[float, str, int]] = []
    taken = bytearray(len(text))
    for key in sorted(found, key=lambda key: (-scores[key], found[key][0].start)):
        same = found[key]
        # What stands inside a chosen term, or around it, has no say of its own.
        if all(any(taken[term.start : term.end]) for term in same):
            continue
        chosen.append((scores[key], _spelling(Counter(term.text for term in same)), len(same)))
        if len(chosen) == top:
            break
        for term in same:
            taken[term.start : term.end] = b"\1" * (term.end - term.start)
    return _ranked(chosen)


def _longest(found: dict[str, list[Term]]) -> dict[str, int]:
    """How often each term stands inside the most frequent longer term that holds it (C-value, Frantzi 2000)."""
    inside: dict[str, int] = {}
    by_words = {same[0].words: key for key, same in found.items()}
    for words, key in by_words.items():
        for size in range(1, len(words)):
            for start in range(len(words) - size + 1):
                nested = by_words.get(words[start : start + size])
                if nested is not None:
                    inside[nested] = max(inside.get(nested, 0), len(found[key]))
    return inside


class KeywordTally:
    """Keywords of a corpus that comes text by text, in bounded memory.

    When the candidates are more than twice `capacity`, the rarest are forgotten (lossy counting, Manku and Motwani
    2002): what is frequent in the whole is not lost, a count may be low by the few times before.
    """

    def __init__(
        self, language: Literal["en", "zh"] | None = None, *, capacity: int = MAX_CANDIDATES
    ) -> None:
        self._language = language
        self._capacity = capacity
        self._counts: Counter[str] = Counter()
        self._seen: dict[str, tuple[Term, str, Counter[str]]] = {}
        self.texts = 0

    def add(self, text: str) -> None:
        """Count one text's candidates, each once."""
        self.texts += 1
        language = self._language or detect(text).code
        if language not in _READ:
            return
        for term in {term.key: term for term in terms(text, language)}.values():
            self._counts[term.key] += 1
            spellings = self._seen.setdefault(term.key, (term, language, Counter()))[2]
            if term.text in spellings or len(spellings) < 6:
                spellings[term.text] += 1
        if len(self._counts) > 2 * self._capacity:
            self._counts = Counter(dict(self._counts.most_common(self._capacity)))
            self._seen = {key: self._seen[key] for key in self._counts}

    def keywords(self, top: int = 10) -> list[Keyword]:
        """The keywords so far."""
        # One mention among many texts tells nothing of them.
        least = 1 if self.texts < 10 else 2
        left = {key: float(count) for key, count in self._counts.items() if count >= least}
        weights = {key: self._corpus_weight(key) for key in left}
        holders: dict[str, list[str]] = {}
        for key in left:
            for word in set(self._seen[key][0].words):
                holders.setdefault(word, []).append(key)
        chosen: list[tuple[float, str, int]] = []
        while left and len(chosen) < top:
            best = max(left, key=lambda key: (weights[key] * math.sqrt(left[key]), key))
            score = weights[best] * math.sqrt(left.pop(best))
            chosen.append((score, _spelling(self._seen[best][2]), self._counts[best]))
            words = self._seen[best][0].words
            for key in {key for word in words for key in holders[word]} & left.keys():
                others = self._seen[key][0].words
                if _inside(others, words):
                    left[key] -= self._counts[best]
                    if left[key] < 0.3 * self._counts[key]:
                        del left[key]
                elif _inside(words, others) and self._counts[key] < 0.25 * self._counts[best]:
                    del left[key]
        return _ranked(chosen)

    def _corpus_weight(self, key: str) -> float:
        term, language, _ = self._seen[key]
        weight = _weight(term, language, _RARE_IN_CORPUS)
        if len(term.words) > 1:
            # A phrase is one when its words are often together: "battery life", not "screen great".
            rarest = min(self._counts.get(word, self._counts[key]) for word in term.words)
            weight *= math.sqrt(min(1.0, self._counts[key] / max(1, rarest)))
        return weight


def _weight(term: Term, language: str, rare: float = _RARE) -> float:
    size = len(term.words)
    mean = sum(rarity(word, language) for word in term.words) / size
    weight: float = _LENGTH[language][size - 1] * mean**rare
    return weight if term.noun or size > 1 else weight * _VERB


def _often(count: float) -> float:
    return math.log2(1 + count)


def _inside(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    size = len(short)
    return size < len(long) and any(
        long[start : start + size] == short for start in range(len(long) - size + 1)
    )


def _spelling(spellings: Counter[str]) -> str:
    """The most frequent spelling; one in small letters before names at the beginning of sentences."""
    return max(spellings, key=lambda text: (spellings[text], text == text.lower(), text))


def _ranked(scored: list[tuple[float, str, int]]) -> list[Keyword]:
    scored.sort(key=lambda item: -item[0])
    best = scored[0][0] if scored else 1.0
    return [
        Keyword(term=text, score=round(score / best, 4) if best else 1.0, count=count)
        for score, text, count in scored
    ]
