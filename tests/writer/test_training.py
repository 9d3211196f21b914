"""Training: what is learned, that a killed run goes on, and that the shipped adapter makes the trained model."""

import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.writer.bases import BASES
from models.writer.examples import IGNORED, Example, encode_row, pack, varied
from models.writer.prompt import answer
from models.writer.rows import CORPUS, Row, read_rows
from tests.writer.tiny import tiny_base

peft = pytest.importorskip("peft", reason="training's packages are not in the lock")

BASE = BASES["gemma"]
LEARNED = read_rows([CORPUS / "train-en-a.jsonl", CORPUS / "train-zh-a.jsonl"])


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return read_rows([CORPUS / "train-en-a.jsonl"])[:24]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, rows: list[Row]) -> Path:
    from models.writer.assemble import prepare

    folder = tmp_path_factory.mktemp("base")
    texts = [part.text for row in rows for part in row.parts]
    source = tiny_base(folder / "source", texts)
    vocabulary = json.loads((source / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    prepare(BASE, source, folder / "cut", sorted(vocabulary.values()))
    return folder


def recipe(rows: list[Row], **values: Any) -> Any:
    from models.writer.train import Recipe

    return Recipe(base="gemma", rows=len(rows), rank=4, alpha=4, rate=2e-2, length=512, **values)


def test_only_the_copy_is_learned_and_never_the_brief(prepared: Path, rows: list[Row]) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(prepared / "cut")
    for row in rows:
        example = encode_row(row, tokenizer)
        learned = tokenizer.decode([label for label in example.labels if label != IGNORED])
        # A plan's beginnings (its days, the channel, the offer) are given, too.
        assert learned.removesuffix("<end_of_turn>") == "\n".join(text for _, text in answer(row))


@given(
    lengths=st.lists(st.integers(1, 90), min_size=1, max_size=20),
    room=st.integers(60, 200),
    seed=st.integers(0, 99),
)
def test_packing_loses_no_token_and_keeps_examples_apart(lengths: list[int], room: int, seed: int) -> None:
    chance = random.Random(seed)
    examples = [Example(ids := tuple(chance.choices(range(99), k=n)), ids) for n in lengths]
    packed = list(pack(examples, room))
    assert [i for one in packed for i in one.ids] == [i for example in examples for i in example.ids]
    assert [p for one in packed for p in one.positions] == [p for n in lengths for p in range(n)]
    assert all(len(one.ids) <= max(room, *lengths) for one in packed)


def test_an_example_has_the_same_loss_alone_and_packed_with_others(prepared: Path, rows: list[Row]) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from models.writer.train import loss_of

    model = AutoModelForCausalLM.from_pretrained(prepared / "cut", dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(prepared / "cut")
    examples = [encode_row(row, tokenizer) for row in rows[:5]]
    with torch.inference_mode():
        alone = [float(loss_of(model, list(pack([one], 4_096)), 0)[0]) for one in examples]
        together = float(loss_of(model, list(pack(examples, 4_096)), 0)[0])
    assert together == pytest.approx(sum(alone), rel=1e-4)


def test_a_killed_run_goes_on_and_ends_where_an_unbroken_one_does(
    prepared: Path, rows: list[Row], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from models.writer import train as training

    wanted = recipe(rows, epochs=1.0)
    whole = training.train(prepared / "cut", BASE, rows, rows[:4], wanted, _folder(tmp_path / "whole"))
    monkeypatch.setattr(training, "CHECKPOINT_SECONDS", -1.0)
    real, steps = training.loss_of, 0

    def until_killed(*values: object) -> object:
        nonlocal steps
        steps += 1
        if steps == 5:
            raise KeyboardInterrupt
        return real(*values)  # type: ignore[arg-type]

    monkeypatch.setattr(training, "loss_of", until_killed)
    with pytest.raises(KeyboardInterrupt):
        training.train(prepared / "cut", BASE, rows, rows[:4], wanted, _folder(tmp_path / "killed"))
    monkeypatch.setattr(training, "loss_of", real)
    resumed = training.train(prepared / "cut", BASE, rows, rows[:4], wanted, tmp_path / "killed")
    assert resumed["best"]["apart"] == pytest.approx(whole["best"]["apart"], abs=2e-3)
    assert whole["apart"][-1]["apart"] < 6.4  # an untrained model of 600 tokens has ln 600


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def test_the_adapter_that_ships_makes_the_model_that_was_trained(
    prepared: Path, rows: list[Row], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch
    from safetensors.torch import load_file
    from transformers import AutoModelForCausalLM

    from models.writer import adapter, assemble
    from models.writer.train import train

    monkeypatch.setattr(assemble, "ADAPTERS", tmp_path / "shipped")
    monkeypatch.setattr(adapter, "ADAPTERS", tmp_path / "shipped")
    work = _folder(tmp_path / "work")
    train(prepared / "cut", BASE, rows, rows[:4], recipe(rows, epochs=0.5), work)  # type: ignore[arg-type]
    assemble.export(BASE, prepared / "cut", work)
    assemble.build(BASE, prepared / "source", tmp_path / "writer")
    trained = peft.get_peft_model(
        AutoModelForCausalLM.from_pretrained(prepared / "cut", dtype=torch.float32),
        peft.LoraConfig(
            r=4, lora_alpha=4, target_modules="all-linear", task_type="CAUSAL_LM", use_rslora=True
        ),
    )
    trained.load_state_dict(load_file(work / "best.safetensors"), strict=False)
    built = AutoModelForCausalLM.from_pretrained(tmp_path / "writer", dtype=torch.float32)
    ids = torch.arange(300, 340)[None]
    with torch.inference_mode():
        difference = (trained(ids).logits - built(ids).logits).abs().max()
    assert float(difference) < 0.15
    assert json.loads((tmp_path / "writer" / "config.json").read_text("utf-8"))["copydesk_writer"] == [
        "en",
        "zh",
    ]


def test_rows_are_learned_with_their_attributes_in_any_order(rows: list[Row]) -> None:
    row = next(row for row in rows if len(row.brief.attributes) > 2)
    orders = {tuple(varied(row, random.Random(seed)).brief.attributes) for seed in range(20)}
    assert len(orders) > 1
    assert all(sorted(order) == sorted(row.brief.attributes) for order in orders)


@given(seed=st.integers(0, 10_000), number=st.integers(0, 10_000))
def test_changed_figures_are_changed_alike_in_brief_and_copy(seed: int, number: int) -> None:
    row = LEARNED[number % len(LEARNED)]
    other = varied(row, random.Random(seed))
    before, after = (set(re.findall(r"\d+", _told(one))) for one in (row, other))
    written, rewritten = (
        set(re.findall(r"\d+", " ".join(part.text for part in one.parts))) for one in (row, other)
    )
    # A figure of the copy that the brief stated is one that the changed brief states, too.
    assert len(written - before) >= len(rewritten - after)
    for name in ("product", "offer", "dates"):
        assert getattr(other.brief, name) == getattr(row.brief, name)


def _told(row: Row) -> str:
    beginnings = " ".join(opening for opening, _ in answer(row))
    return f"{row.brief.facts} {row.ask} {beginnings} {' '.join(part.text for part in row.before)}"
