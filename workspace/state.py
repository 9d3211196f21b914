"""What the local workspace knows: team, people, channels, messages, views, files. Plain data, no traffic."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from workspace.errors import SlackError

Json = dict[str, Any]


@dataclass(slots=True)
class User:
    """A person or the bot's user."""

    id: str
    name: str
    real_name: str
    is_bot: bool = False
    color: str = "4b7fb5"
    locale: str = "en-US"
    tz: str = "Europe/Madrid"


@dataclass(slots=True)
class Channel:
    """A public channel, or a direct message between one person and the bot."""

    id: str
    name: str
    members: list[str]
    is_im: bool = False
    topic: str = ""
    created: int = 1_700_000_000

    @property
    def kind(self) -> str:
        """Slack's ``channel_type``."""
        return "im" if self.is_im else "channel"


@dataclass(slots=True)
class Message:
    """One message; `ephemeral_to` alone sees it when set, `streaming` says that a stream is open on it."""

    ts: str
    channel: str
    text: str
    username: str
    user: str | None = None
    bot_id: str | None = None
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: Json | None = None
    edited: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    ephemeral_to: str | None = None
    via_response_url: bool = False
    streaming: bool = False
    stream_started: float = 0.0
    stream_blocks: list[Json] = field(default_factory=list)
    tombstone: bool = False


@dataclass(slots=True)
class View:
    """A modal in a person's stack or a person's home tab, as the app gave it and Slack keeps it."""

    id: str
    user: str
    payload: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    values: Json = field(default_factory=dict)
    response_urls: list[Json] = field(default_factory=list)


@dataclass(slots=True)
class File:
    """An uploaded file; `complete` once it may be shared."""

    id: str
    name: str
    title: str
    mimetype: str
    user: str
    content: bytes = b""
    created: int = 0
    complete: bool = False
    channels: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Trigger:
    """A trigger_id: whom it may open a modal for, until when, and whether it was used."""

    user: str
    expires: float
    view_id: str | None = None
    used: bool = False


@dataclass(slots=True)
class Bot:
    """The app's own identity."""

    id: str
    user_id: str
    app_id: str
    name: str


class State:
    """Everything the workspace holds, with the look-ups that raise Slack's errors."""

    def __init__(self, team: Json, bot: Bot, users: list[User], channels: list[Channel]) -> None:
        self.team = team
        self.bot = bot
        self.users = {user.id: user for user in users}
        self.channels = {channel.id: channel for channel in channels}
        self.messages: dict[str, dict[str, Message]] = {channel.id: {} for channel in channels}
        self.ephemerals: dict[str, dict[str, Message]] = {}
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        self.homes: dict[str, View] = {}
        self.files: dict[str, File] = {}
        self.usergroups: dict[str, list[str]] = {}
        self.triggers: dict[str, Trigger] = {}
        self._last_ts = 0

    # -- identifiers --

    def new_ts(self) -> str:
        """A message's ts: seconds and microseconds, unique and rising in the whole workspace."""
        self._last_ts = max(time.time_ns() // 1000, self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    @staticmethod
    def new_id(prefix: str) -> str:
        """An id as Slack's look: a letter and ten capitals or digits."""
        return prefix + secrets.token_hex(5).upper()

    def new_trigger(self, user: str, view_id: str | None = None, seconds: float = 3.0) -> str:
        """A trigger_id, good once and for three seconds (https://docs.slack.dev/interactivity/handling-user-interaction)."""
        trigger = f"{time.time_ns() // 1_000_000}.{secrets.randbelow(10**10):010d}.{secrets.token_hex(16)}"
        self.triggers[trigger] = Trigger(user, time.monotonic() + seconds, view_id)
        return trigger

    def use_trigger(self, trigger_id: str) -> Trigger:
        """Exchanges a trigger_id.

        Raises:
            SlackError: ``invalid_trigger_id``, ``exchanged_trigger_id`` or ``expired_trigger_id``.
        """
        trigger = self.triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if time.monotonic() > trigger.expires:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger

    # -- look-ups --

    def user(self, user_id: Any, error: str = "user_not_found") -> User:
        """The user of that id."""
        user = self.users.get(str(user_id))
        if user is None:
            raise SlackError(error)
        return user

    def channel(self, reference: Any) -> Channel:
        """A channel by id, by ``#name``, or a person's direct message by the person's id."""
        wanted = str(reference or "")
        if wanted in self.channels:
            return self.channels[wanted]
        for channel in self.channels.values():
            if not channel.is_im and channel.name == wanted.removeprefix("#"):
                return channel
        if wanted in self.users:
            return self.direct_message(wanted)
        raise SlackError("channel_not_found")

    def direct_message(self, user_id: str) -> Channel:
        """The direct message between a person and the bot; it is made when there is none."""
        for channel in self.channels.values():
            if channel.is_im and user_id in channel.members:
                return channel
        channel = Channel(self.new_id("D"), "", [user_id, self.bot.user_id], is_im=True)
        self.channels[channel.id] = channel
        self.messages[channel.id] = {}
        return channel

    def has_bot(self, channel: Channel) -> bool:
        """Whether the bot is in the channel."""
        return self.bot.user_id in channel.members

    def message(self, channel_id: str, ts: Any) -> Message:
        """A message that everyone in the channel sees."""
        message = self.messages.get(channel_id, {}).get(str(ts))
        if message is None:
            raise SlackError("message_not_found")
        return message

    def any_message(self, channel_id: str, ts: str, user: str) -> Message:
        """A message that this person sees, ephemeral ones included."""
        ephemeral = self.ephemerals.get(channel_id, {}).get(ts)
        if ephemeral is not None and ephemeral.ephemeral_to == user:
            return ephemeral
        return self.message(channel_id, ts)

    def thread(self, channel_id: str, thread_ts: str) -> list[Message]:
        """A parent and its replies, oldest first."""
        return [
            message
            for ts, message in sorted(self.messages[channel_id].items())
            if ts == thread_ts or message.thread_ts == thread_ts
        ]

    def replies(self, message: Message) -> list[Message]:
        """The replies under a message."""
        return [
            reply
            for _, reply in sorted(self.messages.get(message.channel, {}).items())
            if reply.thread_ts == message.ts and reply.ts != message.ts
        ]

    def view(self, view_id: Any) -> View:
        """An open modal or a home tab."""
        view = self.views.get(str(view_id))
        if view is None:
            raise SlackError("not_found")
        return view
