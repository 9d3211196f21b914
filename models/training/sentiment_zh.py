"""Trains the Chinese sentiment model: `python -m models.training.sentiment_zh --data zh.tsv.gz`.

It starts from a part of multilingual-e5-small (see `models.training.e5`). Everything is chosen on a slice of the
train rows; the test rows, whole categories of goods that no train row is about, are never read here:
`benchmarks/sentiment_quality.py` measures on them. A run can be stopped and started again with the same
arguments: it goes on from its last checkpoint in `--work`.
"""

import csv
import gzip
import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from models.training.calibration import export, fit_temperature, logits_of, polarity_accuracy, probabilities
from models.training.e5 import Pack, build, packaged
from models.training.finetune import Example, Recipe, finetune, load_encoder, round_words, set_threads

WEIGHTS = Path(__file__).resolve().parent.parent / "weights" / "sentiment-zh"
NAME = "copydesk-e5-zh"
LABELS = ("negative", "positive")
CHOOSE_SHARE = 0.05
PIECES = 11_000
SMOOTHING = 0.04
"""About one label in twenty of these reviews is wrong by its own text: their stars were given for other reasons."""

TEACHER_SHARE = 0.6
LINEAR_SHARE = 0.3
FOLDS = 4


@dataclass(frozen=True)
class Review:
    """A review with its label; `label` is 0 for negative and 2 for positive, as in `sentiment_data.LABELS`."""

    source: str
    text: str
    label: int

    @property
    def target(self) -> tuple[float, ...]:
        """The probabilities of negative and positive."""
        return (0.0, 1.0) if self.label == 2 else (1.0, 0.0)


