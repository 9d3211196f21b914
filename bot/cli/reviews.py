"""`copydesk reviews`: what customers say, from a file."""

import asyncio
import contextlib
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.common import progress, read_settings
from models.errors import CopydeskError

if TYPE_CHECKING:
    from bot.reviews.values import Options, Report
    from bot.settings import Settings
    from models.generation.base import Progress

_OUT = click.Path(dir_okay=False, path_type=Path)


@click.command("reviews")
@click.argument("file")
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object (docs/schema/reviews.schema.json)."
)
@click.option("--output", metavar="FILE", type=_OUT, help="Write the rows with their scores there, as CSV.")
@click.option("--chart", metavar="FILE", type=_OUT, help="Draw a chart there, as PNG.")
@click.option("--text-column", default="", help="The column of the texts: its header, or its number from 1.")
@click.option("--rating-column", default="", help="The column of the stars.")
@click.option("--date-column", default="", help="The column of the dates.")
@click.option("--product-column", default="", help="The column of the products.")
@click.option("--product", default="", help="What the reviews are about, where the file does not say.")
@click.option(
    "--language", type=click.Choice(["en", "zh"]), help="The report's language; most reviews' when absent."
)
@click.option("--keep-personal", is_flag=True, help="Do not mask personal data in --output.")
def command(file: str, as_json: bool, output: Path | None, chart: Path | None, **fields: Any) -> None:
    """Read customer reviews: how people feel, what they like and dislike, and what they ask for.

    FILE is CSV, TSV, XLSX or plain text with one review a line; - reads standard input. Columns are found by their
    headers, English or Chinese, or by what stands in them. A run that was interrupted goes on where it stopped when
    it is started again.

    \b
      copydesk reviews reviews.csv
      copydesk reviews 评价.xlsx --json --output scored.csv --chart chart.png
    """
    from bot.reviews.values import Options

    for target in (output, chart):
        _check_target(target)
    options = Options(**fields)
    settings = read_settings()
    with _given(file) as (path, name), progress("Reading reviews") as step:
        report = asyncio.run(_read(settings, path, name, options, step, output, chart))
    if as_json:
        click.echo(json.dumps(report.model_dump(mode="json"), ensure_ascii=False, indent=2))
        return
    from bot.cli.reviews_output import as_text

    click.echo(as_text(report))
    for what, target in (("Scored rows", output), ("Chart", chart)):
        if target:
            click.echo(f"{what}: {target}", err=True)


async def _read(
    settings: "Settings",
    path: Path,
    name: str,
    options: "Options",
    step: "Progress",
    output: Path | None,
    chart: Path | None,
) -> "Report":
    from time import monotonic

    from bot.assembly import make_desk
    from bot.reviews.pipeline import Pipeline, scorer_of
    from bot.reviews.runs import Runs, content_key
    from bot.reviews.store import remove

    began = monotonic()
    runs = Runs(settings.cache_dir / "reviews")
    runs.sweep()
    desk = make_desk(settings)
    try:
        scorer = scorer_of(desk)
        key = content_key(path, name, options.model_dump_json(), scorer.name)
        with runs.alone(key) as store:
            pipeline = Pipeline(path, name, store, options)
            total = await pipeline.load()
            done = 0
            while done < total:
                done = await pipeline.score(scorer)
                step(done, total)
            report = await pipeline.report(desk)
            report = report.model_copy(update={"seconds": round(monotonic() - began, 1)})
            if output:
                with _whole(output) as part:
                    await pipeline.write_scored(part, report)
            if chart:
                from bot.reviews.chart import draw

                picture = await asyncio.to_thread(draw, report)
                with _whole(chart) as part:
                    part.write_bytes(picture)
            remove(store)
        return report
    finally:
        await desk.close()


@contextlib.contextmanager
def _given(file: str) -> Iterator[tuple[Path, str]]:
    """The file to read, and what to call it; standard input is kept in a file meanwhile."""
    from bot.reviews.errors import ReviewsError
    from bot.reviews.reading import MOST_BYTES, check_size

    if file != "-":
        path = Path(file)
        try:
            if path.is_dir():
                raise ReviewsError(f"{file} is a folder.", "Give a file in it.")
            size = path.stat().st_size
            with path.open("rb"):
                pass
        except OSError as error:
            raise ReviewsError(
                f"{file} cannot be read: {error.strerror or error}.", "Check the path."
            ) from error
        check_size(size, path.name)
        yield path, path.name
        return
    with tempfile.NamedTemporaryFile(prefix="copydesk-reviews-") as stream:
        shutil.copyfileobj(_Limited(sys.stdin.buffer.read, MOST_BYTES + 1), stream)
        stream.flush()
        if stream.tell() > MOST_BYTES:
            raise ReviewsError(
                f"Standard input has more than {MOST_BYTES / 1024 / 1024:,.0f} MB, the most that I read.",
                "Split it.",
            )
        yield Path(stream.name), "standard input"


class _Limited:
    """Reads at most so many bytes."""

    def __init__(self, read: Callable[[int], bytes], most: int) -> None:
        self._read, self._left = read, most

    def read(self, size: int = 1 << 16) -> bytes:
        """The next piece."""
        piece = self._read(min(size, self._left))
        self._left -= len(piece)
        return piece


def _check_target(target: Path | None) -> None:
    """Refuse a place that cannot be written, before the reviews are read and not after."""
    if target and not target.parent.is_dir():
        raise CopydeskError(f"The folder of {target} does not exist.", "Make it, or choose another place.")


@contextlib.contextmanager
def _whole(target: Path) -> Iterator[Path]:
    """A file beside the target that takes its place when it is written: it is there whole or not at all."""
    part = target.with_name(f".{target.name}.part")
    try:
        yield part
        part.replace(target)
    except OSError as error:
        raise CopydeskError(
            f"{target} cannot be written: {error.strerror or error}.", "Choose another place."
        ) from error
    finally:
        part.unlink(missing_ok=True)
