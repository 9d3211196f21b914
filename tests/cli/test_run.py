"""`copydesk run` and `copydesk try`: starting, serving, stopping, and what is said when they cannot."""

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import durable
from bot.app import Bot
from bot.settings import load_settings
from bot.slack_account import MANIFEST
from models.brief import Brief
from models.generation.base import Ability, EngineInfo
from models.variant import Draft, EngineRef
from tests import factories
from tests.cli.conftest import Copydesk
from tests.servers.openai_server import OpenAIServer
from workspace.client import WorkspaceClient
from workspace.server import LocalWorkspace

MARKETING = "C0MARKETING"
BRIEF = "ad Aurora X | battery: 5000 mAh | n: 1"


@pytest.fixture
async def slack(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LocalWorkspace]:
    """A local workspace whose address and bot token are set."""
    async with LocalWorkspace(manifest_path=MANIFEST) as workspace:
        monkeypatch.setenv("SLACK_API_URL", workspace.api_url)
        monkeypatch.setenv("SLACK_BOT_TOKEN", workspace.bot_token)
        yield workspace


@asynccontextmanager
async def started(*arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """A `copydesk` process and the first line it prints."""
    process = await asyncio.create_subprocess_exec(
        *[sys.executable, "-m", "bot", *arguments],
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    assert process.stderr
    try:
        line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
        if not line:
            raise AssertionError((await process.stderr.read()).decode())
        yield process, line
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def told_to_stop(process: asyncio.subprocess.Process, number: signal.Signals) -> tuple[int, str]:
    """The exit code and all that was logged after a signal."""
    process.send_signal(number)
    _, err = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    return process.returncode, err.decode()


async def copy_about(people: WorkspaceClient, product: str) -> dict[str, Any]:
    """The delivered copy."""
    return await people.wait_for(lambda message: f"Copy for {product}" in message["text"], timeout=60)


async def test_socket_mode_serves_and_stops_on_sigterm(
    slack: LocalWorkspace, writer: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A supervisor's SIGTERM ends it with 0, and an idle bot has no model library in its memory."""
    monkeypatch.setenv("SLACK_APP_TOKEN", slack.app_token)
    async with started("run") as (process, line), WorkspaceClient(slack.url) as people:
        assert "Socket Mode" in line
        maps = await asyncio.to_thread(Path(f"/proc/{process.pid}/maps").read_text)
        assert "libtorch" not in maps
        status = await asyncio.to_thread(Path(f"/proc/{process.pid}/status").read_text)
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found
        assert int(found.group(1)) < 200_000
        assert (await people.command(MARKETING, "/copy", BRIEF))["ok"]
        await copy_about(people, "Aurora X")
        code, err = await told_to_stop(process, signal.SIGTERM)
    assert code == 0, err
    assert "Traceback" not in err


async def test_http_serves_slack_and_health_checks(
    slack: LocalWorkspace, writer: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signed requests are served, unsigned ones refused; Ctrl-C ends it with 130."""
    monkeypatch.setenv("SLACK_SIGNING_SECRET", slack.signing_secret)
    monkeypatch.setenv("COPYDESK_PORT", "0")
    async with (
        started("run") as (process, line),
        WorkspaceClient(slack.url) as people,
        aiohttp.ClientSession() as web,
    ):
        found = re.search(r"http://\S+?(?=/slack/events)", line)
        assert found, line
        async with web.get(f"{found.group()}/healthz") as answer:
            assert answer.status == 200
        async with web.get(f"{found.group()}/readyz") as answer:
            assert answer.status == 200
            assert await answer.json() == {"database": "ok", "slack": "ok"}
        async with web.post(
            f"{found.group()}/slack/events", data={"command": "/copy", "text": BRIEF}
        ) as answer:
            assert answer.status == 401
        async with web.post(f"{found.group()}/slack/events", data=b"x" * 2_000_000) as answer:
            assert answer.status == 413
        await people.control("request_url", url=f"{found.group()}/slack/events")
        assert (await people.command(MARKETING, "/copy", BRIEF))["ok"]
        await copy_about(people, "Aurora X")
        code, err = await told_to_stop(process, signal.SIGINT)
    assert code == 130, err
    assert "Traceback" not in err


async def test_try_prints_one_address_where_copy_can_be_asked_for(
    writer: OpenAIServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newcomer's command: an address, and copy behind it, on a machine behind a proxy too."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    async with started("try", "--port", "0") as (process, line):
        found = re.fullmatch(r"Copydesk is ready: (http://127\.0\.0\.1:\d+)\n", line)
        assert found, line
        async with WorkspaceClient(found.group(1)) as people:
            assert (await people.command(MARKETING, "/copy", BRIEF))["ok"]
            await copy_about(people, "Aurora X")
        code, err = await told_to_stop(process, signal.SIGINT)
    assert code == 130, err
    assert "Traceback" not in err
    assert "history.db" in os.listdir(tmp_path)


async def test_try_takes_no_port_that_is_taken(copydesk: Copydesk, writer: OpenAIServer) -> None:
    """A port asked for by number is that one or an error."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        result = await copydesk("try", "--port", str(held.getsockname()[1]))
    assert result.code == 1
    assert "--port" in result.err
    assert result.err.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SLACK_BOT_TOKEN", "", "SLACK_BOT_TOKEN is not set"),
        ("SLACK_BOT_TOKEN", "xoxb-wrong", "Slack does not take SLACK_BOT_TOKEN (invalid_auth)"),
        ("SLACK_APP_TOKEN", "", "Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set"),
        ("SLACK_APP_TOKEN", "xapp-wrong", "Slack does not take SLACK_APP_TOKEN (invalid_auth)"),
        ("SLACK_APP_TOKEN", "xoxb-swapped", "does not begin with xapp-"),
        ("COPYDESK_DATABASE", "postgresql://me:secret@host/db", "PostgreSQL"),
    ],
)
async def test_what_keeps_it_from_starting_is_one_line(
    copydesk: Copydesk,
    slack: LocalWorkspace,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    said: str,
) -> None:
    """Exit code 2 with the variable to set right."""
    monkeypatch.setenv("SLACK_APP_TOKEN", slack.app_token)
    monkeypatch.setenv(name, value)
    result = await copydesk("run")
    assert result.code == 2, result
    assert said in result.err
    assert result.err.count("\n") == 1
    assert "secret" not in result.err


async def test_missing_scope_keeps_it_from_starting(
    copydesk: Copydesk, slack: LocalWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Better than a bot that silently hears no reactions."""
    monkeypatch.setenv("SLACK_APP_TOKEN", slack.app_token)
    async with WorkspaceClient(slack.url) as people:
        await people.control("scopes", scopes=["chat:write", "commands"])
        result = await copydesk("run")
    assert result.code == 2
    assert "reactions:read" in result.err
    assert "manifest.yml" in result.err


async def test_port_that_is_taken_keeps_it_from_starting(
    copydesk: Copydesk, slack: LocalWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variable to change is named."""
    monkeypatch.setenv("SLACK_SIGNING_SECRET", slack.signing_secret)
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        monkeypatch.setenv("COPYDESK_PORT", str(held.getsockname()[1]))
        result = await copydesk("run")
    assert result.code == 2
    assert "COPYDESK_PORT" in result.err


class Slow:
    """A desk that writes when it is let to."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.may_write = asyncio.Event()
        self.engine = self
        self.info = EngineInfo(
            ref=EngineRef(name="slow", model="slow"),
            ability=Ability.LARGE,
            languages=frozenset({"en"}),
            context_tokens=1,
        )

    async def write(self, brief: Brief, brand: object = None, **_: object) -> Draft:
        """Wait, then write."""
        self.asked.set()
        await self.may_write.wait()
        return factories.draft(brief=brief)


async def test_stopping_leaves_unfinished_copy_to_the_next_start(
    slack: LocalWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restart in the middle of writing makes one message, and it is the copy."""
    monkeypatch.setenv("SLACK_APP_TOKEN", slack.app_token)
    monkeypatch.setenv("COPYDESK_STOP_SECONDS", "0")
    desk: Any = Slow()
    async with WorkspaceClient(slack.url) as people:
        async with Bot(load_settings(), desk=desk):
            await people.command(MARKETING, "/copy", BRIEF)
            await asyncio.wait_for(desk.asked.wait(), 30)
        desk = Slow()
        desk.may_write.set()
        before = await people.messages(MARKETING)
        async with Bot(load_settings(), desk=desk):
            await copy_about(people, "Aurora X")
        assert len(await people.messages(MARKETING)) == len(before)


async def test_stopping_waits_for_copy_at_work(
    slack: LocalWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deploy does not throw away what is nearly done."""
    monkeypatch.setenv("SLACK_APP_TOKEN", slack.app_token)
    desk: Any = Slow()
    async with WorkspaceClient(slack.url) as people:
        async with Bot(load_settings(), desk=desk):
            await people.command(MARKETING, "/copy", BRIEF)
            await asyncio.wait_for(desk.asked.wait(), 30)
            asyncio.get_running_loop().call_later(0.3, desk.may_write.set)
        await copy_about(people, "Aurora X")


async def test_old_jobs_are_forgotten_and_new_ones_kept(
    slack: LocalWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The jobs' database does not grow for ever, and a redelivery still finds its job."""
    monkeypatch.setenv("SLACK_APP_TOKEN", slack.app_token)
    desk: Any = Slow()
    desk.may_write.set()
    now = datetime.now(UTC)
    async with Bot(load_settings(), desk=desk), WorkspaceClient(slack.url) as people:
        await people.command(MARKETING, "/copy", BRIEF)
        await copy_about(people, "Aurora X")
        assert await durable.forget_done(now - timedelta(days=1)) == 0
        deadline = asyncio.get_running_loop().time() + 30
        while not (forgotten := await durable.forget_done(now + timedelta(days=1))):
            assert asyncio.get_running_loop().time() < deadline
            await asyncio.sleep(0.05)
        assert forgotten == 1


async def test_second_bot_on_the_same_jobs_is_refused(
    copydesk: Copydesk, slack: LocalWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two would each do the other's unfinished copy."""
    monkeypatch.setenv("SLACK_APP_TOKEN", slack.app_token)
    desk: Any = Slow()
    async with Bot(load_settings(), desk=desk):
        result = await copydesk("run")
    assert result.code == 5
    assert "Another Copydesk is running" in result.err
