"""Makes a base model's vocabulary small: the tokens that English and Chinese copy needs, and every byte."""

import itertools
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

__all__ = ["kept_tokens", "pruned_tokenizer"]

_SPACE = "▁"
# Written in copy, whatever the word lists hold.
_SIGNS = "°±×÷–—‘’“”…·•€£¥￥™®©²³½¼‰℃、。《》「」『』【】（）！，：；？～％＋－／＆"
_FORMS = 4


def kept_tokens(
    tokenizer: dict[str, Any], texts: Iterable[str], size: int, extra: Sequence[str] = ()
) -> list[int]:
    """The ids to keep of a byte-fallback BPE tokenizer, in ascending order.

    Always kept: bytes, special tokens named in `extra`, printable ASCII, signs, the single characters of GB 2312,
    and what the texts' tokens are merged from. The rest is filled with the tokens that the most common words of
    English and Chinese are spelled with (the lists of the package wordfreq), most frequent first.

    Args:
        tokenizer: The content of `tokenizer.json`.
        texts: Copy and briefs: all their tokens are kept.
        size: About how many tokens to keep.
        extra: Special tokens to keep, by their spelling.

    Raises:
        ValueError: The tokenizer is no byte-fallback BPE.
    """
    from tokenizers import Tokenizer

    model = tokenizer["model"]
    if model["type"] != "BPE" or not model.get("byte_fallback"):
        raise ValueError("Only a BPE tokenizer with byte fallback can be pruned here.")
    ids: dict[str, int] = model["vocab"]
    encoder = Tokenizer.from_str(json.dumps(tokenizer))
    ranks = {(left, right): rank for rank, (left, right) in enumerate(model["merges"])}

    kept: set[str] = {token for token in ids if token.startswith("<0x")} | set(extra)
    kept |= {character for character in _single_characters() if character in ids}
    wanted = Counter[str]()
    for text in texts:
        wanted.update(encoder.encode(text, add_special_tokens=False).tokens)
    for token in wanted:
        kept |= _path(token, ranks) & ids.keys()
    common = _common(encoder) if len(kept) < size else {}
    for token in sorted(common, key=lambda token: -common[token]):
        if len(kept) >= size:
            break
        kept |= _path(token, ranks) & ids.keys()
    return sorted(ids[token] for token in kept)


def _single_characters() -> set[str]:
    han = {
        bytes((high, low)).decode("gb2312", "ignore")
        for high in range(0xB0, 0xF8)
        for low in range(0xA1, 0xFF)
    }
    ascii_and_signs = {chr(code) for code in range(32, 127)} | set(_SIGNS) | {_SPACE, "\n"}
    return {character for character in han if character} | ascii_and_signs


def _common(encoder: Any) -> dict[str, float]:
    """Tokens with the summed frequency of the words they spell, as words stand in running text."""
    from wordfreq import get_frequency_dict

    counted: dict[str, float] = {}
    for word, frequency in get_frequency_dict("en", wordlist="large").items():
        for form, share in (
            (f" {word}", 1.0),
            (f" {word.capitalize()}", 0.3),
            (word.capitalize(), 0.2),
            (word, 0.05),
        ):
            for token in encoder.encode(form, add_special_tokens=False).tokens:
                counted[token] = counted.get(token, 0.0) + frequency * share
    for word, frequency in get_frequency_dict("zh", wordlist="large").items():
        if not word.isascii():
            for token in encoder.encode(word, add_special_tokens=False).tokens:
                counted[token] = counted.get(token, 0.0) + frequency
    return counted


def _path(token: str, ranks: dict[tuple[str, str], int]) -> set[str]:
    """A token and every piece that it is merged from on the way, as BPE merges it."""
    pieces = list(token)
    passed = {token, *pieces}
    while len(pieces) > 1:
        pairs = [
            (ranks.get(pair, len(ranks)), place) for place, pair in enumerate(itertools.pairwise(pieces))
        ]
        rank, place = min(pairs)
        if rank == len(ranks):
            break
        merged = pieces[place] + pieces[place + 1]
        pieces[place : place + 2] = [merged]
        passed.add(merged)
    return passed


def pruned_tokenizer(tokenizer: dict[str, Any], kept: Sequence[int]) -> dict[str, Any]:
    """The content of `tokenizer.json` with the kept tokens alone, renumbered in the order given.

    A text whose tokens are all kept is cut as before; another falls back to shorter tokens, at last to bytes.
    """
    model = tokenizer["model"]
    by_id = {index: token for token, index in model["vocab"].items()}
    vocabulary = {by_id[old]: new for new, old in enumerate(kept)}
    merges = [
        [left, right]
        for left, right in model["merges"]
        if left in vocabulary and right in vocabulary and left + right in vocabulary
    ]
    added = [
        entry | {"id": vocabulary[entry["content"]]}
        for entry in tokenizer["added_tokens"]
        if entry["content"] in vocabulary
    ]
    made = tokenizer | {"model": model | {"vocab": vocabulary, "merges": merges}, "added_tokens": added}
    begin = vocabulary.get("<bos>")
    if made.get("post_processor") and begin is not None:
        text = json.dumps(made["post_processor"])
        made["post_processor"] = json.loads(text)
        made["post_processor"]["special_tokens"]["<bos>"]["ids"] = [begin]
    return made
