"""Approval as people live it: review, changes, approval, who may, what is locked, and the file to upload."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.e2e.conftest import PATIENCE, Stage, buttons, buttons_of, said
from workspace.seed import ANA, BEN, EDITORS, LIN, MARKETING, SHOP

pytestmark = pytest.mark.asyncio(loop_scope="package")

Json = dict[str, Any]


@pytest_asyncio.fixture(autouse=True, loop_scope="package")
async def _rules_end(stage: Stage) -> AsyncIterator[None]:
    """What a test scripts, and whom it makes approvers, ends with it."""
    before = stage.server.reply
    yield
    stage.server.reply = before
    team = stage.workspace.core.state.team["id"]
    for channel in (MARKETING, SHOP):
        await stage.bot.history.set_approvers(team, channel, [], user_id=ANA)


async def press(stage: Stage, message: Json, action_id: str, variant_id: str, user: str = BEN) -> None:
    """Presses a variant's button in the message as it is now; Approve also where it asks before."""
    wanted = (action_id, f"{action_id}_warned")
    now = next(one for one in await stage.people.messages(message["channel"]) if one["ts"] == message["ts"])
    block_id, found = next(
        (block["block_id"], one["action_id"])
        for block in now["blocks"]
        for one in block.get("elements", [])
        if one.get("action_id") in wanted and one.get("value") == variant_id
    )
    await stage.people.action(now, found, block_id, user=user)


async def changed(stage: Stage, message: Json, text: str, action_id: str, variant_id: str) -> Json:
    """The message once it shows a state and the variant has a button."""

    def shows(one: Json) -> bool:
        return (
            one["ts"] == message["ts"]
            and text in json.dumps(one["blocks"])
            and variant_id in buttons(one, action_id)
        )

    return await stage.people.wait_for(shows, timeout=PATIENCE)


async def form(stage: Stage, title: str, user: str = BEN) -> Json:
    await stage.people.wait_for(
        lambda one: one["title"]["text"] == title, kind="view", timeout=PATIENCE, user=user
    )
    views = (await stage.people.state(user=user))["open_views"]
    return next(one for one in reversed(views) if one["title"]["text"] == title)


async def submit(stage: Stage, view: Json, user: str = BEN, **values: str) -> Json:
    state = {block_id: {"value": value} for block_id, value in values.items()}
    return await stage.people.submit(view["id"], state, user=user)


async def test_copy_goes_to_review_comes_back_with_changes_and_the_rewrite_is_approved(
    stage: Stage, transport: str
) -> None:
    product = stage.product()
    message = await stage.write(product)
    lead = buttons_of(message)[0]
    await press(stage, message, "copy_send_review", lead, user=ANA)
    message = await changed(stage, message, f"in review, from <@{ANA}>", "copy_changes", lead)
    await press(stage, message, "copy_changes", lead)
    view = await form(stage, "Request changes")
    refused = await submit(stage, view, comment="  \n ")
    assert refused["errors"]
    assert (await submit(stage, view, comment="Shorter, and no weather."))["ok"]
    await changed(stage, message, f"changes requested by <@{BEN}>", "copy_send_review", lead)
    await stage.people.wait_for(
        lambda one: one.get("thread_ts") == message["ts"] and "asks for changes to variant 1" in said(one),
        timeout=PATIENCE,
    )
    rewrite = await stage.copy(product, "no weather", thread_ts=message["ts"])
    [new] = buttons_of(rewrite)
    await press(stage, rewrite, "copy_approve", new)
    await changed(stage, rewrite, f"approved by <@{BEN}>", "copy_export", new)
    steps = stage.rows(
        "SELECT action, user_id, comment FROM approval_steps WHERE variant_id IN (?, ?) ORDER BY id",
        lead,
        new,
    )
    assert [tuple(one.values()) for one in steps] == [
        ("send", ANA, ""),
        ("request_changes", BEN, "Shorter, and no weather."),
        ("approve", BEN, ""),
    ]
    assert stage.rows("SELECT text FROM thread_messages WHERE text = 'Shorter, and no weather.'")


async def test_the_person_who_asked_is_told_that_somebody_else_approves(stage: Stage) -> None:
    message = await stage.write(stage.product())
    lead = buttons_of(message)[0]
    await press(stage, message, "copy_approve", lead, user=ANA)
    refusal = await stage.message("You asked for this copy", kind="ephemeral", user=ANA)
    assert "/copy approvers own on" in said(refusal)
    assert not stage.rows("SELECT 1 FROM approval_steps WHERE variant_id = ?", lead)


async def test_a_channels_approvers_approve_and_others_are_told_who_they_are(stage: Stage) -> None:
    assert (await stage.people.command(SHOP, "/copy", f"approvers @ben <!subteam^{EDITORS}|@editors>"))["ok"]
    told = await stage.message("changed who approves copy", channel=SHOP)
    assert f"<@{BEN}>" in said(told)
    product = stage.product()
    message = await stage.write(product, channel=SHOP)
    first, second, third = buttons_of(message)
    await press(stage, message, "copy_send_review", first, user=ANA)
    review = await stage.people.wait_for(
        lambda one: one.get("thread_ts") == message["ts"] and f"<!subteam^{EDITORS}>" in one["text"],
        timeout=PATIENCE,
    )
    assert f"<@{BEN}>" in review["text"]
    await press(stage, message, "copy_approve", second, user=ANA)
    refusal = await stage.message("you are not one of them", channel=SHOP, kind="ephemeral", user=ANA)
    assert f"<@{BEN}>" in said(refusal)
    # 小林 is in the user group, Ben is named.
    await press(stage, message, "copy_approve", second, user=LIN)
    await changed(stage, message, f"approved by <@{LIN}>", "copy_export", second)
    await press(stage, message, "copy_approve", third, user=BEN)
    await changed(stage, message, f"approved by <@{BEN}>", "copy_export", third)
    # Nobody else makes themselves an approver.
    await stage.people.command(SHOP, "/copy", "approvers @ana")
    await stage.message("Only the channel's approvers", channel=SHOP, kind="ephemeral", user=ANA)
    await stage.people.message(SHOP, "@copydesk approvers anybody", user=BEN)
    await stage.message("anybody but the person who asked", channel=SHOP)
    await stage.people.command(SHOP, "/copy", "approvers bananas")
    await stage.message("I do not understand", "bananas", channel=SHOP, kind="ephemeral")


