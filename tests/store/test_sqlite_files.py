"""What can be wrong with the file: each is said in words, and no file is harmed."""

from __future__ import annotations

import asyncio
import hashlib
import os
import sqlite3
import sys
from pathlib import Path

import pytest

from bot.store import SqliteHistory, open_history
from bot.store.migrations import migrations
from models.errors import HistoryError, SettingsError
from tests.store.factories import make_draft

NAMES = [migration.name for migration in migrations._migrations]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
async def made(tmp_path: Path) -> Path:
    """A closed database that holds one draft."""
    path = tmp_path / "copydesk.db"
    history = open_history(path)
    await history.save_draft(make_draft("Travel light", id="d-old"))
    await history.close()
    return path


async def test_foreign_keys_and_the_write_ahead_log_are_on(sqlite_history: SqliteHistory) -> None:
    def pragmas(db: object) -> tuple[object, object]:
        execute = sqlite_history._db.execute
        return execute("PRAGMA journal_mode").fetchone()[0], execute("PRAGMA foreign_keys").fetchone()[0]

    assert await sqlite_history._run(pragmas) == ("wal", 1)


async def test_a_url_and_a_path_name_the_same_file(made: Path) -> None:
    history = open_history(f"sqlite:///{made}")
    assert await history.draft("d-old") is not None
    await history.close()


@pytest.mark.parametrize(
    ("location", "problem"),
    [
        ("postgresql://localhost/copydesk", "PostgreSQL"),
        ("mysql://localhost/copydesk", "mysql"),
        ("  ", "empty"),
    ],
)
def test_a_location_that_is_no_file_names_the_setting_and_the_remedy(location: str, problem: str) -> None:
    with pytest.raises(SettingsError, match=problem) as caught:
        open_history(location)
    assert "COPYDESK_DATABASE" in str(caught.value)
    assert caught.value.remedy


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="missing, does not exist") as caught:
        open_history(tmp_path / "missing" / "copydesk.db")
    assert "Make the folder" in caught.value.remedy


def test_a_folder_in_the_files_place_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="cannot be opened"):
        open_history(tmp_path)


@pytest.mark.parametrize("content", [b"not a database at all " * 100, b"\x00\xff" * 4096])
def test_a_file_of_something_else_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "holiday.db"
    path.write_bytes(content)
    with pytest.raises(HistoryError, match="is not a SQLite database") as caught:
        open_history(path)
    assert "COPYDESK_DATABASE" in caught.value.remedy
    assert path.read_bytes() == content


async def test_a_damaged_database_says_so(made: Path) -> None:
    with made.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 8192)
    with pytest.raises(HistoryError, match=r"is damaged|is not a SQLite database|cannot read"):  # noqa: PT012
        history = open_history(made)
        try:
            await history.draft("d-old")
            await history.search("travel")
        finally:
            await history.close()


