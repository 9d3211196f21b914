"""The local workspace: wires its parts into one loopback server that can be started and stopped."""

from __future__ import annotations

import socket as sockets
from pathlib import Path

from aiohttp import web

from workspace import client_api, control, responses, web_api
from workspace.api import files
from workspace.core import Core
from workspace.delivery import Delivery
from workspace.http_events import HttpEvents
from workspace.live import Live
from workspace.manifest import read_manifest
from workspace.security import is_loopback, only_loopback
from workspace.seed import APP, seeded
from workspace.socket_mode import SocketMode

STATIC = Path(__file__).parent / "static"
_NO_PAGE = "The local workspace runs, but its page is not built: workspace/static/index.html is missing.\n"


class LocalWorkspace:
    """A Slack on this machine for one app, for trying and for testing.

    Args:
        port: where to listen; 0 takes a free one.
        host: a loopback address or name; others are refused.
        manifest_path: the app's manifest; without one the app has ``/copy`` and every scope.
        app_token: the app-level token for Socket Mode.
        bot_token: the bot's token for the Web API.
        signing_secret: signs requests to `request_url`.
        request_url: where to send events, commands and interactions over HTTP; None is Socket Mode.

    Raises:
        ValueError: the host is not loopback.
        ManifestError: the manifest cannot be read.
    """

    def __init__(
        self,
        port: int = 0,
        host: str = "127.0.0.1",
        manifest_path: str | Path | None = None,
        app_token: str = "xapp-local",  # noqa: S107 - obviously fake, and they open nothing but this server
        bot_token: str = "xoxb-local",  # noqa: S107
        signing_secret: str = "local-signing-secret",  # noqa: S107
        request_url: str | None = None,
    ) -> None:
        if not is_loopback(host):
            raise ValueError(f"the local workspace listens on loopback addresses only, not on {host}")
        self.app_token = app_token
        self.bot_token = bot_token
        self.signing_secret = signing_secret
        self._host = host
        self._port = port
        self._manifest = read_manifest(manifest_path)
        self._request_url = request_url
        self._core: Core | None = None
        self._runner: web.AppRunner | None = None

    @property
    def core(self) -> Core:
        """The running server's parts.

        Raises:
            RuntimeError: it was not started.
        """
        if self._core is None:
            raise RuntimeError("the local workspace is not running: await start() first")
        return self._core

    @property
    def url(self) -> str:
        """The address, without a slash at its end."""
        return self.core.url

    @property
    def api_url(self) -> str:
        """What slack_sdk's ``base_url`` must be."""
        return f"{self.url}/api/"

    @property
    def request_url(self) -> str | None:
        """Where events go over HTTP; may be set while it runs."""
        return self._request_url

    @request_url.setter
    def request_url(self, url: str | None) -> None:
        self._request_url = url
        if self._core is not None:
            self._core.delivery.request_url = url

    async def start(self) -> None:
        """Starts to listen, with a fresh workspace.

        Raises:
            OSError: the port is taken.
        """
        if self._runner is not None:
            raise RuntimeError("the local workspace runs already")
        listening = _listen(self._host, self._port)
        port = listening.getsockname()[1]
        shown = f"[{self._host}]" if ":" in self._host else self._host
        core, http = self._wire(f"http://{shown}:{port}")
        self._core = core
        self._runner = web.AppRunner(_application(core, http), shutdown_timeout=1.0)
        await self._runner.setup()
        await web.SockSite(self._runner, listening).start()

    async def stop(self) -> None:
        """Stops listening and closes every connection."""
        if self._runner is None:
            return
        core, runner = self.core, self._runner
        self._runner = None
        core.live.close()
        await core.delivery.close()
        await core.socket.close()
        await runner.cleanup()

    async def __aenter__(self) -> LocalWorkspace:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def _wire(self, url: str) -> tuple[Core, HttpEvents]:
        live = Live()
        state = seeded(url, self._manifest.name)
        socket = SocketMode(APP, lambda connected: live.push({"type": "bot", "connected": connected}))
        http = HttpEvents(self.signing_secret)
        delivery = Delivery(state, socket, http, self._manifest, "local-verification-token")
        delivery.request_url = self._request_url
        core = Core(
            state=state,
            live=live,
            socket=socket,
            delivery=delivery,
            manifest=self._manifest,
            url=url,
            bot_token=self.bot_token,
            app_token=self.app_token,
        )
        return core, http


def _application(core: Core, http: HttpEvents) -> web.Application:
    application = web.Application(middlewares=[only_loopback], client_max_size=files.LARGEST + 1024 * 1024)

    async def api(request: web.Request) -> web.Response:
        return await web_api.handle(core, request)

    async def respond(request: web.Request) -> web.Response:
        return await responses.receive(core, request)

    async def upload(request: web.Request) -> web.Response:
        return await files.receive(core, request)

    async def download(request: web.Request) -> web.Response:
        return await files.download(core, request)

    async def permalink(request: web.Request) -> web.Response:
        place = request.match_info
        raise web.HTTPFound(f"/?channel={place['channel']}&message={place['message']}")

    application.add_routes(
        [
            web.post("/api/{method}", api),
            web.get("/api/{method}", api),
            web.get("/link/", core.socket.serve),
            web.post("/response/{team}/{token}", respond),
            web.post("/upload/v1/{file_id}", upload),
            web.get("/files/{file_id}/{name}", download),
            web.get("/archives/{channel}/{message}", permalink),
            *client_api.routes(core),
            *control.routes(core, http),
            web.get("/{path:.*}", _page),
        ]
    )
    return application


async def _page(request: web.Request) -> web.StreamResponse:
    """A file of the built page; index.html at the root."""
    wanted = (STATIC / (request.match_info["path"] or "index.html")).resolve()
    if wanted.is_relative_to(STATIC.resolve()) and wanted.is_file():
        return web.FileResponse(
            wanted, headers={"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
        )
    if not request.match_info["path"]:
        return web.Response(status=503, text=_NO_PAGE)
    return web.Response(status=404, text="not found\n")


def _listen(host: str, port: int) -> sockets.socket:
    family = sockets.AF_INET6 if ":" in host else sockets.AF_INET
    listening = sockets.socket(family, sockets.SOCK_STREAM)
    try:
        listening.setsockopt(sockets.SOL_SOCKET, sockets.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise
    return listening
