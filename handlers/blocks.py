"""Block Kit's pieces, made so that text shows literally and within Slack's limits."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

Block = dict[str, Any]
Leaf = dict[str, Any]

# https://docs.slack.dev/reference/block-kit/blocks/section-block; rich text has no documented limit, and is kept
# to the same.
MOST_TEXT = 2_900
# https://docs.slack.dev/reference/block-kit/block-elements/button-element
MOST_VALUE = 2_000
# A message may hold 50 blocks; msg_blocks_too_long comes at some 12,000 characters, and not at a documented
# number (https://github.com/slackapi/bolt-js/issues/2867: 11,341 in 45 blocks refused, 9,597 in 50 accepted).
MESSAGE_BLOCKS, MESSAGE_SIZE, PER_BLOCK = 48, 9_000, 20


def escape(text: str) -> str:
    """Escape text for `text` fields and mrkdwn as Slack asks."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def section(text: str, **more: Any) -> Block:
    """A section of mrkdwn that we wrote ourselves; what people wrote goes into `rich`."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:3_000]}, **more}


def divider() -> Block:
    """A line across the message."""
    return {"type": "divider"}


def context(*texts: str) -> list[Block]:
    """Small literal text, joined with dots; long text takes several blocks and loses nothing."""
    joined = " · ".join(text for text in texts if text)
    return [
        {"type": "context", "elements": [{"type": "plain_text", "text": piece, "emoji": False}]}
        for piece in pieces(joined)
    ]


def button(action_id: str, label: str, value: str, style: str = "") -> Block:
    """A button."""
    element: Block = {
        "type": "button",
        "action_id": action_id,
        "text": {"type": "plain_text", "text": label, "emoji": True},
        "value": value,
    }
    return {**element, "style": style} if style else element


def plain(text: str, **style: bool) -> Leaf:
    """Literal text in rich text, with `bold`, `italic`, `strike` or `code`."""
    leaf: Leaf = {"type": "text", "text": text}
    return {**leaf, "style": style} if style else leaf


def person(user_id: str) -> Leaf:
    """A mention."""
    return {"type": "user", "user_id": user_id}


def words(text: str) -> list[Leaf]:
    """A sentence of ours as leaves: what stands between backticks becomes code, all else is literal."""
    return [
        plain(piece, code=True) if index % 2 else plain(piece)
        for index, piece in enumerate(re.split(r"`([^`]+)`", text))
        if piece
    ]


def rich(*leaves: Leaf, kind: str = "rich_text_section") -> list[Block]:
    """Rich text blocks of one paragraph: literal whatever the text holds, and complete however long it is."""
    blocks: list[Block] = []
    held: list[Leaf] = []
    room = MOST_TEXT
    for leaf in leaves:
        for part in _split(leaf):
            size = len(part.get("text", ""))
            if held and size > room:
                blocks.append(_rich_block(held, kind))
                held, room = [], MOST_TEXT
            held.append(part)
            room -= size
    return [*blocks, _rich_block(held, kind)] if held else blocks


def preformatted(text: str) -> list[Block]:
    """Text to be copied as it stands."""
    return rich(plain(text), kind="rich_text_preformatted") if text else []


def pieces(text: str, most: int = MOST_TEXT) -> Iterator[str]:
    """A text cut at line ends or spaces where there are any; the pieces joined are the text."""
    while len(text) > most:
        cut = max(text.rfind("\n", most // 2, most), text.rfind(" ", most // 2, most)) + 1 or most
        yield text[:cut]
        text = text[cut:]
    if text:
        yield text


def size(blocks: Iterable[Block]) -> int:
    """What blocks weigh against Slack's limit on a message."""
    return sum(PER_BLOCK + sum(_lengths(block)) for block in blocks)


def renewed(blocks: list[Block]) -> list[Block]:
    """A message's blocks to be sent again: Slack wants new ids when a message is updated.

    https://docs.slack.dev/reference/block-kit/blocks/context-actions-block, `block_id`.
    """
    return [{name: value for name, value in block.items() if name != "block_id"} for block in blocks]


def fits(blocks: list[Block]) -> bool:
    """Whether Slack takes these blocks as one message."""
    return len(blocks) <= MESSAGE_BLOCKS and size(blocks) <= MESSAGE_SIZE


def messages(blocks: Iterable[Block]) -> list[list[Block]]:
    """Blocks dealt to as many messages as Slack needs, in order."""
    dealt: list[list[Block]] = [[]]
    for block in blocks:
        if dealt[-1] and not fits([*dealt[-1], block]):
            dealt.append([])
        dealt[-1].append(block)
    return dealt


def _rich_block(leaves: list[Leaf], kind: str) -> Block:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": leaves}]}


def _split(leaf: Leaf) -> Iterator[Leaf]:
    if leaf["type"] != "text":
        yield leaf
        return
    for piece in pieces(leaf["text"]):
        yield {**leaf, "text": piece}


def _lengths(value: Any) -> Iterator[int]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "text" and isinstance(inner, str):
                yield len(inner)
            else:
                yield from _lengths(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _lengths(inner)