async def test_a_newer_database_is_refused_and_left_alone(made: Path) -> None:
    with sqlite3.connect(made) as connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations(migration_set, name, applied_at)"
            " VALUES ('copydesk', 'm999_future', '2030-01-01')"
        )
        connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    before = digest(made)
    with pytest.raises(HistoryError, match=r"newer Copydesk.*m999_future") as caught:
        open_history(made)
    assert "Upgrade" in caught.value.remedy
    assert digest(made) == before
    assert not list(made.parent.glob("copydesk.db-*"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_may_only_be_read_says_so(made: Path) -> None:
    made.chmod(0o444)
    made.parent.chmod(0o555)
    try:
        with pytest.raises(HistoryError, match="cannot be written"):
            open_history(made)
    finally:
        made.parent.chmod(0o755)


async def test_a_connection_that_may_only_read_says_what_to_change(sqlite_history: SqliteHistory) -> None:
    # Root may write everything, so that a file's mode proves nothing where the tests run as root.
    await sqlite_history._run(lambda db: db.execute("PRAGMA query_only = ON").fetchall())
    with pytest.raises(HistoryError, match="cannot be written") as caught:
        await sqlite_history.save_draft(make_draft())
    assert "right to write" in caught.value.remedy
    assert await sqlite_history.search() == []


async def test_a_locked_database_says_so_after_waiting(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.connection.BUSY_SECONDS", 0.05)
    history = open_history(made)
    other = sqlite3.connect(made, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(HistoryError, match="locked by another program") as caught:
            await history.save_draft(make_draft(id="d-new"))
        assert "Try again" in caught.value.remedy
        assert await history.draft("d-old") is not None, "reading goes on while another writes"
    finally:
        other.execute("ROLLBACK")
        other.close()
    await history.save_draft(make_draft(id="d-new"))
    assert await history.draft("d-new") is not None
    await history.close()


async def test_a_full_disk_says_so_and_keeps_what_was_there(sqlite_history: SqliteHistory) -> None:
    kept = make_draft("Travel light")
    await sqlite_history.save_draft(kept)

    # SQLite's own limit answers as a full disk does (SQLITE_FULL), on every machine.
    def fill(db: object) -> None:
        pages = sqlite_history._db.execute("PRAGMA page_count").fetchone()[0]
        sqlite_history._db.execute(f"PRAGMA max_page_count = {pages}").fetchall()

    await sqlite_history._run(fill)
    long = make_draft("long " * 20_000)
    with pytest.raises(HistoryError, match="no room left") as caught:
        await sqlite_history.save_draft(long)
    assert "Free some space" in caught.value.remedy
    assert await sqlite_history.draft(long.id) is None
    assert await sqlite_history.draft(kept.id) == kept
    await sqlite_history._run(lambda db: db.execute("PRAGMA max_page_count = 1000000").fetchall())
    await sqlite_history.save_draft(long)
    assert await sqlite_history.draft(long.id) == long


async def test_a_failed_disk_on_close_does_not_keep_the_history_open(made: Path) -> None:
    history = open_history(made)
    await asyncio.to_thread(made.unlink)
    await history.close()
    await history.close()


@pytest.mark.parametrize("version", range(1, len(NAMES) + 1))
async def test_a_database_of_every_older_version_is_brought_up_to_date(tmp_path: Path, version: int) -> None:
    path = tmp_path / "copydesk.db"
    _make_old(path, version)
    history = open_history(path)
    draft = await history.draft("d-old")
    assert draft is not None
    assert draft.variants[0].text == "Travel light\n108 MP camera"
    assert [entry.variant.id for entry in await history.search("travelling")] == ["v-old"]
    assert [row["variant_id"] async for row in history.export()] == ["v-old"]
    await history.save_delivery(
        "d-old", team_id="T", channel_id="C", ts="1.0", thread_ts="1.0", variant_ids=["v-old"]
    )
    assert await history.approve("v-old", "U1")
    await history.save_draft(make_draft("New"))
    await history.close()
    with sqlite3.connect(path) as connection:
        applied = [
            name for (name,) in connection.execute("SELECT name FROM _sqlite_migrations ORDER BY name")
        ]
        assert applied == NAMES
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


def _make_old(path: Path, version: int) -> None:
    """A database of the first `version` migrations with one draft in it, as that version wrote it."""
    from sqlite_utils import Database

    connection = sqlite3.connect(path, isolation_level=None)
    db = Database(connection)
    migrations.apply(db, stop_before=NAMES[version] if version < len(NAMES) else None)
    draft = make_draft("Travel light", id="d-old", brief_id="b-old")
    variant = draft.variants[0].model_copy(update={"id": "v-old", "brief_id": "b-old"})
    connection.execute(
        "INSERT INTO briefs VALUES ('b-old', 'ad', 'Aurora X phone', 'en', '', '2026-11-01T00:00:00.000000+00:00')"
    )
    connection.execute(
        "INSERT INTO drafts VALUES ('d-old', 'b-old', 'T', 'C', 'U', 'slack', NULL, 'local', 'm', 't', 's', 1, 1,"
        " 1.0, NULL, '2026-11-01T00:00:00.000000+00:00', ?)",
        [draft.model_dump_json(exclude={"variants"})],
    )
    connection.execute(
        "INSERT INTO variants VALUES (1, 'v-old', 'd-old', 1, NULL, 0, 1, 0.75, ?, ?)",
        [variant.text, variant.model_dump_json()],
    )
    if version >= NAMES.index("m004_search") + 1:
        from bot.store.migrations import index_variant

        index_variant(db, 1, variant, draft.brief)
    connection.close()


_WRITER = """
import asyncio, sys
from bot.store import open_history
from tests.store.factories import make_draft, make_variant

async def main(name, path):
    history = open_history(path)
    for number in range(15):
        key = f"{name}-{number}"
        variant = make_variant("b-" + key, "Travel " + key, id="v-" + key)
        await history.save_draft(make_draft(id="d-" + key, brief_id="b-" + key, variants=(variant,)))
    await history.close()

asyncio.run(main(sys.argv[1], sys.argv[2]))
"""


async def test_processes_that_open_a_new_database_and_write_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "copydesk.db"
    command = [sys.executable, "-c", _WRITER]
    writers = [
        await asyncio.create_subprocess_exec(*command, name, str(path), stderr=asyncio.subprocess.PIPE)
        for name in "abc"
    ]
    for writer in writers:
        _, complaint = await writer.communicate()
        assert writer.returncode == 0, complaint.decode()
    history = open_history(path)
    assert len(await history.search("travel", limit=100)) == 45
    await history.close()


async def test_a_report_can_ask_for_prompts_checks_and_scores_in_sql(sqlite_history: SqliteHistory) -> None:
    draft = make_draft("Travel light")
    await sqlite_history.save_draft(draft)

    def rows(sql: str) -> list[tuple[object, ...]]:
        return sqlite_history._db.execute(sql).fetchall()

    prompts = await sqlite_history._run(
        lambda db: rows("SELECT template_sha256, role, content FROM prompt_messages ORDER BY place")
    )
    assert prompts == [("a" * 64, "system", "You write ads."), ("a" * 64, "user", "Aurora X phone")]
    checks = await sqlite_history._run(lambda db: rows("SELECT name, passed, severity, reason FROM checks"))
    assert checks == [("limits", 1, "hard", ""), ("must_include", 0, "soft", "no “battery”")]
    scores = await sqlite_history._run(
        lambda db: rows("SELECT sentiment_label, sentiment_score, sentiment_scored_by FROM scores")
    )
    assert scores == [("positive", 0.75, "copydesk-mpnet6-en")]
    cost = await sqlite_history._run(lambda db: rows("SELECT sum(cost_usd), sum(prompt_tokens) FROM drafts"))
    assert cost == [(0.002, 120)]


async def test_deleting_a_draft_takes_its_copy_out_of_everything(sqlite_history: SqliteHistory) -> None:
    draft = make_draft("Travel light")
    await sqlite_history.save_draft(draft)
    await sqlite_history._run(lambda db: db.execute("DELETE FROM drafts WHERE id = ?", [draft.id]).rowcount)
    assert await sqlite_history.search("travel") == []
    await sqlite_history.save_draft(make_draft("Other words", brief=draft.brief))
    assert await sqlite_history.search("light") == []
