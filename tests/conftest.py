"""A local Slack with the app's manifest, and people in it, for the tests that need no more."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.slack_account import MANIFEST
from workspace.client import WorkspaceClient
from workspace.server import LocalWorkspace


@pytest.fixture
async def workspace() -> AsyncIterator[LocalWorkspace]:
    """A fresh local workspace that the app is installed in."""
    async with LocalWorkspace(manifest_path=MANIFEST) as running:
        yield running


@pytest.fixture
async def people(workspace: LocalWorkspace) -> AsyncIterator[WorkspaceClient]:
    """People acting in the workspace."""
    async with WorkspaceClient(workspace.url) as client:
        yield client
