"""From a file of reviews to its report, in steps that can each be done again."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.desk import Desk, Scorer
from bot.reviews.errors import ReviewsError
from bot.reviews.export import write_scored
from bot.reviews.listening import CHUNK, score_chunk
from bot.reviews.reading import MOST_REVIEWS, Source, open_source
from bot.reviews.reporting import make_report
from bot.reviews.store import ReviewStore
from bot.reviews.summary import sample, written
from bot.reviews.values import Options, Report, Review
from models.errors import SentimentUnavailable
from models.privacy import mask

__all__ = ["Pipeline", "masked"]

Progress = Callable[[int, int], None]


class Pipeline:
    """One file's way to its report. All state is in the file at `store`, so another process can go on.

    Args:
        path: The file of reviews.
        name: What people call it.
        store: Where the run keeps its reviews.
        options: How the file is to be read.
    """

    def __init__(self, path: Path, name: str, store: Path, options: Options) -> None:
        self.path = path
        self.name = name
        self.store = store
        self.options = options

    async def load(self) -> int:
        """Read the file into the store, personal data masked; returns how many reviews there are.

        What an earlier run loaded is kept.

        Raises:
            ReviewsError: It is no readable file of reviews.
            HistoryError: The store cannot be written.
        """
        return await asyncio.to_thread(self._load)

    def _load(self) -> int:
        with ReviewStore(self.store) as store:
            if store.meta("loaded"):
                return store.count()
            source = self._source()
            seen = _Seen(source)
            count = store.fill(seen.reviews())
            if not count:
                raise ReviewsError(
                    f"{self.name} has no reviews: its column “{source.columns.read().text}” is empty.",
                    "Give a file with one review a row or line.",
                )
            store.keep("rows", seen.rows)
            store.keep("empty", seen.rows - count)
            store.keep("loaded", True)
            return count

    def _source(self) -> Source:
        return open_source(self.path, self.name, self.options)

    async def score(self, scorer: Scorer) -> int:
        """Score the next chunk; returns how many reviews are scored by now.

        Raises:
            SentimentUnavailable: The sentiment checkpoint cannot be loaded.
            HistoryError: The store cannot be written.
        """
        await score_chunk(self.store, scorer, CHUNK)
        return await asyncio.to_thread(self._done)

    def _done(self) -> int:
        with ReviewStore(self.store) as store:
            return store.count(done=True)

    async def report(self, desk: Desk) -> Report:
        """The report, with a summary in prose where the desk's engine can write one.

        Raises:
            ReviewsError: The file or the store is gone.
        """
        report, texts = await asyncio.to_thread(self._report)
        return await written(desk, report, texts)

    def _report(self) -> tuple[Report, list[str]]:
        with ReviewStore(self.store) as store:
            if not store.count():
                raise ReviewsError("What I read of the reviews is lost.", "Start again with the file.")
            return make_report(store, self._source(), self.options), sample(store)

    async def write_scored(self, target: Path, report: Report) -> int:
        """Write the scored rows; returns how many.

        Raises:
            OSError: The file cannot be written.
        """
        return await asyncio.to_thread(self._write_scored, target, report)

    def _write_scored(self, target: Path, report: Report) -> int:
        with ReviewStore(self.store) as store:
            keep = None if self.options.keep_personal else masked
            return write_scored(target, self._source(), store, report.language, keep)


def scorer_of(desk: Desk) -> Scorer:
    """The desk's sentiment engine.

    Raises:
        SentimentUnavailable: It has none.
    """
    if desk.sentiment is None:
        raise SentimentUnavailable(
            "Sentiment is switched off (COPYDESK_SENTIMENT_MODEL is none), and reviews are read by it.",
            "Leave that setting out, or set it to a checkpoint.",
        )
    return desk.sentiment


def masked(text: str) -> str:
    """A text without e-mail addresses, telephone, card, order and identity numbers."""
    return mask(text).text


class _Seen:
    """The reviews of a source, masked, and how many rows it had."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.rows = 0

    def reviews(self) -> Iterator[Review]:
        """The reviews; read once.

        Raises:
            ReviewsError: There are more than are read.
        """
        count = 0
        for row in self._source.rows():
            if not any(row[1]):
                continue
            self.rows += 1
            review = self._source.review(row)
            if review is None:
                continue
            count += 1
            if count > MOST_REVIEWS:
                raise ReviewsError(
                    f"{self._source.name} has more than {MOST_REVIEWS:,} reviews, the most that I read at once.",
                    "Split it.",
                )
            yield review.model_copy(update={"text": masked(review.text), "product": masked(review.product)})
