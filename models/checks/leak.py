"""That copy does not repeat what the model was told: its rules, its examples, the shape of its answer."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from models.checks.subject import Subject, found
from models.variant import Check

__all__ = ["repeats", "repeats_no_instructions"]

RUN = 7
"""Words in a row that no copy shares with its instructions by chance; a Chinese character is half a word."""

# Numbers and words of any script are one token each, Chinese is one token a character.
_TOKEN = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+(?:['’][^\W_]+)*")


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())


def _runs(tokens: list[str]) -> Iterator[tuple[str, ...]]:
    """Every run of tokens that is as long as seven words, from each place on."""
    for start in range(len(tokens)):
        weight, end = 0.0, start
        while end < len(tokens) and weight < RUN:
            weight += 0.5 if "\u3400" <= tokens[end] <= "\u9fff" else 1.0
            end += 1
        if weight >= RUN:
            yield tuple(tokens[start:end])


@lru_cache(maxsize=64)
def _runs_of(text: str) -> frozenset[tuple[str, ...]]:
    # A brief's candidates are all compared with the same prompt.
    return frozenset(_runs(_tokens(text)))


def repeats(text: str, instructions: str, facts: str = "") -> bool:
    """Whether a text has a run of seven words (fourteen Chinese characters) of the instructions that is no fact."""
    return not (_runs_of(instructions) - _runs_of(facts)).isdisjoint(_runs(_tokens(text)))


def repeats_no_instructions(subject: Subject) -> Iterator[Check]:
    """No part has a run of seven words (fourteen Chinese characters) of the instructions; facts may be said."""
    clean = True
    for index, part in enumerate(subject.parts):
        if not repeats(part.text, subject.instructions, subject.facts):
            continue
        clean = False
        place = subject.place(index)
        yield found(
            subject,
            "leak",
            f"{place} repeats what the model was told, not copy",
            f"{place}复述了给模型的指令，不是文案",
            index=index,
        )
    if clean:
        yield Check(name="leak", passed=True)
