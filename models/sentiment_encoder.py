"""The forward pass of a BERT or MPNet classifier over the shipped weights, without importing transformers.

transformers' own models give the same logits (a test compares them), but importing them takes longer than reading
the weights and scoring a text.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.quantised import FILE_NAME, whole
from models.sentiment_product import Product, float_kind, half_product, product

if TYPE_CHECKING:
    import torch
    from torch import Tensor


@dataclass(frozen=True)
class Names:
    """Where a kind of model keeps its tensors, and from which position it counts."""

    base: str
    asked: tuple[str, str, str]
    joined: str
    first_norm: str
    pooler: str
    head: str
    first_position: int


_NAMES = {
    "bert": Names(
        base="bert",
        asked=("attention.self.query", "attention.self.key", "attention.self.value"),
        joined="attention.output.dense",
        first_norm="attention.output.LayerNorm",
        pooler="bert.pooler.dense",
        head="classifier",
        first_position=0,
    ),
    "mpnet": Names(
        base="mpnet",
        asked=("attention.attn.q", "attention.attn.k", "attention.attn.v"),
        joined="attention.attn.o",
        first_norm="attention.LayerNorm",
        pooler="classifier.dense",
        head="classifier.out_proj",
        first_position=2,
    ),
}


@dataclass(frozen=True)
class Shape:
    """What config.json says that the forward pass needs; `positions` is how many tokens a window may have."""

    names: Names
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
        if read["model_type"] not in _NAMES or read["hidden_act"] != "gelu":
            raise ValueError(
                "config.json describes another kind of model than BERT with gelu or MPNet with gelu"
            )
        names = _NAMES[read["model_type"]]
        return Shape(
            names=names,
            layers=int(read["num_hidden_layers"]),
            heads=int(read["num_attention_heads"]),
            epsilon=float(read["layer_norm_eps"]),
            positions=int(read["max_position_embeddings"]) - names.first_position,
            padding=int(read["pad_token_id"] or 0),
            labels={int(i): str(name) for i, name in read["id2label"].items()},
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"config.json lacks or misstates {error}") from error


class Encoder:
    """Logits from token ids.

    Args:
        stored: The tensors of the file as they are in it: quantised matrices with their scales, vectors.
        shape: What config.json says.
        kind: The torch type to multiply in: float32, bfloat16 or int8.

    Raises:
        KeyError: A tensor is missing.
    """

    def __init__(self, stored: Mapping[str, "Tensor"], shape: Shape, kind: "torch.dtype") -> None:
        import torch

        def floats(name: str) -> "Tensor":
            return whole(stored, name).to(float_kind(kind))

        def norm(name: str) -> tuple["Tensor", "Tensor"]:
            return floats(f"{name}.weight"), floats(f"{name}.bias")

        def matrix(*parts: str) -> Product:
            weights = [whole(stored, f"{part}.weight").float() for part in parts]
            biases = [stored[f"{part}.bias"].float() for part in parts]
            # What comes out of gelu is large in a few places: rounded to int8 it costs half a point of accuracy
            # (0.8966 to 0.8913 on the English slice), with this product in bfloat16 0.2 points.
            if kind == torch.int8 and len(weights[0]) < weights[0].shape[1]:
                return half_product(weights[0], biases[0])
            return product(torch.cat(weights), torch.cat(biases), kind)

        names = shape.names
        self._shape = shape
        self._words = floats(f"{names.base}.embeddings.word_embeddings.weight")
        self._positions = floats(f"{names.base}.embeddings.position_embeddings.weight")[
            names.first_position :
        ]
        segments = f"{names.base}.embeddings.token_type_embeddings.weight"
        if segments in stored:
            # There is one segment only, so its vector belongs to each position's.
            self._positions = self._positions + floats(segments)[0]
        self._first_norm = norm(f"{names.base}.embeddings.LayerNorm")
        relative = f"{names.base}.encoder.relative_attention_bias.weight"
        self._nearness = _nearness(floats(relative), shape.positions) if relative in stored else None
        self._layers = []
        for i in range(shape.layers):
            at = f"{names.base}.encoder.layer.{i}"
            # One product makes query, key and value together.
            asked = matrix(*(f"{at}.{part}" for part in names.asked))
            joined, wide, narrow = (
                matrix(f"{at}.{part}") for part in (names.joined, "intermediate.dense", "output.dense")
            )
            norms = norm(f"{at}.{names.first_norm}"), norm(f"{at}.output.LayerNorm")
            self._layers.append((asked, joined, wide, narrow, *norms))
        self._pooler, self._head = matrix(names.pooler), matrix(names.head)

    def __call__(self, ids: "Tensor", mask: "Tensor | None") -> "Tensor":
        """Logits, (texts, labels), for ids (texts, tokens) and a mask that is 1 where a token is none of padding."""
        from torch.nn.functional import gelu, layer_norm, scaled_dot_product_attention

        count, length = ids.shape
        epsilon, heads = self._shape.epsilon, self._shape.heads
        hidden = self._words[ids] + self._positions[:length]
        width = hidden.shape[-1]
        hidden = layer_norm(hidden, (width,), *self._first_norm, epsilon)
        added = self._added(length, mask)
        for number, (asked, joined, wide, narrow, norm, last_norm) in enumerate(self._layers):
            query, key, value = asked(hidden).view(count, length, 3, heads, -1).permute(2, 0, 3, 1, 4)
            if number == len(self._layers) - 1:
                # Of the last layer only the first token is read.
                query, hidden = query[:, :, :1], hidden[:, :1]
                added = added if added is None else added[:, :, :1]
            seen = scaled_dot_product_attention(query, key, value, attn_mask=added)
            seen = seen.transpose(1, 2).reshape(count, -1, width)
            hidden = layer_norm(hidden + joined(seen), (width,), *norm, epsilon)
            hidden = layer_norm(hidden + narrow(gelu(wide(hidden))), (width,), *last_norm, epsilon)
        return self._head(self._pooler(hidden[:, 0]).tanh())

    def _added(self, length: int, mask: "Tensor | None") -> "Tensor | None":
        """What is added to the attention scores, (texts or 1, heads or 1, tokens, tokens): nearness, and no padding."""
        near = None if self._nearness is None else self._nearness[:, :, :length, :length]
        if mask is None:
            return near
        hidden = self._words.new_zeros(mask.shape).masked_fill_(mask == 0, -math.inf)[:, None, None, :]
        if near is None:
            return hidden.expand(-1, -1, length, -1)
        return near + hidden


def _nearness(weights: "Tensor", positions: int) -> "Tensor":
    """MPNet's bias by the distance of two tokens, (1, heads, positions, positions), from its (buckets, heads).

    Half of the buckets are for tokens before, half for tokens behind; of each half the nearer half holds a distance
    each, the others grow logarithmically up to 128 (transformers' `MPNetEncoder.relative_position_bucket`).
    """
    import torch

    half = len(weights) // 2
    exact = half // 2
    places = torch.arange(positions)
    distance = places[None, :] - places[:, None]
    far = exact + (
        torch.log(distance.abs().clamp(min=1).float() / exact) / math.log(128 / exact) * (half - exact)
    ).to(torch.long)
    bucket = torch.where(distance.abs() < exact, distance.abs(), far.clamp(max=half - 1))
    return weights[bucket + half * (distance > 0)].permute(2, 0, 1)[None].contiguous()


def load_encoder(folder: Path, kind: "torch.dtype") -> tuple[Encoder, Shape]:
    """Reads shipped weights.

    Raises:
        safetensors.SafetensorError: The file is truncated or no safetensors file.
        OSError: A file cannot be read.
        ValueError: config.json is damaged or does not fit.
        KeyError: A tensor is missing.
    """
    from safetensors.torch import load_file

    shape = read_shape(folder)
    return Encoder(load_file(folder / FILE_NAME), shape, kind), shape
