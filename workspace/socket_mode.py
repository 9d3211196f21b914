"""Socket Mode's server side: tickets, connections, envelopes and their acknowledgements.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import secrets
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

Json = dict[str, Any]
logger = logging.getLogger(__name__)

TICKET_SECONDS = 30.0
CONNECTION_LIMIT = 10


@dataclass(frozen=True, slots=True)
class Reply:
    """What came from the app: ``acked``, ``timeout``, ``not_connected`` or ``http_error``, and a body."""

    status: str
    body: Json | None = None
    no_retry: bool = False


@dataclass(eq=False, slots=True)
class _Connection:
    socket: web.WebSocketResponse
    draining: bool = False
    pending: dict[str, asyncio.Future[Reply]] = field(default_factory=dict)


class SocketMode:
    """The app's WebSocket connections.

    Args:
        app_id: told in the hello frame.
        changed: called with whether any connection is open, when that changes.
    """

    def __init__(self, app_id: str, changed: Callable[[bool], None]) -> None:
        self.limit = CONNECTION_LIMIT
        self._app_id = app_id
        self._changed = changed
        self._tickets: dict[str, float] = {}
        self._connections: list[_Connection] = []
        self._turn = itertools.count()
        self._arrived = asyncio.Event()

    @property
    def connected(self) -> bool:
        """Whether an app listens."""
        return bool(self._connections)

    def new_ticket(self) -> str:
        """A ticket for one connection."""
        now = time.monotonic()
        self._tickets = {ticket: until for ticket, until in self._tickets.items() if until > now}
        ticket = secrets.token_hex(16)
        self._tickets[ticket] = now + TICKET_SECONDS
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Holds one connection: hello, then acknowledgements until it closes."""
        if self._tickets.pop(request.query.get("ticket", ""), 0.0) < time.monotonic():
            return web.Response(status=401, text="invalid or used ticket")
        # aiohttp answers the client's pings with their payload, as slack_sdk expects; the heartbeat pings it.
        socket = web.WebSocketResponse(heartbeat=15)
        await socket.prepare(request)
        if len(self._connections) >= self.limit:
            await socket.send_json(_disconnect("too_many_websockets"))
            await socket.close()
            return socket
        connection = _Connection(socket)
        self._connections.append(connection)
        await socket.send_json(self._hello())
        self._arrived.set()
        if len(self._connections) == 1:
            self._changed(True)
        try:
            async for received in socket:
                if received.type == WSMsgType.TEXT:
                    _receive(connection, received.data)
        finally:
            self._connections.remove(connection)
            for waiting in connection.pending.values():
                if not waiting.done():
                    waiting.set_result(Reply("timeout"))
            if not self._connections:
                self._arrived.clear()
                self._changed(False)
        return socket

    async def send(
        self, kind: str, payload: Json, seconds: float, attempt: int = 0, reason: str = "", wait: float = 0.0
    ) -> Reply:
        """Sends one envelope over one connection and waits for its acknowledgement.

        Args:
            kind: ``events_api``, ``slash_commands`` or ``interactive``.
            payload: what the app gets.
            seconds: how long the acknowledgement may take.
            attempt: the number of the redelivery, 0 for the first delivery.
            reason: why it is redelivered.
            wait: seconds to wait for a connection when there is none.
        """
        if not self._connections and wait:
            try:
                await asyncio.wait_for(self._arrived.wait(), wait)
            except TimeoutError:
                return Reply("not_connected")
        connection = self._choose()
        if connection is None:
            return Reply("not_connected")
        envelope: Json = {
            "envelope_id": str(uuid.uuid4()),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        connection.pending[envelope["envelope_id"]] = answer
        try:
            await connection.socket.send_json(envelope)
            return await asyncio.wait_for(answer, seconds)
        except TimeoutError:
            return Reply("timeout")
        except ConnectionError:
            return Reply("not_connected")
        finally:
            connection.pending.pop(envelope["envelope_id"], None)

    async def disconnect(self, reason: str) -> int:
        """Tells every connection to go away, as Slack does every few hours; returns how many were told.

        Args:
            reason: ``warning`` or ``refresh_requested`` (the connection stays until the client leaves it), or
                ``link_disabled`` (it is closed at once).
        """
        told = list(self._connections)
        for connection in told:
            connection.draining = True
            await connection.socket.send_json(_disconnect(reason))
            if reason == "link_disabled":
                await connection.socket.close()
        return len(told)

    async def close(self) -> None:
        """Closes every connection."""
        for connection in list(self._connections):
            await connection.socket.close(code=1001, message=b"the local workspace stops")

    def _choose(self) -> _Connection | None:
        open_ones = [one for one in self._connections if not one.socket.closed]
        fresh = [one for one in open_ones if not one.draining] or open_ones
        return fresh[next(self._turn) % len(fresh)] if fresh else None

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._connections),
            "debug_info": {"host": "applink-local", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._app_id},
        }


def _receive(connection: _Connection, data: str) -> None:
    try:
        frame = json.loads(data)
    except ValueError:
        logger.warning("a Socket Mode client sent no JSON")
        return
    waiting = connection.pending.get(str(frame.get("envelope_id"))) if isinstance(frame, dict) else None
    if waiting is not None and not waiting.done():
        body = frame.get("payload")
        waiting.set_result(Reply("acked", body if isinstance(body, dict) and body else None))


def _disconnect(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-local"}}
