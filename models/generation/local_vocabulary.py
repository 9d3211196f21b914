"""What each token of a model's vocabulary spells, as tables that sampling masks with."""

import unicodedata
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from models.generation.shape import starts_anew

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Vocabulary"]

# Marks of web pages and code, which small models fall into, and quotation marks that they open and never close.
# An exclamation mark is refused by Google Ads in headlines and helps no copy elsewhere.
_UNWANTED = frozenset('`*_#|<>{}[]~^\\=@"“”«»!！;;/')
_SIGNS = frozenset("$€£¥￥%‰°")


class Vocabulary:
    """Tables over the vocabulary: each is an array with a row for each token id.

    Args:
        tokenizer: A transformers tokenizer.
        size: The number of logits that the model gives, which may exceed the tokenizer's vocabulary.
    """

    def __init__(self, tokenizer: Any, size: int) -> None:
        self.tokenizer = tokenizer
        self.size = size
        special = set(tokenizer.all_special_ids) | set(tokenizer.get_added_vocab().values())
        spellings: list[str | None] = [None] * size
        tokens = tokenizer.convert_ids_to_tokens(list(range(min(size, len(tokenizer)))))
        byte_level = any(token and token.startswith("Ġ") for token in tokens)
        for index, token in enumerate(tokens):
            if token is not None and index not in special:
                spellings[index] = _from_bytes(token) if byte_level else _from_pieces(token)
        self.text = spellings
        eos = tokenizer.eos_token_id
        self.eos = frozenset([eos] if eos is not None else [])
        known = [text or "" for text in spellings]
        self.ends: NDArray[np.bool_] = np.array(["\n" in t for t in known])
        self.ends[list(self.eos)] = True
        # A token that is half a character cannot be measured: a line does without it.
        self.banned: NDArray[np.bool_] = np.array([_unwanted(text) for text in spellings]) & ~self.ends
        self.starts: NDArray[np.bool_] = np.array([starts_anew(t) for t in known])
        self.numeric = [i for i, t in enumerate(known) if any(c.isnumeric() for c in t)]
        self.marks = [i for i, t in enumerate(known) if t.strip() in (".", ",")]
        self.signs = [i for i, t in enumerate(known) if _SIGNS & set(t)]

    @cached_property
    def special(self) -> "NDArray[np.bool_]":
        """Tokens that spell nothing, the end of a completion aside."""
        table = np.array([text is None for text in self.text])
        table[list(self.eos)] = False
        return table

    def encode(self, text: str) -> list[int]:
        """Token ids of a text, without the tokens that begin and end a sequence."""
        return list(self.tokenizer.encode(text, add_special_tokens=False)) if text else []

    def decode(self, tokens: list[int]) -> str:
        """The text that token ids spell."""
        return str(
            self.tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        )


def _byte_table() -> dict[str, int]:
    """Byte-level BPE's printable stand-ins for bytes, as GPT-2 chose them."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table = {chr(byte): byte for byte in plain}
    rest = (byte for byte in range(256) if byte not in plain)
    return table | {chr(256 + index): byte for index, byte in enumerate(rest)}


_BYTES = _byte_table()


def _from_bytes(token: str) -> str | None:
    try:
        return bytes(_BYTES[character] for character in token).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return None


def _from_pieces(token: str) -> str | None:
    if token.startswith("<0x") and token.endswith(">"):
        byte = int(token[3:-1], 16)
        return chr(byte) if byte < 128 else None
    return token.replace("▁", " ")


def _unwanted(text: str | None) -> bool:
    if not text:
        return True
    if _UNWANTED & set(text) or "  " in text or "--" in text or "..." in text:
        return True
    return any(unicodedata.category(c) in {"Cc", "Cf", "Cn", "Co", "So"} for c in text.replace("°", ""))
