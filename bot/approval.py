"""Approval: draft, in review, approved or changes requested; who may do what, and why not."""

from dataclasses import dataclass
from enum import StrEnum

from bot.store import ApprovalRule, ApprovalStep, History
from models.errors import CopydeskError
from models.variant import Check, Variant

__all__ = [
    "Action",
    "ApprovalRefused",
    "NeedsConfirmation",
    "Person",
    "State",
    "findings",
    "may_approve",
    "state_of",
    "take",
]


class State(StrEnum):
    """Where a variant stands. One at a time; a new variant is a draft."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"


class Action(StrEnum):
    """What a person does."""

    SEND = "send"
    APPROVE = "approve"
    REQUEST_CHANGES = "request_changes"
    WITHDRAW = "withdraw"


_MOVES: dict[Action, tuple[tuple[State, ...], State]] = {
    Action.SEND: ((State.DRAFT, State.CHANGES_REQUESTED), State.IN_REVIEW),
    Action.APPROVE: ((State.DRAFT, State.IN_REVIEW, State.CHANGES_REQUESTED), State.APPROVED),
    Action.REQUEST_CHANGES: (
        (State.DRAFT, State.IN_REVIEW, State.CHANGES_REQUESTED),
        State.CHANGES_REQUESTED,
    ),
    # Withdrawn copy is looked at again.
    Action.WITHDRAW: ((State.APPROVED,), State.IN_REVIEW),
}


class ApprovalRefused(CopydeskError):
    """This person may not do this, or not with this variant; `members` are those who may, where a group decides."""

    code = "approval_refused"

    def __init__(self, message: str, remedy: str = "", members: tuple[str, ...] = ()) -> None:
        super().__init__(message, remedy)
        self.members = members


class NeedsConfirmation(ApprovalRefused):
    """The variant has findings that the approver has to confirm; `found` are they."""

    code = "approval_unconfirmed"

    def __init__(self, found: tuple[str, ...]) -> None:
        super().__init__(
            f"Not approved yet: {'; '.join(found)}", "Look at each; approve all the same if it is right."
        )
        self.found = found


@dataclass(frozen=True)
class Person:
    """Who acts, where; `groups` are the user groups of the channel's rule that the person is in."""

    user_id: str
    team_id: str
    channel_id: str
    groups: frozenset[str] = frozenset()

    @property
    def alone(self) -> bool:
        """Whether it is a direct message with the bot, where nobody else could approve."""
        return self.channel_id.startswith("D")


def findings(variant: Variant) -> tuple[str, ...]:
    """What is soft wrong with a variant, in words: an approver has to confirm it."""
    soft = (check for check in variant.failures if check.severity == "soft")
    return tuple(dict.fromkeys(map(_words, soft)))


def may_approve(rule: ApprovalRule, person: Person, asked_by: str) -> ApprovalRefused | None:
    """Why a person may not approve; None when they may.

    A channel's group decides, and its members may approve what they asked for themselves unless the rule says no.
    Without a group anybody may but the person who asked, unless the rule says yes or nobody else is there.
    """
    if refusal := _outside(rule, person):
        return refusal
    own = rule.own_copy
    if own is None:
        own = bool(rule.members) or person.alone
    if person.user_id == asked_by and not own:
        return ApprovalRefused(
            "You asked for this copy, so somebody else approves it.",
            "Press “Send to review”, or let people approve their own copy here: `/copy approvers own on`.",
        )
    return None


async def state_of(history: History, variant_id: str) -> State:
    """Where a variant stands now."""
    step = await history.approval_state(variant_id)
    return State(step.state) if step else State.DRAFT


async def take(
    history: History,
    action: Action,
    variant: Variant,
    person: Person,
    *,
    comment: str = "",
    key: str | None = None,
    confirmed: bool = False,
) -> ApprovalStep | None:
    """Let a person take a step with a variant.

    Args:
        history: Where steps are kept.
        action: What the person does.
        variant: With which variant.
        person: Who, and where.
        comment: What they say about it.
        key: Slack's key of the press; the same again does nothing.
        confirmed: Whether the person was shown the variant's findings and went on.

    Returns:
        The step; None when the variant stands where the step leads already, or somewhere it does not start from.

    Raises:
        ApprovalRefused: The person may not, or the variant is not ready; the message says why.
        NeedsConfirmation: The variant has findings that were not confirmed.
    """
    allowed, state = _MOVES[action]
    if action is not Action.SEND:
        rule = await history.approval_rule(person.team_id, person.channel_id)
        if action is Action.APPROVE:
            refusal = may_approve(rule, person, await history.asked_by(variant.id))
        else:
            refusal = _outside(rule, person)
        if refusal:
            raise refusal
    if action is Action.APPROVE and await state_of(history, variant.id) is not State.APPROVED:
        if not variant.ready:
            reasons = "; ".join(_words(check) for check in variant.failures if check.severity == "hard")
            raise ApprovalRefused(f"Not approved: {reasons}", "Rewrite it first.")
        if (found := findings(variant)) and not confirmed:
            raise NeedsConfirmation(found)
    return await history.approval_step(
        variant.id,
        action=action.value,
        state=state.value,
        user_id=person.user_id,
        comment=comment,
        key=key,
        allowed=[one.value for one in allowed],
    )


def _outside(rule: ApprovalRule, person: Person) -> ApprovalRefused | None:
    members = rule.members
    if not members or person.user_id in members or person.groups & set(members):
        return None
    return ApprovalRefused(
        "In this channel copy is approved by its approvers, and you are not one of them.",
        "Ask one of them:",
        members,
    )


def _words(check: Check) -> str:
    return check.reason or check.name
