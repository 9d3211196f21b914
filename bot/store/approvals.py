"""What a history keeps of approval: each step, the state that a variant is in now, and who approves in a channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Approval:
    """Who approved a variant, and when."""

    variant_id: str
    user_id: str
    at: datetime


@dataclass(frozen=True)
class ApprovalStep:
    """One step of a variant's approval: what somebody did, and the state that it led to (`bot.approval`)."""

    variant_id: str
    action: str
    state: str
    user_id: str
    comment: str
    at: datetime


@dataclass(frozen=True)
class ApprovalRule:
    """Who approves in a channel.

    `members` are people (`U…`) and user groups (`S…`); none means anybody. `own_copy` says whether the person who
    asked for copy may approve it; None is the default (`bot.approval`).
    """

    members: tuple[str, ...] = ()
    own_copy: bool | None = None


class Approvals(Protocol):
    """The part of a history that keeps approval."""

    async def approve(self, variant_id: str, user_id: str) -> bool:
        """Approve a variant; False when it is already approved, and the first approval stays."""
        ...

    async def approval(self, variant_id: str) -> Approval | None:
        """Who approved the variant, if it is approved now."""
        ...

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
        """Take a step, when the variant's state is one of `allowed` (a new variant's is `draft`).

        Returns:
            The step; None when the state is another, or when a step with this `key` was taken before.
        """
        ...

    async def approval_state(self, variant_id: str) -> ApprovalStep | None:
        """The last step, which says the variant's state; None for one that nobody has done anything with."""
        ...

    async def approval_steps(self, variant_id: str) -> list[ApprovalStep]:
        """Every step, oldest first."""
        ...

    async def asked_by(self, variant_id: str) -> str:
        """Who asked for the copy that a variant belongs to at first, before any rewrite; empty when nobody did."""
        ...

    async def approval_rule(self, team_id: str, channel_id: str) -> ApprovalRule:
        """Who approves in a channel."""
        ...

    async def set_approvers(
        self, team_id: str, channel_id: str, members: Sequence[str], *, user_id: str
    ) -> None:
        """Choose who approves in a channel; nobody named lets anybody approve."""
        ...

    async def set_own_copy(self, team_id: str, channel_id: str, allowed: bool, *, user_id: str) -> None:
        """Say whether people may approve in a channel what they asked for themselves."""
        ...
