"""When a listener fails the person hears of it and has back what they typed; the log has the rest."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp

from handlers import problems
from handlers.blocks import escape
from models.errors import HistoryError
from tests.workspace.conftest import app, modal, slack, socket_app, text_input, workspace
from workspace.client import WorkspaceClient
from workspace.seed import MARKETING, RANDOM
from workspace.server import LocalWorkspace

__all__ = ["app", "slack", "workspace"]


def failing(app: AsyncApp, error: Exception) -> None:
    """A command and a form that raise."""
    problems.register(app)

    @app.command("/copy")
    async def copy(ack: Any, command: Any, client: Any) -> None:
        await ack()
        if command["text"] == "form":
            await client.views_open(trigger_id=command["trigger_id"], view=modal(text_input()))
            return
        raise error

    @app.view("brief")
    async def submitted(ack: Any) -> None:
        await ack()
        raise error


@pytest.mark.parametrize("channel", [MARKETING, RANDOM])
async def test_a_known_problem_is_told_with_its_remedy_and_what_was_typed(
    workspace: LocalWorkspace, people: WorkspaceClient, app: AsyncApp, channel: str
) -> None:
    failing(app, HistoryError("The disk is full.", "Free some space."))
    async with socket_app(workspace, app):
        answer = await people.command(channel, "/copy", "ad Lamp & <b> | n: 2")
        assert answer["ok"], "Slack must not say as well that the app did not respond"
        told = (
            await people.wait_for(lambda one: "The disk is full." in one["text"], kind="ephemeral")
            if (channel == MARKETING)
            else await people.wait_for(lambda one: "The disk is full." in one["text"])
        )
    assert "Free some space." in told["text"]
    assert escape("/copy ad Lamp & <b> | n: 2") in told["text"]


async def test_an_unknown_problem_is_told_by_a_number_and_without_its_details(
    workspace: LocalWorkspace, people: WorkspaceClient, app: AsyncApp
) -> None:
    failing(app, RuntimeError("secret detail"))
    async with socket_app(workspace, app):
        await people.command(MARKETING, "/copy", "ad Lamp")
        told = await people.wait_for(lambda one: "/copy ad Lamp" in one["text"], kind="ephemeral")
    assert "Something went wrong" in told["text"]
    assert "secret detail" not in told["text"]


async def test_a_form_that_was_sent_in_vain_is_given_back(
    workspace: LocalWorkspace, people: WorkspaceClient, app: AsyncApp
) -> None:
    failing(app, RuntimeError("x"))
    async with socket_app(workspace, app):
        await people.command(MARKETING, "/copy", "form")
        view = await people.wait_for(lambda one: True, kind="view")
        await people.submit(view["id"], {"product": {"value": "Aurora X"}})
        told = await people.wait_for(lambda one: "Aurora X" in one["text"])
    assert "product: Aurora X" in told["text"]
