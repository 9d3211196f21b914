"""Brings events, commands and interactions to the app over Socket Mode or HTTP, with Slack's redelivery."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from workspace.http_events import HttpEvents
from workspace.manifest import Manifest
from workspace.socket_mode import Reply, SocketMode
from workspace.state import State

Json = dict[str, Any]
logger = logging.getLogger(__name__)

ACK_SECONDS = 3.0
KEPT = 5000
# Slack redelivers at once, after a minute and after five (https://docs.slack.dev/apis/events-api#retries); a
# person trying things out should not wait that long, so the minutes are seconds here.
RETRY_DELAYS = (0.0, 1.0, 5.0)
# Which scope a subscribed event needs: https://docs.slack.dev/reference/events
EVENT_SCOPES = {
    "message.channels": "channels:history",
    "message.im": "im:history",
    "app_mention": "app_mentions:read",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
}


@dataclass(slots=True)
class Record:
    """One thing sent to the app; `ack_ms` counts from the attempt that was acknowledged."""

    event_id: str
    type: str
    attempts: int = 0
    acked: bool = False
    ack_ms: float | None = None
    outcome: str = "pending"


class Delivery:
    """Sends to the app.

    Args:
        state: whose bot gets the events.
        socket: the Socket Mode side.
        http: the HTTP side, used when `request_url` is set.
        manifest: its subscriptions decide which events are sent.
        verification_token: the legacy token in every payload.
    """

    def __init__(
        self, state: State, socket: SocketMode, http: HttpEvents, manifest: Manifest, verification_token: str
    ) -> None:
        self.request_url: str | None = None
        self.retry_delays: Sequence[float] = RETRY_DELAYS
        self.ack_seconds = ACK_SECONDS
        self.drop_acks = 0
        self.scopes: frozenset[str] | None = manifest.scopes
        self.records: list[Record] = []
        self.token = verification_token
        self._state = state
        self._socket = socket
        self._http = http
        self._manifest = manifest
        self._sent: dict[str, Json] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def connected(self) -> bool:
        """Whether somebody would get what is sent."""
        return self.request_url is not None or self._socket.connected

    def event(self, event: Json, subscription: str) -> None:
        """Sends an event, if the app subscribed to it and may see it; does not wait.

        Args:
            event: the inner event.
            subscription: its name in the manifest, for example ``message.channels``.
        """
        if self._manifest.events is not None and subscription not in self._manifest.events:
            return
        scope = EVENT_SCOPES.get(subscription)
        if scope and self.scopes is not None and scope not in self.scopes:
            return
        bot = self._state.bot
        event_id = self._state.new_id("Ev")
        team = self._state.team["id"]
        body: Json = {
            "token": self.token,
            "team_id": team,
            "api_app_id": bot.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": event_id,
            "event_time": int(time.time()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": team,
                    "user_id": bot.user_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-{event_id}",
        }
        self._sent[event_id] = body
        if len(self._sent) > KEPT:
            self._sent.pop(next(iter(self._sent)))
            del self.records[:-KEPT]
        record = Record(event_id, event["type"])
        self.records.append(record)
        self._start(self._deliver(body, record))

    def redeliver(self, event_id: str, times: int) -> bool:
        """Sends a known event again; False when no such event was sent."""
        body = self._sent.get(event_id)
        record = next((one for one in self.records if one.event_id == event_id), None)
        if body is None or record is None:
            return False
        for _ in range(times):
            self._start(self._again(body, record))
        return True

    async def ask(self, kind: str, payload: Json, name: str) -> Reply:
        """Sends a command or an interaction once and waits for its acknowledgement (never redelivered).

        Args:
            kind: ``slash_commands`` or ``interactive``.
            payload: what the app gets.
            name: for the record: the command or the interaction's type.
        """
        record = Record(str(payload.get("trigger_id") or payload.get("action_ts") or ""), name)
        self.records.append(record)
        return await self._attempt(kind, payload, record, 0, "")

    def deliveries(self) -> list[Json]:
        """The records as the control API shows them."""
        return [asdict(record) for record in self.records]

    async def close(self) -> None:
        """Stops what is still being delivered."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._http.close()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _again(self, body: Json, record: Record) -> None:
        await self._attempt("events_api", body, record, record.attempts, "timeout")

    async def _deliver(self, body: Json, record: Record) -> None:
        reason = ""
        for attempt in range(1 + len(self.retry_delays)):
            if attempt:
                await asyncio.sleep(self.retry_delays[attempt - 1])
            reply = await self._attempt("events_api", body, record, attempt, reason)
            if reply.status == "acked" or reply.no_retry:
                return
            reason = {"timeout": "http_timeout", "not_connected": "connection_failed"}.get(
                reply.status, reply.status
            )
            if reply.status == "timeout" and self.request_url is None:
                reason = "timeout"
        logger.warning(
            "event %s (%s) was given up after %d attempts", record.event_id, record.type, attempt + 1
        )

    async def _attempt(self, kind: str, payload: Json, record: Record, attempt: int, reason: str) -> Reply:
        record.attempts += 1
        began = time.monotonic()
        if self.request_url is not None:
            reply = await self._http.send(self.request_url, kind, payload, self.ack_seconds, attempt, reason)
        else:
            wait = self.ack_seconds if kind == "events_api" else 0.0
            reply = await self._socket.send(kind, payload, self.ack_seconds, attempt, reason, wait)
        if kind == "events_api" and reply.status == "acked" and self.drop_acks > 0:
            self.drop_acks -= 1
            reply = Reply("timeout")
        record.outcome = reply.status
        if reply.status == "acked":
            record.acked = True
            record.ack_ms = round((time.monotonic() - began) * 1000, 1)
        return reply
