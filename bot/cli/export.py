"""`copydesk export`: the history as CSV or JSON Lines, and copy in the formats that platforms take."""

import asyncio
import csv
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from bot.cli.common import read_settings
from bot.cli.since import SINCE
from bot.spreadsheet import safe_cell
from models.errors import CopydeskError

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store import ExportRow


PLATFORM_FORMATS = ("google-ads", "shopify", "amazon", "meta", "generic")


@click.command("export")
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "jsonl", *PLATFORM_FORMATS]),
    default="csv",
    show_default=True,
)
@click.option(
    "--output", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Where to; else stdout."
)
@click.option("--since", type=SINCE, help="Only newer: a date (2027-03-01), or 12h, 7d, 2w.")
@click.option("--kind", type=click.Choice(["ad", "campaign", "description"]), help="Only this kind.")
@click.option("--approved", is_flag=True, help="Only approved copy.")
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="COLUMN=VALUE",
    help="What a platform's column holds that copy does not fill; may be repeated.",
)
def command(
    form: str,
    output: Path | None,
    since: datetime | None,
    kind: str | None,
    approved: bool,
    fields: tuple[str, ...],
) -> None:
    """Export every variant, one row each, oldest first.

    csv and jsonl hold all that is kept. CSV is UTF-8 with a byte order mark, so that Excel shows Chinese, and no cell
    runs as a formula there. The other formats are files to upload (docs/approval.md): google-ads, shopify, amazon and
    meta take the platform's own copy that is ready, generic takes any.

    \b
      copydesk export --format google-ads --approved --field "Final URL=https://example.com" --output ads.csv
    """
    settings = read_settings()
    filters = {"since": since, "kind": kind}
    if form in PLATFORM_FORMATS:
        _export_platform(settings, form, output, filters, approved, fields)
        return
    if fields:
        raise click.UsageError("--field is for the platforms' formats.")
    with _target(output) as stream:
        writer = _csv_writer(stream) if form == "csv" else _jsonl_writer(stream)
        count = asyncio.run(_write(settings, writer, filters, approved))
    click.echo(f"{count:,} variants exported{f' to {output}' if output else ''}.", err=True)


async def _write(
    settings: "Settings",
    writer: "Callable[[ExportRow], None]",
    filters: dict[str, Any],
    approved: bool,
) -> int:
    from bot.assembly import make_history

    history = make_history(settings)
    count = 0
    try:
        async for row in history.export(**filters):
            if row["approved_by"] or not approved:
                writer(row)
                count += 1
    finally:
        await history.close()
    return count


def _export_platform(
    settings: "Settings",
    form: str,
    output: Path | None,
    filters: dict[str, Any],
    approved: bool,
    fields: tuple[str, ...],
) -> None:
    from bot.export_formats import Copy
    from bot.platform_export import copy_of_row, export

    given: dict[str, str] = {}
    for pair in fields:
        name, equals, value = pair.partition("=")
        if not equals:
            raise click.UsageError(f"“{pair[:60]}” is not of the form COLUMN=VALUE.")
        given[name] = value
    copies: list[Copy] = []
    asyncio.run(_write(settings, lambda row: copies.append(copy_of_row(row)), filters, approved))
    exported = export(form, copies, given)
    with _target(output) as stream:
        stream.buffer.write(exported.content)
    click.echo(f"{exported.count:,} variants exported{f' to {output}' if output else ''}.", err=True)
    reasons: dict[str, int] = {}
    for left in exported.left_out:
        reasons[left.reason] = reasons.get(left.reason, 0) + 1
    for reason, count in reasons.items():
        click.echo(f"{count:,} left out: {reason}.", err=True)


@contextmanager
def _target(output: Path | None) -> Iterator[TextIO]:
    """The stream to write to; a file is there whole or not at all."""
    if output is None:
        stream = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", newline="")
        with stream:
            yield stream
        return
    try:
        number, name = tempfile.mkstemp(prefix=f".{output.name}.", dir=output.parent)
    except OSError as error:
        raise _unwritable(output, error) from error
    part = Path(name)
    try:
        with os.fdopen(number, "w", encoding="utf-8", newline="") as stream:
            yield stream
        # mkstemp's files are for their owner alone; this one is an ordinary file.
        mask = os.umask(0)
        os.umask(mask)
        part.chmod(0o666 & ~mask)
        part.replace(output)
    except OSError as error:
        raise _unwritable(output, error) from error
    finally:
        part.unlink(missing_ok=True)


def _unwritable(output: Path, error: OSError) -> CopydeskError:
    return CopydeskError(
        f"{output} cannot be written: {error.strerror or error}.", "Choose another file with --output."
    )


def _csv_writer(stream: TextIO) -> "Callable[[ExportRow], None]":
    writer: csv.DictWriter[str] | None = None

    def write(row: "ExportRow") -> None:
        nonlocal writer
        if writer is None:
            stream.write("\ufeff")
            writer = csv.DictWriter(stream, list(row))
            writer.writeheader()
        writer.writerow({name: safe_cell(value) for name, value in row.items()})

    return write


def _jsonl_writer(stream: TextIO) -> "Callable[[ExportRow], None]":
    def write(row: "ExportRow") -> None:
        stream.write(json.dumps(row, ensure_ascii=False) + "\n")

    return write
