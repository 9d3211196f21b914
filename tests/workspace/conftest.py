"""A running local workspace, people in it, slack_sdk's client, and real Bolt apps over both transports."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.async_app import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from workspace.client import WorkspaceClient
from workspace.server import LocalWorkspace

Json = dict[str, Any]
Connect = Callable[[AsyncApp], Awaitable[None]]

MANIFEST = """
display_information: {name: Copydesk}
features:
  bot_user: {display_name: Copydesk}
  slash_commands:
    - {command: /copy, description: Write copy, usage_hint: "ad|campaign", should_escape: false}
    - {command: /escaped, description: With tokens, should_escape: true}
  shortcuts:
    - {name: Rewrite this copy, type: message, callback_id: rewrite, description: Rewrites}
    - {name: New copy, type: global, callback_id: new_copy, description: Starts}
"""


@pytest.fixture
async def workspace(tmp_path: Path) -> AsyncIterator[LocalWorkspace]:
    """A fresh local workspace whose manifest has two commands and two shortcuts."""
    manifest = tmp_path / "manifest.yml"
    manifest.write_text(MANIFEST, encoding="utf-8")
    async with LocalWorkspace(manifest_path=manifest) as running:
        yield running


@pytest.fixture
def slack(workspace: LocalWorkspace) -> AsyncWebClient:
    """slack_sdk's own client with the bot's token."""
    return AsyncWebClient(token=workspace.bot_token, base_url=workspace.api_url)


@pytest.fixture
def app(workspace: LocalWorkspace, slack: AsyncWebClient) -> AsyncApp:
    """An unpatched Bolt app without listeners."""
    return AsyncApp(client=slack, signing_secret=workspace.signing_secret)


@asynccontextmanager
async def http_app(app: AsyncApp) -> AsyncIterator[str]:
    """Serves a Bolt app over HTTP on a free port; yields its request URL."""

    async def handle(request: web.Request) -> web.Response:
        bolt_request = AsyncBoltRequest(
            body=await request.text(), headers={key: [value] for key, value in request.headers.items()}
        )
        answer = await app.async_dispatch(bolt_request)
        content_type = answer.first_headers_without_set_cookie().get("content-type", "text/plain")
        return web.Response(
            status=answer.status, text=str(answer.body or ""), content_type=content_type.split(";")[0]
        )

    application = web.Application()
    application.router.add_post("/slack/events", handle)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    finally:
        await runner.cleanup()


@pytest.fixture(params=["socket", "http"])
async def connect(
    request: pytest.FixtureRequest, workspace: LocalWorkspace, people: WorkspaceClient
) -> AsyncIterator[Connect]:
    """Connects a Bolt app to the workspace, over Socket Mode and over HTTP in turn."""
    async with AsyncExitStack() as stack:

        async def connected(app: AsyncApp) -> None:
            if request.param == "http":
                await people.control("request_url", url=await stack.enter_async_context(http_app(app)))
                return
            await stack.enter_async_context(socket_app(workspace, app))

        yield connected


@asynccontextmanager
async def socket_app(workspace: LocalWorkspace, app: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
    """Connects a Bolt app over Socket Mode."""
    handler = AsyncSocketModeHandler(app, workspace.app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        yield handler
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


def section(text: str = "hello", **more: Any) -> Json:
    """A section block."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(action_id: str = "go", **more: Any) -> Json:
    """A button element."""
    return {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": "Go"}, **more}


def actions(*elements: Json, block_id: str = "row") -> Json:
    """An actions block."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def text_input(block_id: str = "product", optional: bool = False, **more: Any) -> Json:
    """An input block with a text field whose action_id is ``value``."""
    return {
        "type": "input",
        "block_id": block_id,
        "optional": optional,
        "label": {"type": "plain_text", "text": "Product"},
        "element": {"type": "plain_text_input", "action_id": "value", **more},
    }


def modal(*blocks: Json, **more: Any) -> Json:
    """A modal with a submit button."""
    return {
        "type": "modal",
        "callback_id": "brief",
        "title": {"type": "plain_text", "text": "Brief"},
        "submit": {"type": "plain_text", "text": "Write"},
        "blocks": list(blocks),
        **more,
    }
