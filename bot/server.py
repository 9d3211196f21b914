"""Serves the bot: over Socket Mode, or over HTTP for Slack's requests and for health checks."""

import asyncio
import contextlib
import signal
import socket
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.app import Bot
from models.errors import HistoryError, SettingsError, WeightsError

if TYPE_CHECKING:
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

    from bot.settings import Settings

log = structlog.get_logger()

# Slack's requests are some kilobytes; a request is read before its signature can be checked.
MAX_BODY_BYTES = 1_000_000
SLACK_CHECK_SECONDS = 60.0


class Readiness:
    """Whether the bot can do its work now; Slack is asked at most once a minute."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self._asked_at = 0.0
        self._slack = "ok"

    async def report(self) -> dict[str, str]:
        """What is checked, each "ok" or the problem."""
        return {"database": await self._database(), "slack": await self._slack_answers()}

    async def _database(self) -> str:
        try:
            await self.bot.history.search(limit=1)
        except HistoryError as error:
            return error.code
        return "ok"

    async def _slack_answers(self) -> str:
        if self.bot.settings.slack_app_token:
            return "ok" if self.bot.connected else "not connected"
        now = time.monotonic()
        if not self._asked_at or now - self._asked_at > SLACK_CHECK_SECONDS:
            self._asked_at = now
            try:
                await self.bot.client.auth_test()
                self._slack = "ok"
            except SlackApiError as error:
                self._slack = str(error.response.get("error", "refused"))
            except (aiohttp.ClientError, TimeoutError, OSError):
                self._slack = "unreachable"
        return self._slack


def make_web_app(bot: Bot) -> "Starlette":
    """The web application: /slack/events, /healthz (alive), /readyz (able to work)."""
    from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse, PlainTextResponse
    from starlette.routing import Route

    slack, readiness = AsyncSlackRequestHandler(bot.app), Readiness(bot)

    async def events(request: "Request") -> "Response":
        length = request.headers.get("content-length", "")
        if not length.isdecimal():
            return PlainTextResponse("length required", status_code=411)
        if int(length) > MAX_BODY_BYTES:
            return PlainTextResponse("too large", status_code=413)
        return await slack.handle(request)

    async def healthz(request: "Request") -> "Response":
        return PlainTextResponse("ok")

    async def readyz(request: "Request") -> "Response":
        report = await readiness.report()
        ready = all(state == "ok" for state in report.values())
        return JSONResponse(report, status_code=200 if ready else 503)

    return Starlette(
        routes=[
            Route("/slack/events", events, methods=["POST"]),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
        ]
    )


class HttpServer:
    """Feeds a started bot with Slack's signed requests.

    `async with HttpServer(bot)` listens on the settings' host and port; `url` is its address.

    Raises:
        SettingsError: There is no signing secret, or the address cannot be listened on.
    """

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.url = ""
        self._server: uvicorn.Server | None = None
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen; returns when requests are taken."""
        import uvicorn

        settings = self.bot.settings
        if settings.slack_signing_secret is None:
            # Without it, anybody could send requests in Slack's name.
            raise SettingsError(
                "SLACK_SIGNING_SECRET is not set.",
                "Copy the Signing Secret from your app's page Basic Information.",
            )
        listening = _listen(settings.host, settings.port)
        host, port = listening.getsockname()[:2]
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        config = uvicorn.Config(
            make_web_app(self.bot),
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=10,
        )
        self._server = uvicorn.Server(config)
        # `serve` would take the process's signals; who runs us decides when to stop.
        self._serving = asyncio.create_task(self._server._serve(sockets=[listening]))
        while not self._server.started and not self._serving.done():  # noqa: ASYNC110 - uvicorn has no event
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Take no more requests and finish those at hand."""
        if self._server and self._serving:
            self._server.should_exit = True
            await self._serving
            self._server = self._serving = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise SettingsError(
            f"COPYDESK_HOST “{host}” is no address of this machine.", "Set it to 127.0.0.1 or 0.0.0.0."
        ) from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise SettingsError(
            f"Cannot listen on {host}:{port}: {error.strerror or error}.",
            "Set COPYDESK_PORT to a free port and COPYDESK_HOST to an address of this machine.",
        ) from error
    return listening


async def serve(settings: "Settings", announce: Callable[[str], None]) -> int:
    """Run the bot until it is told to stop.

    Args:
        settings: With SLACK_APP_TOKEN: Socket Mode; else with SLACK_SIGNING_SECRET: HTTP.
        announce: Told once, when the bot listens.

    Returns:
        The exit code: 130 after Ctrl-C, else 0.

    Raises:
        CopydeskError: It cannot start.
    """
    if settings.slack_bot_token and not (settings.slack_app_token or settings.slack_signing_secret):
        raise SettingsError(
            "Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set.",
            "Set SLACK_APP_TOKEN (xapp-…) for Socket Mode, or SLACK_SIGNING_SECRET to be called over HTTP.",
        )
    async with contextlib.AsyncExitStack() as stack:
        bot = await stack.enter_async_context(Bot(settings))
        _warn_of_missing_weights(settings)
        if settings.slack_app_token:
            announce("Copydesk listens over Socket Mode. Ctrl-C stops it.")
        else:
            server = await stack.enter_async_context(HttpServer(bot))
            announce(f"Copydesk listens for Slack on {server.url}/slack/events. Ctrl-C stops it.")
        return await until_told_to_stop()


def _warn_of_missing_weights(settings: "Settings") -> None:
    """The first brief would fetch them, and its writer wait for minutes."""
    from bot.assembly import fetched_model
    from models.generation.weights import find_weights

    model = fetched_model(settings)
    if not model:
        return
    try:
        there = find_weights(settings.cache_dir, model) is not None
    except WeightsError as error:
        log.warning("weights.broken", problem=str(error))
    else:
        if not there:
            log.warning("weights.missing", remedy="Run `copydesk setup`; else the first brief fetches them.")


async def until_told_to_stop() -> int:
    """Wait for SIGINT or SIGTERM; the same signal again ends the process as it would without us."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    received: list[int] = []

    def stop(number: int) -> None:
        received.append(number)
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(each)
        told.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop, number)
    await told.wait()
    return 130 if received[0] == signal.SIGINT else 0
