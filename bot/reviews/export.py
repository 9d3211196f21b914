"""The scored rows as a file: what was given, with what was found beside it."""

import csv
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO

from bot.reviews.labels import labels
from bot.reviews.reading import Source
from bot.reviews.store import ReviewStore
from bot.spreadsheet import safe_cell
from models.brief import Language

__all__ = ["write_scored"]

MASKED = "•••"
"""What stands in the columns of names, addresses and order numbers."""

MOST_ASPECTS = 8
"""Aspects told for a row."""

_FOUND = "SELECT number, label, score, confidence, language FROM reviews ORDER BY number"
_ASPECTS = "SELECT number, term, score FROM mentions ORDER BY number, rowid"


def write_scored(
    target: Path,
    source: Source,
    store: ReviewStore,
    language: Language,
    mask: Callable[[str], str] | None,
) -> int:
    """Write CSV as Excel opens it: UTF-8 with a byte order mark, and no cell that runs as a formula.

    All columns of the file come back in their order, then the row's number and what was found.

    Args:
        target: Where to.
        source: The file that was read.
        store: What was found.
        language: The headers' and the sentiments' language.
        mask: Takes personal data out of a cell; None keeps it.

    Returns:
        How many rows were written.
    """
    # Opened for writing with a mark: Excel takes UTF-8 without one for the system's own encoding.
    with target.open("w", encoding="utf-8-sig", newline="") as stream:
        return _write(stream, source, store, language, mask)


def _write(
    stream: TextIO,
    source: Source,
    store: ReviewStore,
    language: Language,
    mask: Callable[[str], str] | None,
) -> int:
    said = labels(language)
    width = len(source.columns.names)
    writer = csv.writer(stream)
    writer.writerow([safe_cell(name) for name in (*source.header(), *said.columns.values())])
    found, aspects = _Along(store.each(_FOUND)), _Along(store.each(_ASPECTS))
    count = 0
    for number, cells in source.rows():
        if not any(cells):
            continue
        padded = [*cells, *[""] * (width - len(cells))]
        shown = _masked(padded, source, mask) if mask else padded
        row: list[Any] = [number]
        if told := found.at(number):
            _, label, score, confidence, code = told[0]
            liked, disliked = _terms(aspects.at(number))
            if label:
                row += [said.sentiments[label], score, confidence, code]
            else:
                row += [said.unscored, "", "", ""]
            row += [liked, disliked]
        else:
            row += [""] * (len(said.columns) - 1)
        writer.writerow([safe_cell(cell) for cell in (*shown, *row)])
        count += 1
    return count


def _masked(cells: list[str], source: Source, mask: Callable[[str], str]) -> Iterator[str]:
    personal = source.columns.personal
    figures = {source.columns.rating, source.columns.date}
    for place, cell in enumerate(cells):
        if place in personal:
            yield MASKED if cell.strip() else cell
        elif place in figures:
            yield cell
        else:
            yield mask(cell)


def _terms(mentions: list[tuple[Any, ...]]) -> tuple[str, str]:
    liked = dict.fromkeys(term for _, term, score in mentions if score > 0)
    disliked = dict.fromkeys(term for _, term, score in mentions if score < 0)
    return "; ".join([*liked][:MOST_ASPECTS]), "; ".join([*disliked][:MOST_ASPECTS])


class _Along:
    """Rows of a query in order of their number, followed alongside the file's."""

    def __init__(self, rows: Iterator[tuple[Any, ...]]) -> None:
        self._groups = itertools.groupby(rows, key=lambda row: int(row[0]))
        self._next: tuple[int, list[tuple[Any, ...]]] | None = None
        self._step()

    def _step(self) -> None:
        group = next(self._groups, None)
        self._next = (group[0], list(group[1])) if group else None

    def at(self, number: int) -> list[tuple[Any, ...]]:
        """The rows with this number; numbers are asked for in ascending order."""
        while self._next and self._next[0] < number:
            self._step()
        return self._next[1] if self._next and self._next[0] == number else []
