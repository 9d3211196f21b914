"""Quality of sentiment on the test split: `python -m benchmarks.sentiment_quality --data FOLDER`.

Reads en.tsv.gz and zh.tsv.gz in the folder (columns source, split, id, valence, text) and prints Markdown.
Nothing is chosen here: temperature and neutral band stand beside the weights, chosen on a slice of train.
"""

import dataclasses
import os
import platform
import sys
from datetime import date
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import click
import numpy as np

from models.sentiment import WEIGHTS
from models.sentiment_classifier import Classifier, Verdict, load_checkpoint, load_shipped, prepare_torch
from models.training.calibration import label_by_band, macro_f1
from models.training.sentiment_data import Rated, read_rated

BINS = 15
RAW_ROWS = 2_000


@click.command(help=__doc__)
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
@click.option("--language", "languages", multiple=True, default=("en", "zh"), show_default=True)
@click.option("--checkpoint", help="Measure this folder or id in place of the shipped weights.")
@click.option("--threads", default=2, show_default=True)
@click.option("--errors", default=0, help="Also print this many of the surest wrong answers a source.")
def main(data: Path, languages: tuple[str, ...], checkpoint: str | None, threads: int, errors: int) -> None:
    prepare_torch(threads)
    click.echo(
        f"`python -m benchmarks.sentiment_quality {' '.join(sys.argv[1:])}`, {date.today()}, {machine()}\n"
    )
    click.echo(
        "| weights | source | rows | accuracy, polar rows | ECE at T=1 | ECE | 3 labels: macro-F1 | ECE |"
    )
    click.echo("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    wrong: list[str] = []
    for language in languages:
        folder = WEIGHTS / f"sentiment-{language}"
        if checkpoint is None and not folder.is_dir():
            continue
        classifier = load_checkpoint(checkpoint) if checkpoint else load_shipped(folder)
        rows = [row for row in read_rated(data / f"{language}.tsv.gz") if row.split == "test"]
        for source in sorted({row.source for row in rows}):
            same = [row for row in rows if row.source == source]
            told, raw = judge(classifier, same)
            click.echo(f"| {classifier.scored_by} | {source} | {line(classifier, same, told, raw)} |")
            wrong += surest_wrong(same, told, errors)
    click.echo("\n" + "\n".join(wrong) if wrong else "")


def judge(classifier: Classifier, rows: list[Rated]) -> tuple[list[Verdict], list[Verdict]]:
    """Verdicts at the shipped temperature, and of the first 2,000 rows at temperature 1."""
    texts = [row.text for row in rows]
    told = classifier.judge(texts)
    calibration = classifier.calibration
    classifier.calibration = dataclasses.replace(calibration, temperature=1.0)
    raw = classifier.judge(texts[:RAW_ROWS])
    classifier.calibration = calibration
    return told, raw


def line(classifier: Classifier, rows: list[Rated], told: list[Verdict], raw: list[Verdict]) -> str:
    truth = np.array([row.label for row in rows])
    polar = truth != 1
    right = (np.array([verdict.value for verdict in told]) > 0) == (truth == 2)
    cells = [str(len(rows)), f"{right[polar].mean():.4f}"]
    for some in (raw, told):
        asked = polar[: len(some)]
        cells.append(f"{calibration_error(polar_share(some)[asked], right[: len(some)][asked]):.3f}")
    if polar.all() or any(verdict.neutral is None for verdict in told):
        return " | ".join([*cells, "–", "–"])
    scores = np.array([verdict.value for verdict in told])
    f1 = macro_f1(truth, label_by_band(scores, classifier.calibration.neutral_band))
    three = np.array([[verdict.negative, verdict.neutral or 0.0, verdict.positive] for verdict in told])
    error = calibration_error(three.max(axis=1), three.argmax(axis=1) == truth)
    return " | ".join([*cells, f"{f1:.4f}", f"{error:.3f}"])


def polar_share(verdicts: list[Verdict]) -> np.ndarray:
    """How sure a verdict is of its side, 0.5..1: neutral left out."""
    positive = np.array([verdict.positive / (verdict.positive + verdict.negative) for verdict in verdicts])
    return np.maximum(positive, 1 - positive)


def calibration_error(confidence: np.ndarray, right: np.ndarray) -> float:
    """Expected calibration error over 15 equal bins (Guo et al. 2017, https://arxiv.org/abs/1706.04599)."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [
        (bins == i).mean() * abs(confidence[bins == i].mean() - right[bins == i].mean())
        for i in range(BINS)
        if (bins == i).any()
    ]
    return float(sum(gaps))


def surest_wrong(rows: list[Rated], told: list[Verdict], count: int) -> list[str]:
    missed = [
        (abs(v.value), v.value, row) for v, row in zip(told, rows, strict=True) if v.value * row.valence < 0
    ]
    missed.sort(key=lambda item: -item[0])
    return [
        f"{row.source} {row.id}: told {value:+.2f}, rated {row.valence:+.2f}"
        for _, value, row in missed[:count]
    ]


def machine() -> str:
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        model = next(
            (x.split(": ")[1] for x in info.read_text().splitlines() if x.startswith("model name")), model
        )
    return f"{os.cpu_count()} cores, {model}, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
