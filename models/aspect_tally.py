"""Counts what people like and dislike in reviews, review by review."""

import heapq
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import rjieba

from models.aspects import Aspect, AspectReport, Parts, Passage, Quote, Request, split_review
from models.variant import Sentiment

CAPACITY = 5_000
QUOTES = 3
# A share of blame from which an aspect counts as disliked although most praise it, against the corpus' share.
_BLAMED_MORE = 1.25

Score = Callable[[Sequence[str]], Awaitable[list[Sentiment | None]]]
"""Scores texts in order, as `SentimentEngine.score` does; None where a text is not scored."""

_Kept = tuple[float, int, int, int, str, float]
"""A quote in a heap: its worth, the review's index negated (the first of equals stays), place, text, score."""


@dataclass(slots=True)
class _Tallied:
    """What is known of one property; `words` are its parts' keys, for folding rare compounds."""

    words: tuple[str, ...]
    spellings: Counter[str]
    positive: int = 0
    negative: int = 0
    neutral: int = 0
    total: float = 0.0
    praise: list[_Kept] = field(default_factory=list)
    blame: list[_Kept] = field(default_factory=list)

    @property
    def count(self) -> int:
        return self.positive + self.negative + self.neutral

    def absorb(self, other: "_Tallied", quotes: int) -> None:
        """Count the other's reviews as one's own."""
        self.positive += other.positive
        self.negative += other.negative
        self.neutral += other.neutral
        self.total += other.total
        for mine, its in ((self.praise, other.praise), (self.blame, other.blame)):
            for quote in its:
                _keep(mine, quote, quotes)


