"""The forward pass of a BERT classifier over the shipped int8 rows, without importing transformers.

transformers' own model gives the same logits (a test compares them), but importing it takes longer than reading
the weights and scoring a text. Here the word vectors stay in int8 as well: only the rows of a batch's own tokens
are turned into floating point.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.quantised import FILE_NAME, dequantise_rows, scale_name

if TYPE_CHECKING:
    import torch
    from torch import Tensor

_WORDS = "bert.embeddings.word_embeddings.weight"


@dataclass(frozen=True)
class Shape:
    """What config.json says that the forward pass needs."""

    layers: int
    heads: int
    epsilon: float
    positions: int
    padding: int
    labels: dict[int, str]


def read_shape(folder: Path) -> Shape:
    """Reads config.json.

    Raises:
        OSError: It cannot be read.
        ValueError: It is damaged, or describes another kind of model.
    """
    read = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    try:
        if read["model_type"] != "bert" or read["hidden_act"] != "gelu":
            raise ValueError("config.json describes another kind of model than BERT with gelu")
        return Shape(
            layers=int(read["num_hidden_layers"]),
            heads=int(read["num_attention_heads"]),
            epsilon=float(read["layer_norm_eps"]),
            positions=int(read["max_position_embeddings"]),
            padding=int(read["pad_token_id"] or 0),
            labels={int(i): str(name) for i, name in read["id2label"].items()},
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"config.json lacks or misstates {error}") from error


class BertClassifier:
    """Logits from token ids.

    Args:
        stored: The tensors of the file as they are in it: int8 matrices with their scales, vectors.
        shape: What config.json says.
        kind: The torch type to compute in.

    Raises:
        KeyError: A tensor is missing.
    """

    def __init__(self, stored: Mapping[str, "Tensor"], shape: Shape, kind: "torch.dtype") -> None:
        import torch

        def floats(name: str) -> "Tensor":
            tensor = stored[name]
            whole = (
                dequantise_rows(tensor, stored[scale_name(name)]) if tensor.dtype == torch.int8 else tensor
            )
            return whole.to(kind)

        def pair(name: str) -> tuple["Tensor", "Tensor"]:
            return floats(f"{name}.weight"), floats(f"{name}.bias")

        self._shape = shape
        self._kind = kind
        self._words, self._word_scales = stored[_WORDS], stored[scale_name(_WORDS)].to(kind)
        # There is one segment only, so its vector belongs to each position's.
        positions = floats("bert.embeddings.position_embeddings.weight")
        self._positions = positions + floats("bert.embeddings.token_type_embeddings.weight")[0]
        self._first_norm = pair("bert.embeddings.LayerNorm")
        self._layers = []
        for i in range(shape.layers):
            at = f"bert.encoder.layer.{i}"
            # One product makes query, key and value together.
            asked = [pair(f"{at}.attention.self.{part}") for part in ("query", "key", "value")]
            joined = (torch.cat([weight for weight, _ in asked]), torch.cat([bias for _, bias in asked]))
            others = (
                "attention.output.dense",
                "attention.output.LayerNorm",
                "intermediate.dense",
                "output.dense",
            )
            self._layers.append((joined, *(pair(f"{at}.{name}") for name in (*others, "output.LayerNorm"))))
        self._pooler, self._head = pair("bert.pooler.dense"), pair("classifier")

    def __call__(self, ids: "Tensor", mask: "Tensor | None") -> "Tensor":
        """Logits, (texts, labels), for ids (texts, tokens) and a mask that is 1 where a token is none of padding."""
        from torch.nn.functional import gelu, layer_norm, linear, scaled_dot_product_attention

        count, length = ids.shape
        epsilon, heads = self._shape.epsilon, self._shape.heads
        hidden = (
            self._words[ids].to(self._kind) * self._word_scales[ids][..., None] + self._positions[:length]
        )
        width = hidden.shape[-1]
        hidden = layer_norm(hidden, (width,), *self._first_norm, epsilon)
        kept = None if mask is None else mask[:, None, None, :].bool()
        for asked, joined, norm, wide, narrow, last_norm in self._layers:
            query, key, value = (
                linear(hidden, *asked).view(count, length, 3, heads, -1).permute(2, 0, 3, 1, 4)
            )
            seen = scaled_dot_product_attention(query, key, value, attn_mask=kept)
            seen = seen.transpose(1, 2).reshape(count, length, width)
            hidden = layer_norm(hidden + linear(seen, *joined), (width,), *norm, epsilon)
            hidden = layer_norm(
                hidden + linear(gelu(linear(hidden, *wide)), *narrow), (width,), *last_norm, epsilon
            )
        return linear(linear(hidden[:, 0], *self._pooler).tanh(), *self._head)


def load_bert(folder: Path, kind: "torch.dtype") -> tuple[BertClassifier, Shape]:
    """Reads shipped weights.

    Raises:
        safetensors.SafetensorError: The file is truncated or no safetensors file.
        OSError: A file cannot be read.
        ValueError: config.json is damaged or does not fit.
        KeyError: A tensor is missing.
    """
    from safetensors.torch import load_file

    shape = read_shape(folder)
    return BertClassifier(load_file(folder / FILE_NAME), shape, kind), shape
