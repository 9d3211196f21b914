"""Approval in SQLite."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlite_utils import Database

from bot.store.approvals import Approval, ApprovalRule, ApprovalStep
from bot.store.connection import writing
from bot.store.rows import moment, stamp

Result = TypeVar("Result")

_COLUMNS = "variant_id, action, state, user_id, comment, at"


class ApprovalRows:
    """`Approvals` over SQLite; the history lends the thread that works the database."""

    async def _run(self, work: Callable[[Database], Result]) -> Result:
        raise NotImplementedError

    async def approve(self, variant_id: str, user_id: str) -> bool:
        """Approve a variant; False when it is already approved, and the first approval stays."""
        allowed = ("draft", "in_review", "changes_requested")
        step = await self.approval_step(
            variant_id, action="approve", state="approved", user_id=user_id, allowed=allowed
        )
        return step is not None

    async def approval(self, variant_id: str) -> Approval | None:
        """Who approved the variant, if it is approved now."""
        step = await self.approval_state(variant_id)
        if step is None or step.state != "approved":
            return None
        return Approval(variant_id=variant_id, user_id=step.user_id, at=step.at)

    async def approval_step(
        self,
        variant_id: str,
        *,
        action: str,
        state: str,
        user_id: str,
        comment: str = "",
        key: str | None = None,
        allowed: Sequence[str],
    ) -> ApprovalStep | None:
        """Take a step, when the variant's state is one of `allowed` and no step has this key."""
        step = ApprovalStep(variant_id, action, state, user_id, comment, datetime.now(UTC))
        values = [variant_id, action, state, user_id, comment, stamp(step.at), key]

        def work(db: Database) -> ApprovalStep | None:
            with writing(db):
                now = _last(db, variant_id)
                if (now.state if now else "draft") not in allowed:
                    return None
                taken = db.execute(
                    f"INSERT INTO approval_steps({_COLUMNS}, key) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
                    " ON CONFLICT(key) DO NOTHING",
                    values,
                )
                return step if taken.rowcount > 0 else None

        return await self._run(work)

    async def approval_state(self, variant_id: str) -> ApprovalStep | None:
        """The last step, which says the variant's state."""
        return await self._run(lambda db: _last(db, variant_id))

    async def approval_steps(self, variant_id: str) -> list[ApprovalStep]:
        """Every step, oldest first."""
        sql = f"SELECT {_COLUMNS} FROM approval_steps WHERE variant_id = ? ORDER BY id"  # noqa: S608
        return await self._run(lambda db: [_step(row) for row in db.query(sql, [variant_id])])

    async def asked_by(self, variant_id: str) -> str:
        """Who asked for the copy that a variant belongs to at first, before any rewrite."""
        sql = (
            "SELECT first.user_id FROM variants JOIN drafts ON drafts.id = variants.draft_id"
            " JOIN drafts AS first ON first.brief_id = drafts.brief_id"
            " WHERE variants.id = ? ORDER BY first.created_at, first.rowid LIMIT 1"
        )
        rows = await self._run(lambda db: list(db.query(sql, [variant_id])))
        return str(rows[0]["user_id"]) if rows else ""

    async def approval_rule(self, team_id: str, channel_id: str) -> ApprovalRule:
        """Who approves in a channel."""
        where = [team_id, channel_id]

        def work(db: Database) -> ApprovalRule:
            members = db.query(
                "SELECT member FROM approvers WHERE team_id = ? AND channel_id = ? ORDER BY rowid", where
            )
            rules = list(
                db.query("SELECT own_copy FROM approval_rules WHERE team_id = ? AND channel_id = ?", where)
            )
            return ApprovalRule(
                members=tuple(row["member"] for row in members),
                own_copy=bool(rules[0]["own_copy"]) if rules else None,
            )

        return await self._run(work)

    async def set_approvers(
        self, team_id: str, channel_id: str, members: Sequence[str], *, user_id: str
    ) -> None:
        """Choose who approves in a channel; nobody named lets anybody approve."""
        row = {
            "team_id": team_id,
            "channel_id": channel_id,
            "set_by": user_id,
            "at": stamp(datetime.now(UTC)),
        }

        def work(db: Database) -> None:
            with writing(db):
                db.execute(
                    "DELETE FROM approvers WHERE team_id = ? AND channel_id = ?", [team_id, channel_id]
                )
                db.table("approvers").insert_all({**row, "member": member} for member in members)

        await self._run(work)

    async def set_own_copy(self, team_id: str, channel_id: str, allowed: bool, *, user_id: str) -> None:
        """Say whether people may approve in a channel what they asked for themselves."""
        sql = "INSERT OR REPLACE INTO approval_rules(team_id, channel_id, own_copy, set_by, at) VALUES (?, ?, ?, ?, ?)"

        def work(db: Database) -> None:
            with writing(db):
                db.execute(sql, [team_id, channel_id, int(allowed), user_id, stamp(datetime.now(UTC))])

        await self._run(work)


def _last(db: Database, variant_id: str) -> ApprovalStep | None:
    sql = f"SELECT {_COLUMNS} FROM approval_steps WHERE variant_id = ? ORDER BY id DESC LIMIT 1"  # noqa: S608
    rows = list(db.query(sql, [variant_id]))
    return _step(rows[0]) if rows else None


def _step(row: dict[str, Any]) -> ApprovalStep:
    return ApprovalStep(**{**row, "at": moment(row["at"])})
