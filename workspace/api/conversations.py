"""conversations.info, list, history, replies, open, members, join."""

from __future__ import annotations

from workspace.api.method import Method, flag, page, required
from workspace.core import Core, Json
from workspace.errors import SlackError
from workspace.events import channel_body, message_body
from workspace.state import Channel, Message


async def info(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.info"""
    channel = _channel(core, arguments)
    core.need_in(channel, "read")
    body = channel_body(core.state, channel)
    if flag(arguments.get("include_num_members")):
        body["num_members"] = len(channel.members)
    return {"channel": body}


async def listing(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.list"""
    types = str(arguments.get("types") or "public_channel").split(",")
    wanted = [
        channel
        for channel in core.state.channels.values()
        if ("im" if channel.is_im else "public_channel") in types
        and (not channel.is_im or core.state.has_bot(channel))
    ]
    found, cursor = page(wanted, arguments)
    channels = [channel_body(core.state, channel) for channel in found]
    return {"channels": channels, "response_metadata": {"next_cursor": cursor}}


async def members(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.members"""
    channel = _channel(core, arguments)
    core.need_in(channel, "read")
    found, cursor = page(channel.members, arguments)
    return {"members": found, "response_metadata": {"next_cursor": cursor}}


async def history(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.history"""
    channel = _readable(core, arguments)
    whole = [
        message
        for message in core.state.messages[channel.id].values()
        if message.thread_ts in (None, message.ts)
    ]
    newest_first = sorted(_between(whole, arguments), key=lambda message: message.ts, reverse=True)
    found, cursor = page(newest_first, arguments)
    return _messages(core, found, cursor, arguments)


async def replies(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.replies"""
    channel = _readable(core, arguments)
    required(arguments, "ts")
    asked = core.state.messages[channel.id].get(str(arguments["ts"]))
    if asked is None:
        raise SlackError("thread_not_found")
    thread = core.state.thread(channel.id, asked.thread_ts or asked.ts)
    parent, answers = thread[:1], _between(thread[1:], arguments)
    found, cursor = page([*parent, *answers], arguments, default=1000)
    return _messages(core, found, cursor, arguments)


async def open_direct(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.open, for one person."""
    core.need("im:write")
    if arguments.get("channel"):
        channel = _channel(core, arguments)
    else:
        users = str(arguments.get("users") or "").split(",")
        if users == [""]:
            raise SlackError("users_list_not_supplied")
        if len(users) > 1:
            raise SlackError("not_enough_users")
        channel = core.state.direct_message(core.state.user(users[0]).id)
    shown = channel_body(core.state, channel) if flag(arguments.get("return_im")) else {"id": channel.id}
    return {"channel": shown, "already_open": True, "no_op": True}


async def join(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.join"""
    channel = _channel(core, arguments)
    if channel.is_im:
        raise SlackError("method_not_supported_for_channel_type")
    if core.state.has_bot(channel):
        return {"channel": channel_body(core.state, channel), "warning": "already_in_channel"}
    channel.members.append(core.state.bot.user_id)
    joined: Json = {
        "type": "member_joined_channel",
        "user": core.state.bot.user_id,
        "channel": channel.id,
        "channel_type": "C",
        "team": core.state.team["id"],
        "event_ts": core.state.new_ts(),
    }
    core.delivery.event(joined, "member_joined_channel")
    return {"channel": channel_body(core.state, channel)}


def _channel(core: Core, arguments: Json) -> Channel:
    required(arguments, "channel")
    wanted = str(arguments["channel"])
    if wanted not in core.state.channels:
        raise SlackError("channel_not_found")
    return core.state.channels[wanted]


def _readable(core: Core, arguments: Json) -> Channel:
    channel = _channel(core, arguments)
    core.need_in(channel, "history")
    if not core.state.has_bot(channel):
        raise SlackError("not_in_channel")
    return channel


def _between(messages: list[Message], arguments: Json) -> list[Message]:
    try:
        oldest, latest = float(arguments.get("oldest") or 0), float(arguments.get("latest") or "inf")
    except ValueError:
        raise SlackError("invalid_ts_latest") from None
    inclusive = flag(arguments.get("inclusive"))
    return [
        message
        for message in messages
        if oldest < float(message.ts) < latest or (inclusive and float(message.ts) in (oldest, latest))
    ]


def _messages(core: Core, found: list[Message], cursor: str, arguments: Json) -> Json:
    bodies = [message_body(core.state, message) for message in found]
    if not flag(arguments.get("include_all_metadata")):
        # https://github.com/slackapi/python-slack-sdk/issues/1501
        for body in bodies:
            if "metadata" in body:
                body["metadata"] = {"event_type": body["metadata"]["event_type"]}
    answer: Json = {"messages": bodies, "has_more": bool(cursor)}
    if cursor:
        answer["response_metadata"] = {"next_cursor": cursor}
    return answer


_READ = ("channels:read", "im:read")
_HISTORY = ("channels:history", "im:history")
METHODS = {
    "conversations.info": Method(info, _READ),
    "conversations.list": Method(listing, _READ),
    "conversations.members": Method(members, _READ),
    "conversations.history": Method(history, _HISTORY),
    "conversations.replies": Method(replies, _HISTORY),
    "conversations.open": Method(open_direct, ("im:write",)),
    "conversations.join": Method(join, ("channels:join",)),
}
