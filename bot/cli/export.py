"""`copydesk export`: the history as CSV or JSON Lines."""

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


@click.command("export")
@click.option("--format", "form", type=click.Choice(["csv", "jsonl"]), default="csv", show_default=True)
@click.option(
    "--output", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Where to; else stdout."
)
@click.option("--since", type=SINCE, help="Only newer: a date (2027-03-01), or 12h, 7d, 2w.")
@click.option("--kind", type=click.Choice(["ad", "campaign", "description"]), help="Only this kind.")
def command(form: str, output: Path | None, since: datetime | None, kind: str | None) -> None:
    """Export every variant, one row each, oldest first.

    CSV is UTF-8 with a byte order mark, so that Excel shows Chinese, and no cell runs as a formula there.
    """
    settings = read_settings()
    with _target(output) as stream:
        writer = _csv_writer(stream) if form == "csv" else _jsonl_writer(stream)
        count = asyncio.run(_write(settings, writer, {"since": since, "kind": kind}))
    click.echo(f"{count:,} variants exported{f' to {output}' if output else ''}.", err=True)


async def _write(settings: "Settings", writer: "Callable[[ExportRow], None]", filters: dict[str, Any]) -> int:
    from bot.assembly import make_history

    history = make_history(settings)
    count = 0
    try:
        async for row in history.export(**filters):
            writer(row)
            count += 1
    finally:
        await history.close()
    return count


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
