"""chat.startStream, appendStream, stopStream and assistant.threads.setStatus."""

from __future__ import annotations

import json
import time
from typing import Any

from workspace import activity, compose
from workspace.api.chat import own, writable
from workspace.api.method import Method, required
from workspace.blocks import check_message_blocks, parse_blocks, with_ids
from workspace.core import Core, Json
from workspace.errors import SlackError
from workspace.events import message_body
from workspace.state import Message

# Slack does not document it; python-slack-sdk issue 1859 reports streams that end after about five minutes.
STREAM_SECONDS = 5 * 60.0


async def start(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/chat.startStream"""
    channel = writable(core, arguments)
    required(arguments, "thread_ts")
    if not channel.is_im:
        for name in ("recipient_user_id", "recipient_team_id"):
            if not arguments.get(name):
                raise SlackError(f"missing_{name}")
        core.state.user(arguments["recipient_user_id"])
    message = Message(
        ts=core.state.new_ts(),
        channel=channel.id,
        text="",
        username=str(arguments.get("username") or core.state.bot.name),
        user=core.state.bot.user_id,
        bot_id=core.state.bot.id,
        thread_ts=compose.thread_of(core, channel, arguments["thread_ts"]),
        streaming=True,
        stream_started=time.monotonic(),
    )
    _append(message, arguments)
    activity.post(core, message)
    return {"channel": channel.id, "ts": message.ts}


async def append(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/chat.appendStream"""
    message = _streaming(core, arguments)
    if not arguments.get("markdown_text") and not arguments.get("chunks"):
        raise SlackError("no_text")
    _append(message, arguments)
    activity.show(core, message)
    return {"channel": message.channel, "ts": message.ts}


async def stop(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/chat.stopStream"""
    message = _streaming(core, arguments)
    blocks: list[Json] = []
    if arguments.get("blocks"):
        parsed = parse_blocks(arguments["blocks"])
        check_message_blocks(parsed)
        blocks = with_ids(parsed)
    data = compose.metadata(arguments.get("metadata"))
    previous = message_body(core.state, message)
    _append(message, arguments)
    message.metadata = data or message.metadata
    message.blocks += blocks
    message.streaming = False
    activity.change(core, message, previous)
    return {"channel": message.channel, "ts": message.ts, "message": message_body(core.state, message)}


async def set_status(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/assistant.threads.setStatus"""
    required(arguments, "channel_id", "thread_ts")
    channel = core.state.channel(arguments["channel_id"])
    thread = compose.thread_of(core, channel, arguments["thread_ts"]) or ""
    if len(_list(arguments.get("loading_messages"))) > 10:
        raise SlackError(
            "invalid_arguments", ["no more than 10 items allowed [json-pointer:/loading_messages]"]
        )
    status = str(arguments.get("status") or "")
    core.statuses[channel.id, thread] = status
    event = {"type": "status", "channel": channel.id, "thread_ts": thread, "status": status}
    core.live.push(event, core.audience(channel))
    return {}


async def set_nothing(core: Core, arguments: Json) -> Json:
    """assistant.threads.setTitle and setSuggestedPrompts: accepted; the page shows neither."""
    required(arguments, "channel_id")
    core.state.channel(arguments["channel_id"])
    return {}


def _streaming(core: Core, arguments: Json) -> Message:
    channel = core.state.channel(arguments.get("channel"))
    required(arguments, "ts")
    message = own(core, channel, arguments["ts"], "message_not_owned_by_app")
    if message.streaming and time.monotonic() - message.stream_started > STREAM_SECONDS:
        message.streaming = False
        activity.show(core, message)
    if not message.streaming:
        raise SlackError("message_not_in_streaming_state")
    return message


def _append(message: Message, arguments: Json) -> None:
    chunks = _list(arguments.get("chunks"))
    if arguments.get("markdown_text"):
        chunks = [{"type": "markdown_text", "text": str(arguments["markdown_text"])}, *chunks]
    for chunk in chunks:
        _apply(message, chunk)
    markdown = [{"type": "markdown", "text": message.text}] if message.text else []
    message.blocks = with_ids([*markdown, *message.stream_blocks])


def _apply(message: Message, chunk: Any) -> None:
    kind = chunk.get("type") if isinstance(chunk, dict) else None
    if kind == "markdown_text" and isinstance(chunk.get("text"), str):
        if (
            len(chunk["text"]) > compose.MARKDOWN_TEXT
            or len(message.text + chunk["text"]) > compose.MARKDOWN_TEXT
        ):
            raise SlackError("msg_too_long")
        message.text += chunk["text"]
    elif kind == "task_update" and chunk.get("id") and chunk.get("title"):
        card = {"type": "task_card", "task_id": str(chunk["id"]), "title": str(chunk["title"])}
        card["status"] = str(chunk.get("status") or "pending")
        known = [block for block in message.stream_blocks if block.get("task_id") != card["task_id"]]
        message.stream_blocks = [*known, card]
    elif kind == "plan_update" and chunk.get("title"):
        known = [block for block in message.stream_blocks if block.get("type") != "plan"]
        message.stream_blocks = [{"type": "plan", "title": str(chunk["title"])}, *known]
    elif kind == "blocks":
        blocks = parse_blocks(chunk.get("blocks"))
        check_message_blocks(blocks)
        message.stream_blocks = [*message.stream_blocks, *blocks]
    else:
        raise SlackError("invalid_chunks")


def _list(value: Any) -> list[Any]:
    if isinstance(value, str) and value:
        try:
            value = json.loads(value)
        except ValueError:
            raise SlackError("invalid_chunks") from None
    return value if isinstance(value, list) else []


_WRITE = ("chat:write",)
METHODS = {
    "chat.startStream": Method(start, _WRITE),
    "chat.appendStream": Method(append, _WRITE),
    "chat.stopStream": Method(stop, _WRITE),
    "assistant.threads.setStatus": Method(set_status, ("assistant:write", "chat:write")),
    "assistant.threads.setTitle": Method(set_nothing, ("assistant:write",)),
    "assistant.threads.setSuggestedPrompts": Method(set_nothing, ("assistant:write",)),
}
