"""Copy as a file to upload: the platform's own columns, nothing that a spreadsheet would run, nothing corrupted."""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.export_formats import FORMATS, Copy, Format, Row
from bot.spreadsheet import safe_cell
from bot.store import ExportRow
from models.brief import Brief
from models.errors import CopydeskError
from models.platforms import find_platform
from models.variant import Draft, Part, Variant

__all__ = [
    "FORMAT_IDS",
    "GENERIC",
    "Exported",
    "LeftOut",
    "copy_of",
    "copy_of_row",
    "export",
    "runs_as_formula",
]

GENERIC = "generic"
FORMAT_IDS = (*FORMATS, GENERIC)

_ABOUT = ("variant", "kind", "product", "platform", "language", "ready", "approved_by")

# What begins a formula (https://owasp.org/www-community/attacks/CSV_Injection), full-width signs included.
_ALWAYS = ("=", "＝", "\t", "\r")
_SIGNS = ("+", "-", "@", "＋", "－", "＠")
# A formula that does something calls a function, or reaches another program (`+cmd|' /C calc'!A0`).
_CALLS = re.compile(r"[\w.]\s*[(（]|[|｜]")


@dataclass(frozen=True)
class LeftOut:
    """A copy that is not in the file, and why."""

    variant_id: str
    product: str
    reason: str


@dataclass(frozen=True)
class Exported:
    """A file's content, how many copies it holds, and those that it does not."""

    content: bytes
    name: str
    count: int
    left_out: tuple[LeftOut, ...]


def copy_of(draft: Draft, variant: Variant, approved_by: str = "") -> Copy:
    """A variant to be exported."""
    return Copy(variant.id, draft.brief, variant.parts, variant.ready, approved_by)


def copy_of_row(row: ExportRow) -> Copy:
    """A row of the history's export to be exported."""
    return Copy(
        variant_id=str(row["variant_id"]),
        brief=Brief.model_validate_json(str(row["brief"])),
        parts=tuple(Part.model_validate(part) for part in json.loads(str(row["parts"]))),
        ready=bool(row["ready"]),
        approved_by=str(row["approved_by"] or ""),
    )


def runs_as_formula(text: str) -> bool:
    """Whether a spreadsheet that opens the file might run this cell.

    A cell that begins with `+`, `-` or `@` and calls nothing (“-20 % today”, “@home”) does no harm: the worst that
    a spreadsheet does is to show an error in its place.
    """
    start = text.lstrip(" ")
    return start.startswith(_ALWAYS) or (start.startswith(_SIGNS) and bool(_CALLS.search(start)))


def export(format_id: str, copies: Iterable[Copy], fields: Mapping[str, str] | None = None) -> Exported:
    """Write copies in a format.

    A platform's importer reads each cell as it stands, so no apostrophe is put before what looks like a formula: a
    copy that a spreadsheet might run is left out, and said. The generic format is for people and their spreadsheets,
    and gets the apostrophe.

    Args:
        format_id: One of `FORMAT_IDS`.
        copies: The copies; those of other platforms and those that are not ready are left out.
        fields: What the team puts into columns that copy does not fill (`Format.fields`).

    Raises:
        CopydeskError: There is no such format, or a field is none of its columns.
    """
    if format_id == GENERIC:
        return _generic(list(copies))
    form = FORMATS.get(format_id)
    if form is None:
        raise CopydeskError(
            f"“{format_id[:40]}” is no export format that I know.", f"Use {', '.join(FORMAT_IDS)}."
        )
    given = _given(form, fields or {})
    rows: list[Row] = []
    left: list[LeftOut] = []
    for copy in copies:
        row = {name: _cell(text, form) for name, text in {**form.row(copy), **given}.items()}
        if reason := _unfit(copy, form, row):
            left.append(LeftOut(copy.variant_id, copy.brief.product, reason))
        else:
            rows.append(row)
    return Exported(_written(form, rows), f"{form.id}.{form.ending}", len(rows), tuple(left))


def _given(form: Format, fields: Mapping[str, str]) -> Row:
    names = {name.casefold(): name for name in form.fields}
    given: Row = {}
    for name, value in fields.items():
        if not value.strip():
            continue
        column = names.get(name.strip().casefold())
        if column is None:
            raise CopydeskError(
                f"{form.name} has no column “{name[:40]}” to fill.", f"Use {', '.join(form.fields)}."
            )
        given[column] = value.strip()
        if runs_as_formula(value):
            raise CopydeskError(f"{column} begins like a formula.", "Write it in another way.")
    return given


def _cell(text: str, form: Format) -> str:
    if form.line_breaks and form.delimiter == ",":
        return text.replace("\t", " ")
    return re.sub(r"\s*[\n\r\t]\s*", "\n" if form.line_breaks else " ", text)


def _unfit(copy: Copy, form: Format, row: Row) -> str:
    """Why a copy does not go into the file; empty when it does."""
    if copy.brief.platform not in form.platforms:
        written = find_platform(copy.brief.platform).name if copy.brief.platform else "no platform"
        return f"it was written for {written}, not for {form.name}"
    if not copy.ready:
        return "it is not ready: a check failed"
    for name in dict.fromkeys(part.name for part in copy.parts):
        held, most = len(copy.texts(name)), form.parts.get(name, 0)
        if held > most:
            room = f"room for {most} of" if most else "no column for"
            return f"{form.name} has {room} its part {name}"
    for column, text in row.items():
        if text in form.erasing:
            return f"{form.name} would read “{text}” in {column} as an order to erase"
        if runs_as_formula(text):
            return f"{column} begins like a formula (“{text[:30]}”), which a spreadsheet might run"
    return ""


def _written(form: Format, rows: list[Row]) -> bytes:
    held = io.StringIO(newline="")
    # All quoted where commas divide: some spreadsheets divide at semicolons too, and would find a formula behind one.
    writer = (
        csv.DictWriter(held, form.columns, restval="", quoting=csv.QUOTE_ALL)
        if form.delimiter == ","
        else csv.DictWriter(held, form.columns, restval="", delimiter=form.delimiter)
    )
    writer.writeheader()
    writer.writerows(rows)
    return held.getvalue().encode(form.encoding)


def _generic(copies: list[Copy]) -> Exported:
    """A row a copy; each part in a column of its name, numbered where it recurs."""
    rows: list[dict[str, str]] = []
    most: dict[str, int] = {}
    for copy in copies:
        for name in dict.fromkeys(part.name for part in copy.parts):
            most[name] = max(most.get(name, 0), len(copy.texts(name)))
    for copy in copies:
        about = (
            *(copy.variant_id, copy.brief.kind.value, copy.brief.product, copy.brief.platform),
            *(copy.brief.resolved_language, "yes" if copy.ready else "no", copy.approved_by),
        )
        row = dict(zip(_ABOUT, about, strict=True))
        for name in most:
            for number, text in enumerate(copy.texts(name), 1):
                row[_column(name, number, most[name])] = text
        rows.append({name: str(safe_cell(text)) for name, text in row.items()})
    columns = [*_ABOUT]
    columns += [
        _column(name, number, count) for name, count in most.items() for number in range(1, count + 1)
    ]
    held = io.StringIO(newline="")
    writer = csv.DictWriter(held, columns, restval="", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    return Exported(held.getvalue().encode("utf-8-sig"), "copy.csv", len(rows), ())


def _column(name: str, number: int, count: int) -> str:
    # A part is never called like one of the columns about it.
    return f"part_{name}" if count == 1 else f"part_{name}_{number}"
