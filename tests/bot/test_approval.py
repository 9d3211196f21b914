"""Approval must be given by those who may, for copy that is ready, once, and every step must be told afterwards."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.approval import Action, ApprovalRefused, NeedsConfirmation, Person, State, state_of, take
from bot.store import SqliteHistory, open_history
from models.errors import HistoryError
from models.variant import Variant
from tests import factories

CHANNEL = "C1"


@pytest.fixture
async def history(tmp_path: Path) -> AsyncIterator[SqliteHistory]:
    opened = open_history(tmp_path / "copydesk.db")
    yield opened
    await opened.close()


async def kept(history: SqliteHistory, **over: object) -> Variant:
    """A variant that Ana asked for."""
    draft = factories.draft(n=1)
    variant = factories.variant(brief_id=draft.brief_id, **over)
    draft = draft.model_copy(update={"variants": (variant,)})
    await history.save_draft(draft, team_id="T1", channel_id=CHANNEL, user_id="UANA")
    return variant


def person(user_id: str, channel_id: str = CHANNEL, *groups: str) -> Person:
    return Person(user_id, "T1", channel_id, frozenset(groups))


async def test_a_variant_goes_from_draft_to_approved_and_every_step_stays(history: SqliteHistory) -> None:
    variant = await kept(history)
    assert await state_of(history, variant.id) is State.DRAFT
    await take(history, Action.SEND, variant, person("UANA"))
    await take(history, Action.REQUEST_CHANGES, variant, person("UBEN"), comment="Price first.")
    await take(history, Action.SEND, variant, person("UANA"))
    await take(history, Action.APPROVE, variant, person("UBEN"))
    assert await state_of(history, variant.id) is State.APPROVED
    await take(history, Action.WITHDRAW, variant, person("UBEN"))
    assert await state_of(history, variant.id) is State.IN_REVIEW
    assert await history.approval(variant.id) is None
    steps = await history.approval_steps(variant.id)
    assert [(one.action, one.user_id, one.comment) for one in steps] == [
        ("send", "UANA", ""),
        ("request_changes", "UBEN", "Price first."),
        ("send", "UANA", ""),
        ("approve", "UBEN", ""),
        ("withdraw", "UBEN", ""),
    ]
    assert all(one.at.tzinfo for one in steps)


async def test_two_who_approve_at_once_are_one_approval(history: SqliteHistory) -> None:
    variant = await kept(history)
    taken = await asyncio.gather(
        *(take(history, Action.APPROVE, variant, person(f"U{number}")) for number in range(5))
    )
    assert sum(one is not None for one in taken) == 1


async def test_a_press_that_is_delivered_again_after_a_withdrawal_approves_nothing(
    history: SqliteHistory,
) -> None:
    variant = await kept(history)
    assert await take(history, Action.APPROVE, variant, person("UBEN"), key="action:1")
    assert await take(history, Action.WITHDRAW, variant, person("UBEN"), key="action:2")
    assert await take(history, Action.APPROVE, variant, person("UBEN"), key="action:1") is None
    assert await state_of(history, variant.id) is State.IN_REVIEW


async def test_copy_that_fails_a_check_is_never_approved_and_the_reasons_are_told(
    history: SqliteHistory,
) -> None:
    failed = factories.check(passed=False, reason="headline: 34 of 30 characters")
    variant = await kept(history, checks=(failed,))
    with pytest.raises(ApprovalRefused, match="34 of 30"):
        await take(history, Action.APPROVE, variant, person("UBEN"), confirmed=True)
    assert await history.approval_steps(variant.id) == []


async def test_findings_are_confirmed_by_whoever_approves(history: SqliteHistory) -> None:
    soft = factories.check(name="claims", passed=False, severity="soft", reason="“first” needs evidence")
    variant = await kept(history, checks=(soft, factories.check()))
    with pytest.raises(NeedsConfirmation) as caught:
        await take(history, Action.APPROVE, variant, person("UBEN"))
    assert caught.value.found == ("“first” needs evidence",)
    assert await take(history, Action.APPROVE, variant, person("UBEN"), confirmed=True)


async def test_without_a_group_anybody_approves_but_the_person_who_asked(history: SqliteHistory) -> None:
    variant = await kept(history)
    with pytest.raises(ApprovalRefused, match="You asked for this copy"):
        await take(history, Action.APPROVE, variant, person("UANA"))
    await history.set_own_copy("T1", CHANNEL, True, user_id="UBEN")
    assert await take(history, Action.APPROVE, variant, person("UANA"))


async def test_in_a_direct_message_people_approve_their_own(history: SqliteHistory) -> None:
    variant = await kept(history)
    assert await take(history, Action.APPROVE, variant, person("UANA", "D1"))


async def test_a_rewrite_by_a_reviewer_is_still_the_askers_copy(history: SqliteHistory) -> None:
    variant = await kept(history)
    found = await history.variant(variant.id)
    assert found
    rewrite = factories.variant(brief_id=variant.brief_id)
    draft = factories.draft(brief_id=variant.brief_id, variants=(rewrite,))
    await history.save_draft(draft, team_id="T1", channel_id=CHANNEL, user_id="UBEN")
    with pytest.raises(ApprovalRefused, match="You asked"):
        await take(history, Action.APPROVE, rewrite, person("UANA"))
    assert await take(history, Action.APPROVE, rewrite, person("UBEN"))


@pytest.mark.parametrize("action", [Action.APPROVE, Action.REQUEST_CHANGES, Action.WITHDRAW])
async def test_a_group_decides_alone_and_another_is_told_who(history: SqliteHistory, action: Action) -> None:
    variant = await kept(history)
    await history.set_approvers("T1", CHANNEL, ["UANA", "SEDIT"], user_id="UANA")
    if action is Action.WITHDRAW:
        await take(history, Action.APPROVE, variant, person("UANA"))
    with pytest.raises(ApprovalRefused) as caught:
        await take(history, action, variant, person("UBEN"))
    assert caught.value.members == ("UANA", "SEDIT")
    assert await take(history, action, variant, person("ULIN", CHANNEL, "SEDIT"))


async def test_a_member_approves_their_own_copy_unless_the_channel_says_no(history: SqliteHistory) -> None:
    await history.set_approvers("T1", CHANNEL, ["UANA"], user_id="UANA")
    assert await take(history, Action.APPROVE, await kept(history), person("UANA"))
    await history.set_own_copy("T1", CHANNEL, False, user_id="UANA")
    with pytest.raises(ApprovalRefused, match="You asked"):
        await take(history, Action.APPROVE, await kept(history), person("UANA"))


async def test_the_approvers_of_a_channel_are_no_other_channels_or_teams(history: SqliteHistory) -> None:
    await history.set_approvers("T1", CHANNEL, ["UANA"], user_id="UANA")
    assert (await history.approval_rule("T1", "C2")).members == ()
    assert (await history.approval_rule("T2", CHANNEL)).members == ()
    await history.set_approvers("T1", CHANNEL, [], user_id="UANA")
    assert (await history.approval_rule("T1", CHANNEL)).members == ()


async def test_approved_copy_cannot_be_changed_where_it_is_kept(history: SqliteHistory) -> None:
    variant = await kept(history)
    await take(history, Action.APPROVE, variant, person("UBEN"))
    for column in ("text", "body", "ready"):
        with pytest.raises(HistoryError):
            await history._change(f"UPDATE variants SET {column} = '' WHERE id = ?", [variant.id])
    found = await history.variant(variant.id)
    assert found
    assert found[1] == variant
    with sqlite3.connect(history.path) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        # What is locked may still be deleted: a person's right.
        connection.execute("DELETE FROM drafts")
    connection.close()
    assert await history.approval_steps(variant.id) == []
