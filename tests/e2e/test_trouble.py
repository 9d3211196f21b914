"""When Slack, the engine or the disk misbehave: one copy, or a reason that the person can act on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.slack_account import manifest_scopes
from tests.e2e.conftest import Stage, buttons, buttons_of, fresh, said
from workspace.seed import ANA, BEN, BOT_USER, MARKETING, RANDOM, SHOP

pytestmark = pytest.mark.asyncio(loop_scope="package")


# -- Slack delivers more than once --


async def test_an_event_delivered_three_times_makes_one_copy(stage: Stage, transport: str) -> None:
    product = stage.product()
    stage.server.requests.clear()
    ts = await stage.people.message(MARKETING, f"@copydesk ad {product} | battery: 5000 mAh")
    await stage.copy(product)
    deliveries = (await stage.people.control("deliveries"))["deliveries"]
    mention = [one for one in deliveries if one["type"] == "app_mention"][-1]
    await stage.people.control("redeliver", event_id=mention["event_id"], times=2)
    await stage.quiet()
    mine = [one for one in await stage.about(product) if one.get("user") == BOT_USER]
    assert [one["thread_ts"] for one in mine] == [ts]
    # Three variants once, in however many requests the server's number of choices takes.
    assert sum(one.get("n") or 1 for one in fresh(stage.server.requests)) == 3


async def test_a_lost_acknowledgement_makes_no_second_rewrite(stage: Stage) -> None:
    product = stage.product()
    message = await stage.write(product)
    await stage.people.control("drop_acks", times=2)
    await stage.people.message(MARKETING, "shorter", thread_ts=message["ts"])
    await stage.copy(product, "shorter", thread_ts=message["ts"])
    await stage.quiet()
    await stage.people.control("drop_acks", times=0)
    assert len([one for one in await stage.about(product) if one.get("thread_ts")]) == 1


async def test_a_reaction_delivered_again_after_its_removal_stays_removed(stage: Stage) -> None:
    message = await stage.write(stage.product())
    lead = buttons_of(message)[0]
    live = "SELECT 1 FROM feedback WHERE variant_id = ? AND removed_at IS NULL"
    await stage.people.react(MARKETING, message["ts"], "fire")
    await stage.until(lambda: bool(stage.rows(live, lead)))
    deliveries = (await stage.people.control("deliveries"))["deliveries"]
    added = [one for one in deliveries if one["type"] == "reaction_added"][-1]
    await stage.people.unreact(MARKETING, message["ts"], "fire")
    await stage.until(lambda: not stage.rows(live, lead))
    await stage.people.control("redeliver", event_id=added["event_id"], times=1)
    await stage.quiet()
    # The next reaction is handled after the one delivered again.
    await stage.people.react(MARKETING, message["ts"], "two")
    await stage.until(lambda: bool(stage.rows(live, buttons_of(message)[1])))
    assert not stage.rows(live, lead)


async def test_a_connection_that_slack_renews_loses_no_copy(stage: Stage) -> None:
    product = stage.product()
    stage.server.hold()
    await stage.people.command(MARKETING, "/copy", f"ad {product} | battery: 5000 mAh")
    await stage.message("Writing", product)
    await stage.people.control("disconnect", reason="refresh_requested")
    stage.server.release()
    message = await stage.copy(product)
    async with asyncio.timeout(10):
        while not (await stage.people.state())["bot"]["connected"]:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.05)
    await stage.people.message(MARKETING, "shorter", thread_ts=message["ts"])
    await stage.copy(product, "shorter", thread_ts=message["ts"])


async def test_a_busy_slack_gets_its_copy_later(stage: Stage) -> None:
    product = stage.product()
    stage.server.hold()
    await stage.people.command(MARKETING, "/copy", f"ad {product} | battery: 5000 mAh")
    await stage.message("Writing", product)
    await stage.people.control("rate_limit", method="chat.update", times=2, retry_after=1)
    stage.server.release()
    await stage.copy(product)
    assert len(await stage.about(product)) == 1


async def test_the_bot_does_not_answer_bots(stage: Stage) -> None:
    product = stage.product()
    message = await stage.write(product)
    await stage.bot.client.chat_postMessage(
        channel=MARKETING, thread_ts=message["ts"], text=f"<@{BOT_USER}> shorter, {product}"
    )
    await stage.quiet()
    answers = [one for one in await stage.about(product) if one.get("thread_ts")]
    assert len(answers) == 1, "only what the bot was made to say above"


# -- places --


async def test_where_the_bot_cannot_write_the_person_is_told_and_can_retry(stage: Stage) -> None:
    product = stage.product()
    scopes = sorted(manifest_scopes())
    await stage.people.control("scopes", scopes=[name for name in scopes if name != "chat:write.public"])
    try:
        await stage.people.command(RANDOM, "/copy", f"ad {product} | battery: 5000 mAh")
        told = await stage.message("not_in_channel", product)
    finally:
        await stage.people.control("scopes", scopes=scopes)
    assert told["channel"].startswith("D")
    assert "/invite @Copydesk" in said(told)
    assert f"/copy ad {product}" in said(told)
    await stage.people.action(told, "copy_retry")
    await stage.copy(product, channel=RANDOM)


async def test_a_deleted_placeholder_does_not_lose_the_copy(stage: Stage) -> None:
    product = stage.product()
    stage.server.hold()
    await stage.people.command(SHOP, "/copy", f"ad {product} | battery: 5000 mAh")
    waiting = await stage.message("Writing", product)
    await stage.bot.client.chat_delete(channel=SHOP, ts=waiting["ts"])
    stage.server.release()
    message = await stage.copy(product, channel=SHOP)
    await stage.people.react(SHOP, message["ts"], "+1")
    live = "SELECT 1 FROM feedback WHERE variant_id = ? AND removed_at IS NULL"
    await stage.until(lambda: bool(stage.rows(live, buttons_of(message)[0])))


# -- the engine --


async def test_a_failure_is_told_and_retry_runs_the_same_brief_once(stage: Stage, transport: str) -> None:
    product = stage.product()
    stage.server.script("server_error", times=None)
    await stage.people.command(MARKETING, "/copy", f"ad {product} | battery: 5000 mAh")
    failed = await stage.people.wait_for(lambda one: _failed(one, product), timeout=20)
    stage.server.clear()
    assert "Writing" not in said(failed)
    await stage.people.action(failed, "copy_retry", user=BEN)
    await stage.people.action(failed, "copy_retry", user=ANA)
    message = await stage.copy(product)
    assert "battery: 5000 mAh" in str(stage.server.requests[-1])
    again = await stage.people.wait_for(
        lambda one: one["ts"] == failed["ts"] and "Trying again below" in said(one), timeout=10
    )
    assert not buttons(again, "copy_retry")
    await stage.quiet()
    assert [one["ts"] for one in await stage.about(product) if buttons_of(one)] == [message["ts"]]


async def test_a_long_brief_can_be_retried_and_edited(stage: Stage) -> None:
    product = stage.product()
    facts = " | ".join(f"fact {number}: {'x' * 300} {number}" for number in range(20))
    stage.server.script("server_error", times=None)
    await stage.people.command(MARKETING, "/copy", f"ad {product} | {facts}")
    failed = await stage.people.wait_for(lambda one: _failed(one, product), timeout=20)
    stage.server.clear()
    await stage.people.action(failed, "copy_edit")
    view = await stage.people.wait_for(lambda one: product in str(one["blocks"]), kind="view")
    assert "fact 19: " + "x" * 300 + " 19" in str(view["blocks"])
    await stage.people.close_view(view["id"])
    await stage.people.action(failed, "copy_retry")
    await stage.copy(product)
    assert "x" * 300 + " 19" in str(stage.server.requests[-1])


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("ad {} | battery: 5000 mAh | audience: parents", "New copy"),
        ("optimize {} has a 5000 mAh battery. | aim: warmer", "Optimise copy"),
    ],
)
async def test_a_brief_is_not_lost_when_slack_does_not_open_the_form_to_edit_it(
    stage: Stage, typed: str, title: str
) -> None:
    product = stage.product()
    typed = typed.format(product)
    stage.server.script("server_error", times=None)
    await stage.people.command(MARKETING, "/copy", typed)
    failed = await stage.message("❌", product, channel=MARKETING)
    stage.server.clear()
    await stage.people.control("fail", method="views.open", times=1, error="expired_trigger_id")
    await stage.people.action(failed, "copy_edit", user=BEN)
    told = await stage.message(f"/copy {typed}", kind="ephemeral", user=BEN)
    assert "Slack did not open the form (expired_trigger_id). Press again" in said(told)
    await stage.people.action(failed, "copy_edit", user=BEN)
    view = await stage.people.wait_for(lambda one: product in str(one["blocks"]), kind="view", user=BEN)
    assert view["title"]["text"] == title
    await stage.people.close_view(view["id"], user=BEN)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("bad_key", "OPENAI_API_KEY"),
        ("no_credit", "credit"),
        ("content_policy", "refused"),
        ("context_overflow", "context"),
        ("rate_limited", "limit"),
    ],
)
async def test_the_engines_refusal_is_told_in_words_without_the_key(
    stage: Stage, fault: str, told: str
) -> None:
    product = stage.product()
    stage.server.script(fault, times=None)
    await stage.people.command(MARKETING, "/copy", f"ad {product} | battery: 5000 mAh")
    failed = await stage.people.wait_for(lambda one: _failed(one, product), timeout=20)
    stage.server.clear()
    assert told.casefold() in said(failed).casefold()
    assert "sk-test" not in said(failed)


async def test_a_failed_rewrite_leaves_the_copy_and_can_be_retried(stage: Stage) -> None:
    product = stage.product()
    message = await stage.write(product)
    stage.server.script("server_error", times=None)
    await stage.people.message(MARKETING, "shorter", thread_ts=message["ts"])
    failed = await stage.people.wait_for(
        lambda one: one.get("thread_ts") == message["ts"] and bool(buttons(one, "copy_retry")), timeout=20
    )
    stage.server.clear()
    await stage.people.action(failed, "copy_retry")
    await stage.copy(product, "shorter", thread_ts=message["ts"])


# -- the disk --


@asynccontextmanager
async def full_disk(stage: Stage) -> AsyncIterator[None]:
    """A history that has no room left, as SQLite itself says it."""
    history = stage.bot.history

    def fill(db: object) -> None:
        # What is free inside the file is used up first.
        history._db.execute("VACUUM")
        pages = history._db.execute("PRAGMA page_count").fetchone()[0]
        history._db.execute(f"PRAGMA max_page_count = {pages}").fetchall()

    await history._run(fill)
    try:
        yield
    finally:
        await history._run(lambda db: db.execute("PRAGMA max_page_count = 4294967294").fetchall())


async def test_copy_that_cannot_be_kept_is_shown_and_says_so(stage: Stage) -> None:
    product = stage.product()
    async with full_disk(stage):
        await stage.people.command(
            MARKETING, "/copy", f"ad {product} | note: {'x' * 1900} | more: {'y' * 1900}"
        )
        message = await stage.copy(product)
    assert "no room left" in said(message)
    assert "Free some space" in said(message)


async def test_a_wish_that_cannot_be_kept_is_told_to_its_writer(stage: Stage) -> None:
    product = stage.product()
    message = await stage.write(product)
    async with full_disk(stage):
        # A page has room for one or two of them.
        for _ in range(4):
            await stage.people.message(
                MARKETING, "@copydesk shorter " + "please " * 280, thread_ts=message["ts"]
            )
        told = await stage.message("no room left", kind="ephemeral")
        # The rewrites of those that were kept must not take the next test's faults.
        await stage.quiet()
    assert told["thread_ts"] == message["ts"]
    assert "Free some space" in said(told)


async def test_a_long_brief_whose_failure_cannot_be_kept_is_given_back(stage: Stage) -> None:
    product = stage.product()
    # For every request: a rewrite of an earlier test that is still at work must not use the fault up.
    stage.server.script("server_error", times=None)
    facts = " | ".join(f"fact {number}: {'x' * 300} {number}" for number in range(20))
    try:
        async with full_disk(stage):
            await stage.people.command(MARKETING, "/copy", f"ad {product} | {facts}")
            await stage.people.wait_for(
                lambda one: f"/copy ad {product}" in said(one) and "fact 19" in said(one), timeout=20
            )
    finally:
        stage.server.clear()


def _failed(message: dict[str, object], product: str) -> bool:
    """Whether a message tells the failure of copy for a product (its buttons carry the brief, or its key)."""
    return message["channel"] == MARKETING and bool(
        [value for value in buttons(message, "copy_retry") if product in value or value.startswith("kept:")]
    )
