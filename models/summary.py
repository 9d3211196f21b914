"""Summaries made of a text's own sentences: of one text, or of many reviews together."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from models.language import UNDETERMINED, detect
from models.sentences import Span, clauses, sentences
from models.terms import chinese_words, english_words, rarity, stem

CAPACITY = 250
"""Sentences that compete in the end; of a corpus the most central ones."""

MAX_CHARACTERS = 400
"""A longer "sentence" is cut into clauses first: nobody reads it as a summary."""

_MAX_WORDS_KNOWN = 50_000
# LexRank (Erkan and Radev 2004, https://arxiv.org/abs/1109.2128): damping, rounds of the power method, and the
# similarity from which two sentences vote for each other. MMR (Carbonell and Goldstein 1998): how much a new
# sentence's worth counts against its likeness to those already chosen.
_DAMPING = 0.85
_ROUNDS = 30
_VOTES_FROM = 0.05
_WORTH = 0.7
_LEAD = 0.25
_SHORT, _LONG = 4, 40
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class _Sentence:
    text: str
    order: tuple[int, int]
    weights: Mapping[str, float]
    """The sentence's words, weighted and of length 1 together."""
    size: int


def summarise(
    texts: str | Sequence[str], language: Literal["en", "zh"] | None = None, sentences: int = 3
) -> list[str]:
    """The sentences that say most of what the texts say, in their order, each exactly as it stands there.

    Sentences vote for those they resemble (LexRank); of the best, one that repeats another is passed over
    (MMR). Made for English and Chinese; other languages that put spaces between words do, less sharply.

    Args:
        texts: One text, or many.
        language: The texts' language; None detects it for each.
        sentences: At most so many.
    """
    pool = SummaryPool(language)
    for text in [texts] if isinstance(texts, str) else texts:
        pool.add(text)
    return pool.summarise(sentences)


class SummaryPool:
    """Gathers the sentences of texts that come one by one, in bounded memory.

    When more than twice `capacity` sentences are held, those nearest to what the texts say on the whole stay.
    """

    def __init__(self, language: Literal["en", "zh"] | None = None, *, capacity: int = CAPACITY) -> None:
        self._language = language
        self._capacity = capacity
        self._pool: list[_Sentence] = []
        self._seen: set[str] = set()
        self._words: Counter[str] = Counter()
        self.texts = 0

    def add(self, text: str) -> None:
        """Take one text's sentences in."""
        number, self.texts = self.texts, self.texts + 1
        language = self._language or detect(text).code
        if language == UNDETERMINED:
            return
        said: set[str] = set()
        for span in _pieces(text):
            piece = span.of(text)
            folded = _SPACE.sub("", piece).casefold()
            if folded in self._seen:
                continue
            words = _words(piece, language)
            if not words:
                continue
            said.update(words)
            self._seen.add(folded)
            self._pool.append(_Sentence(piece, (number, span.start), _weights(words, language), len(words)))
            if len(self._pool) > 2 * self._capacity:
                self._keep_central()
        self._words.update(said)
        if len(self._words) > 2 * _MAX_WORDS_KNOWN:
            self._words = Counter(dict(self._words.most_common(_MAX_WORDS_KNOWN)))

    def summarise(self, count: int = 3) -> list[str]:
        """The summary so far: at most `count` sentences, in the order they came."""
        if count < 1:
            return []
        if len(self._pool) > self._capacity:
            self._keep_central()
        pool = sorted(self._pool, key=lambda sentence: sentence.order)
        if len(pool) <= count:
            return [sentence.text for sentence in pool]
        likeness = _likeness(pool)
        worth = _central(likeness)
        for index, sentence in enumerate(pool):
            worth[index] *= _fitting(sentence.size)
            if self.texts == 1:
                # The first sentences of a copy say what it is about.
                worth[index] *= 1 + _LEAD * (1 - index / len(pool))
        chosen = _diverse(worth, likeness, count)
        return [pool[index].text for index in sorted(chosen)]

    def _keep_central(self) -> None:
        def near(sentence: _Sentence) -> float:
            whole = sum(weight * math.sqrt(self._words[word]) for word, weight in sentence.weights.items())
            return whole * _fitting(sentence.size)

        self._pool = sorted(self._pool, key=lambda sentence: (-near(sentence), sentence.order))[
            : self._capacity
        ]
        self._seen = {_SPACE.sub("", sentence.text).casefold() for sentence in self._pool}


def _pieces(text: str) -> list[Span]:
    """The sentences; those that are too long to be read as one cut into clauses, and at worst at a space."""
    found = []
    for sentence in sentences(text):
        if sentence.end - sentence.start <= MAX_CHARACTERS:
            found.append(sentence)
            continue
        for clause in clauses(sentence.of(text)):
            start, end = sentence.start + clause.start, sentence.start + clause.end
            if end - start > MAX_CHARACTERS:
                space = text.rfind(" ", start, start + MAX_CHARACTERS)
                end = space if space > start else start + MAX_CHARACTERS
            found.append(Span(start, end))
    return found


def _words(piece: str, language: str) -> list[str]:
    if language == "zh":
        return chinese_words(piece)
    return [stem(word) for word in english_words(piece)]


def _weights(words: list[str], language: str) -> dict[str, float]:
    return _unit(
        {word: (1 + math.log(count)) * rarity(word, language) for word, count in Counter(words).items()}
    )


def _unit(weights: dict[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {word: weight / length for word, weight in weights.items()} if length else weights


def _fitting(size: int) -> float:
    """Neither a shout of two words nor a paragraph makes a summary."""
    return min(1.0, size / _SHORT) * min(1.0, _LONG / size)


def _likeness(pool: list[_Sentence]) -> list[dict[int, float]]:
    """Which sentences share words, and how much (cosine), for each sentence."""
    holders: dict[str, list[tuple[int, float]]] = {}
    likeness: list[dict[int, float]] = [{} for _ in pool]
    for index, sentence in enumerate(pool):
        shared: dict[int, float] = {}
        for word, weight in sentence.weights.items():
            for other, its in holders.get(word, ()):
                shared[other] = shared.get(other, 0.0) + weight * its
            holders.setdefault(word, []).append((index, weight))
        for other, value in shared.items():
            if value >= _VOTES_FROM:
                likeness[index][other] = likeness[other][index] = min(1.0, value)
    return likeness


def _central(likeness: list[dict[int, float]]) -> list[float]:
    """LexRank: the share of a random walk from like to like that ends at each sentence, against the best one's 1."""
    size = len(likeness)
    rank = [1.0 / size] * size
    sums = [sum(row.values()) for row in likeness]
    for _ in range(_ROUNDS):
        fresh = [(1 - _DAMPING) / size] * size
        for index, row in enumerate(likeness):
            if not row:
                continue
            for other, value in row.items():
                fresh[other] += _DAMPING * rank[index] * value / sums[index]
        rank = fresh
    best = max(rank)
    return [value / best for value in rank]


def _diverse(worth: list[float], likeness: list[dict[int, float]], count: int) -> list[int]:
    """Maximal marginal relevance: the best sentence, then each time the best that is not like the chosen."""
    chosen: list[int] = []
    left = set(range(len(worth)))
    closest = [0.0] * len(worth)
    while left and len(chosen) < count:
        best = max(left, key=lambda index: (_WORTH * worth[index] - (1 - _WORTH) * closest[index], -index))
        left.discard(best)
        chosen.append(best)
        for other, value in likeness[best].items():
            closest[other] = max(closest[other], value)
    return chosen
