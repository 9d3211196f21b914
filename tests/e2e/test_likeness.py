"""In Slack, copy that repeats what the workspace wrote for something else must say so."""

from __future__ import annotations

import json

import pytest

from tests.e2e.conftest import Stage, said
from workspace.seed import MARKETING

pytestmark = pytest.mark.asyncio(loop_scope="package")


def writes(stage: Stage, line: str) -> None:
    text = json.dumps({"headline": ["One", "Two", "Three"], "description": [line, "The second says more."]})
    stage.server.reply = lambda body: [text] * int(body.get("n") or 1)


async def test_a_line_from_another_products_copy_warns_and_a_rewrite_of_ones_own_does_not(
    stage: Stage,
) -> None:
    line = "Quiet corners deserve a gentle glow that follows you home."
    first, second = stage.product("Candle"), stage.product("Lantern")
    writes(stage, line)
    message = await stage.write(first, "platform: google_rsa | n: 1")
    assert "earlier copy" not in said(message)
    await stage.people.message(MARKETING, "warmer", thread_ts=message["ts"])
    rewrite = await stage.copy(first, line, thread_ts=message["ts"])
    assert "earlier copy" not in said(rewrite)
    other = await stage.write(second, "platform: google_rsa | n: 1")
    assert f"is earlier copy ({first}, " in said(other)
    assert "not ready" not in said(other)
