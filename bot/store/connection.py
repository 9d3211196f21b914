"""Opens the history's SQLite file, and says in words what SQLite's errors mean."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlite_utils import Database

from bot.store.migrations import migrations
from models.errors import HistoryError, SettingsError

BUSY_SECONDS = 10.0

_CHOOSE = "or set COPYDESK_DATABASE to another path."
# https://www.sqlite.org/rescode.html: the primary result codes that people meet.
_MEANINGS: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_FULL: ("is full: there is no room left on its disk.", "Free some space and try again."),
    sqlite3.SQLITE_BUSY: (
        "is locked by another program.",
        "Try again in a moment; if it stays locked, close the other program that has it open.",
    ),
    sqlite3.SQLITE_READONLY: (
        "cannot be written.",
        f"Give this user the right to write the file and its folder, {_CHOOSE}",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "cannot be opened.",
        f"Check that the path is a file in a folder that this user can write, {_CHOOSE}",
    ),
    sqlite3.SQLITE_NOTADB: ("is not a SQLite database.", f"Move the file away, {_CHOOSE}"),
    sqlite3.SQLITE_CORRUPT: (
        "is damaged.",
        f"Restore it from a backup, or recover it with `sqlite3 FILE .recover`, {_CHOOSE}",
    ),
    sqlite3.SQLITE_IOERR: ("could not be read or written: its disk failed.", f"Check the disk, {_CHOOSE}"),
    sqlite3.SQLITE_CONSTRAINT: (
        "does not hold what this refers to, or holds another under the same id.",
        "Save the draft first, and give each draft and variant an id of its own.",
    ),
}


def history_error(error: sqlite3.Error, path: Path) -> HistoryError:
    """What a SQLite error means for the person who meets it, and what to do."""
    code = getattr(error, "sqlite_errorcode", None)
    known = _MEANINGS.get(code & 0xFF) if code is not None else None
    problem, remedy = known or (f"failed: {error}.", "Try again; if it stays, run `copydesk doctor`.")
    return HistoryError(f"The history database {path} {problem}", remedy)


def database_path(location: str | Path) -> Path:
    """The file that a location names: a path, or a `sqlite:///` URL.

    Raises:
        SettingsError: The location is a URL of another kind of database.
    """
    text = str(location)
    if text.startswith(("postgres://", "postgresql://", "postgresql+")):
        raise SettingsError(
            "COPYDESK_DATABASE names a PostgreSQL server, and history in PostgreSQL is not built yet.",
            "Set it to the path of a file, e.g. `COPYDESK_DATABASE=copydesk.db`.",
        )
    if "://" in text and not text.startswith("sqlite:///"):
        raise SettingsError(
            f"COPYDESK_DATABASE is a `{text.split('://')[0]}` URL, which history cannot use.",
            "Set it to the path of a file, e.g. `COPYDESK_DATABASE=copydesk.db`.",
        )
    if not text.strip():
        raise SettingsError("COPYDESK_DATABASE is empty.", "Set it to the path of a file.")
    return Path(text.removeprefix("sqlite:///")).expanduser()


@contextlib.contextmanager
def writing(db: Database) -> Iterator[None]:
    """One transaction that takes the write lock at once, so that waiting for it obeys the time-out.

    A transaction that reads first and then writes fails immediately when another process wrote
    between (https://www.sqlite.org/rescode.html#busy_snapshot).
    """
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.conn.execute("COMMIT")
    except BaseException:
        db.rollback()
        raise


def connect(path: Path) -> Database:
    """Open the database, make it if there is none, and bring its schema up to date.

    Raises:
        HistoryError: Saying what keeps it from being opened: no folder, no right, not a database,
            made by a newer Copydesk, locked, full.
    """
    if not path.parent.is_dir():
        raise HistoryError(
            f"The folder of the history database, {path.parent}, does not exist.",
            f"Make the folder, {_CHOOSE}",
        )
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(str(path), timeout=BUSY_SECONDS)
        db = Database(connection)
        # Before anything is written: a newer database must stay as it is.
        _refuse_newer(db, path)
        db.execute("PRAGMA journal_mode = WAL").fetchall()
        db.execute("PRAGMA synchronous = NORMAL").fetchall()
        db.execute("PRAGMA foreign_keys = ON").fetchall()
        if not db["_sqlite_migrations"].exists() or migrations.pending(db):
            with writing(db):
                migrations.apply(db)
    except BaseException as error:
        if connection is not None:
            connection.close()
        if isinstance(error, sqlite3.Error):
            raise history_error(error, path) from error
        raise
    return db


def _refuse_newer(db: Database, path: Path) -> None:
    unknown = sorted({migration.name for migration in migrations.applied(db)} - _known_migrations())
    if unknown:
        raise HistoryError(
            f"The history database {path} was made by a newer Copydesk (it has {', '.join(unknown)}).",
            f"Upgrade Copydesk, {_CHOOSE}",
        )


def _known_migrations() -> set[str]:
    empty = Database(memory=True)
    try:
        return {migration.name for migration in migrations.pending(empty)}
    finally:
        empty.close()
