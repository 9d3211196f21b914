"""Validates Block Kit blocks against Slack's documented limits and answers as Slack does."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

from workspace.block_types import (
    BLOCKS,
    MARKDOWN_TEXT,
    MESSAGE_BLOCKS,
    check_block,
    elements_of,
    texts,
    unique,
    unique_actions,
)
from workspace.checking import Checker, Json
from workspace.errors import SlackError

# https://docs.slack.dev/reference/block-kit/blocks
VIEW_BLOCKS = 100
# The cumulative limit that msg_blocks_too_long enforces is not documented. A maintainer gives "12,000 text
# characters with a buffer for block containers" and users measured 11,341 in 45 blocks refused, 9,597 in 50
# accepted: https://github.com/slackapi/bolt-js/issues/2867. Twenty characters a block fit both.
MESSAGE_TEXT_IN_BLOCKS, PER_BLOCK = 12_000, 20


def parse_blocks(value: Any) -> list[Any]:
    """Blocks as the Web API takes them: an array, or a string that holds one.

    Raises:
        SlackError: ``invalid_blocks_format``.
    """
    if isinstance(value, str):
        try:
            value = json.loads(value) if value.strip() else []
        except ValueError:
            raise SlackError("invalid_blocks_format") from None
    if not isinstance(value, list):
        raise SlackError("invalid_blocks_format")
    return value


def check_message_blocks(blocks: list[Any]) -> None:
    """Refuses blocks that Slack would refuse in a message.

    Raises:
        SlackError: ``invalid_blocks`` with every finding, or ``msg_blocks_too_long``.
    """
    check = Checker("message")
    check_blocks(check, {"blocks": blocks}, MESSAGE_BLOCKS)
    markdown = sum(len(str(block.get("text", ""))) for block in _walk_types(blocks, "markdown"))
    if markdown > MARKDOWN_TEXT and not check.findings:
        check.note(f"markdown blocks must be less than {MARKDOWN_TEXT + 1} characters in all", "/blocks")
    if sum(1 for _ in _walk_types(blocks, "table")) > 1:
        check.note("only_one_table_allowed", "/blocks")
    if check.findings:
        raise SlackError("invalid_blocks", check.findings)
    if sum(texts(blocks)) + PER_BLOCK * len(blocks) > MESSAGE_TEXT_IN_BLOCKS + PER_BLOCK * 2:
        raise SlackError("msg_blocks_too_long")


def check_blocks(check: Checker, holder: Json, most: int) -> None:
    """Checks a holder's ``blocks``: how many, each one's shape, and that ids are unique."""
    blocks = check.items(holder, "blocks", "", most)
    block_ids: set[str] = set()
    for index, block in enumerate(blocks):
        pointer = f"/blocks/{index}"
        check_block(check, block, pointer)
        if isinstance(block, dict):
            unique(check, block.get("block_id"), "block_id", block_ids, pointer)
            unique_actions(check, block, pointer)


def with_ids(blocks: list[Any]) -> list[Json]:
    """The blocks as Slack stores them: every block has a ``block_id``, every element an ``action_id``."""
    stored: list[Json] = json.loads(json.dumps(blocks))
    for block in _walk(stored):
        if block.get("type") in BLOCKS:
            block.setdefault("block_id", uuid.uuid4().hex[:5])
        for element in elements_of(block):
            element.setdefault("action_id", uuid.uuid4().hex[:5])
    return stored


def walk_blocks(blocks: list[Json]) -> Iterator[Json]:
    """Every block, those inside containers and carousels included."""
    return _walk(blocks)


def _walk(blocks: Any) -> Iterator[Json]:
    for block in blocks if isinstance(blocks, list) else []:
        if isinstance(block, dict):
            yield block
            if block.get("type") == "container":
                yield from _walk(block.get("child_blocks"))
            elif block.get("type") == "carousel":
                yield from _walk(block.get("elements"))
            elif block.get("type") == "plan":
                yield from _walk(block.get("tasks"))


def _walk_types(blocks: list[Any], kind: str) -> Iterator[Json]:
    return (block for block in _walk(blocks) if block.get("type") == kind)
