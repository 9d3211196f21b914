"""Figures of `copydesk reviews`: agreement with labels, seconds and peak memory.

    python -m benchmarks.reviews                 # the test splits in English and Chinese
    python -m benchmarks.reviews --rows 100000   # and that many rows, for memory

The command runs as a process of its own, as a person would run it; the peak is the kernel's own figure for it. Labels
are those of ../shared/data/sentiment: texts of a valence of 0.5 and more or -0.5 and less, against the sentiment column
of --output (a text called neutral agrees with neither).
"""

import argparse
import csv
import gzip
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared/data/sentiment"
POLAR = 0.5

Row = tuple[str, str, float]
"""Source, text and valence."""


def rows(language: str) -> list[Row]:
    """The test split."""
    with gzip.open(DATA / f"{language}.tsv.gz", "rt", encoding="utf-8") as stream:
        reader = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [
            (row["source"], row["text"], float(row["valence"])) for row in reader if row["split"] == "test"
        ]


def repeated(wanted: int) -> Iterator[Row]:
    """English and Chinese in turn, the test splits again and again, each text made another by its number."""
    both = zip(itertools.cycle(rows("en")), itertools.cycle(rows("zh")), strict=False)
    everything = itertools.islice(itertools.chain.from_iterable(both), wanted)
    for number, (source, text, valence) in enumerate(everything):
        yield source, f"{text} ({number})", valence


def read(path: Path, output: Path) -> tuple[dict[str, object], float, int]:
    """Runs the command; its report, seconds and peak memory in bytes."""
    environment = os.environ | {
        "COPYDESK_CACHE_DIR": str(output.parent / "cache"),
        "COPYDESK_ENGINE": "local",
        # Idle OpenMP threads that spin take the time of those at work.
        "OMP_WAIT_POLICY": "passive",
    }
    arguments = [sys.executable, "-m", "bot", "reviews", str(path), "--json", "--output", str(output)]
    began = time.monotonic()
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(arguments, cwd=ROOT, env=environment, stdout=told)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        if status:
            sys.exit(f"copydesk reviews ended with {os.waitstatus_to_exitcode(status)}")
        told.seek(0)
        return json.load(told), seconds, usage.ru_maxrss * 1024


def agreement(labels: list[Row], output: Path) -> dict[str, tuple[int, int, int, int]]:
    """By source: texts with a clear label, those called alike, those called neither way, those whose score has the
    label's sign."""
    with output.open(encoding="utf-8-sig", newline="") as stream:
        scored = list(csv.DictReader(stream))
    column, score = ("sentiment", "sentiment score") if "sentiment" in scored[0] else ("情感", "情感分")
    words = {"正面": "positive", "负面": "negative"}
    found: dict[str, list[int]] = {}
    for (source, _, valence), row in zip(labels, scored, strict=True):
        if abs(valence) < POLAR:
            continue
        held = found.setdefault(source, [0, 0, 0, 0])
        label = words.get(row[column], row[column])
        held[0] += 1
        held[1] += label == ("positive" if valence > 0 else "negative")
        held[2] += label not in ("positive", "negative")
        held[3] += bool(row[score]) and float(row[score]) * valence > 0
    return {source: (held[0], held[1], held[2], held[3]) for source, held in found.items()}


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("--rows", type=int, default=0, help="Read so many rows besides, for memory.")
    given = arguments.parse_args()
    heads = ["file", "reviews", "source", "clear labels", "sign of the score agrees", "called alike"]
    heads += ["of those called positive or negative", "seconds", "peak MB"]
    print(f"| {' | '.join(heads)} |\n|{' --- |' * len(heads)}")
    with tempfile.TemporaryDirectory() as folder:
        for language in ("en", "zh"):
            show(f"{language} test split", rows(language), Path(folder), language)
        if given.rows:
            show(f"{given.rows:,} rows", list(repeated(given.rows)), Path(folder), "many")


def show(name: str, labels: list[Row], folder: Path, stem: str) -> None:
    """Run one file, and print its lines of the table."""
    path, output = folder / f"{stem}.csv", folder / f"{stem}-scored.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["评价内容" if stem == "zh" else "review"])
        # A text alone in its row that spreads over lines or begins with a space is kept as it is.
        writer.writerows([[re.sub(r"\s+", " ", text)] for _, text, _ in labels])
    _, seconds, peak = read(path, output)
    for source, (count, right, unclear, sign) in agreement(labels, output).items():
        told = count - unclear
        sure = f"{right / told:.3f} of {told:,}" if told else "—"
        print(
            f"| {name} | {len(labels):,} | {source} | {count:,} | {sign / count:.3f} | {right / count:.3f} | {sure} |"
            f" {seconds:.0f} |"
            f" {peak / 1e6:,.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
