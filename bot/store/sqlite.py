"""The history in one SQLite file, worked by one thread of its own so that the event loop never waits."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from sqlite_utils import Database

from bot.store.approval_rows import ApprovalRows
from bot.store.base import Delivery, EarlierCopy, ExportRow, Feedback, HistoryEntry, ThreadMessage
from bot.store.brand_rows import BrandRows
from bot.store.connection import connect, database_path, history_error, writing
from bot.store.rows import (
    conditions,
    deliveries,
    earlier,
    entry,
    export_row,
    insert_draft,
    moment,
    moment_or_none,
    read_draft,
    stamp,
)
from bot.store.segment import match_expression
from bot.store.template_rows import TemplateRows
from models.brief import Kind
from models.errors import HistoryError
from models.variant import Draft, Variant

Result = TypeVar("Result")

EXPORT_PAGE = 500
MAX_SEARCH_LIMIT = 1_000

_REWARD = (
    "(SELECT COALESCE(SUM(reward), 0.0) FROM feedback WHERE variant_id = variants.id AND removed_at IS NULL)"
)
_FROM = (
    " FROM variants JOIN drafts ON drafts.id = variants.draft_id JOIN briefs ON briefs.id = drafts.brief_id"
)


def open_history(location: str | Path) -> "SqliteHistory":
    """Open the history, making the database or bringing an older one up to date.

    Args:
        location: A path, or a `sqlite:///` URL; the folder must exist.

    Raises:
        SettingsError: The location is no path.
        HistoryError: The database cannot be opened; the error says why and what to do.
    """
    return SqliteHistory(database_path(location))


class SqliteHistory(ApprovalRows, BrandRows, TemplateRows):
    """`History` over SQLite. Methods may be called from any event loop; they run one after another."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._closed = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="history")
        try:
            self._db = self._thread.submit(connect, path).result()
        except BaseException:
            self._thread.shutdown()
            raise

    async def _run(self, work: Callable[[Database], Result]) -> Result:
        """Run `work` on the history's thread, with SQLite's errors put in words."""
        if self._closed:
            raise HistoryError("The history is closed.", "Open it again.")

        def guarded() -> Result:
            try:
                return work(self._db)
            except sqlite3.Error as error:
                raise history_error(error, self.path) from error
            except ValidationError as error:
                raise HistoryError(
                    f"The history database {self.path} holds copy that this Copydesk cannot read.",
                    "Use the Copydesk that wrote it, or a newer one.",
                ) from error

        return await asyncio.get_running_loop().run_in_executor(self._thread, guarded)

    async def save_draft(
        self,
        draft: Draft,
        *,
        team_id: str = "",
        channel_id: str = "",
        user_id: str = "",
        source: str = "cli",
        job_id: str | None = None,
    ) -> None:
        """Keep a draft with its brief and variants, all or nothing; a draft already kept stays as it is."""
        place = {
            "team_id": team_id,
            "channel_id": channel_id,
            "user_id": user_id,
            "source": source,
            "job_id": job_id,
        }

        def work(db: Database) -> None:
            with writing(db):
                if not list(db.query("SELECT 1 FROM drafts WHERE id = ?", [draft.id])):
                    insert_draft(db, draft, place)

        await self._run(work)

    async def draft(self, draft_id: str) -> Draft | None:
        """The draft as it was saved."""
        return await self._run(lambda db: read_draft(db, draft_id))

    async def variant(self, variant_id: str) -> tuple[Draft, Variant] | None:
        """A variant and the draft that it belongs to."""

        def work(db: Database) -> tuple[Draft, Variant] | None:
            for row in list(db.query("SELECT draft_id FROM variants WHERE id = ?", [variant_id])):
                draft = read_draft(db, row["draft_id"])
                for variant in draft.variants if draft else ():
                    if draft and variant.id == variant_id:
                        return draft, variant
            return None

        return await self._run(work)

    async def save_delivery(
        self,
        draft_id: str,
        *,
        team_id: str,
        channel_id: str,
        ts: str,
        thread_ts: str,
        variant_ids: Sequence[str],
    ) -> None:
        """Keep which message shows which variants, lead first; the same message again replaces it."""

        def work(db: Database) -> None:
            with writing(db):
                db.execute("DELETE FROM deliveries WHERE channel_id = ? AND ts = ?", [channel_id, ts])
                row = {"channel_id": channel_id, "ts": ts, "thread_ts": thread_ts, "team_id": team_id}
                db.table("deliveries").insert({**row, "draft_id": draft_id})
                db.table("delivered_variants").insert_all(
                    {"channel_id": channel_id, "ts": ts, "place": place, "variant_id": variant_id}
                    for place, variant_id in enumerate(variant_ids)
                )

        await self._run(work)

    async def delivery(self, channel_id: str, ts: str) -> Delivery | None:
        """The copy that a message shows."""
        where = "deliveries.channel_id = ? AND ts = ?"
        found = await self._run(lambda db: deliveries(db, where, [channel_id, ts]))
        return found[0] if found else None

    async def thread(self, channel_id: str, thread_ts: str) -> list[Delivery]:
        """The copy shown in a thread, its first message included, oldest first."""
        where = "deliveries.channel_id = ? AND (thread_ts = ? OR ts = ?)"
        return await self._run(lambda db: deliveries(db, where, [channel_id, thread_ts, thread_ts]))

    async def add_thread_message(
        self, channel_id: str, thread_ts: str, ts: str, user_id: str, text: str
    ) -> None:
        """Keep what somebody said in a thread; the same message again replaces its text."""
        row = {"channel_id": channel_id, "ts": ts, "thread_ts": thread_ts, "user_id": user_id, "text": text}

        def work(db: Database) -> None:
            with writing(db):
                db.table("thread_messages").insert(row, replace=True)

        await self._run(work)

    async def thread_messages(self, channel_id: str, thread_ts: str) -> list[ThreadMessage]:
        """What people said in a thread, oldest first."""
        sql = (
            "SELECT channel_id, thread_ts, ts, user_id, text FROM thread_messages"
            " WHERE channel_id = ? AND thread_ts = ? ORDER BY ts"
        )
        return await self._run(
            lambda db: [ThreadMessage(**row) for row in db.query(sql, [channel_id, thread_ts])]
        )

    async def add_feedback(
        self, *, variant_id: str, user_id: str, reaction: str, reward: float, source: str, at: datetime
    ) -> bool:
        """Keep a reaction given `at`; False when it is already live, or was taken back later than `at`."""
        sql = (
            "INSERT INTO feedback(variant_id, user_id, reaction, reward, source, at)"
            " SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT EXISTS ("
            "SELECT 1 FROM feedback WHERE variant_id = ?1 AND user_id = ?2 AND reaction = ?3"
            " AND (removed_at IS NULL OR removed_at >= ?6))"
        )
        return await self._change(sql, [variant_id, user_id, reaction, reward, source, stamp(at)])

    async def remove_feedback(
        self, *, variant_id: str, user_id: str, reaction: str, at: datetime | None = None
    ) -> bool:
        """End a live reaction given before `at`, keeping its row; False when there was none.

        A removal with a moment of its own leaves a mark even when it ends nothing, so that the reaction
        that it overtook does not come to life.
        """
        key, moment_removed = [variant_id, user_id, reaction], stamp(at or datetime.now(UTC))
        end = (
            "UPDATE feedback SET removed_at = ?4 WHERE variant_id = ?1 AND user_id = ?2 AND reaction = ?3"
            " AND removed_at IS NULL AND (?5 OR at <= ?4)"
        )
        mark = (
            "INSERT INTO feedback(variant_id, user_id, reaction, reward, source, at, removed_at)"
            " SELECT ?1, ?2, ?3, 0.0, 'removal', ?4, ?4 WHERE NOT EXISTS ("
            "SELECT 1 FROM feedback WHERE variant_id = ?1 AND user_id = ?2 AND reaction = ?3"
            " AND (at >= ?4 OR removed_at >= ?4))"
        )

        def work(db: Database) -> bool:
            with writing(db):
                if db.execute(end, [*key, moment_removed, at is None]).rowcount > 0:
                    return True
                if at is not None:
                    db.execute(mark, [*key, moment_removed])
                return False

        return await self._run(work)

    async def feedback(self, variant_id: str, *, removed: bool = False) -> list[Feedback]:
        """The live reactions to a variant, oldest first; with `removed` also those taken back."""
        sql = (
            "SELECT variant_id, user_id, reaction, reward, source, at, removed_at FROM feedback"
            " WHERE variant_id = ? AND (? OR removed_at IS NULL) ORDER BY at, id"
        )

        def work(db: Database) -> list[Feedback]:
            return [
                Feedback(**{**row, "at": moment(row["at"]), "removed_at": moment_or_none(row["removed_at"])})
                for row in db.query(sql, [variant_id, removed])
            ]

        return await self._run(work)

    async def keep_task(self, task_id: str, body: str) -> None:
        """Keep a task as text for a later retry; the same id again replaces it."""
        sql = (
            "INSERT INTO kept_tasks(id, body, at) VALUES (?, ?, ?)"
            " ON CONFLICT(id) DO UPDATE SET body = excluded.body, at = excluded.at"
        )
        await self._change(sql, [task_id, body, stamp(datetime.now(UTC))])

    async def kept_task(self, task_id: str) -> str | None:
        """The task kept under this id."""
        sql = "SELECT body FROM kept_tasks WHERE id = ?"
        rows = await self._run(lambda db: list(db.query(sql, [task_id])))
        return str(rows[0]["body"]) if rows else None

    async def search(
        self,
        query: str = "",
        *,
        kind: Kind | str | None = None,
        channel_id: str | None = None,
        team_id: str | None = None,
        user_id: str | None = None,
        since: datetime | None = None,
        limit: int = 20,
    ) -> list[HistoryEntry]:
        """Variants whose copy or brief has all words of `query`, best first; newest first without words."""
        where, values = conditions(
            kind=kind, channel_id=channel_id, team_id=team_id, user_id=user_id, since=since
        )
        source, order = _FROM, "drafts.created_at DESC, drafts.rowid DESC, variants.position"
        if query.strip():
            expression = match_expression(query)
            if expression is None:
                return []
            source += " JOIN copy_search ON copy_search.rowid = variants.number"
            where, values = [*where, "copy_search MATCH ?"], [*values, expression]
            # A word in the copy itself weighs more than one in the brief that all its variants share.
            order = "bm25(copy_search, 4.0, 2.0, 2.0, 1.0), " + order
        # The parts are constants of this module; what people type is bound.
        sql = (
            "SELECT variants.body AS variant, json_extract(drafts.body, '$.brief') AS brief,"
            f" drafts.created_at, channel_id, user_id, engine, model, {_REWARD} AS reward{source}"
            f" WHERE {' AND '.join(where)} ORDER BY {order} LIMIT ?"
        )
        values.append(min(max(limit, 0), MAX_SEARCH_LIMIT))
        return await self._run(lambda db: [entry(row) for row in db.query(sql, values)])

    async def earlier_copy(self, team_id: str, *, after: int = 0, limit: int = 1_000) -> list[EarlierCopy]:
        """A workspace's ready or approved variants: the approved first, then the well-liked, then the newest."""
        # First which, then their texts: whole drafts are slow to sort.
        sql = (
            "WITH chosen AS (SELECT variants.number AS number,"  # noqa: S608
            f" variants.id IN (SELECT variant_id FROM approvals) AS approved, {_REWARD} > 0 AS liked"
            " FROM drafts JOIN variants ON variants.draft_id = drafts.id"
            " WHERE drafts.team_id = ? AND variants.number > ?"
            " AND drafts.engine <> 'person' AND (variants.ready OR approved)"
            " ORDER BY approved DESC, liked DESC, variants.number DESC LIMIT ?)"
            " SELECT chosen.number, variants.body AS variant, json_extract(drafts.body, '$.brief') AS brief,"
            " drafts.created_at FROM chosen JOIN variants ON variants.number = chosen.number"
            " JOIN drafts ON drafts.id = variants.draft_id ORDER BY approved DESC, liked DESC, chosen.number DESC"
        )
        return await self._run(lambda db: earlier(db.query(sql, [team_id, after, limit])))

    async def export(
        self,
        *,
        kind: Kind | str | None = None,
        channel_id: str | None = None,
        since: datetime | None = None,
    ) -> AsyncIterator[ExportRow]:
        """Every variant as one flat row, oldest first, all rows with the same columns.

        Rows are read in pages, so a long export neither fills the memory nor holds up the bot.
        """
        where, values = conditions(kind=kind, channel_id=channel_id, since=since)
        # The parts are constants of this module; what people type is bound.
        sql = (
            "SELECT variants.*, drafts.*, variants.id AS variant_id, variants.body AS variant,"  # noqa: S608
            f" drafts.body AS draft, {_REWARD} AS reward,"
            " (SELECT COUNT(*) FROM feedback WHERE variant_id = variants.id AND removed_at IS NULL)"
            " AS reactions,"
            " (SELECT user_id FROM approvals WHERE variant_id = variants.id) AS approved_by,"
            " (SELECT channel_id || '/' || MIN(ts) FROM delivered_variants WHERE variant_id = variants.id)"
            f" AS delivered{_FROM}"
            f" WHERE {' AND '.join(where)} AND variants.number > ? ORDER BY variants.number LIMIT ?"
        )

        def page(after: int) -> Callable[[Database], list[dict[str, Any]]]:
            return lambda db: list(db.query(sql, [*values, after, EXPORT_PAGE]))

        rows = await self._run(page(0))
        while rows:
            for row in rows:
                yield export_row(row)
            rows = await self._run(page(rows[-1]["number"]))

    async def close(self) -> None:
        """Close the database; closing again does nothing."""
        if self._closed:
            return
        await self._run(lambda db: db.close())
        self._closed = True
        self._thread.shutdown(wait=False)

    async def _change(self, sql: str, values: list[Any]) -> bool:
        def work(db: Database) -> bool:
            with writing(db):
                return db.execute(sql, values).rowcount > 0

        return await self._run(work)