async def test_findings_are_named_before_copy_is_approved_with_them(stage: Stage) -> None:
    product = stage.product()
    long = (
        f"{product} has a 5000 mAh battery. It goes with you from the first train to the last message of the evening, "
        "and you look at the sky instead of at the battery's bar. "
    )
    given = itertools.count()
    stage.server.reply = lambda body: [
        json.dumps({"primary_text": f"{long}{next(given)}", "headline": "5000 mAh", "description": product})
        for _ in range(int(body.get("n") or 1))
    ]
    await stage.people.command(MARKETING, "/copy", f"ad {product} | battery: 5000 mAh | platform: meta_feed")
    message = await stage.copy(product)
    warned = buttons(message, "copy_approve_warned")
    assert warned, said(message)
    button = next(
        one
        for block in message["blocks"]
        if block["type"] == "actions"
        for one in block["elements"]
        if one["action_id"] == "copy_approve_warned"
    )
    assert "125" in button["confirm"]["text"]["text"]
    await press(stage, message, "copy_approve_warned", warned[0])
    await changed(stage, message, f"approved by <@{BEN}>", "copy_export", warned[0])


async def test_copy_that_fails_a_check_is_not_approved_and_says_why(stage: Stage) -> None:
    product = stage.product()
    stage.server.reply = lambda body: [
        json.dumps(
            {"headline": "Only 99 dollars", "body": f"{product} in 77 countries", "call_to_action": "Go"}
        )
        for _ in range(int(body.get("n") or 1))
    ]
    message = await stage.write(product)
    lead = buttons_of(message)[0]
    await press(stage, message, "copy_approve", lead)
    refusal = await stage.message("Not approved", kind="ephemeral", user=BEN)
    assert "99" in said(refusal) or "77" in said(refusal)
    assert not stage.rows("SELECT 1 FROM approval_steps WHERE variant_id = ?", lead)


async def test_approved_copy_is_locked_a_rewrite_is_another_and_the_approval_can_be_withdrawn(
    stage: Stage,
) -> None:
    product = stage.product()
    message = await stage.write(product)
    lead = buttons_of(message)[0]
    await press(stage, message, "copy_approve", lead)
    message = await changed(stage, message, f"approved by <@{BEN}>", "copy_withdraw", lead)
    before = stage.rows("SELECT * FROM variants WHERE id = ?", lead)
    await stage.people.message(MARKETING, "1: shorter, please", thread_ts=message["ts"])
    rewrite = await stage.copy(product, "shorter, please", thread_ts=message["ts"])
    assert buttons(rewrite, "copy_send_review") == buttons_of(rewrite)
    assert stage.rows("SELECT * FROM variants WHERE id = ?", lead) == before
    assert stage.rows("SELECT user_id FROM approvals WHERE variant_id = ?", lead) == [{"user_id": BEN}]
    await press(stage, message, "copy_withdraw", lead)
    await changed(stage, message, f"in review, from <@{BEN}>", "copy_changes", lead)
    await stage.message("withdrew the approval of variant 1")
    actions = stage.rows("SELECT action FROM approval_steps WHERE variant_id = ? ORDER BY id", lead)
    assert [one["action"] for one in actions] == ["approve", "withdraw"]


async def test_approved_copy_is_exported_in_its_platforms_format(stage: Stage) -> None:
    product = stage.product()
    await stage.people.command(MARKETING, "/copy", f"ad {product} | battery: 5000 mAh | platform: google_rsa")
    message = await stage.copy(product)
    lead = next(
        one for one in buttons_of(message) if stage.rows("SELECT 1 FROM variants WHERE ready AND id = ?", one)
    )
    await press(stage, message, "copy_approve", lead)
    message = await changed(stage, message, f"approved by <@{BEN}>", "copy_export", lead)
    await press(stage, message, "copy_export", lead)
    view = await form(stage, "Export")
    refused = await submit(stage, view, format="google-ads", field_2="=cmd()")
    assert "formula" in refused["errors"]["format"]
    assert (await submit(stage, view, format="google-ads", field_2="https://shop.example/lamp"))["ok"]
    posted = await stage.people.wait_for(
        lambda one: one.get("thread_ts") == message["ts"] and bool(one.get("files")), timeout=PATIENCE
    )
    assert posted["files"][0]["name"].endswith("-google-ads.csv")
    [held] = [one for one in stage.workspace.core.state.files.values() if one.id == posted["files"][0]["id"]]
    text = held.content.decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text))
    assert (row["Status"], row["Final URL"]) == ("Paused", "https://shop.example/lamp")
    [kept] = stage.rows("SELECT text FROM variants WHERE id = ?", lead)
    assert row["Headline 1"] == kept["text"].split("\n")[0]
