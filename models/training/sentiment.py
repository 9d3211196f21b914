"""Trains the English sentiment model: `python -m models.training.sentiment --data en.tsv.gz`.

Everything is chosen (recipe, temperature, neutral band) on a slice of the train rows; the test rows are never
read here: `benchmarks/sentiment_quality.py` measures on them. A run can be stopped and started again with the
same arguments: it goes on from its last checkpoint in `--work`.

The shipped weights are made in two runs (see the model card): a larger encoder learns the ratings
(`--encoder all-mpnet-base-v2 --no-export`), then its lower half learns from the ratings and from what the whole
says of pieces of their texts (`--teacher WORK/float32`). Without a teacher any other `--encoder` learns from the
ratings alone. What has to be installed: `models/training/requirements.txt`.
"""

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from models.generation.fetch import sha256_of
from models.training.calibration import export, fit_temperature, logits_of, polarity_accuracy, probabilities
from models.training.encoders import LAYERS_OF_TEACHER, MINILM, MPNET, minilm, mpnet
from models.training.finetune import Example, Recipe, finetune, load_encoder, round_words, set_threads
from models.training.sentiment_data import (
    LABELS,
    Rated,
    joined,
    merge_spellings,
    pieces,
    read_rated,
    slice_train,
)
from models.training.shrink import shrink

WEIGHTS = Path(__file__).resolve().parent.parent / "weights" / "sentiment-en"
NAME = "copydesk-mpnet6-en"
CHOOSE_SHARE = 0.1
AMAZON_WEIGHT = 2.0
STUDENT_LAYERS = 6
STUDENT_PIECES = 13_000
ROUNDED_FROM = 0.88


