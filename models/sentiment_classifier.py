"""One loaded sentiment checkpoint: texts in, probabilities out, nothing asynchronous."""

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.errors import SentimentUnavailable
from models.quantised import FILE_NAME
from models.sentiment_labels import label_values
from models.sentiment_product import fastest_kind

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray
    from torch import Tensor

    Floats = NDArray[np.float64]

WINDOW_TOKENS = 128
MAX_WINDOWS = 64
"""Of a longer text this many windows are read, evenly spread: a text of 1 MB costs no more than one of 40 kB."""

BATCH_TOKENS = 1_024
"""So many that the widest activations of a batch stay in the processor's cache."""

DEFAULT_BAND = 0.2
CALIBRATION_FILE = "calibration.json"

_REINSTALL = "Install Copydesk again, or set COPYDESK_SENTIMENT_MODEL to another checkpoint."


@dataclass(frozen=True)
class Verdict:
    """What a checkpoint says of one text: value -1..1, and the probabilities of the three labels.

    `neutral` is None where the checkpoint has no class for it.
    """

    value: float
    negative: float
    neutral: float | None
    positive: float


@dataclass(frozen=True)
class Calibration:
    """What stands beside the shipped weights, chosen on held-out rows."""

    name: str
    languages: frozenset[str]
    temperature: float = 1.0
    neutral_band: float = DEFAULT_BAND


Cut = Callable[[Sequence[str]], tuple[list[list[int]], list[int]]]
"""Texts in, windows of token ids with their special tokens out, and the place of the text that each is of."""

Forward = Callable[["Tensor", "Tensor | None"], "Tensor"]
"""Ids and mask in, (windows, tokens); logits out, (windows, classes). No mask where nothing is padding."""


class Classifier:
    """A sequence classifier in memory, with its tokenizer and calibration: `load_shipped` or `load_checkpoint`.

    Args:
        forward: The model.
        cut: The tokenizer.
        padding: The id that fills up short windows.
        values: The value of each class, -1..1.
        calibration: Name, languages, temperature, neutral band.
        version: A short hash of the weights.
        kind: The torch type that is computed in.
    """

    def __init__(
        self,
        forward: Forward,
        cut: Cut,
        padding: int,
        values: Sequence[float],
        calibration: Calibration,
        version: str,
        kind: "torch.dtype",
    ) -> None:
        self._forward = forward
        self._cut = cut
        self._padding = padding
        self._values = tuple(values)
        self.calibration = calibration
        self.scored_by = f"{calibration.name}@{version}"
        self.kind = kind

    def judge(self, texts: Sequence[str]) -> list[Verdict]:
        """A verdict for each text, in order.

        A text longer than a window is read in windows, whose probabilities are averaged by their length.
        """
        import numpy as np

        if not texts:
            return []
        windows, owners = self.windows(texts)
        shown = np.zeros((len(windows), len(self._values)))
        order = sorted(range(len(windows)), key=lambda i: len(windows[i]))
        for batch in _batches(order, windows):
            shown[batch] = self.probabilities([windows[i] for i in batch])
        totals = np.zeros((len(texts), len(self._values)))
        lengths = np.zeros(len(texts))
        for owner, window, probabilities in zip(owners, windows, shown, strict=True):
            totals[owner] += probabilities * len(window)
            lengths[owner] += len(window)
        return [self._verdict(row) for row in totals / lengths[:, None]]

    def windows(self, texts: Sequence[str]) -> tuple[list[list[int]], list[int]]:
        """Windows of tokens, at most `MAX_WINDOWS` a text, and the place of the text that each is of."""
        ids, owners = self._cut(texts)
        if len(ids) <= len(texts):
            return ids, owners
        mine: dict[int, list[int]] = {}
        for window, owner in enumerate(owners):
            mine.setdefault(owner, []).append(window)
        kept = [window for found in mine.values() for window in _spread(found, MAX_WINDOWS)]
        return [ids[window] for window in kept], [owners[window] for window in kept]

    def probabilities(self, windows: Sequence[Sequence[int]]) -> "Floats":
        """The probability of each class for windows of tokens, which go through the model as one batch."""
        import numpy as np
        import torch

        longest = max(len(window) for window in windows)
        ids = torch.tensor([[*window, *[self._padding] * (longest - len(window))] for window in windows])
        lengths = torch.tensor([len(window) for window in windows])
        # Windows of one length need no mask, and attention without one is faster.
        mask = None
        if int(lengths.min()) < longest:
            mask = (torch.arange(longest) < lengths[:, None]).long()
        with torch.inference_mode():
            logits = self._forward(ids, mask)
        shown = torch.softmax(logits.double() / self.calibration.temperature, dim=-1)
        return np.asarray(shown.numpy())

    def _verdict(self, probabilities: "Floats") -> Verdict:
        pairs = list(zip(self._values, (float(p) for p in probabilities), strict=True))
        value = sum(value * p for value, p in pairs)
        return Verdict(
            value=max(-1.0, min(1.0, value)),
            negative=sum(p for value, p in pairs if value < 0),
            neutral=sum(p for value, p in pairs if value == 0) if 0.0 in self._values else None,
            positive=sum(p for value, p in pairs if value > 0),
        )


