"""Rows as token ids: prompt, forced beginnings and the text to learn, packed into sequences of one length."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.writer.prompt import answer, prompt
from models.writer.rows import Row

__all__ = ["Example", "Packed", "encode_row", "pack", "varied"]

IGNORED = -100
"""The label of tokens that are not learned, as torch's cross entropy takes it."""


@dataclass(frozen=True)
class Example:
    """One row: `ids` as the model sees them, `labels` the same where the token is to be learned, else `IGNORED`."""

    ids: tuple[int, ...]
    labels: tuple[int, ...]


@dataclass
class Packed:
    """Several examples in one sequence; `positions` begin anew with each, which keeps them apart in attention."""

    ids: list[int] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)

    def add(self, example: Example) -> None:
        """Append an example."""
        self.ids += example.ids
        self.labels += example.labels
        self.positions += range(len(example.ids))


def encode_row(row: Row, tokenizer: Any) -> Example:
    """A row's token ids, cut where the engine cuts them when it writes: each opening, text and line end apart.

    Learned are the texts and what ends them; the prompt, the labels and the forced beginnings are given.

    Args:
        row: A row of the corpus.
        tokenizer: A transformers tokenizer with a chat template, whose end of sequence ends an answer.
    """
    ids: list[int] = tokenizer.apply_chat_template(
        [{"role": "user", "content": prompt(row)}], add_generation_prompt=True, return_dict=True
    )["input_ids"]
    labels = [IGNORED] * len(ids)

    def add(text: str, learned: bool) -> None:
        tokens = tokenizer.encode(text, add_special_tokens=False)
        ids.extend(tokens)
        labels.extend(tokens if learned else [IGNORED] * len(tokens))

    lines = answer(row)
    for place, (opening, text) in enumerate(lines):
        add(opening, learned=False)
        add(text, learned=True)
        if place < len(lines) - 1:
            add("\n", learned=True)
    ids.append(tokenizer.eos_token_id)
    labels.append(tokenizer.eos_token_id)
    return Example(tuple(ids), tuple(labels))


_RUN = re.compile(r"(?<![\d.,:/-])\d{2,5}(?![\d.,:/-]|\s*[%％])")
# The share of rows whose figures are changed each time that they are learned.
_CHANGED = 0.5


def varied(row: Row, chance: random.Random) -> Row:
    """The row as somebody else might have typed it: other order, and often other figures.

    Attributes and keywords come in another order. A figure of two to five digits that an attribute states becomes
    another of as many digits wherever the row has it, so that figures are copied and not remembered; figures that
    also stand in the product's name, the offer or the dates stay.
    """
    row = _reordered(row, chance)
    if chance.random() >= _CHANGED:
        return row
    brief = row.brief
    fixed = " ".join((brief.product, brief.offer, brief.dates, brief.goal, row.ask))
    stated = {run for value in brief.attributes.values() for run in _RUN.findall(value)}
    figures = {
        run: str(chance.randrange(10 ** (len(run) - 1), 10 ** len(run)))
        for run in sorted(stated)
        if run not in fixed and not run.startswith("0")
    }
    if not figures:
        return row

    def changed(text: str) -> str:
        return re.sub(r"\d+", lambda run: figures.get(run[0], run[0]), text)

    attributes = {name: changed(value) for name, value in brief.attributes.items()}
    said = {
        "attributes": attributes,
        "keywords": tuple(changed(word) for word in brief.keywords),
        "must_include": tuple(changed(phrase) for phrase in brief.must_include),
    }
    return row.model_copy(
        update={
            "brief": brief.model_copy(update=said),
            "parts": tuple(part.model_copy(update={"text": changed(part.text)}) for part in row.parts),
            "before": tuple(part.model_copy(update={"text": changed(part.text)}) for part in row.before),
        }
    )


def _reordered(row: Row, chance: random.Random) -> Row:
    attributes = list(row.brief.attributes.items())
    keywords = list(row.brief.keywords)
    chance.shuffle(attributes)
    chance.shuffle(keywords)
    brief = row.brief.model_copy(update={"attributes": dict(attributes), "keywords": tuple(keywords)})
    return row.model_copy(update={"brief": brief})


def pack(examples: Sequence[Example], length: int) -> Iterator[Packed]:
    """Fill sequences with examples in their order, each whole; one longer than `length` has its own."""
    packed = Packed()
    for example in examples:
        if packed.ids and len(packed.ids) + len(example.ids) > length:
            yield packed
            packed = Packed()
        packed.add(example)
    if packed.ids:
        yield packed