@click.command(help=__doc__)
@click.option("--data", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
@click.option(
    "--output", type=click.Path(file_okay=False, path_type=Path), default=WEIGHTS, show_default=False
)
@click.option("--work", type=click.Path(file_okay=False, path_type=Path), default=Path("build/sentiment-en"))
@click.option(
    "--encoder",
    default=LAYERS_OF_TEACHER,
    show_default=True,
    help="That, all-mpnet-base-v2, all-MiniLM-L6-v2 or a folder.",
)
@click.option("--teacher", default=None, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--export/--no-export", "exported", default=True, show_default=True)
@click.option(
    "--rated-times",
    default=2,
    show_default=True,
    help="With a teacher: how often an epoch has each rated text.",
)
@click.option("--epochs", default=1, show_default=True)
@click.option("--batch-size", default=64, show_default=True)
@click.option("--rate", default=6e-5, show_default=True, help="Peak learning rate of the top layer.")
@click.option(
    "--pieces", "pieces_each", default=3, show_default=True, help="Pieces of each text, with a teacher."
)
@click.option(
    "--bfloat16/--float32", default=True, show_default=True, help="Precision of the training steps."
)
@click.option(
    "--joined", "joined_share", default=0.0, show_default=True, help="Pairs of pieces, for each piece."
)
@click.option("--frozen-layers", default=1, show_default=True, help="Lowest layers that stay as they are.")
@click.option("--sources", default="amazon,movie,sst2,tweet", show_default=True, help="Rows to learn from.")
@click.option("--seed", default=7, show_default=True)
@click.option("--threads", default=2, show_default=True)
@click.option("--limit", default=None, type=int, help="Learn from this many rows only (to try the command).")
def main(
    data: Path,
    output: Path,
    work: Path,
    encoder: str,
    teacher: Path | None,
    exported: bool,
    rated_times: int,
    epochs: int,
    batch_size: int,
    rate: float,
    pieces_each: int,
    joined_share: float,
    frozen_layers: int,
    sources: str,
    bfloat16: bool,
    seed: int,
    threads: int,
    limit: int | None,
) -> None:
    """Trains, calibrates and writes the weights."""
    set_threads(threads)
    work.mkdir(parents=True, exist_ok=True)
    # The slice is the same whatever the seed of the run: a teacher must not have learned its pupil's slice.
    learn, choose = slice_train(read_rated(data), CHOOSE_SHARE, seed=7)
    learn = [row for row in learn if row.source in sources.split(",")][:limit]
    examples = (
        taught_examples(learn, choose, teacher, pieces_each, joined_share, rated_times, seed, work)
        if teacher
        else rated_examples(learn, seed)
    )
    if encoder == LAYERS_OF_TEACHER:
        if teacher is None:
            raise click.UsageError(f"{LAYERS_OF_TEACHER} needs --teacher.")
        source = work / "student"
        if not source.is_dir():
            texts = [row.text for row in learn]
            shrink(teacher, texts, source, layers=range(STUDENT_LAYERS), pieces=STUDENT_PIECES)
    else:
        source = minilm() if encoder == MINILM else mpnet(work) if encoder == MPNET else Path(encoder)
    recipe = Recipe(
        name=f"{STUDENT_LAYERS} layers of the teacher, {STUDENT_PIECES} pieces"
        if encoder == LAYERS_OF_TEACHER
        else source.name
        if encoder != MINILM
        else MINILM,
        encoder_sha256=sha256_of(source / "model.safetensors"),
        examples=len(examples),
        epochs=epochs,
        rate=rate,
        seed=seed,
        batch_size=batch_size,
        frozen_layers=frozen_layers,
        bfloat16=bfloat16,
        four_bits="layers" if encoder == LAYERS_OF_TEACHER else None,
        rounded_from=ROUNDED_FROM,
    )
    click.echo(f"{len(examples)} texts to learn from, {len(choose)} to choose and calibrate on")
    model, tokenizer = load_encoder(source, LABELS)
    if encoder == LAYERS_OF_TEACHER:
        round_words(model)
    finetune(model, tokenizer, examples, recipe, work)
    checkpoint = work / "float32"
    model.save_pretrained(checkpoint)
    tokenizer.save_pretrained(checkpoint)
    accuracy = polarity_accuracy(_logits(model, tokenizer, choose, bfloat16=bfloat16), choose)
    click.echo(f"slice accuracy {_shown(accuracy)}")
    if exported:
        made: dict[str, Any] = asdict(recipe) | {"teacher": str(teacher.parent.name) if teacher else None}
        export(
            checkpoint,
            choose,
            output,
            name=NAME,
            languages=["en"],
            # Product reviews are nearest to copy, and their raters used the whole scale.
            neutral_source="amazon",
            recipe=made,
            four_bits=recipe.four_bits,
        )


def rated_examples(learn: list[Rated], seed: int) -> list[Example]:
    """What a model without a teacher learns from: each text once, with what its ratings stand for."""
    return [
        Example(row.text, row.target, AMAZON_WEIGHT if row.source == "amazon" else 1.0)
        for row in merge_spellings(learn, seed)
    ]


def taught_examples(
    learn: list[Rated],
    choose: list[Rated],
    teacher: Path,
    pieces_each: int,
    joined_share: float,
    rated_times: int,
    seed: int,
    work: Path,
) -> list[Example]:
    """The rated texts, and pieces of them with the teacher's opinion for a target.

    A sentence's rating says little about its clauses; the teacher's opinion of them is what a treebank's
    ratings of phrases would be. Of the whole texts it is not asked: it learned their ratings. The opinions are
    kept in `work`, so that a run that goes on need not ask again.
    """
    import numpy as np
    import torch
    from safetensors.numpy import load_file, save_file
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    # Of tweets the teacher knows nothing: it learned without them.
    told_about = [row for row in merge_spellings(learn, seed) if row.source != "tweet"]
    cut = pieces(told_about, pieces_each, seed)
    cut += joined(cut, round(len(cut) * joined_share), seed)
    asked = hashlib.sha256("\n".join([str(teacher), *cut]).encode()).hexdigest()[:16]
    kept = work / f"opinions-{asked}.safetensors"
    if not kept.exists():
        model = AutoModelForSequenceClassification.from_pretrained(teacher, local_files_only=True)
        # Cast once: autocast would cast its 85 million weights for every batch.
        model = model.to(torch.bfloat16)
        tokenizer = AutoTokenizer.from_pretrained(teacher, local_files_only=True)
        slice_rows = [row for row in choose if row.source != "tweet"]
        held_out = _logits(model, tokenizer, slice_rows)
        click.echo(f"the teacher's slice accuracy {_shown(polarity_accuracy(held_out, slice_rows))}")
        temperature = fit_temperature(held_out, slice_rows)
        told = logits_of(model, tokenizer, cut, size=256)
        save_file({"told": probabilities(told, temperature)}, kept)
    opinions = np.asarray(load_file(kept)["told"])
    return rated_examples(learn, seed) * rated_times + [
        Example(text, tuple(float(p) for p in opinion)) for text, opinion in zip(cut, opinions, strict=True)
    ]


def _logits(model: Any, tokenizer: Any, rows: list[Rated], *, bfloat16: bool = False) -> Any:
    return logits_of(model, tokenizer, [row.text for row in rows], bfloat16=bfloat16)


def _shown(accuracy: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.4f}" for name, value in accuracy.items())


if __name__ == "__main__":
    main()
