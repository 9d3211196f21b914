"""What docs/history.md tells people to type does what it says."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.store import open_history
from tests.store.factories import make_draft

DOCS = Path(__file__).resolve().parents[2] / "docs" / "history.md"
STATEMENTS = re.findall(r"```sql\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.S)
QUESTIONS = [sql for sql in STATEMENTS if "DELETE" not in sql]
DELETIONS = [sql for sql in STATEMENTS if "DELETE" in sql]


@pytest.fixture
async def filled(tmp_path: Path) -> Path:
    """A history of two people, with a draft, a rewrite, a reaction, an approval and a kept task of each."""
    path = tmp_path / "copydesk.db"
    history = open_history(path)
    for user in ("U0ANA0001", "U0BEN0002"):
        draft = make_draft(f"One{user[2:5].lower()}", "Two")
        variant = draft.variants[0]
        await history.save_draft(draft, channel_id="C1", user_id=user)
        await history.save_delivery(
            draft.id, team_id="T", channel_id="C1", ts=f"1.{user}", thread_ts="1.0", variant_ids=[variant.id]
        )
        await history.add_thread_message("C1", "1.0", f"1700000000.{len(user)}{user[-1]}", user, "shorter")
        await history.add_feedback(
            variant_id=variant.id,
            user_id=user,
            reaction="+1",
            reward=1.0,
            source="reaction",
            at=datetime.now(UTC),
        )
        await history.approve(variant.id, user)
        await history.set_approvers("T", f"C{user}", [user], user_id=user)
        await history.set_own_copy("T", f"C{user}", True, user_id=user)
        await history.keep_task(f"C1:{user}", f'{{"user_id": "{user}"}}')
    await history.close()
    return path


def run(path: Path, script: str) -> None:
    """Runs a script as the sqlite3 shell does, which closes the file at its end."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


def rows(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


TABLES = (
    "briefs",
    "drafts",
    "variants",
    "deliveries",
    "thread_messages",
    "feedback",
    "approvals",
    "approval_steps",
    "kept_tasks",
)


@pytest.mark.parametrize("sql", QUESTIONS)
async def test_a_question_in_the_docs_has_an_answer(filled: Path, sql: str) -> None:
    with closing(sqlite3.connect(filled)) as connection:
        answer = connection.execute(sql).fetchall()
    assert answer
    assert all(value is not None for value in answer[0])


async def test_deleting_a_person_leaves_nothing_of_them_and_all_of_others(filled: Path) -> None:
    [script] = [sql for sql in DELETIONS if "U0ANA0001" in sql]
    before = {table: rows(filled, table) for table in TABLES}
    run(filled, script)
    assert {table: rows(filled, table) for table in TABLES} == {
        table: count // 2 for table, count in before.items()
    }
    left = await asyncio.to_thread(filled.read_bytes)
    assert b"U0ANA0001" not in left
    assert b"oneana" not in left
    assert b"oneben" in left
    history = open_history(filled)
    assert {entry.user_id for entry in await history.search("oneben")} == {"U0BEN0002"}
    await history.close()


async def test_deleting_what_is_old_leaves_what_is_new(filled: Path) -> None:
    [script] = [sql for sql in DELETIONS if "2026-01-01" in sql]
    run(filled, script.replace("2026-01-01", "2999-01-01"))
    assert {table: rows(filled, table) for table in TABLES} == dict.fromkeys(TABLES, 0)


def test_every_table_and_view_is_told(tmp_path: Path) -> None:
    history = open_history(tmp_path / "copydesk.db")
    with closing(sqlite3.connect(tmp_path / "copydesk.db")) as connection:
        names = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'copy_search%'"
                " AND name NOT LIKE '%sqlite%'"
            )
        ]
    text = DOCS.read_text(encoding="utf-8")
    assert [name for name in names if f"`{name}`" not in text] == []
    assert history.path.exists()
