"""chat.postMessage, update, delete, postEphemeral, getPermalink."""

from __future__ import annotations

from workspace import activity, compose
from workspace.api.method import Method, required
from workspace.core import Core, Json
from workspace.errors import SlackError
from workspace.events import message_body
from workspace.state import Channel, Message


def writable(core: Core, arguments: Json) -> Channel:
    """The channel to write to; the bot must be in it, or hold ``chat:write.public``.

    Raises:
        SlackError: ``channel_not_found`` or ``not_in_channel``.
    """
    if not arguments.get("channel"):
        raise SlackError("channel_not_found")
    channel = core.state.channel(arguments["channel"])
    if not core.state.has_bot(channel) and "chat:write.public" not in core.scopes:
        raise SlackError("not_in_channel")
    return channel


def own(core: Core, channel: Channel, ts: object, refusal: str) -> Message:
    """The bot's own message.

    Raises:
        SlackError: ``message_not_found``, or the refusal when it is somebody else's.
    """
    message = core.state.message(channel.id, ts)
    if message.bot_id != core.state.bot.id or message.tombstone:
        raise SlackError(refusal)
    return message


async def post_message(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/chat.postMessage"""
    channel = writable(core, arguments)
    message = compose.bot_message(core, channel, arguments)
    activity.post(core, message)
    return {"channel": channel.id, "ts": message.ts, "message": message_body(core.state, message)}


async def post_ephemeral(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/chat.postEphemeral"""
    channel = writable(core, arguments)
    required(arguments, "user")
    user = core.state.users.get(str(arguments["user"]))
    if user is None or user.id not in channel.members:
        raise SlackError("user_not_in_channel")
    message = compose.bot_message(core, channel, arguments, ephemeral_to=user.id)
    activity.post_ephemeral(core, message)
    return {"message_ts": message.ts}


async def update(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/chat.update"""
    channel = core.state.channel(arguments.get("channel"))
    required(arguments, "ts")
    message = own(core, channel, arguments["ts"], "cant_update_message")
    if message.streaming:
        raise SlackError("streaming_state_conflict")
    text, blocks = compose.content(arguments, compose.UPDATE_TEXT)
    if not (text or "").strip() and not blocks and not arguments.get("attachments"):
        raise SlackError("no_text")
    previous = message_body(core.state, message)
    message.text = text or ""
    if blocks is not None:
        # Text alone leaves the old blocks in place, which then go on hiding it; an empty list removes them:
        # https://github.com/slackapi/python-slack-sdk/issues/523, https://github.com/slack-go/slack/issues/1214
        message.blocks = blocks
    if arguments.get("metadata") is not None:
        message.metadata = compose.metadata(arguments["metadata"]) or None
    if not message.blocks:  # Slack marks an app's text as edited, its blocks not
        message.edited = {"user": core.state.bot.user_id, "ts": core.state.new_ts()}
    activity.change(core, message, previous)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": message_body(core.state, message),
    }


async def delete(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/chat.delete"""
    channel = core.state.channel(arguments.get("channel"))
    required(arguments, "ts")
    message = own(core, channel, arguments["ts"], "cant_delete_message")
    activity.remove(core, message)
    return {"channel": channel.id, "ts": message.ts}


async def get_permalink(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/chat.getPermalink"""
    channel = core.state.channel(arguments.get("channel"))
    message = core.state.message(channel.id, arguments.get("message_ts"))
    link = f"{core.url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts and message.thread_ts != message.ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


_WRITE = ("chat:write",)
METHODS = {
    "chat.postMessage": Method(post_message, _WRITE),
    "chat.postEphemeral": Method(post_ephemeral, _WRITE),
    "chat.update": Method(update, _WRITE),
    "chat.delete": Method(delete, _WRITE),
    "chat.getPermalink": Method(get_permalink),
}
