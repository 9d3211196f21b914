"""Reads an Excel workbook row by row."""

import itertools
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.reviews.cells import as_text
from bot.reviews.columns import known_headers
from bot.reviews.errors import ReviewsError

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

__all__ = ["workbook_rows"]

MOST_UNPACKED = 1024 * 1024 * 1024
MOST_SHARED = 256 * 1024 * 1024
MOST_BLANK_ROWS = 2_000
"""So many blank rows end a sheet: a formatted column makes Excel save a million of them."""

_LOOKED_AT = 20


def workbook_rows(path: Path, name: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of the sheet that holds the reviews, with their numbers; formulas as their last results.

    The sheet is the one with the most headers that we know, else the first that is not empty.

    Raises:
        ReviewsError: The workbook is damaged, or unpacks to more than memory should hold.
    """
    _check_unpacked(path, name)
    from openpyxl import load_workbook

    damaged = ReviewsError(
        f"{name} is a damaged Excel workbook: it cannot be read.",
        "Save it again in Excel, or export it as CSV.",
    )
    # Opened here: openpyxl refuses a path with another ending, whatever is inside.
    stream = path.open("rb")
    try:
        with warnings.catch_warnings():
            # About styles and extensions, which are not read.
            warnings.simplefilter("ignore")
            book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # openpyxl raises whatever its XML reader, zip reader or types raise
        stream.close()
        raise damaged from error
    try:
        sheet = _sheet(book.worksheets)
        if sheet is None:
            return
        blank = 0
        for number, cells in enumerate(_rows(sheet), 1):
            blank = 0 if any(cells) else blank + 1
            if blank > MOST_BLANK_ROWS:
                return
            yield number, cells
    except ReviewsError:
        raise
    except Exception as error:
        raise damaged from error
    finally:
        book.close()
        stream.close()


def _rows(sheet: "ReadOnlyWorksheet") -> Iterator[list[str]]:
    # The size that a sheet tells of itself is often wrong.
    sheet.reset_dimensions()
    for values in sheet.iter_rows(values_only=True):  # type: ignore[misc]
        yield [as_text(value) for value in values]


def _sheet(sheets: "list[Any]") -> "ReadOnlyWorksheet | None":
    best, best_score = None, 0
    for sheet in sheets:
        if sheet.sheet_state != "visible" or not hasattr(sheet, "iter_rows"):
            continue
        rows = list(itertools.islice(_rows(sheet), _LOOKED_AT))
        filled = any(any(cells) for cells in rows)
        score = (1 if filled else 0) + max((known_headers(cells) for cells in rows), default=0) * 10
        if score > best_score:
            best, best_score = sheet, score
    return best


def _check_unpacked(path: Path, name: str) -> None:
    """Refuse a workbook that is small packed and huge unpacked."""
    with zipfile.ZipFile(path) as archive:
        sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
    shared = sum(size for inside, size in sizes.items() if inside.endswith("sharedStrings.xml"))
    if sum(sizes.values()) > MOST_UNPACKED or shared > MOST_SHARED:
        raise ReviewsError(
            f"{name} unpacks to {sum(sizes.values()) / 1024 / 1024:,.0f} MB, which is more than I read.",
            "Export the sheet with the reviews as CSV.",
        )
