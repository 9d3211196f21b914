"""A small Chinese encoder from scratch: `python -m models.training.sentiment_chars --data FOLDER`; it is not shipped.

Three layers of width 192 over single characters, which begin with random weights and learn the same reviews as the
shipped model, their labels mixed with the out-of-fold opinions of the linear model. What it reaches shows what the
shipped model owes to its pretrained encoder.
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from models.training.calibration import logits_of
from models.training.finetune import Example, Recipe, finetune, load_encoder, set_threads
from models.training.sentiment_data import read_rated
from models.training.sentiment_linear import by_source
from models.training.sentiment_zh import (
    CHOOSE_SHARE,
    LABELS,
    linear_opinions,
    mixed,
    read_reviews,
    slice_reviews,
    smoothed,
)

CHARACTERS = 4_000
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")


@click.command(help=__doc__)
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
@click.option(
    "--work", type=click.Path(file_okay=False, path_type=Path), default=Path("build/sentiment-chars")
)
@click.option("--epochs", default=4, show_default=True)
@click.option("--rate", default=6e-4, show_default=True)
@click.option("--seed", default=7, show_default=True)
@click.option("--threads", default=2, show_default=True)
def main(data: Path, work: Path, epochs: int, rate: float, seed: int, threads: int) -> None:
    """Trains it and prints a Markdown row for each test source."""
    set_threads(threads)
    work.mkdir(parents=True, exist_ok=True)
    learn, choose = slice_reviews(read_reviews(data / "zh.tsv.gz"), CHOOSE_SHARE, seed=7)
    build([row.text for row in learn], work / "encoder", seed)
    examples = [Example(row.text, smoothed(row)) for row in learn]
    examples = mixed(examples, linear_opinions(learn, seed))
    recipe = Recipe(
        name=f"3 layers from scratch, {CHARACTERS} characters",
        encoder_sha256="",
        examples=len(examples),
        epochs=epochs,
        rate=rate,
        seed=seed,
        batch_size=64,
        head_rate=rate,
        layer_decay=1.0,
        freeze_embeddings=False,
    )
    model, tokenizer = load_encoder(work / "encoder", LABELS)
    finetune(model, tokenizer, examples, recipe, work)
    told = logits_of(model, tokenizer, [row.text for row in choose], bfloat16=True)
    right = sum((row.label == 2) == (said[1] > said[0]) for said, row in zip(told, choose, strict=True))
    click.echo(f"slice accuracy {right / len(choose):.4f}\n")
    click.echo("| weights | source | rows | accuracy |\n| --- | --- | ---: | ---: |")
    rows = [row for row in read_rated(data / "zh.tsv.gz") if row.split == "test"]
    for source, same in by_source(rows).items():
        told = logits_of(model, tokenizer, [row.text for row in same], bfloat16=True)
        right = sum((row.valence > 0) == (said[1] > said[0]) for said, row in zip(told, same, strict=True))
        click.echo(f"| characters, from scratch | {source} | {len(same)} | {right / len(same):.4f} |")


def build(texts: Iterable[str], folder: Path, seed: int) -> None:
    """Writes the untrained encoder and its tokenizer, one token a character."""
    import torch
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    counts = Counter(character for text in texts for character in text.lower() if not character.isspace())
    kept = [*SPECIAL, *(character for character, _ in counts.most_common(CHARACTERS - len(SPECIAL)))]
    tokenizer: Any = Tokenizer(
        models.WordLevel({piece: i for i, piece in enumerate(kept)}, unk_token="[UNK]")  # noqa: S106
    )
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split(Regex("."), "isolated")]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        pad_token="[PAD]",  # noqa: S106
        unk_token="[UNK]",  # noqa: S106
        cls_token="[CLS]",  # noqa: S106
        sep_token="[SEP]",  # noqa: S106
    ).save_pretrained(folder)
    torch.manual_seed(seed)
    BertModel(
        BertConfig(
            vocab_size=len(kept),
            hidden_size=192,
            num_hidden_layers=3,
            num_attention_heads=6,
            intermediate_size=768,
            max_position_embeddings=256,
        )
    ).save_pretrained(folder)


if __name__ == "__main__":
    main()
