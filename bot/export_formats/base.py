"""What an upload format is: columns, encoding, and how a copy becomes a row."""

from collections.abc import Callable
from dataclasses import dataclass, field

from models.brief import Brief
from models.variant import Part

Row = dict[str, str]


@dataclass(frozen=True)
class Copy:
    """One variant as exports see it."""

    variant_id: str
    brief: Brief
    parts: tuple[Part, ...]
    ready: bool = True
    approved_by: str = ""

    def texts(self, name: str) -> list[str]:
        """The texts of the parts with this name, in order."""
        return [part.text for part in self.parts if part.name == name]

    def first(self, name: str) -> str:
        """The first of them; empty when there is none."""
        return next(iter(self.texts(name)), "")


@dataclass(frozen=True)
class Format:
    """An upload format.

    Args:
        id: What people type.
        name: What they read.
        platforms: Which platforms' copy it takes (`models.platforms`); none means all.
        parts: The parts that it carries, and the most of each.
        columns: The columns, in order.
        row: A copy's cells by column.
        fields: Columns that copy does not fill and the team may (campaign, link, SKU), with what they hold.
        source: Pages that document the columns.
        checked_on: When they were read.
        doubt: What the pages leave open.
        encoding: Python's name of it; a byte order mark comes with `utf-16` and `utf-8-sig`.
        delimiter: Between cells.
        ending: The file's.
        erasing: Cells that the importer reads as an order to erase.
        line_breaks: Whether a cell may hold some; elsewhere they become spaces.
    """

    id: str
    name: str
    platforms: frozenset[str]
    parts: dict[str, int]
    columns: tuple[str, ...]
    row: Callable[[Copy], Row]
    fields: dict[str, str] = field(default_factory=dict)
    source: tuple[str, ...] = ()
    checked_on: str = ""
    doubt: str = ""
    encoding: str = "utf-8"
    delimiter: str = ","
    ending: str = "csv"
    erasing: frozenset[str] = frozenset()
    line_breaks: bool = False
