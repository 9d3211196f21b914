"""Brand profiles in SQLite."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlite_utils import Database

from bot.store.brands import BrandVersion
from bot.store.connection import writing
from bot.store.rows import moment, stamp
from models.brand import Brand

Result = TypeVar("Result")

_COLUMNS = "team_id, channel_id, version, body, user_id, source, at"


class BrandRows:
    """`Brands` over SQLite; the history lends the thread that works the database."""

    async def _run(self, work: Callable[[Database], Result]) -> Result:
        raise NotImplementedError

    async def save_brand(
        self,
        brand: Brand | None,
        *,
        team_id: str,
        channel_id: str = "",
        user_id: str = "",
        source: str = "form",
        origin: str | None = None,
    ) -> BrandVersion:
        """Keep a new version, which is used from now on; one of the same origin is kept once."""
        body = brand.model_dump_json(exclude_defaults=True) if brand else None
        now = stamp(datetime.now(UTC))
        place = [team_id, channel_id]

        def work(db: Database) -> BrandVersion:
            with writing(db):
                known = db.query(f"SELECT {_COLUMNS} FROM brand_versions WHERE origin = ?", [origin])  # noqa: S608
                for row in list(known) if origin else []:
                    return _version(row)
                sql = "SELECT COALESCE(max(version), 0) + 1 FROM brand_versions WHERE team_id = ? AND channel_id = ?"
                version = int(db.execute(sql, place).fetchone()[0])
                row = {"team_id": team_id, "channel_id": channel_id, "version": version, "body": body}
                row |= {"user_id": user_id, "source": source, "at": now}
                db.table("brand_versions").insert({**row, "origin": origin})
                return _version(row)

        return await self._run(work)

    async def brand(self, team_id: str, channel_id: str = "") -> BrandVersion | None:
        """The profile that a channel's copy is written under: its own, else the workspace's."""
        sql = (
            f"SELECT {_COLUMNS} FROM brand_versions AS one WHERE team_id = ?1 AND channel_id IN (?2, '')"  # noqa: S608
            " AND body IS NOT NULL AND version = (SELECT max(version) FROM brand_versions"
            " WHERE team_id = one.team_id AND channel_id = one.channel_id)"
            " ORDER BY channel_id DESC LIMIT 1"
        )
        found = await self._run(lambda db: list(db.query(sql, [team_id, channel_id])))
        return _version(found[0]) if found else None

    async def brands(self) -> list[BrandVersion]:
        """Every profile that is in use, the workspace's before its channels'."""
        sql = (
            f"SELECT {_COLUMNS} FROM brand_versions AS one WHERE body IS NOT NULL AND version ="  # noqa: S608
            " (SELECT max(version) FROM brand_versions"
            " WHERE team_id = one.team_id AND channel_id = one.channel_id) ORDER BY team_id, channel_id"
        )
        return [_version(row) for row in await self._run(lambda db: list(db.query(sql)))]

    async def brand_versions(self, team_id: str, channel_id: str = "") -> list[BrandVersion]:
        """Every version of a channel's own profile, or of the workspace's, newest first."""
        sql = (
            f"SELECT {_COLUMNS} FROM brand_versions WHERE team_id = ? AND channel_id = ?"  # noqa: S608
            " ORDER BY version DESC"
        )
        rows = await self._run(lambda db: list(db.query(sql, [team_id, channel_id])))
        return [_version(row) for row in rows]

    async def teams(self) -> list[str]:
        """The workspaces that copy or profiles are kept of."""
        sql = "SELECT team_id FROM drafts WHERE team_id != '' UNION SELECT team_id FROM brand_versions ORDER BY 1"
        return [str(row["team_id"]) for row in await self._run(lambda db: list(db.query(sql)))]


def _version(row: dict[str, Any]) -> BrandVersion:
    body = row["body"]
    return BrandVersion(
        team_id=row["team_id"],
        channel_id=row["channel_id"],
        version=row["version"],
        brand=Brand.model_validate_json(body) if body else None,
        user_id=row["user_id"],
        source=row["source"],
        at=moment(row["at"]),
    )
