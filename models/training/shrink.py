"""A smaller model out of a fine-tuned MPNet: some of its layers and the part of its vocabulary that is needed."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

POSITIONS = 130
"""Windows of 128 tokens; MPNet counts positions from the padding token on."""

_OWN_ROWS = ("</s>", "<mask>", "<pad>", "<s>", "<unk>", "[UNK]")


def shrink(teacher: Path, texts: Iterable[str], folder: Path, *, layers: Sequence[int], pieces: int) -> None:
    """Writes a checkpoint that holds these layers of the teacher, its head and its most needed word pieces.

    Args:
        teacher: Folder of an MPNet sequence classifier.
        texts: What the vocabulary is chosen on.
        folder: Where to write.
        layers: Which layers to keep, in order.
        pieces: How large the vocabulary may be.
    """
    from transformers import MPNetForSequenceClassification

    whole: Any = MPNetForSequenceClassification.from_pretrained(teacher, local_files_only=True)
    read = json.loads((teacher / "tokenizer.json").read_text(encoding="utf-8"))
    kept = _chosen(read, texts, teacher, pieces)
    config = whole.config.__class__(
        **whole.config.to_dict()
        | {
            "num_hidden_layers": len(layers),
            "vocab_size": len(kept),
            "max_position_embeddings": POSITIONS,
            "id2label": whole.config.id2label,
        }
    )
    small = MPNetForSequenceClassification(config)
    taken = {}
    for name, tensor in whole.state_dict().items():
        if name.endswith("word_embeddings.weight"):
            taken[name] = tensor[[old for _, old in kept]]
        elif name.endswith("position_embeddings.weight"):
            taken[name] = tensor[:POSITIONS]
        elif ".layer." in name:
            before, after = name.split(".layer.")
            number, _, rest = after.partition(".")
            for new, old in enumerate(layers):
                if int(number) == old:
                    taken[f"{before}.layer.{new}.{rest}"] = tensor
        else:
            taken[name] = tensor
    small.load_state_dict(taken, strict=False)
    small.save_pretrained(folder)
    _write_tokenizer(read, [piece for piece, _ in kept], teacher, folder)


def _chosen(read: Any, texts: Iterable[str], teacher: Path, most: int) -> list[tuple[str, int]]:
    """Pieces with their old ids, in the old order: own rows, single characters, those used, then the frequent ones."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(teacher / "tokenizer.json"))
    tokenizer.no_truncation()
    vocabulary: dict[str, int] = read["model"]["vocab"]
    counts: Counter[int] = Counter()
    for encoding in tokenizer.encode_batch(list(texts)):
        counts.update(encoding.ids)
    own = [vocabulary[piece] for piece in _OWN_ROWS]
    single = [i for piece, i in vocabulary.items() if piece.isascii() and len(piece.removeprefix("##")) == 1]
    used = [i for i, count in counts.most_common() if count >= 2]
    # The vocabulary is in order of how frequent its words are in books and encyclopedias.
    frequent = sorted(
        i for piece, i in vocabulary.items() if piece.isascii() and not piece.startswith(("[", "<"))
    )
    chosen = set(list(dict.fromkeys([*own, *single, *used, *frequent]))[:most])
    return sorted(((piece, i) for piece, i in vocabulary.items() if i in chosen), key=lambda pair: pair[1])


def _write_tokenizer(read: Any, pieces: Sequence[str], teacher: Path, folder: Path) -> None:
    numbers = {piece: number for number, piece in enumerate(pieces)}
    read["model"]["vocab"] = numbers
    read["added_tokens"] = [
        token | {"id": numbers[token["content"]]}
        for token in read["added_tokens"]
        if token["content"] in numbers
    ]
    read["truncation"] = None
    post = read["post_processor"]
    post["sep"], post["cls"] = ["</s>", numbers["</s>"]], ["<s>", numbers["<s>"]]
    (folder / "tokenizer.json").write_text(json.dumps(read, ensure_ascii=False), encoding="utf-8")
    settings = (teacher / "tokenizer_config.json").read_text(encoding="utf-8")
    (folder / "tokenizer_config.json").write_text(settings, encoding="utf-8")
