"""An open history of each kind there is: the contract tests run against every one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.store import History, SqliteHistory, open_history


def _sqlite(folder: Path) -> History:
    return open_history(folder / "copydesk.db")


OPENERS: dict[str, Callable[[Path], History]] = {"sqlite": _sqlite}


@pytest.fixture(params=OPENERS)
async def history(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[History]:
    """An empty history, whatever database is behind it."""
    opened = OPENERS[request.param](tmp_path)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_history(tmp_path: Path) -> AsyncIterator[SqliteHistory]:
    """An empty history in SQLite, for what only SQLite has."""
    opened = open_history(tmp_path / "copydesk.db")
    yield opened
    await opened.close()
