"""From a trained sentiment classifier to what is shipped: temperature, neutral band, quantised weights."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import click

from models.quantised import FILE_NAME, load_quantised, save_quantised
from models.training.finetune import FourBits, in_four_bits
from models.training.sentiment_data import LABELS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CALIBRATION_FILE = "calibration.json"
UNSURE_BAND = 0.3


class Judged(Protocol):
    """A text whose label is known."""

    @property
    def text(self) -> str:
        """What is judged."""
        ...

    @property
    def source(self) -> str:
        """Where it is from; figures are told by source."""
        ...

    @property
    def label(self) -> int:
        """The index into `LABELS`."""
        ...

    @property
    def target(self) -> tuple[float, ...]:
        """The probability of each label of the model."""
        ...


def logits_of(
    model: Any, tokenizer: Any, texts: Sequence[str], *, size: int = 64, bfloat16: bool = False
) -> "Floats":
    """The model's raw logits, (texts, labels), in the order of `texts`."""
    import numpy as np
    import torch

    model.eval()
    out = np.zeros((len(texts), int(model.config.num_labels)))
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
        for start in range(0, len(order), size):
            near = order[start : start + size]
            fed = tokenizer(
                [texts[i] for i in near], truncation=True, max_length=256, padding=True, return_tensors="pt"
            )
            out[near] = model(**fed).logits.double().numpy()
    return out


def probabilities(logits: "Floats", temperature: float) -> "Floats":
    """Softmax of the logits divided by the temperature."""
    import numpy as np

    scaled = logits / temperature
    scaled = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(scaled / scaled.sum(axis=1, keepdims=True))


def fit_temperature(logits: "Floats", rows: Sequence[Judged]) -> float:
    """The temperature with the least cross-entropy to the ratings; each source counts the same.

    Temperature scaling: Guo et al. 2017, https://arxiv.org/abs/1706.04599
    """
    import numpy as np

    targets = np.array([row.target for row in rows])
    weights = source_weights(rows)

    def loss(temperature: float) -> float:
        logs = np.log(np.clip(probabilities(logits, temperature), 1e-12, 1.0))
        return float(-(weights * (targets * logs).sum(axis=1)).sum())

    return float(min(np.geomspace(0.4, 4.0, 300), key=loss))


def fit_neutral_band(scores: "Floats", truth: "NDArray[np.int64]") -> float:
    """The |score| below which a text is called neutral: best macro-F1 over the three labels."""
    import numpy as np

    candidates = np.arange(0.05, 0.75, 0.01)
    # Smoothed over neighbours: the slice is small, and a lone peak is luck.
    found = np.array([macro_f1(truth, label_by_band(scores, band)) for band in candidates])
    smooth = np.convolve(np.pad(found, 5, mode="edge"), np.ones(11) / 11, mode="valid")
    return float(candidates[int(smooth.argmax())])


def label_by_band(scores: "Floats", band: float) -> "NDArray[np.int64]":
    """Indices into `LABELS` for scores in -1..1."""
    import numpy as np

    return np.where(np.abs(scores) < band, 1, np.where(scores > 0, 2, 0))


def macro_f1(truth: "NDArray[np.int64]", told: "NDArray[np.int64]") -> float:
    """The mean over the three labels of each one's F1."""
    each = []
    for label in range(len(LABELS)):
        hit = int(((truth == label) & (told == label)).sum())
        each.append(2 * hit / max(1, int((truth == label).sum()) + int((told == label).sum())))
    return sum(each) / len(each)


def polarity_accuracy(logits: "Floats", rows: Sequence[Judged]) -> dict[str, float]:
    """By source: the share of rows, neutral ones left out, that are on the right side."""
    import numpy as np

    kept = np.array([row.label != 1 for row in rows])
    right = (logits[:, -1] > logits[:, 0]) == np.array([row.label == 2 for row in rows])
    sources = np.array([row.source for row in rows])
    return {name: float(right[kept & (sources == name)].mean()) for name in sorted(set(sources[kept]))}


def source_weights(rows: Sequence[Judged]) -> "Floats":
    """Weights that sum to 1 and give each source the same share."""
    import numpy as np

    sources = np.array([row.source for row in rows])
    counts = {name: int((sources == name).sum()) for name in set(sources)}
    return np.array([1.0 / (counts[name] * len(counts)) for name in sources])


def export(
    checkpoint: Path,
    choose: Sequence[Judged],
    output: Path,
    *,
    name: str,
    languages: Sequence[str],
    neutral_source: str | None,
    recipe: dict[str, Any],
    four_bits: FourBits | None,
) -> None:
    """Quantises a float32 checkpoint, calibrates the quantised weights and writes what is shipped.

    Args:
        checkpoint: Folder in the usual Hugging Face layout.
        choose: Rows that were not learned from.
        output: Folder to write.
        name: How the engine calls these weights in messages.
        languages: Which languages they read.
        neutral_source: The source whose rows choose the neutral band; None where no row is rated neutral,
            and then texts of which the model is less than 65 % sure are called neutral.
        recipe: How they were made, kept beside them.
        four_bits: Which matrices are stored in 4 bits, for which they must have been trained.
    """
    import numpy as np
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    model = AutoModelForSequenceClassification.from_pretrained(checkpoint, local_files_only=True).eval()
    tokenizer = AutoTokenizer.from_pretrained(checkpoint, local_files_only=True)
    texts = [row.text for row in choose]
    # In the type that is shipped for; the float32 figures differ in the fourth place.
    before = logits_of(model, tokenizer, texts, bfloat16=True)
    output.mkdir(parents=True, exist_ok=True)
    save_quantised(model.state_dict(), output / FILE_NAME, four_bits=in_four_bits(four_bits))
    model.load_state_dict(load_quantised(output / FILE_NAME))
    after = logits_of(model, tokenizer, texts, bfloat16=True)
    temperature = fit_temperature(after, choose)
    band = UNSURE_BAND
    if neutral_source:
        near = [i for i, row in enumerate(choose) if row.source == neutral_source] or list(range(len(choose)))
        shown = probabilities(after[near], temperature)
        band = fit_neutral_band(shown[:, 2] - shown[:, 0], np.array([choose[i].label for i in near]))
    calibration: dict[str, Any] = {
        "name": name,
        "temperature": round(temperature, 4),
        "neutral_band": round(band, 3),
        "languages": list(languages),
        "slice_rows": len(choose),
        "slice_accuracy_as_trained": {k: round(v, 4) for k, v in polarity_accuracy(before, choose).items()},
        "slice_accuracy_quantised": {k: round(v, 4) for k, v in polarity_accuracy(after, choose).items()},
        "recipe": recipe,
    }
    for file in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(checkpoint / file, output / file)
    (output / CALIBRATION_FILE).write_text(json.dumps(calibration, indent=2) + "\n", encoding="utf-8")
    click.echo(json.dumps(calibration, indent=2))


def ordinary(folder: Path) -> tuple[Any, Any]:
    """Shipped weights as an ordinary transformers model in float32, and its tokenizer."""
    from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer

    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    model = AutoModelForSequenceClassification.from_config(config)  # type: ignore[no-untyped-call]
    model.load_state_dict(load_quantised(folder / FILE_NAME), strict=True)
    return model.float().eval(), AutoTokenizer.from_pretrained(folder, local_files_only=True)
