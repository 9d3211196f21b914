"""A local workspace with its page open in a browser, and a small real Bolt app as the bot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from playwright.async_api import Locator, Page, expect
from slack_bolt.app.async_app import AsyncApp

from tests.browser import EXPECT_MS, OpenPage, browser, chromium, open_page
from tests.workspace.conftest import app, slack, socket_app, workspace
from workspace.seed import ANA, MARKETING
from workspace.server import LocalWorkspace

__all__ = ["app", "browser", "chromium", "open_page", "slack", "workspace"]

Visit = Callable[..., Awaitable[Page]]

expect.set_options(timeout=EXPECT_MS)


@pytest.fixture
async def visit(workspace: LocalWorkspace, open_page: OpenPage) -> Visit:
    """Opens the page as a person in a channel, and waits until it is live."""

    async def visited(user: str = ANA, channel: str = MARKETING, query: str = "", **options: object) -> Page:
        page = await open_page(f"{workspace.url}/?user={user}&channel={channel}{query}", **options)
        await expect(page.locator("[data-testid=page][data-link=live]")).to_be_visible()
        return page

    return visited


@pytest.fixture
async def bot(workspace: LocalWorkspace, app: AsyncApp) -> AsyncIterator[AsyncApp]:
    """The Bolt app, connected over Socket Mode; listeners may still be added."""
    async with socket_app(workspace, app):
        yield app


def said(page: Page, text: str) -> Locator:
    """The message in the channel that holds a text."""
    return page.get_by_role("main").get_by_test_id("message").filter(has_text=text)