class AspectTally:
    """Counts aspects review by review, in bounded memory.

    When twice `capacity` properties are held, the rarest are forgotten; a rare compound ("zoom lens cap") first hands
    its counts to the part of it that is frequent ("lens"). `state` and `from_state` let a long job go on
    after a stop.

    Args:
        capacity: How many properties are told apart.
        quotes: How many quotes are kept for praise, and for blame.
    """

    def __init__(self, *, capacity: int = CAPACITY, quotes: int = QUOTES) -> None:
        self._capacity = capacity
        self._quotes = quotes
        self._aspects: dict[str, _Tallied] = {}
        self._requests: dict[str, _Tallied] = {}
        self.reviews = 0
        self.scored_clauses = 0

    def add(self, parts: Parts, sentiments: Sequence[Sentiment | None]) -> None:
        """Count one review.

        Args:
            parts: The review, from `split_review`.
            sentiments: How each of `parts.clauses` feels, in order; None where it was not scored.
        """
        self.reviews += 1
        voices: dict[str, list[tuple[float, Passage, str]]] = {}
        for clause, sentiment in zip(parts.clauses, sentiments, strict=True):
            if sentiment is None:
                continue
            self.scored_clauses += 1
            # A neutral clause has no say in the mean; its score is noise around 0.
            score = 0.0 if sentiment.label == "neutral" else sentiment.score
            for key, spelling in clause.names:
                voices.setdefault(key, []).append((score, clause, spelling))
        for key, said in voices.items():
            held = self._held(self._aspects, key, [spelling for _, _, spelling in said])
            mean = sum(score for score, _, _ in said) / len(said)
            held.total += mean
            if mean == 0:
                held.neutral += 1
                continue
            held.positive += mean > 0
            held.negative += mean < 0
            strongest, clause, _ = max(said, key=lambda voice: voice[0] * (1 if mean > 0 else -1))
            _keep(
                held.praise if mean > 0 else held.blame, _quote(parts.review, clause, strongest), self._quotes
            )
        for wish in parts.requests:
            key, spelling = wish.names[0] if wish.names else ("", "")
            held = self._held(self._requests, key, [spelling])
            held.neutral += 1
            _keep(held.praise, _quote(parts.review, wish, 0.0), self._quotes)

    def report(self, top: int = 10, *, least: int | None = None) -> AspectReport:
        """What the reviews so far like, dislike and ask for.

        An aspect is liked when at least half of those who judge it praise it, disliked when half blame it, or
        a quarter more than blame things on the whole. First come those that most reviews speak of so.

        Args:
            top: At most so many of each.
            least: Aspects of fewer reviews are left out; None: 2, and more in large corpora (1 in 1,000).
        """
        least = least if least is not None else (1 if self.reviews < 10 else max(2, self.reviews // 1_000))
        aspects = _folded(self._aspects, least, self._quotes)
        judged = sum(held.positive + held.negative for held in aspects.values())
        blamed = sum(held.negative for held in aspects.values()) / judged if judged else 0.0
        liked, disliked = [], []
        for held in aspects.values():
            sides = held.positive + held.negative
            if held.count < least or not sides:
                continue
            share = held.negative / sides
            if share <= 0.5:
                liked.append((held.positive * (1 - share), held))
            if share >= 0.5 or (share >= _BLAMED_MORE * blamed and held.negative >= 3):
                disliked.append((held.negative * share, held))
        wishes = sorted(self._requests.values(), key=lambda held: -held.count)[:top]
        return AspectReport(
            liked=tuple(_aspect(held) for held in _first(liked, top)),
            disliked=tuple(_aspect(held) for held in _first(disliked, top)),
            requests=tuple(
                Request(term=_spelling(held), count=held.count, quotes=_quotes(held.praise))
                for held in wishes
            ),
            reviews=self.reviews,
            scored_clauses=self.scored_clauses,
        )

    def state(self) -> dict[str, Any]:
        """Everything counted so far, as JSON can hold it."""
        return {
            "reviews": self.reviews,
            "scored_clauses": self.scored_clauses,
            "aspects": {key: _dumped(held) for key, held in self._aspects.items()},
            "requests": {key: _dumped(held) for key, held in self._requests.items()},
        }

    @classmethod
    def from_state(
        cls, state: Mapping[str, Any], *, capacity: int = CAPACITY, quotes: int = QUOTES
    ) -> "AspectTally":
        """A tally that goes on from `state`."""
        tally = cls(capacity=capacity, quotes=quotes)
        tally.reviews, tally.scored_clauses = state["reviews"], state["scored_clauses"]
        tally._aspects = {key: _restored(held) for key, held in state["aspects"].items()}
        tally._requests = {key: _restored(held) for key, held in state["requests"].items()}
        return tally

    def _held(self, where: dict[str, _Tallied], key: str, spellings: list[str]) -> _Tallied:
        held = where.get(key)
        if held is None:
            if len(where) >= 2 * self._capacity:
                counts = sorted((other.count for other in where.values()), reverse=True)
                kept = _folded(where, counts[self._capacity] + 1, self._quotes)
                where.clear()
                where.update(
                    (name, other) for name, other in kept.items() if other.count > counts[self._capacity]
                )
            held = where[key] = _Tallied(_words(key), Counter())
        for spelling in spellings:
            if spelling in held.spellings or len(held.spellings) < 6:
                held.spellings[spelling] += 1
        return held


def _words(key: str) -> tuple[str, ...]:
    """The parts of a key: English words, Chinese words as rjieba cuts them."""
    return tuple(key.split()) if key.isascii() else tuple(rjieba.cut(key))


def _folded(aspects: Mapping[str, _Tallied], least: int, quotes: int) -> dict[str, _Tallied]:
    """The aspects, those below `least` counted for the most frequent of their parts that has as many."""
    kept = {key: held for key, held in aspects.items() if held.count >= least or len(held.words) == 1}
    added: dict[str, _Tallied] = {}
    for key, held in aspects.items():
        if key in kept:
            continue
        joint = " " if key.isascii() else ""
        size = len(held.words)
        parts = {
            joint.join(held.words[start : start + length])
            for length in range(1, size)
            for start in range(size - length + 1)
        }
        frequent = [part for part in parts if part in kept and kept[part].count >= least]
        if not frequent:
            kept[key] = held
            continue
        best = max(frequent, key=lambda part: (kept[part].count, part))
        if best not in added:
            copy = added[best] = _Tallied(kept[best].words, kept[best].spellings)
            copy.absorb(kept[best], quotes)
        added[best].absorb(held, quotes)
    return {**kept, **added}


def _quote(review: int, passage: Passage, score: float) -> _Kept:
    """A quote with its worth before it: feeling first, but a length that can be read and understood."""
    size = len(passage.text) * (1 if passage.text.isascii() else 3)
    worth = (abs(score) or 0.5) * min(1.0, size / 30) * min(1.0, 120 / size)
    return (worth, -review, passage.start, passage.end, passage.text, score)


def _keep(
    quotes: list[_Kept],
    quote: _Kept,
    most: int,
) -> None:
    """Keep a quote if it is among the best, and says what none of them says already."""
    if all(quote[4] != other[4] for other in quotes):
        if len(quotes) < most:
            heapq.heappush(quotes, quote)
        else:
            heapq.heappushpop(quotes, quote)


def _first(weighed: list[tuple[float, _Tallied]], top: int) -> list[_Tallied]:
    return [held for _, held in sorted(weighed, key=lambda pair: (-pair[0], -pair[1].count))[:top]]


def _spelling(held: _Tallied) -> str:
    return max(held.spellings, key=lambda text: (held.spellings[text], text == text.lower(), text))


def _aspect(held: _Tallied) -> Aspect:
    return Aspect(
        term=_spelling(held),
        positive=held.positive,
        negative=held.negative,
        neutral=held.neutral,
        mean_score=round(max(-1.0, min(1.0, held.total / held.count)), 4),
        praise=_quotes(held.praise),
        blame=_quotes(held.blame),
    )


def _quotes(held: list[_Kept]) -> tuple[Quote, ...]:
    return tuple(
        Quote(review=-review, start=start, end=end, text=text, score=round(score, 4))
        for _, review, start, end, text, score in sorted(held, reverse=True)
    )


def _dumped(held: _Tallied) -> dict[str, Any]:
    return {
        "words": list(held.words),
        "spellings": dict(held.spellings),
        "positive": held.positive,
        "negative": held.negative,
        "neutral": held.neutral,
        "total": held.total,
        "praise": [list(quote) for quote in held.praise],
        "blame": [list(quote) for quote in held.blame],
    }


def _restored(held: Mapping[str, Any]) -> _Tallied:
    values = dict(held)
    values["words"] = tuple(values["words"])
    values["spellings"] = Counter(values["spellings"])
    for side in ("praise", "blame"):
        values[side] = [tuple(quote) for quote in values[side]]
        heapq.heapify(values[side])
    return _Tallied(**values)


async def read_aspects(
    texts: Iterable[str], score: Score, *, top: int = 10, batch: int = 256
) -> AspectReport:
    """The aspects of reviews that are at hand, scored in batches; for more control use `AspectTally`.

    Raises:
        SentimentUnavailable: From the scorer.
    """
    tally = AspectTally()
    waiting: list[Parts] = []
    clauses_waiting = 0
    for index, text in enumerate(texts):
        waiting.append(split_review(text, index))
        clauses_waiting += len(waiting[-1].clauses)
        if clauses_waiting >= batch:
            await _score_into(tally, waiting, score)
            waiting, clauses_waiting = [], 0
    await _score_into(tally, waiting, score)
    return tally.report(top)


async def _score_into(tally: "AspectTally", waiting: list[Parts], score: Score) -> None:
    scored = iter(await score([clause.text for parts in waiting for clause in parts.clauses]))
    for parts in waiting:
        tally.add(parts, [next(scored) for _ in parts.clauses])
