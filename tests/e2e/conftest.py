"""The real bot in a local workspace, with a real server of an OpenAI-compatible API and SQLite: one for all tests.

The tests share them, so that each test finds its messages by a product name of its own.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.app import Bot
from bot.server import HttpServer
from bot.settings import Settings
from bot.slack_account import MANIFEST
from tests.browser import EXPECT_MS, chromium
from tests.servers.openai_server import OpenAIServer
from workspace.client import WorkspaceClient
from workspace.seed import ANA, MARKETING
from workspace.server import LocalWorkspace

__all__ = ["chromium"]

Json = dict[str, Any]
Visit = Callable[..., Awaitable[Page]]

PATIENCE = 30.0
_numbers = itertools.count(1)


def _listening() -> bool:
    """Whether one of Bolt's listeners is at work on this event loop."""
    codes = (getattr(task.get_coro(), "cr_code", None) for task in asyncio.all_tasks())
    return any(code and "slack_bolt/listener" in code.co_filename for code in codes)


def fresh(requests: list[Json]) -> list[Json]:
    """The requests that ask for copy; those that show the model its draft repair parts of what they made."""
    return [one for one in requests if all(message["role"] != "assistant" for message in one["messages"])]


def said(message: Json) -> str:
    """All that a message or view shows, in order."""
    texts: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                if name == "text" and isinstance(inner, str):
                    texts.append(inner)
                elif name == "user_id":
                    texts.append(f"<@{inner}>")
                elif name not in ("block_id", "action_id", "value"):
                    walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(message.get("blocks") or [])
    return "".join(texts) if texts else str(message.get("text", ""))


def buttons(message: Json, action_id: str) -> list[str]:
    """The values of a message's buttons of one kind, in order."""
    return [
        element.get("value", "")
        for block in message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
        if element["action_id"] == action_id
    ]


@dataclass
class Stage:
    """Everything that plays together."""

    workspace: LocalWorkspace
    people: WorkspaceClient
    server: OpenAIServer
    bot: Bot
    database: Path

    def product(self, name: str = "Lamp") -> str:
        """A product's name that no other test uses."""
        return f"{name} {next(_numbers)}q"

    def rows(self, sql: str, *values: object) -> list[Json]:
        """What the database holds, read by another connection."""
        connection = sqlite3.connect(self.database)
        connection.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in connection.execute(sql, values)]
        finally:
            connection.close()

    async def message(self, *texts: str, channel: str | None = None, **more: Any) -> Json:
        """The message that shows all these texts, once it is there."""

        def shows(one: Json) -> bool:
            return (channel is None or one["channel"] == channel) and all(text in said(one) for text in texts)

        return await self.people.wait_for(shows, timeout=PATIENCE, **more)

    async def copy(
        self, product: str, *texts: str, channel: str = MARKETING, thread_ts: str | None = None
    ) -> Json:
        """The message that shows copy for a product."""

        def shows(one: Json) -> bool:
            return (
                one["channel"] == channel
                and bool(buttons_of(one))
                and (thread_ts is None or one.get("thread_ts") == thread_ts)
                and all(text in said(one) for text in (product, *texts))
            )

        return await self.people.wait_for(shows, timeout=PATIENCE)

    async def write(self, product: str, more: str = "battery: 5000 mAh", *, channel: str = MARKETING) -> Json:
        """Asks for copy with the command, and waits for it."""
        assert (await self.people.command(channel, "/copy", f"ad {product} | {more}"))["ok"]
        return await self.copy(product, channel=channel)

    def answer_with(self, product: str, *bodies: str) -> None:
        """Let the model say these bodies, so that nothing is like the copy of other tests, which warns."""
        self.server.reply = lambda body: [
            json.dumps(
                {
                    "headline": f"{product}: {text.split()[0]}",
                    "body": f"{product} {text}",
                    "call_to_action": "See it",
                }
            )
            for text in bodies[: int(body.get("n") or 1)]
        ]

    async def about(self, product: str, channel: str = MARKETING) -> list[Json]:
        """Every message of a channel that names a product."""
        return [one for one in await self.people.messages(channel) if product in said(one)]

    async def quiet(self) -> None:
        """Waits until no event is on its way, no listener is at work and no job is left, in this order."""
        async with asyncio.timeout(PATIENCE):
            while True:
                deliveries = (await self.people.control("deliveries"))["deliveries"]
                arrived = all(one["acked"] or one["outcome"] for one in deliveries)
                # Bolt acknowledges an event before its listener runs, and the listener is what starts the job.
                if arrived and not _listening() and not await asyncio.to_thread(self._unfinished):
                    return
                await asyncio.sleep(0.05)

    def _unfinished(self) -> int:
        connection = sqlite3.connect(self.bot.settings.jobs_file)
        try:
            sql = "SELECT count(*) FROM workflow_status WHERE status IN ('PENDING', 'ENQUEUED')"
            return int(connection.execute(sql).fetchone()[0])
        finally:
            connection.close()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Waits until something that is stored holds."""
        async with asyncio.timeout(PATIENCE):
            while not await asyncio.to_thread(condition):  # noqa: ASYNC110 - a database has no event
                await asyncio.sleep(0.02)


def buttons_of(message: Json) -> list[str]:
    """The variants that a message has buttons for."""
    return buttons(message, "copy_text")


def make_settings(
    workspace: LocalWorkspace, server: OpenAIServer | None, folder: Path, **more: Any
) -> Settings:
    """Settings of a bot for the workspace; nothing is read from files or the environment but what is named."""
    values: Json = {
        "slack_bot_token": workspace.bot_token,
        "slack_app_token": workspace.app_token,
        "slack_signing_secret": workspace.signing_secret,
        "slack_api_url": workspace.api_url,
        "database": str(folder / "copydesk.db"),
        "engine": "openai",
        "openai_api_key": "sk-test",
        "openai_base_url": server.url if server else "http://127.0.0.1:9/v1",
        "model": "test-model",
        "max_retries": 0,
        "port": 0,
        "stop_seconds": 5.0,
        "log_level": "error",
    }
    return Settings(_env_file=None, **values | more)  # type: ignore[call-arg]


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """The workspace, the bot in it, and people; they end with this folder's tests, for one bot runs in a process."""
    folder = tmp_path_factory.mktemp("e2e")
    async with (
        LocalWorkspace(manifest_path=MANIFEST) as workspace,
        WorkspaceClient(workspace.url) as people,
        OpenAIServer() as server,
        Bot(make_settings(workspace, server, folder)) as bot,
    ):
        yield Stage(workspace, people, server, bot, folder / "copydesk.db")


