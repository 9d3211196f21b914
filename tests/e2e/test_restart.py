"""The bot as a process of its own: killed and started again, and refusing to start in one line."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.slack_account import MANIFEST, manifest_scopes
from tests.e2e.conftest import buttons_of, fresh, said
from tests.servers.openai_server import OpenAIServer
from workspace.client import WorkspaceClient
from workspace.seed import BOT_USER, DM_ANA, MARKETING
from workspace.server import LocalWorkspace

PATIENCE = 40.0


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as running:
        yield running


def environment(
    workspace: LocalWorkspace, server: OpenAIServer | None, folder: Path, **more: str
) -> dict[str, str]:
    """All that the process gets; nothing of ours leaks into it."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYTHONUTF8": "1",
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_APP_TOKEN": workspace.app_token,
        "SLACK_API_URL": workspace.api_url,
        "OPENAI_API_KEY": "sk-test-secret",
        "OPENAI_BASE_URL": server.url if server else "http://127.0.0.1:9/v1",
        "COPYDESK_MODEL": "test-model",
        "COPYDESK_DATABASE": str(folder / "copydesk.db"),
        **more,
    }


@asynccontextmanager
async def running(env: dict[str, str], folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """`copydesk run`, ended hard when it has not ended by itself."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        cwd=folder,
        env=env | {"PYTHONPATH": str(MANIFEST.parent)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def connected(people: WorkspaceClient) -> None:
    """Waits until the bot listens."""
    async with asyncio.timeout(PATIENCE):
        while not (await people.state())["bot"]["connected"]:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)


async def called(people: WorkspaceClient, method: str) -> int:
    """How often a method of Slack's was called."""
    return len((await people.control("calls", method=method))["calls"])


async def mine(people: WorkspaceClient) -> list[dict[str, Any]]:
    """The bot's messages in the channel."""
    return [one for one in await people.messages(MARKETING) if one.get("user") == BOT_USER]


async def kill(process: asyncio.subprocess.Process) -> None:
    process.send_signal(signal.SIGKILL)
    await process.wait()


@pytest.mark.slow
async def test_a_bot_killed_between_writing_and_showing_shows_the_copy_once_and_does_not_write_it_again(
    workspace: LocalWorkspace, people: WorkspaceClient, server: OpenAIServer, tmp_path: Path
) -> None:
    env = environment(workspace, server, tmp_path)
    async with running(env, tmp_path) as process:
        await connected(people)
        # Slack holds the finished copy back, as it does when a channel is busy.
        await people.control("rate_limit", method="chat.update", times=1, retry_after=600)
        await people.command(MARKETING, "/copy", "ad Aurora X | battery: 5000 mAh")
        async with asyncio.timeout(PATIENCE):
            while not await called(people, "chat.update"):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.05)
        await kill(process)
    assert len(fresh(server.requests)) == 1
    async with running(env, tmp_path):
        message = await people.wait_for(lambda one: bool(buttons_of(one)), timeout=PATIENCE)
        assert "Aurora X" in said(message)
        await people.react(MARKETING, message["ts"], "+1")
        assert [one["ts"] for one in await mine(people)] == [message["ts"]]
    assert len(fresh(server.requests)) == 1, "the copy was there; it was not written again"


@pytest.mark.slow
async def test_a_bot_killed_while_writing_writes_after_its_restart_into_the_same_message(
    workspace: LocalWorkspace, people: WorkspaceClient, server: OpenAIServer, tmp_path: Path
) -> None:
    env = environment(workspace, server, tmp_path)
    server.hold()
    async with running(env, tmp_path) as process:
        await connected(people)
        await people.command(MARKETING, "/copy", "ad Aurora X | battery: 5000 mAh")
        await server.wait_for_requests(1, PATIENCE)
        [placeholder] = await mine(people)
        await kill(process)
    server.release()
    async with running(env, tmp_path):
        message = await people.wait_for(lambda one: bool(buttons_of(one)), timeout=PATIENCE)
    assert message["ts"] == placeholder["ts"]
    assert len(await mine(people)) == 1


@pytest.mark.slow
async def test_a_bot_killed_before_it_heard_that_its_placeholder_stands_posts_no_second_one(
    workspace: LocalWorkspace,
    people: WorkspaceClient,
    server: OpenAIServer,
    tmp_path: Path,
) -> None:
    env = environment(workspace, server, tmp_path, COPYDESK_SENTIMENT_MODEL="none")
    async with running(env, tmp_path) as process:
        await connected(people)
        await people.control("leave_unanswered", method="chat.postMessage", times=1)
        await people.command(MARKETING, "/copy", "ad Aurora X | battery: 5000 mAh")
        placeholder = await people.wait_for(lambda one: "Aurora X" in said(one), timeout=PATIENCE)
        await kill(process)
    assert not server.requests
    async with running(env, tmp_path):
        message = await people.wait_for(lambda one: bool(buttons_of(one)), timeout=PATIENCE)
        assert message["ts"] == placeholder["ts"]
        assert len(await mine(people)) == 1
        await people.command(MARKETING, "/copy", "ad Borealis Y | battery: 5000 mAh")
        await people.wait_for(
            lambda one: bool(buttons_of(one)) and "Borealis Y" in said(one), timeout=PATIENCE
        )
    assert await called(people, "conversations.history") == 1, "only after a crash; Slack allows few"


@pytest.mark.slow
async def test_a_bot_killed_before_it_heard_that_it_tests_a_template_says_so_once(
    workspace: LocalWorkspace, people: WorkspaceClient, server: OpenAIServer, tmp_path: Path
) -> None:
    env = environment(workspace, server, tmp_path, COPYDESK_SENTIMENT_MODEL="none")
    template = "ad/en/large-benefit.j2"
    async with running(env, tmp_path) as process:
        await connected(people)
        await people.control("leave_unanswered", method="chat.postMessage", times=1)
        await people.command(MARKETING, "/copy", f"templates test {template} | Aurora X | battery: 5000 mAh")
        placeholder = await people.wait_for(lambda one: one["channel"] == DM_ANA, timeout=PATIENCE)
        await kill(process)
    async with running(env, tmp_path):
        message = await people.wait_for(lambda one: "5000 mAh" in said(one), timeout=PATIENCE)
    assert message["ts"] == placeholder["ts"]


async def refused(env: dict[str, str], folder: Path) -> tuple[int, str]:
    """The exit code and what is printed, of a bot that must not start."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        cwd=folder,
        env=env | {"PYTHONPATH": str(MANIFEST.parent)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode is not None
    return process.returncode, output.decode()


async def test_a_wrong_token_is_one_line_that_names_it_and_not_its_value(
    workspace: LocalWorkspace, tmp_path: Path
) -> None:
    env = environment(workspace, None, tmp_path, SLACK_BOT_TOKEN="xoxb-wrong-secret")
    code, output = await refused(env, tmp_path)
    assert code == 2
    assert "SLACK_BOT_TOKEN" in output
    assert "invalid_auth" in output
    assert "wrong-secret" not in output
    assert len(output.strip().splitlines()) == 1, output


async def test_a_missing_scope_is_named_with_the_remedy(
    workspace: LocalWorkspace, people: WorkspaceClient, tmp_path: Path
) -> None:
    await people.control("scopes", scopes=sorted(manifest_scopes() - {"reactions:read"}))
    code, output = await refused(environment(workspace, None, tmp_path), tmp_path)
    assert code == 2
    assert "reactions:read" in output
    assert "manifest.yml" in output
    assert len(output.strip().splitlines()) == 1, output
