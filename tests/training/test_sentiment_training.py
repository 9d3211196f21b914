"""The training command from end to end, on a toy encoder and sentences made here."""

import csv
import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from models.sentiment import SentimentEngine
from models.training import finetune as loop
from models.training.finetune import Example, Recipe, finetune, load_encoder
from models.training.sentiment import main

GOOD = ["lovely", "great", "perfect", "sturdy"]
BAD = ["awful", "broken", "useless", "cheap"]
THINGS = ["lamp", "kettle", "scarf", "bag", "chair", "phone", "shoe", "mug"]


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    words = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "the",
        "is",
        "a",
        "what",
        "very",
        "and",
        *GOOD,
        *BAD,
        *THINGS,
    ]
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    folder = tmp_path_factory.mktemp("encoder")
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    ).save_pretrained(folder)
    BertModel(
        BertConfig(
            vocab_size=len(words),
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=64,
            initializer_range=0.2,
        )
    ).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "en.tsv.gz"
    with gzip.open(path, "wt", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, delimiter="\t")
        writer.writerow(["source", "split", "id", "valence", "text"])
        for i, (thing, good, bad) in enumerate((t, g, b) for t in THINGS for g in GOOD for b in BAD):
            for j, (valence, text) in enumerate(
                [
                    (2.5, f"the {thing} is {good} and very {good} {i}"),
                    (-2.5, f"the {thing} is {bad} and very {bad} {i}"),
                    (0.0, f"what is a {thing} {i}"),
                ]
            ):
                source = ("amazon", "movie", "tweet")[(i + j) % 3]
                writer.writerow([source, "train" if i % 8 else "test", f"{i}_{j}", valence, text])
    return path


async def test_the_command_makes_weights_that_the_engine_scores_with(
    encoder: Path, data: Path, tmp_path: Path
) -> None:
    output, work = tmp_path / "sentiment-en", tmp_path / "work"
    arguments = ["--data", str(data), "--encoder", str(encoder), "--output", str(output), "--threads", "1"]
    # What suits an encoder of two layers with random weights.
    arguments += ["--batch-size", "32", "--frozen-layers", "0"]
    teacher = tmp_path / "teacher"
    run = CliRunner().invoke(
        main,
        [*arguments, "--work", str(teacher), "--no-export", "--epochs", "30", "--rate", "1e-3", "--float32"],
    )
    assert run.exit_code == 0, run.output
    assert not output.exists()
    run = CliRunner().invoke(
        main,
        [
            *arguments,
            "--work",
            str(work),
            "--teacher",
            str(teacher / "float32"),
            "--epochs",
            "30",
            "--rate",
            "1e-3",
        ],
    )
    assert run.exit_code == 0, run.output
    calibration = json.loads((output / "calibration.json").read_text())
    assert calibration["languages"] == ["en"]
    assert calibration["temperature"] > 0
    engine = SentimentEngine(output)
    told = await engine.score(["the mug is lovely and very great", "the mug is awful and very broken"])
    await engine.close()
    assert [one and one.label for one in told] == ["positive", "negative"]


def test_a_stopped_run_goes_on_to_the_same_weights(
    encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import torch

    monkeypatch.setattr(loop, "CHECKPOINT_EVERY", 5)
    examples = [
        Example(f"the {thing} is {word}", (0.0, 1.0) if word in GOOD else (1.0, 0.0))
        for thing in THINGS
        for word in GOOD + BAD
    ]
    recipe = Recipe(
        name="toy", encoder_sha256="", examples=len(examples), epochs=4, rate=1e-3, seed=3, bfloat16=False
    )
    ends = []
    for _ in range(2):  # the second run finds the checkpoint of the first one's fifth step
        torch.manual_seed(11)
        model, tokenizer = load_encoder(encoder, ("negative", "positive"))
        finetune(model, tokenizer, examples, recipe, tmp_path)
        ends.append(model.state_dict())
    assert "going on from step 5" in capsys.readouterr().out
    assert all(torch.allclose(ends[0][name], ends[1][name], atol=1e-6) for name in ends[0])


def test_a_checkpoint_of_another_recipe_is_not_continued(
    encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(loop, "CHECKPOINT_EVERY", 1)
    examples = [Example("the lamp is lovely", (0.0, 1.0)), Example("the lamp is awful", (1.0, 0.0))]
    for seed in (1, 2):
        model, tokenizer = load_encoder(encoder, ("negative", "positive"))
        recipe = Recipe(
            name="toy", encoder_sha256="", examples=2, epochs=1, rate=1e-3, seed=seed, bfloat16=False
        )
        finetune(model, tokenizer, examples, recipe, tmp_path)
    assert "going on" not in capsys.readouterr().out
