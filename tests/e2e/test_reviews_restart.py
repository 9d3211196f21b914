"""A bot killed while it reads reviews: it goes on with the next chunk, and nothing is shown twice."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from models.sentiment import WEIGHTS
from tests.e2e.conftest import buttons, said
from tests.e2e.test_restart import PATIENCE, connected, environment, kill, mine, running, server
from tests.servers.openai_server import OpenAIServer
from workspace.client import WorkspaceClient
from workspace.seed import MARKETING
from workspace.server import LocalWorkspace

__all__ = ["server"]

REVIEWS = 3_000


def names(message: dict[str, Any]) -> list[str]:
    """The names of a message's files."""
    return [file["name"] for file in message["files"]]


@pytest.mark.slow
@pytest.mark.skipif(not (WEIGHTS / "sentiment-en").is_dir(), reason="the English weights are not here")
async def test_a_bot_killed_amid_the_reviews_goes_on_where_it_was(
    workspace: LocalWorkspace,
    people: WorkspaceClient,
    server: OpenAIServer,
    tmp_path: Path,
) -> None:
    env = environment(workspace, server, tmp_path)
    env.pop("COPYDESK_SENTIMENT_MODEL", None)
    rows = "\n".join(f"Unit {number} has a great battery" for number in range(REVIEWS))
    async with running(env, tmp_path) as process:
        await connected(people)
        file = await people.upload("reviews.csv", f"review\n{rows}\n".encode())
        await people.message(MARKETING, "@copydesk reviews", file_ids=[file["id"]])
        reading = await people.wait_for(lambda one: "of 3,000 reviews" in said(one), timeout=PATIENCE)
        await kill(process)
    assert len(await mine(people)) == 1
    async with running(env, tmp_path):
        message = await people.wait_for(lambda one: bool(buttons(one, "reviews_describe")), timeout=PATIENCE)
        assert message["ts"] == reading["ts"]
        assert "3,000 reviews" in said(message)
        await people.wait_for(lambda one: names(one) == ["reviews-scored.csv"], timeout=PATIENCE)
        async with asyncio.timeout(PATIENCE):
            while list((tmp_path / "copydesk-jobs-reviews").glob("*")):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)
    files = [name for one in await mine(people) for name in names(one)]
    assert sorted(files) == ["reviews-scored.csv", "reviews.png"]
