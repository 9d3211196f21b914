"""What docs/slack.md promises is what the bot does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.rewards import DEFAULT_REWARDS
from handlers.approval_view import approval_words
from handlers.labels import labels
from handlers.replies import asks_for_change

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "slack.md").read_text(encoding="utf-8")


def test_the_table_of_reactions_is_the_default_map() -> None:
    told: dict[str, float] = {}
    for cells in re.findall(r"^\| (.*`.*) \| ([−\d.]+) \|$", DOCS, re.M):
        names, worth = re.findall(r"`([^`]+)`", cells[0]), float(cells[1].replace("−", "-"))
        if "one" in names:
            names = ["one", "two", "three", "four", "five", "six", "seven", "eight"]
        told |= dict.fromkeys(names, worth)
    assert told == DEFAULT_REWARDS


def test_every_button_is_explained_by_its_label() -> None:
    said, words = labels("en"), approval_words("en")
    buttons = (
        said.shorter,
        said.longer,
        said.warmer,
        said.rewrite,
        said.as_text,
        said.retry,
        said.edit,
        *(words.send, words.changes, words.approve, words.withdraw, words.export),
    )
    table = DOCS.split("## Buttons")[1].split("##")[0]
    assert [label for label in buttons if label not in table] == []


@pytest.mark.parametrize(
    "text", ["shorter", "add the price", "too long", "more playful", "更短一点", "去掉价格"]
)
def test_the_examples_of_wishes_are_wishes(text: str) -> None:
    assert text in DOCS
    assert asks_for_change(text, by_asker=False)
