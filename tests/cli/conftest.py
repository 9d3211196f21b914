"""The command line in this process, in a folder and with settings of its own."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli import run
from tests.servers.openai_server import OpenAIServer


@dataclass(frozen=True)
class Result:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


Copydesk = Callable[..., Awaitable[Result]]

OURS = ("COPYDESK_", "SLACK_", "OPENAI_")


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting from the developer's machine, a database and a working folder that are the test's."""
    for name in list(os.environ):
        if name.startswith(OURS):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COPYDESK_DATABASE", str(tmp_path / "history.db"))
    monkeypatch.setenv("COPYDESK_CACHE_DIR", str(tmp_path / "cache"))
    # Copy without scores is soon there: no model has to be loaded.
    monkeypatch.setenv("COPYDESK_SENTIMENT_MODEL", "none")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def copydesk(capfd: pytest.CaptureFixture[str]) -> Copydesk:
    """`await copydesk("write", "ad", …)`."""

    async def call(*arguments: str) -> Result:
        capfd.readouterr()
        code = await asyncio.to_thread(run, list(arguments))
        said = capfd.readouterr()
        return Result(code, said.out, said.err)

    return call


@pytest.fixture
async def writer(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[OpenAIServer]:
    """A server that writes plausible copy, set as the engine."""
    async with OpenAIServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        yield server
