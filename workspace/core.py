"""What every part of the server shares: state, pushes, delivery, settings and control switches."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from workspace.delivery import Delivery
from workspace.errors import SlackError
from workspace.live import Live
from workspace.manifest import Manifest
from workspace.socket_mode import SocketMode
from workspace.state import Channel, State

Json = dict[str, Any]

# https://docs.slack.dev/reference/methods names each method's scopes; these are those that the methods here
# ask for, and the token has them all when no manifest says otherwise.
ALL_SCOPES = frozenset(
    (
        "app_mentions:read",
        "assistant:write",
        "channels:history",
        "channels:join",
        "channels:read",
        "chat:write",
        "commands",
        "files:read",
        "files:write",
        "im:history",
        "im:read",
        "im:write",
        "reactions:read",
        "reactions:write",
        "team:read",
        "usergroups:read",
        "users:read",
    )
)


@dataclass(slots=True)
class ResponseUrl:
    """A response_url: five uses in thirty minutes (https://docs.slack.dev/interactivity/handling-user-interaction)."""

    user: str
    channel: str
    message_ts: str | None
    thread_ts: str | None
    expires: float
    uses_left: int = 5


@dataclass(slots=True)
class Switches:
    """What tests turn on, by method (``*`` is any): answers to give instead of doing the call, and none after it."""

    rate_limits: dict[str, list[int]] = field(default_factory=dict)
    failures: dict[str, list[str]] = field(default_factory=dict)
    unanswered: dict[str, int] = field(default_factory=dict)

    def next_refusal(self, method: str) -> SlackError | None:
        """The refusal that a call must get now, if any; uses it up."""
        for name in (method, "*"):
            if self.rate_limits.get(name):
                seconds = self.rate_limits[name].pop(0)
                return SlackError("ratelimited", status=429, headers={"Retry-After": str(seconds)})
            if self.failures.get(name):
                return SlackError(self.failures[name].pop(0))
        return None

    def leaves_unanswered(self, method: str) -> bool:
        """Whether a call that was done must get no answer; uses it up."""
        for name in (method, "*"):
            if self.unanswered.get(name):
                self.unanswered[name] -= 1
                return True
        return False


@dataclass(slots=True)
class Core:
    """The server's parts, wired."""

    state: State
    live: Live
    socket: SocketMode
    delivery: Delivery
    manifest: Manifest
    url: str
    bot_token: str
    app_token: str
    switches: Switches = field(default_factory=Switches)
    calls: list[Json] = field(default_factory=list)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    statuses: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def scopes(self) -> frozenset[str]:
        """The bot token's scopes."""
        return ALL_SCOPES if self.delivery.scopes is None else self.delivery.scopes

    def need(self, *scopes: str) -> None:
        """Refuses when the token has none of these scopes.

        Raises:
            SlackError: ``missing_scope`` with ``needed`` and ``provided``.
        """
        if scopes and not any(scope in self.scopes for scope in scopes):
            raise SlackError(
                "missing_scope", extra={"needed": ",".join(scopes), "provided": ",".join(sorted(self.scopes))}
            )

    def need_in(self, channel: Channel, right: str) -> None:
        """Refuses when the token lacks a conversation scope; ``right`` is ``read`` or ``history``."""
        self.need(f"{'im' if channel.is_im else 'channels'}:{right}")

    def audience(self, channel: Channel) -> Collection[str]:
        """Who sees what happens in a channel."""
        return channel.members

    def new_response_url(
        self, user: str, channel: str, message_ts: str | None = None, thread_ts: str | None = None
    ) -> str:
        """A response_url for a person in a channel."""
        token = self.state.new_id("R") + self.state.new_id("").lower()
        self.response_urls[token] = ResponseUrl(
            user, channel, message_ts, thread_ts, time.monotonic() + 30 * 60
        )
        return f"{self.url}/response/{self.state.team['id']}/{token}"
