"""The reviews of one run in a SQLite file of their own: memory stays small, and a killed run goes on from here."""

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bot.reviews.values import Review
from bot.store.connection import history_error
from models.errors import HistoryError
from models.variant import Sentiment, Value

__all__ = ["Mention", "ReviewStore", "Scored"]

_SCHEMA = """
    CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS reviews (
        number INTEGER PRIMARY KEY,
        text TEXT NOT NULL,
        folded TEXT NOT NULL,
        rating REAL,
        day TEXT NOT NULL,
        product TEXT NOT NULL,
        done INTEGER NOT NULL DEFAULT 0,
        label TEXT,
        score REAL,
        confidence REAL,
        language TEXT
    );
    CREATE TABLE IF NOT EXISTS mentions (number INTEGER NOT NULL, term TEXT NOT NULL, score REAL NOT NULL);
    CREATE INDEX IF NOT EXISTS mentions_by_number ON mentions(number);
"""
_ADDED_AT_ONCE = 2_000


class Mention(Value):
    """One aspect in one review, in its words, and how the clause about it feels, -1 to 1."""

    term: str
    score: float


class Scored(Value):
    """What was found in one review."""

    number: int
    sentiment: Sentiment | None
    mentions: tuple[Mention, ...] = ()


class ReviewStore:
    """One run's reviews. Open it for one piece of work, in the thread that does it, and close it.

    Every method raises `HistoryError` when the file cannot serve it (a full disk).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._guarded():
            self.db = sqlite3.connect(path, timeout=10, isolation_level=None)
            self.db.execute("PRAGMA journal_mode = WAL")
            self.db.execute("PRAGMA synchronous = NORMAL")
            self.db.execute("PRAGMA cache_size = -8000")
            self.db.executescript(_SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.db.close()

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            problem = history_error(error, self.path)
            raise HistoryError(
                problem.message.replace("history database", "reviews' own file", 1),
                "Free some space, and try again.",
            ) from error

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction."""
        with self._guarded():
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.db.execute("COMMIT")
            except BaseException:
                self.db.execute("ROLLBACK")
                raise

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self._guarded():
            return self.db.execute(sql, values).fetchall()

    def each(self, sql: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, one after another."""
        with self._guarded():
            yield from self.db.execute(sql, values)

    def meta(self, name: str) -> Any:
        """What was kept under a name; None if nothing."""
        found = self.rows("SELECT value FROM meta WHERE name = ?", name)
        return json.loads(found[0][0]) if found else None

    def keep(self, name: str, value: Any) -> None:
        """Keep a small value under a name."""
        with self._guarded():
            self.db.execute(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, json.dumps(value, ensure_ascii=False))
            )

    def fill(self, reviews: Iterable[Review]) -> int:
        """Keep all reviews anew, whatever an interrupted run left; returns how many they are."""
        with self.writing():
            for table in ("reviews", "mentions", "meta"):
                self.db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
        count, held = 0, list[Review]()
        for review in reviews:
            held.append(review)
            if len(held) >= _ADDED_AT_ONCE:
                self._add(held)
                count += len(held)
                held = []
        self._add(held)
        return count + len(held)

    def _add(self, reviews: Sequence[Review]) -> None:
        rows = [
            (one.number, one.text, " ".join(one.text.split()).casefold(), one.rating, one.day, one.product)
            for one in reviews
        ]
        with self.writing():
            self.db.executemany(
                "INSERT INTO reviews(number, text, folded, rating, day, product) VALUES (?, ?, ?, ?, ?, ?)",
                rows,
            )

    def waiting(self, most: int) -> list[Review]:
        """The next reviews that are not scored, in order."""
        rows = self.rows(
            "SELECT number, text, rating, day, product FROM reviews WHERE done = 0 ORDER BY number LIMIT ?",
            most,
        )
        return [
            Review(number=number, text=text, rating=rating, day=day, product=product)
            for number, text, rating, day, product in rows
        ]

    def count(self, *, done: bool = False) -> int:
        """How many reviews there are, or how many of them are scored."""
        [row] = self.rows("SELECT count(*), coalesce(sum(done), 0) FROM reviews")
        return int(row[1] if done else row[0])

    def save(self, scored: Sequence[Scored], **kept: Any) -> None:
        """Keep what was found and, under their names, values about it, all or nothing; the same again replaces it."""
        found = [(one.number, one.sentiment) for one in scored]
        with self.writing():
            self.db.executemany(
                "UPDATE reviews SET done = 1, label = ?, score = ?, confidence = ?, language = ? WHERE number = ?",
                [
                    (told.label, told.score, told.confidence, told.language, number)
                    if told
                    else (None, None, None, None, number)
                    for number, told in found
                ],
            )
            self.db.executemany("DELETE FROM mentions WHERE number = ?", [(number,) for number, _ in found])
            self.db.executemany(
                "INSERT INTO mentions VALUES (?, ?, ?)",
                [(one.number, said.term, said.score) for one in scored for said in one.mentions],
            )
            for name, value in kept.items():
                self.keep(name, value)


def remove(path: Path) -> None:
    """Remove a run's file with all that SQLite keeps beside it."""
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
