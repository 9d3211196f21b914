"""Makes a checked message of what the app says, for the Web API, response URLs and command answers."""

from __future__ import annotations

import json
from typing import Any

from workspace.blocks import check_message_blocks, parse_blocks, with_ids
from workspace.core import Core, Json
from workspace.errors import SlackError
from workspace.state import Channel, Message

# Slack truncates text beyond 40,000 characters (https://docs.slack.dev/reference/methods/chat.postMessage);
# here it is refused, so that an app notices. An update is refused beyond 4,000
# (https://docs.slack.dev/reference/methods/chat.update).
POST_TEXT, UPDATE_TEXT = 40_000, 4_000
MARKDOWN_TEXT = 12_000
METADATA_BYTES = 4_000


def content(arguments: Json, longest: int = POST_TEXT) -> tuple[str | None, list[Json] | None]:
    """The text and blocks of a call, checked.

    Args:
        arguments: the call's; ``text``, ``blocks`` and ``markdown_text`` are read.
        longest: the most characters of ``text``.

    Returns:
        Text and blocks, each None when the call does not give it.

    Raises:
        SlackError: ``invalid_blocks``, ``invalid_blocks_format``, ``msg_too_long`` or
            ``markdown_text_conflict``.
    """
    text = arguments.get("text")
    blocks = arguments.get("blocks")
    markdown = arguments.get("markdown_text")
    if markdown:
        if text or blocks:
            raise SlackError("markdown_text_conflict")
        if len(str(markdown)) > MARKDOWN_TEXT:
            raise SlackError("msg_too_long")
        return str(markdown), with_ids([{"type": "markdown", "text": str(markdown)}])
    if text is not None and len(str(text)) > longest:
        raise SlackError("msg_too_long")
    checked: list[Json] | None = None
    if blocks is not None:
        parsed = parse_blocks(blocks)
        check_message_blocks(parsed)
        checked = with_ids(parsed)
    return (None if text is None else str(text)), checked


def metadata(value: Any) -> Json | None:
    """Message metadata, checked (https://docs.slack.dev/messaging/message-metadata).

    Raises:
        SlackError: ``invalid_metadata_format`` or ``metadata_too_large``.
    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise SlackError("invalid_metadata_format") from None
    if value == {}:
        return {}
    if (
        not isinstance(value, dict)
        or not isinstance(value.get("event_type"), str)
        or not value["event_type"]
        or not isinstance(value.get("event_payload"), dict)
    ):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(value, ensure_ascii=False).encode()) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return value


def bot_message(core: Core, channel: Channel, arguments: Json, **extra: Any) -> Message:
    """A message of the bot, not yet posted.

    Raises:
        SlackError: what `content` and `metadata` raise, ``no_text``, or ``invalid_thread_ts``.
    """
    text, blocks = content(arguments)
    if not (text or "").strip() and not blocks and not arguments.get("attachments"):
        raise SlackError("no_text")
    return Message(
        ts=core.state.new_ts(),
        channel=channel.id,
        text=text or "",
        username=str(arguments.get("username") or core.state.bot.name),
        user=core.state.bot.user_id,
        bot_id=core.state.bot.id,
        blocks=blocks or [],
        thread_ts=thread_of(core, channel, arguments.get("thread_ts")),
        metadata=metadata(arguments.get("metadata")) or None,
        **extra,
    )


def thread_of(core: Core, channel: Channel, thread_ts: Any) -> str | None:
    """The thread that a message goes to: a reply's ts leads to its parent.

    Raises:
        SlackError: ``invalid_thread_ts``.
    """
    if not thread_ts:
        return None
    parent = core.state.messages[channel.id].get(str(thread_ts))
    if parent is None:
        raise SlackError("invalid_thread_ts")
    return parent.thread_ts or parent.ts
