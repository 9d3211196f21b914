"""Scores reviews chunk by chunk, and hears what they like, dislike and ask for."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from bot.desk import Scorer
from bot.reviews.store import Mention, ReviewStore, Scored
from bot.reviews.values import Review
from models.aspect_tally import AspectTally
from models.aspects import Parts, split_review
from models.variant import Sentiment

__all__ = ["CHUNK", "SCORERS", "TALLY", "score_chunk"]

CHUNK = 1_000
"""Reviews scored at once and recorded as one step: a crash loses at most so many, memory holds no more."""

TALLY = "aspects"
"""The name under which the store keeps the tally of aspects."""

SCORERS = "scored_by"
"""The name under which the store keeps which models scored."""

_HEARD: dict[str, Literal["en", "zh"]] = {"en": "en", "zh": "zh"}


async def score_chunk(path: Path, scorer: Scorer, most: int = CHUNK) -> int:
    """Score the next reviews that are not scored, and keep what was found; the store is then one chunk further.

    Returns:
        How many were scored; 0 when all are.

    Raises:
        SentimentUnavailable: The sentiment checkpoint cannot be loaded.
        HistoryError: The store cannot be written.
    """
    reviews = await asyncio.to_thread(_waiting, path, most)
    if not reviews:
        return 0
    sentiments = await scorer.score([review.text for review in reviews])
    parts = await asyncio.to_thread(_parts, reviews, sentiments)
    felt = await _felt(reviews, parts, sentiments, scorer)
    await asyncio.to_thread(_save, path, reviews, sentiments, parts, felt)
    return len(reviews)


def _waiting(path: Path, most: int) -> list[Review]:
    with ReviewStore(path) as store:
        return store.waiting(most)


def _parts(reviews: Sequence[Review], sentiments: Sequence[Sentiment | None]) -> list[Parts]:
    """What each review speaks of; nothing where its language has no words that we know."""
    return [
        split_review(
            review.text,
            review.number,
            _HEARD[sentiment.language],
            ignore=[review.product] if review.product else (),
        )
        if sentiment and sentiment.language in _HEARD
        else Parts(review.number, (), ())
        for review, sentiment in zip(reviews, sentiments, strict=True)
    ]


async def _felt(
    reviews: Sequence[Review],
    parts: Sequence[Parts],
    sentiments: Sequence[Sentiment | None],
    scorer: Scorer,
) -> list[list[Sentiment | None]]:
    """How each clause feels: scored, but where the clause is the whole review, as the review."""
    whole = [
        len(said.clauses) == 1 and len(said.clauses[0].text) * 10 >= len(review.text) * 9
        for review, said in zip(reviews, parts, strict=True)
    ]
    asked = [
        clause.text for said, same in zip(parts, whole, strict=True) if not same for clause in said.clauses
    ]
    scores = iter(await scorer.score(asked) if asked else [])
    return [
        [sentiment] if same else [next(scores) for _ in said.clauses]
        for said, same, sentiment in zip(parts, whole, sentiments, strict=True)
    ]


def _save(
    path: Path,
    reviews: Sequence[Review],
    sentiments: Sequence[Sentiment | None],
    parts: Sequence[Parts],
    felt: Sequence[Sequence[Sentiment | None]],
) -> None:
    with ReviewStore(path) as store:
        held = store.meta(TALLY)
        tally = AspectTally.from_state(held) if held else AspectTally()
        scored = []
        for review, sentiment, said, feelings in zip(reviews, sentiments, parts, felt, strict=True):
            tally.add(said, feelings)
            mentions = _mentions(said, feelings)
            scored.append(Scored(number=review.number, sentiment=sentiment, mentions=mentions))
        by = {one.scored_by for one in sentiments if one and one.confidence} | set(store.meta(SCORERS) or ())
        store.save(scored, **{TALLY: tally.state(), SCORERS: sorted(by)})


def _mentions(said: Parts, feelings: Sequence[Sentiment | None]) -> tuple[Mention, ...]:
    return tuple(
        Mention(term=spelling, score=feeling.score)
        for clause, feeling in zip(said.clauses, feelings, strict=True)
        if feeling and feeling.label != "neutral"
        for _, spelling in clause.names
    )