@click.command(help=__doc__)
@click.option("--data", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
@click.option(
    "--output", type=click.Path(file_okay=False, path_type=Path), default=WEIGHTS, show_default=False
)
@click.option("--work", type=click.Path(file_okay=False, path_type=Path), default=Path("build/sentiment-zh"))
@click.option("--pack", default=None, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--teacher", default=None, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--linear/--no-linear",
    default=True,
    show_default=True,
    help="Mix in what a linear model says of texts that it did not learn.",
)
@click.option("--export/--no-export", "exported", default=True, show_default=True)
@click.option(
    "--start",
    "started",
    default=None,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Go on from this trained checkpoint, its feed-forward matrices rounded to 4 bits in every step.",
)
@click.option("--layers", default=6, show_default=True)
@click.option("--epochs", default=2, show_default=True)
@click.option("--batch-size", default=32, show_default=True)
@click.option("--rate", default=1e-4, show_default=True, help="Peak learning rate of the top layer.")
@click.option("--stop-after", default=None, type=int, help="End after so many of the planned steps.")
@click.option("--seed", default=7, show_default=True)
@click.option("--threads", default=2, show_default=True)
@click.option("--limit", default=None, type=int, help="Learn from this many rows only (to try the command).")
def main(
    data: Path,
    output: Path,
    work: Path,
    pack: Path | None,
    teacher: Path | None,
    linear: bool,
    exported: bool,
    started: Path | None,
    layers: int,
    epochs: int,
    batch_size: int,
    rate: float,
    stop_after: int | None,
    seed: int,
    threads: int,
    limit: int | None,
) -> None:
    """Trains, calibrates and writes the weights."""
    set_threads(threads)
    work.mkdir(parents=True, exist_ok=True)
    # The slice is the same whatever the seed of the run: a teacher must not have learned its pupil's slice.
    learn, choose = slice_reviews(read_reviews(data), CHOOSE_SHARE, seed=7)
    start = started or work / "encoder"
    if not start.is_dir():
        build(Pack(pack or packaged()), [row.text for row in learn], start, layers=layers, pieces=PIECES)
    learn = learn[:limit]
    examples = (
        taught(learn, choose, teacher) if teacher else [Example(row.text, smoothed(row)) for row in learn]
    )
    if linear:
        examples = mixed(examples, linear_opinions(learn, seed))
    recipe = Recipe(
        name=f"multilingual-e5-small, {layers} of 12 layers, {PIECES} pieces",
        encoder_sha256=hashlib.sha256((start / "model.safetensors").read_bytes()).hexdigest(),
        examples=len(examples),
        epochs=epochs,
        rate=rate,
        seed=seed,
        batch_size=batch_size,
        four_bits="feed-forward" if started else None,
    )
    click.echo(f"{len(examples)} texts to learn from, {len(choose)} to choose and calibrate on")
    model, tokenizer = load_encoder(start, LABELS)
    if started:
        round_words(model)
    finetune(model, tokenizer, examples, recipe, work, stop_after=stop_after)
    checkpoint = work / "float32"
    model.save_pretrained(checkpoint)
    tokenizer.save_pretrained(checkpoint)
    accuracy = polarity_accuracy(logits_of(model, tokenizer, [row.text for row in choose]), choose)
    click.echo("slice accuracy " + ", ".join(f"{name} {value:.4f}" for name, value in accuracy.items()))
    if exported:
        made: dict[str, Any] = asdict(recipe) | {
            "teacher": teacher.parent.name if teacher else None,
            "stopped_after": stop_after,
            "linear": LINEAR_SHARE if linear else None,
        }
        export(
            checkpoint,
            choose,
            output,
            name=NAME,
            languages=["zh"],
            neutral_source=None,
            recipe=made,
            four_bits=recipe.four_bits,
        )


def read_reviews(path: Path) -> list[Review]:
    """The train rows of a gzipped TSV with the columns source, split, valence, text; repeated texts once."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        found: dict[str, Review] = {}
        for row in csv.DictReader(lines, delimiter="\t"):
            if row["split"] == "train" and row["text"].strip():
                label = 2 if float(row["valence"]) > 0 else 0
                found.setdefault(row["text"], Review(row["source"], row["text"], label))
        return list(found.values())


def slice_reviews(rows: Sequence[Review], share: float, seed: int) -> tuple[list[Review], list[Review]]:
    """Rows to learn from, and rows to choose and calibrate on."""
    learn: list[Review] = []
    choose: list[Review] = []
    for row in rows:
        digest = hashlib.sha256(f"{seed} {row.text}".encode()).digest()
        (choose if int.from_bytes(digest[:4]) / 2**32 < share else learn).append(row)
    return learn, choose


def smoothed(row: Review) -> tuple[float, ...]:
    """The label with the doubt that these labels deserve."""
    return tuple(SMOOTHING + (1 - 2 * SMOOTHING) * p for p in row.target)


def taught(learn: Sequence[Review], choose: Sequence[Review], teacher: Path) -> list[Example]:
    """Each review with a mix of its label and of what a teacher says of it."""
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    model = AutoModelForSequenceClassification.from_pretrained(teacher, local_files_only=True)
    tokenizer = AutoTokenizer.from_pretrained(teacher, local_files_only=True)
    temperature = fit_temperature(logits_of(model, tokenizer, [row.text for row in choose]), choose)
    told = logits_of(model, tokenizer, [row.text for row in learn], bfloat16=True)
    return [
        Example(
            row.text,
            tuple(
                TEACHER_SHARE * float(opinion) + (1 - TEACHER_SHARE) * label
                for opinion, label in zip(opinions, smoothed(row), strict=True)
            ),
        )
        for row, opinions in zip(learn, probabilities(told, temperature), strict=True)
    ]


def linear_opinions(learn: Sequence[Review], seed: int) -> list[float]:
    """How probably positive each review is to a linear model that learned the other folds."""
    import numpy as np

    from models.training.sentiment_linear import pipeline

    folds = np.random.default_rng(seed).permutation(len(learn)) % FOLDS
    opinions = np.zeros(len(learn))
    for fold in range(FOLDS):
        model = pipeline("zh")
        others = [row for row, mine in zip(learn, folds == fold, strict=True) if not mine]
        asked = [row.text for row, mine in zip(learn, folds == fold, strict=True) if mine]
        model.fit([row.text for row in others], [row.label == 2 for row in others])
        opinions[folds == fold] = model.predict_proba(asked)[:, 1]
        click.echo(f"linear opinions of fold {fold + 1} of {FOLDS}")
    return [float(opinion) for opinion in opinions]


def mixed(examples: Sequence[Example], opinions: Sequence[float]) -> list[Example]:
    """The examples with the linear model's opinions mixed into their targets."""
    return [
        Example(
            example.text,
            tuple(
                LINEAR_SHARE * opinion + (1 - LINEAR_SHARE) * target
                for opinion, target in zip((1 - positive, positive), example.target, strict=True)
            ),
            example.weight,
        )
        for example, positive in zip(examples, opinions, strict=True)
    ]


if __name__ == "__main__":
    main()
