"""Pushes what happens to the people who look: browser pages and test clients on the live WebSocket."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

from aiohttp import web

Json = dict[str, Any]


class Live:
    """The open live connections, each one a person's."""

    def __init__(self) -> None:
        self._queues: dict[asyncio.Queue[Json | None], str] = {}

    def push(self, event: Json, to: Collection[str] | None = None) -> None:
        """Queues an event for everyone, or for some people only."""
        for queue, user in self._queues.items():
            if to is None or user in to:
                queue.put_nowait(event)

    async def serve(self, request: web.Request, user: str) -> web.WebSocketResponse:
        """Holds one person's connection until either side closes it."""
        socket = web.WebSocketResponse(heartbeat=20)
        await socket.prepare(request)
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        self._queues[queue] = user
        sender = asyncio.create_task(self._send(socket, queue))
        try:
            async for _ in socket:  # a client says nothing here; reading notices its leaving
                pass
        finally:
            self._queues.pop(queue, None)
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)
        return socket

    def close(self) -> None:
        """Ends every connection."""
        for queue in self._queues:
            queue.put_nowait(None)

    @staticmethod
    async def _send(socket: web.WebSocketResponse, queue: asyncio.Queue[Json | None]) -> None:
        while (event := await queue.get()) is not None:
            if socket.closed:
                return
            await socket.send_json(event)
        await socket.close(code=1001, message=b"the local workspace stops")