@pytest.fixture(autouse=True)
def _fresh_faults(request: pytest.FixtureRequest) -> None:
    """No fault that another test scripted is left."""
    if "stage" in request.fixturenames:
        server: OpenAIServer = request.getfixturevalue("stage").server
        server.clear()
        server.release()
        server.delay = 0.0
        server.reply = None


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def http_address(stage: Stage) -> AsyncIterator[str]:
    """The bot's own web server."""
    async with HttpServer(stage.bot) as listening:
        yield f"{listening.url}/slack/events"


@pytest_asyncio.fixture(params=["socket", "http"], loop_scope="package")
async def transport(request: pytest.FixtureRequest, stage: Stage, http_address: str) -> AsyncIterator[str]:
    """How Slack reaches the bot: in turn over Socket Mode and over HTTP."""
    if request.param == "http":
        await stage.people.control("request_url", url=http_address)
    yield request.param
    await stage.people.control("request_url", url=None)


def metadata(view: Json) -> Json:
    """A view's private metadata."""
    found: Json = json.loads(view["private_metadata"])
    return found


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def driven(chromium: str) -> AsyncIterator[Browser]:
    """The browser, on the loop that the bot runs on."""
    async with async_playwright() as playwright:
        connected = await playwright.chromium.connect_over_cdp(chromium)
        yield connected
        await connected.close()


@pytest_asyncio.fixture(loop_scope="package")
async def visit(stage: Stage, driven: Browser) -> AsyncIterator[Visit]:
    """Opens the workspace's page as a person in a channel; a script error fails the test."""
    contexts = []
    errors: list[str] = []

    async def visited(user: str = ANA, channel: str = MARKETING) -> Page:
        context = await driven.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
        context.set_default_timeout(EXPECT_MS)
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(f"{stage.workspace.url}/?user={user}&channel={channel}")
        await expect(page.locator("[data-testid=page][data-link=live]")).to_be_visible()
        return page

    yield visited
    for context in contexts:
        await context.close()
    assert not errors, f"the page threw: {errors}"
