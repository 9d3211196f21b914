"""Workspaces' prompt templates in SQLite."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlite_utils import Database

from bot.store.connection import writing
from bot.store.rows import moment, stamp
from bot.store.templates import TemplateVersion

Result = TypeVar("Result")


class TemplateRows:
    """`Templates` over SQLite; the history lends the thread that works the database."""

    async def _run(self, work: Callable[[Database], Result]) -> Result:
        raise NotImplementedError

    async def save_template(
        self, team_id: str, path: str, source: str | None, *, sha256: str, user_id: str, note: str = ""
    ) -> TemplateVersion:
        """Keep a new version, which is used from now on; a text that is in use already stays the version it is."""
        now = datetime.now(UTC)

        def work(db: Database) -> TemplateVersion:
            with writing(db):
                kept = _versions(db, team_id, path)
                if kept and kept[-1].source == source:
                    return kept[-1]
                made = TemplateVersion(team_id, path, len(kept) + 1, source, sha256, user_id, note, now)
                db.table("template_versions").insert({**vars(made), "at": stamp(now)})
                return made

        return await self._run(work)

    async def templates(self, team_id: str) -> dict[str, TemplateVersion]:
        """The latest versions that a workspace uses, by path."""
        sql = (
            "SELECT * FROM template_versions AS one WHERE team_id = ? AND source IS NOT NULL AND version ="
            " (SELECT max(version) FROM template_versions WHERE team_id = one.team_id AND path = one.path)"
            " ORDER BY path"
        )
        return await self._run(lambda db: {row["path"]: _version(row) for row in db.query(sql, [team_id])})

    async def template_versions(self, team_id: str, path: str) -> list[TemplateVersion]:
        """Every version of a path, oldest first."""
        return await self._run(lambda db: _versions(db, team_id, path))


def _versions(db: Database, team_id: str, path: str) -> list[TemplateVersion]:
    sql = "SELECT * FROM template_versions WHERE team_id = ? AND path = ? ORDER BY version"
    return [_version(row) for row in db.query(sql, [team_id, path])]


def _version(row: dict[str, Any]) -> TemplateVersion:
    return TemplateVersion(**{**row, "at": moment(row["at"])})
