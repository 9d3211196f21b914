"""A checkpoint in the usual Hugging Face layout in place of the shipped weights."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import torch

from models.errors import SentimentUnavailable
from models.sentiment import WEIGHTS, SentimentEngine
from models.sentiment_encoder import load_encoder
from models.training.calibration import ordinary

ENGLISH = WEIGHTS / "sentiment-en"
SHIPPED = sorted(WEIGHTS.glob("sentiment-*/"))


@pytest.fixture(scope="module")
def shipped() -> Any:
    return ordinary(ENGLISH)


def save(shipped: Any, folder: Path, labels: list[str], keep: list[int]) -> Path:
    """Writes the shipped classifier as a plain checkpoint with other classes."""
    model, tokenizer = deepcopy(shipped[0]), shipped[1]
    head = getattr(model.classifier, "out_proj", model.classifier)
    head.weight = torch.nn.Parameter(head.weight[keep].clone())
    head.bias = torch.nn.Parameter(head.bias[keep].clone())
    model.config.id2label = dict(enumerate(labels))
    model.config.label2id = {label: i for i, label in enumerate(labels)}
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_our_forward_pass_says_what_transformers_says_of_the_same_weights(folder: Path) -> None:
    model, tokenizer = ordinary(folder)
    ours, _ = load_encoder(folder, torch.float32)
    texts = [
        "A lovely lamp.",
        "It broke, and nobody answered my mails for three weeks.",
        "质量很好，物流也快",
        "",
    ]
    fed = tokenizer(texts, padding=True, return_tensors="pt")
    with torch.inference_mode():
        theirs = model(**fed).logits
        torch.testing.assert_close(
            ours(fed["input_ids"], fed["attention_mask"]), theirs, atol=1e-4, rtol=1e-4
        )
        alone = tokenizer(texts[:1], return_tensors="pt")["input_ids"]
        torch.testing.assert_close(ours(alone, None), theirs[:1], atol=1e-4, rtol=1e-4)


async def test_a_binary_checkpoint_with_unnamed_classes_replaces_the_shipped_weights(
    shipped: Any, tmp_path: Path
) -> None:
    engine = SentimentEngine(save(shipped, tmp_path / "binary", ["LABEL_0", "LABEL_1"], [0, 2]))
    good, bad, chinese = await engine.score(["A lovely lamp.", "A terrible lamp.", "质量很差"])
    await engine.close()
    assert good is not None
    assert good.label == "positive"
    assert good.score > 0.5
    assert bad is not None
    assert bad.label == "negative"
    assert bad.score < -0.5
    assert good.scored_by.startswith("binary@")
    assert chinese is None, "an English vocabulary does not read Chinese"
    assert engine.languages == {"en"}


async def test_classes_in_another_order_are_read_by_their_names(shipped: Any, tmp_path: Path) -> None:
    engine = SentimentEngine(save(shipped, tmp_path / "turned", ["正面", "中性", "负面"], [2, 1, 0]))
    told = await engine.score(["A lovely lamp.", "A terrible lamp."])
    await engine.close()
    assert [one and one.label for one in told] == ["positive", "negative"]


async def test_a_checkpoint_about_something_else_is_refused(shipped: Any, tmp_path: Path) -> None:
    engine = SentimentEngine(save(shipped, tmp_path / "moods", ["joy", "anger"], [0, 2]))
    with pytest.raises(SentimentUnavailable, match="joy"):
        await engine.score(["A lovely lamp."])
    await engine.close()


def test_the_shipped_files_are_small() -> None:
    assert sum(path.stat().st_size for path in WEIGHTS.rglob("*")) <= 40_000_000