def prepare_torch(threads: int | None) -> None:
    """Imports torch so that its threads sleep while they wait, and its memory stays small.

    Threads that spin slow everything tenfold when another process wants the same core. Without a limit oneDNN keeps
    what it prepared for each of the last 1,024 shapes of a batch: 100,000 reviews took 2.1 GB, most of it for
    shapes that did not come again. The settings are read once, when torch is first imported in a process; a value
    that is already set is kept.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    # https://uxlfoundation.github.io/oneDNN/dev_guide_primitive_cache.html, and torch's own cache before it; limiting
    # one of them alone does not help.
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "16")
    os.environ.setdefault("LRU_CACHE_CAPACITY", "16")
    import torch

    if threads is not None:
        torch.set_num_threads(threads)


def read_calibration(folder: Path) -> Calibration:
    """Reads the calibration of shipped weights; needs no torch.

    Raises:
        SentimentUnavailable: It is missing or damaged.
    """
    path = folder / CALIBRATION_FILE
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
        return Calibration(
            name=str(read["name"]),
            languages=frozenset(read["languages"]),
            temperature=float(read["temperature"]),
            neutral_band=float(read["neutral_band"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SentimentUnavailable(f"The sentiment calibration {path} cannot be read.", _REINSTALL) from error


def load_shipped(folder: Path, kind: Any = None) -> Classifier:
    """Loads weights in the shipped layout: quantised matrices, config, tokenizer and calibration.

    Args:
        folder: Where they are.
        kind: The torch type to compute in; None takes the fastest one on this machine. The accuracy on the test
            split is the same within 0.3 points (docs/benchmarks.md).

    Raises:
        SentimentUnavailable: A file is missing, truncated or does not fit the others; the message names it.
    """
    calibration = read_calibration(folder)
    for name in ("config.json", "tokenizer.json", FILE_NAME):
        if not (folder / name).is_file():
            raise SentimentUnavailable(f"The sentiment file {folder / name} is missing.", _REINSTALL)
    from safetensors import SafetensorError

    from models.sentiment_encoder import load_encoder

    kind = kind or fastest_kind(whole_numbers=True)
    try:
        model, shape = load_encoder(folder, kind)
        version = _short_hash(folder / FILE_NAME)
    except (OSError, SafetensorError, ValueError, KeyError) as error:
        raise SentimentUnavailable(
            f"The sentiment weights in {folder} are damaged: {error}.", _REINSTALL
        ) from error
    return Classifier(
        model,
        _shipped_cut(folder / "tokenizer.json", min(WINDOW_TOKENS, shape.positions)),
        shape.padding,
        label_values(shape.labels, str(folder)),
        calibration,
        version,
        kind,
    )


def _shipped_cut(path: Path, length: int) -> Cut:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:
        # The library raises nothing more special than Exception.
        raise SentimentUnavailable(
            f"The sentiment tokenizer {path} is damaged: {error}.", _REINSTALL
        ) from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(length)

    def cut(texts: Sequence[str]) -> tuple[list[list[int]], list[int]]:
        windows: list[list[int]] = []
        owners: list[int] = []
        for owner, encoding in enumerate(tokenizer.encode_batch(list(texts))):
            for window in (encoding, *encoding.overflowing):
                windows.append(window.ids)
                owners.append(owner)
        return windows, owners

    return cut


def load_checkpoint(checkpoint: str) -> Classifier:
    """Loads a Hugging Face checkpoint by path or id; a folder in the shipped layout is taken too.

    Raises:
        SentimentUnavailable: It cannot be found, fetched or read, or its labels name no sentiment.
    """
    folder = Path(checkpoint).expanduser()
    if (folder / FILE_NAME).is_file():
        return load_shipped(folder)
    if not folder.is_dir() and (checkpoint.startswith((".", "/", "~")) or checkpoint.count("/") > 1):
        raise SentimentUnavailable(
            f"The sentiment checkpoint {checkpoint} is no folder.",
            "Set COPYDESK_SENTIMENT_MODEL to a folder with config.json and weights, or to a Hugging Face id.",
        )
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    source = str(folder) if folder.is_dir() else checkpoint
    try:
        tokenizer = AutoTokenizer.from_pretrained(source)
        # Only safetensors: other formats run code when they are read.
        model = AutoModelForSequenceClassification.from_pretrained(source, use_safetensors=True)
    except Exception as error:
        # The libraries below raise a dozen kinds: connection, repository, file, tensor and config errors.
        raise SentimentUnavailable(
            f"The sentiment checkpoint {checkpoint} cannot be loaded: {str(error).strip().splitlines()[0][:200]}",
            "Check the id or path and that it holds config.json, a tokenizer and model.safetensors, "
            "or unset COPYDESK_SENTIMENT_MODEL to use the shipped one.",
        ) from error
    values = label_values(model.config.id2label, checkpoint)
    languages = _languages_read(tokenizer)
    if not languages:
        raise SentimentUnavailable(
            f"The sentiment checkpoint {checkpoint} has a vocabulary for neither English nor Chinese.",
            "Use a checkpoint for English, Chinese or both, or unset COPYDESK_SENTIMENT_MODEL.",
        )
    kind = fastest_kind(whole_numbers=False)
    model = model.eval().to(kind)

    def forward(ids: "Tensor", mask: "Tensor | None") -> "Tensor":
        logits: Tensor = model(input_ids=ids, attention_mask=mask).logits
        return logits

    limit = int(getattr(model.config, "max_position_embeddings", 0) or 512)
    # RoBERTa and its kin count positions from the padding token on.
    limit -= int(getattr(model.config, "pad_token_id", 0) or -1) + 1
    length = max(8, min(WINDOW_TOKENS, limit, int(tokenizer.model_max_length)))

    def cut(texts: Sequence[str]) -> tuple[list[list[int]], list[int]]:
        encoded = tokenizer(list(texts), truncation=True, max_length=length, return_overflowing_tokens=True)
        return encoded["input_ids"], list(encoded.get("overflow_to_sample_mapping", range(len(texts))))

    name = folder.name if folder.is_dir() else checkpoint
    version = hashlib.sha256(
        json.dumps(model.config.to_dict(), sort_keys=True, default=str).encode()
    ).hexdigest()[:8]
    padding = tokenizer.pad_token_id or 0
    return Classifier(forward, cut, padding, values, Calibration(name, languages), version, kind)


_PROBES = {
    "en": "The delivery was quick but the quality is disappointing and the customer service never answered "
    "my question about a refund, although the fabric feels comfortable and looks beautiful",
    "zh": "物流很快但是质量让人失望客服一直没有回答退款的问题不过面料摸起来舒服样子也漂亮值得推荐给朋友",
}
_TOKENS_EACH = 1.3


def _languages_read(tokenizer: Any) -> frozenset[str]:
    """The languages whose common words are in the vocabulary: a model cannot read what it cannot spell.

    At most 1.3 tokens an English word or a Chinese character, at most one in twenty unknown. So an English
    byte-level vocabulary does not pass for Chinese, nor a Chinese one, which spells English by pieces, for English.
    """
    found = set()
    for language, probe in _PROBES.items():
        ids = tokenizer(probe, add_special_tokens=False)["input_ids"]
        units = len(probe) if language == "zh" else len(probe.split())
        unknown = sum(1 for token in ids if token == tokenizer.unk_token_id)
        if len(ids) <= units * _TOKENS_EACH and unknown * 20 <= units:
            found.add(language)
    return frozenset(found)


def _batches(order: Sequence[int], windows: Sequence[Sequence[int]]) -> list[list[int]]:
    """Cuts windows, in order of length, into batches of at most `BATCH_TOKENS` with their padding."""
    made: list[list[int]] = []
    for window in order:
        # In ascending order the window just added is the longest of its batch.
        if not made or (len(made[-1]) + 1) * len(windows[window]) > BATCH_TOKENS:
            made.append([])
        made[-1].append(window)
    return made


def _spread(items: list[int], most: int) -> list[int]:
    """At most `most` of the items, evenly spread, the first and the last among them."""
    if len(items) <= most:
        return items
    return [items[round(i * (len(items) - 1) / (most - 1))] for i in range(most)]


def _short_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:8]
