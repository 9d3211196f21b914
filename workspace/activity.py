"""What can happen to messages: each change is stored, pushed to people and sent as Slack's events."""

from __future__ import annotations

import re

from workspace.core import Core, Json
from workspace.errors import SlackError
from workspace.events import client_message, message_body, message_event
from workspace.state import Channel, Message
from workspace.text import mentions

_REACTION = re.compile(r"[a-z0-9_+'\-\u00c0-\uffff]{1,100}(::skin-tone-[2-6])?\Z")
# Slack's own short names: an alias is stored under the canonical one.
_ALIASES = {"thumbsup": "+1", "thumbsdown": "-1", "hankey": "poop", "satisfied": "laughing", "tada_": "tada"}


def post(core: Core, message: Message) -> None:
    """Adds a message that everyone in the channel sees.

    A person's mention of the bot arrives at the app twice, as in Slack: ``message`` and ``app_mention``.
    """
    state = core.state
    channel = state.channels[message.channel]
    state.messages[channel.id][message.ts] = message
    show(core, message)
    if message.thread_ts and message.thread_ts in state.messages[channel.id]:
        show(core, state.messages[channel.id][message.thread_ts])
    if not state.has_bot(channel):
        return
    event = message_event(state, message, channel)
    _send(core, channel, event)
    if (
        message.user
        and not message.bot_id
        and not channel.is_im
        and mentions(message.text, state.bot.user_id)
    ):
        mention = {name: value for name, value in event.items() if name not in ("channel_type", "subtype")}
        core.delivery.event(mention | {"type": "app_mention"}, "app_mention")


def post_ephemeral(core: Core, message: Message) -> None:
    """Adds a message that only `ephemeral_to` sees; the app gets no event of it."""
    core.state.ephemerals.setdefault(message.channel, {})[message.ts] = message
    show(core, message)


def show(core: Core, message: Message) -> None:
    """Pushes a new or changed message to those who see it."""
    body = client_message(core.state, message)
    if message.ephemeral_to:
        core.live.push({"type": "ephemeral", "message": body}, [message.ephemeral_to])
    else:
        core.live.push(
            {"type": "message", "message": body}, core.audience(core.state.channels[message.channel])
        )


def change(core: Core, message: Message, previous: Json) -> None:
    """Announces a message that was just changed: ``message_changed`` with the message before and after.

    Args:
        core: the server.
        message: as it is now.
        previous: its `message_body` before the change.
    """
    show(core, message)
    channel = core.state.channels[message.channel]
    if message.ephemeral_to or not core.state.has_bot(channel):
        return
    event = {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "message": message_body(core.state, message),
        "previous_message": previous,
    }
    _send(core, channel, event)


def remove(core: Core, message: Message) -> None:
    """Deletes a message; the parent of a thread with replies stays as a tombstone, as in Slack."""
    state = core.state
    channel = state.channels[message.channel]
    if message.ephemeral_to:
        state.ephemerals.get(channel.id, {}).pop(message.ts, None)
        gone = {"type": "message_deleted", "channel": channel.id, "ts": message.ts}
        core.live.push(gone, [message.ephemeral_to])
        return
    previous = message_body(state, message)
    if state.replies(message):
        message.text, message.blocks, message.files, message.reactions = (
            "This message was deleted.",
            [],
            [],
            {},
        )
        message.tombstone, message.metadata, message.streaming = True, None, False
        change(core, message, previous)
        return
    del state.messages[channel.id][message.ts]
    gone = {"type": "message_deleted", "channel": channel.id, "ts": message.ts}
    core.live.push(gone, core.audience(channel))
    if message.thread_ts and message.thread_ts in state.messages[channel.id]:
        show(core, state.messages[channel.id][message.thread_ts])
    if state.has_bot(channel):
        event = {
            "type": "message",
            "subtype": "message_deleted",
            "hidden": True,
            "deleted_ts": message.ts,
            "previous_message": previous,
        }
        _send(core, channel, event)


def react(core: Core, message: Message, name: str, user: str, add: bool) -> None:
    """Adds or takes back a reaction; the event carries no ``thread_ts``, as in Slack.

    Raises:
        SlackError: ``invalid_name``, ``already_reacted`` or ``no_reaction``.
    """
    name = name.strip(":").strip()
    if not _REACTION.match(name):
        raise SlackError("invalid_name")
    base, tone, rest = name.partition("::")
    name = _ALIASES.get(base, base) + tone + rest
    users = message.reactions.setdefault(name, [])
    if add and user in users:
        raise SlackError("already_reacted")
    if not add and user not in users:
        if not users:
            del message.reactions[name]
        raise SlackError("no_reaction")
    if add:
        users.append(user)
    else:
        users.remove(user)
        if not users:
            del message.reactions[name]
    show(core, message)
    channel = core.state.channels[message.channel]
    if not core.state.has_bot(channel):
        return
    kind = "reaction_added" if add else "reaction_removed"
    event: Json = {
        "type": kind,
        "user": user,
        "reaction": name,
        "item": {"type": "message", "channel": channel.id, "ts": message.ts},
        "event_ts": core.state.new_ts(),
    }
    if message.user and not message.via_response_url:
        event["item_user"] = message.user
    core.delivery.event(event, kind)


def _send(core: Core, channel: Channel, event: Json) -> None:
    ts = event.get("ts") or core.state.new_ts()
    envelope = {"channel": channel.id, "channel_type": channel.kind, "ts": ts, "event_ts": ts}
    core.delivery.event(event | envelope, "message.im" if channel.is_im else "message.channels")
