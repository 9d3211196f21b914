"""Reads a file of reviews row by row: CSV, TSV, XLSX or one review a line, whatever its encoding."""

import csv
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.reviews.cells import parse_day, parse_stars
from bot.reviews.columns import Columns, find_columns
from bot.reviews.errors import ReviewsError
from bot.reviews.sniff import MOST_FIELD, ONE_COLUMN, TextForm, kind_of, text_form
from bot.reviews.values import Options, Review
from bot.reviews.workbook import workbook_rows

__all__ = ["MOST_BYTES", "MOST_REVIEWS", "Row", "Source", "check_size", "open_source"]

MOST_BYTES = 100 * 1024 * 1024
MOST_REVIEWS = 200_000
_SAMPLE = 500

Row = tuple[int, list[str]]
"""A row's number as a spreadsheet shows it, from 1, and its cells."""


@dataclass(frozen=True)
class Source:
    """A file of reviews, ready to be read as often as wanted."""

    path: Path
    name: str
    form: TextForm | None
    columns: Columns
    notes: tuple[str, ...] = ()

    def rows(self) -> Iterator[Row]:
        """All rows below the header, as they stand in the file."""
        rows = _all_rows(self.path, self.name, self.form)
        if self.columns.header is None:
            return rows
        return itertools.islice(rows, self.columns.header + 1, None)

    def header(self) -> list[str]:
        """The columns' names, for a file that is written from this one."""
        return list(self.columns.names)

    def review(self, row: Row) -> Review | None:
        """The review in a row; None when its text is empty."""
        number, cells = row
        text = self._text(cells)
        if not text:
            return None
        columns = self.columns
        stars = parse_stars(_cell(cells, columns.rating))
        day = parse_day(_cell(cells, columns.date), day_first=columns.day_first)
        return Review(
            number=number,
            text=text,
            rating=None if stars is None else in_stars(stars[0], stars[1] or columns.out_of),
            day=day.isoformat() if day else "",
            product=_cell(cells, columns.product)[:200],
        )

    def _text(self, cells: list[str]) -> str:
        columns = self.columns
        # A text in the last column that holds delimiters of its own without quotation marks.
        if columns.text == len(columns.names) - 1 and len(cells) > len(columns.names) and self.form:
            return self.form.delimiter.join(cells[columns.text :]).strip()
        return _cell(cells, columns.text)


def in_stars(rating: float, scale: int) -> float | None:
    """A rating as 1 to 5 stars; None when it is no such rating.

    Args:
        rating: The figure.
        scale: What it is out of.
    """
    if not 0 <= rating <= scale or scale < 2:
        return None
    # No scale of stars has a zero; percentages have.
    stars = 1 + 4 * rating / scale if scale == 100 else 5 * rating / scale
    return round(min(5.0, max(1.0, stars)), 2) if stars > 0 else None


def check_size(size: int, name: str, most: int = MOST_BYTES) -> None:
    """Refuse a file that is too large, by its size alone.

    Raises:
        ReviewsError: It is larger than `most` bytes.
    """
    if size > most:
        raise ReviewsError(
            f"{name} has {size / 1024 / 1024:,.0f} MB; I read files of at most {most / 1024 / 1024:,.0f} MB.",
            "Leave out the columns that are not needed, or split it.",
        )


def open_source(path: Path, name: str, options: Options) -> Source:
    """Find out how a file is written and which columns it has; reads its beginning, and its bytes once.

    Args:
        path: The file.
        name: What people call it.
        options: The columns that the person named.

    Raises:
        ReviewsError: It is no readable file of reviews; the message says what it is.
    """
    check_size(path.stat().st_size, name)
    kind = kind_of(path, name)
    plain = kind == "text" and name.casefold().endswith((".txt", ".text", ".md", ".log"))
    form = text_form(path, name, plain=plain) if kind == "text" else None
    sample = [cells for _, cells in itertools.islice(_all_rows(path, name, form), _SAMPLE)]
    if not any(any(cell.strip() for cell in row) for row in sample):
        raise ReviewsError(f"{name} is empty.", "Give a file with one review a row or line.")
    notes = []
    if form and form.errors == "replace" and form.encoding in ("utf-8-sig", "gb18030"):
        notes.append("Some characters of the file are damaged; they are shown as \ufffd.")
    return Source(path, name, form, find_columns(sample, options, name), tuple(notes))


def _all_rows(path: Path, name: str, form: TextForm | None) -> Iterator[Row]:
    if form is None:
        yield from workbook_rows(path, name)
        return
    csv.field_size_limit(MOST_FIELD)
    with path.open(encoding=form.encoding, errors=form.errors, newline="") as stream:
        if form.delimiter == ONE_COLUMN and not _quoted(path, form):
            for number, line in enumerate(stream, 1):
                yield number, [line.rstrip("\r\n")]
            return
        reader = csv.reader(stream, delimiter=form.delimiter)
        number = 0
        try:
            for number, cells in enumerate(reader, 1):
                yield number, cells
        except csv.Error as error:
            raise ReviewsError(
                f"{name} cannot be read after row {number:,}: a cell there is longer than {MOST_FIELD:,} characters, "
                'so most likely a quotation mark (") is opened there and never closed.',
                "Close it, or export the file again.",
            ) from error


def _quoted(path: Path, form: TextForm) -> bool:
    """Whether a file of one column is written with quotation marks around its texts, line ends inside them and all."""
    with path.open(encoding=form.encoding, errors=form.errors, newline="") as stream:
        lines = [line.strip() for line in itertools.islice(stream, _SAMPLE) if line.strip()]
    opened = sum(line.startswith('"') for line in lines)
    closed = sum(line.endswith('"') for line in lines)
    return opened > 0 and opened == closed and opened * 4 >= len(lines)


def _cell(cells: list[str], place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""
