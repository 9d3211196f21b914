"""Where a variant stands must show in its message, with the buttons for that and none else."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.approval import State
from bot.store import ApprovalStep
from handlers.approval_view import (
    APPROVE,
    APPROVE_WARNED,
    CHANGES,
    EXPORT,
    SEND,
    WITHDRAW,
    approval_buttons,
    changes_view,
    stated_blocks,
)
from handlers.copy_view import copy_pages
from models.variant import Draft
from tests import factories
from tests.handlers.test_copy_view import asked
from tests.store.test_history_contract import NOON

Json = dict[str, Any]


def actions(blocks: list[Json], variant_id: str) -> list[str]:
    """The approval buttons of a variant, in order."""
    return [
        element["action_id"]
        for block in blocks
        if block["type"] == "actions"
        for element in block["elements"]
        if element["value"] == variant_id
        and element["action_id"] in (SEND, APPROVE, APPROVE_WARNED, CHANGES, EXPORT, WITHDRAW)
    ]


def step(variant_id: str, state: State, user: str = "U9") -> ApprovalStep:
    return ApprovalStep(variant_id, "x", state.value, user, "", NOON)


def stated(draft: Draft, blocks: list[Json], *states: State | None) -> list[Json]:
    held = {
        variant.id: (variant, step(variant.id, state) if state else None)
        for variant, state in zip(draft.variants, states, strict=True)
    }
    return stated_blocks(blocks, held, draft.brief.resolved_language)


def test_each_state_has_its_buttons_and_says_who() -> None:
    draft = factories.draft(n=2)
    first, second = (variant.id for variant in draft.variants)
    [page] = copy_pages(asked(draft), draft)
    assert actions(page.blocks, first) == [SEND, APPROVE]
    blocks = stated(draft, page.blocks, State.IN_REVIEW, None)
    assert actions(blocks, first) == [CHANGES, APPROVE]
    assert actions(blocks, second) == [SEND, APPROVE]
    assert "in review, from <@U9>" in json.dumps(blocks)
    blocks = stated(draft, blocks, State.APPROVED, State.CHANGES_REQUESTED)
    assert actions(blocks, first) == [EXPORT, WITHDRAW]
    assert actions(blocks, second) == [SEND, APPROVE]
    shown = json.dumps(blocks)
    assert "in review" not in shown
    assert "approved by <@U9>" in shown
    assert "changes requested by <@U9>" in shown
    assert stated(draft, blocks, State.APPROVED, State.CHANGES_REQUESTED) == blocks
    assert len(blocks) == len(page.blocks)
    back = stated(draft, blocks, None, None)
    assert actions(back, first) == [SEND, APPROVE]
    assert back == page.blocks


@given(st.lists(st.text(min_size=1, max_size=400), min_size=1, max_size=12))
def test_the_dialog_names_findings_within_what_slack_takes(reasons: list[str]) -> None:
    checks = tuple(factories.check(passed=False, severity="soft", reason=one) for one in reasons)
    variant = factories.variant(checks=checks)
    [_, approve] = approval_buttons(variant, State.DRAFT, "en")
    assert approve["action_id"] == APPROVE_WARNED
    text = approve["confirm"]["text"]["text"]
    assert 0 < len(text) <= 300
    named = text.count("•")
    different = len(set(reasons))
    assert named == different or f"and {different - named} more" in text or any("•" in one for one in reasons)


def test_the_form_for_changes_asks_for_words() -> None:
    view = changes_view({"team_id": "T", "channel_id": "C", "thread_ts": "1", "ts": "1"}, factories.variant())
    [comment, _] = view["blocks"]
    assert comment["optional"] is False
