"""The delivery against a local Slack: long copy goes on in the thread once, and refusals come in words."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.attempt import Attempt
from bot.jobs import Failure, Task
from bot.store import SqliteHistory, open_history
from handlers.slack_delivery import SlackDelivery
from models.brief import Brief
from models.errors import DeliveryError
from models.variant import Draft
from tests import factories
from workspace.client import WorkspaceClient
from workspace.seed import ANA, DM_ANA, MARKETING, RANDOM
from workspace.server import LocalWorkspace

FIRST = Attempt("command:1")


@pytest.fixture
async def history(tmp_path: Path) -> AsyncIterator[SqliteHistory]:
    opened = open_history(tmp_path / "copydesk.db")
    yield opened
    await opened.close()


@pytest.fixture
def delivery(workspace: LocalWorkspace, history: SqliteHistory) -> SlackDelivery:
    client = AsyncWebClient(token=workspace.bot_token, base_url=workspace.api_url)
    return SlackDelivery(client, history)


def task(brief: Brief | None = None, **over: Any) -> Task:
    values: dict[str, Any] = {"action": "write", "team_id": "T1", "channel_id": MARKETING, "user_id": ANA}
    return Task(**values | {"brief": brief or factories.brief()} | over)


def long_draft() -> Draft:
    """Eight plans that no single message holds."""
    plan = [(f"part{number}", f"word{number} " * 250) for number in range(8)]
    return factories.draft(variants=[factories.variant(position=n + 1, parts=plan) for n in range(8)])


async def kept(history: SqliteHistory, draft: Draft, ts: str) -> None:
    await history.save_draft(draft, team_id="T1", channel_id=MARKETING, user_id=ANA)
    ids = [variant.id for variant in draft.variants]
    await history.save_delivery(
        draft.id, team_id="T1", channel_id=MARKETING, ts=ts, thread_ts=ts, variant_ids=ids
    )


async def test_long_copy_goes_on_in_the_thread_and_a_repeated_delivery_posts_nothing_twice(
    delivery: SlackDelivery, history: SqliteHistory, people: WorkspaceClient
) -> None:
    draft, asked = long_draft(), task()
    ts = await delivery.placeholder(asked, FIRST)
    await kept(history, draft, ts)
    await delivery.deliver(asked, ts, draft)
    first = await people.messages(MARKETING)
    assert len(first) > 2
    assert {one["thread_ts"] for one in first if one["ts"] != ts} == {ts}
    await delivery.deliver(asked, ts, draft)
    assert [one["ts"] for one in await people.messages(MARKETING)] == [one["ts"] for one in first]
    further = [one for one in await history.thread(MARKETING, ts) if one.ts != ts]
    assert further, "reactions on the further messages count for their own variants"
    assert draft.variants[-1].id in further[-1].variant_ids


async def test_a_placeholder_that_was_deleted_is_posted_anew_and_counts(
    delivery: SlackDelivery, history: SqliteHistory, people: WorkspaceClient
) -> None:
    draft, asked = factories.draft(n=1), task()
    ts = await delivery.placeholder(asked, FIRST)
    await kept(history, draft, ts)
    await delivery.client.chat_delete(channel=MARKETING, ts=ts)
    await delivery.deliver(asked, ts, draft)
    [message] = await people.messages(MARKETING)
    found = await history.delivery(MARKETING, message["ts"])
    assert found is not None
    assert found.variant_ids == (draft.variants[0].id,)


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        ("not_in_channel", "/invite"),
        ("is_archived", "not archived"),
        ("missing_scope", "manifest.yml"),
        ("token_revoked", "reinstall"),
        ("no_such_error", "Try again"),
    ],
)
async def test_what_slack_refuses_comes_with_what_to_do(
    delivery: SlackDelivery, people: WorkspaceClient, error: str, remedy: str
) -> None:
    await people.control("fail", method="chat.postMessage", times=1, error=error)
    with pytest.raises(DeliveryError, match=error) as caught:
        await delivery.placeholder(task(), FIRST)
    assert remedy in caught.value.remedy


async def test_a_slack_that_is_away_is_a_delivery_error(history: SqliteHistory) -> None:
    away = SlackDelivery(AsyncWebClient(token="xoxb-x", base_url="http://127.0.0.1:9/api/"), history)
    with pytest.raises(DeliveryError, match="could not be reached"):
        await away.placeholder(task(), FIRST)


async def test_a_failure_names_its_brief_and_its_person(
    delivery: SlackDelivery, people: WorkspaceClient
) -> None:
    asked = task(factories.brief(product="Lamp *bright*"))
    ts = await delivery.placeholder(asked, FIRST)
    await delivery.fail(asked, ts, Failure(code="x", message="It broke.", remedy="Try `again`."))
    [message] = await people.messages(MARKETING)
    text = str(message["blocks"])
    for part in ("Lamp *bright*", ANA, "It broke.", "copy_retry", "copy_edit"):
        assert part in text


async def test_a_brief_that_cannot_be_kept_for_its_retry_is_given_back_whole(
    delivery: SlackDelivery, history: SqliteHistory, people: WorkspaceClient
) -> None:
    facts = {f"fact {number}": f"{'x' * 300} {number}" for number in range(30)}
    asked = task(factories.brief(attributes=facts))
    ts = await delivery.placeholder(asked, FIRST)
    await history._run(lambda db: db.execute("PRAGMA query_only = ON").fetchall())
    await delivery.fail(asked, ts, Failure(code="x", message="It broke.", remedy=""))
    first, *rest = await people.messages(MARKETING)
    assert "copy_retry" not in str(first["blocks"])
    given = "".join(
        leaf["text"] for one in rest for block in one["blocks"] for leaf in block["elements"][0]["elements"]
    )
    assert given.startswith("/copy ad Aurora X phone")
    assert all(value in given for value in facts.values())
    assert {one["thread_ts"] for one in rest} == {ts}


async def test_a_refusal_reaches_the_person_in_a_direct_message_with_the_whole_brief(
    delivery: SlackDelivery, people: WorkspaceClient
) -> None:
    facts = {f"fact {number}": f"{'x' * 300} {number}" for number in range(30)}
    await delivery.refuse(
        task(factories.brief(attributes=facts)),
        Failure(
            code="delivery", message="Slack did not take my message (not_in_channel).", remedy="Invite me."
        ),
    )
    messages = (await people.state())["messages"]
    [told] = [found for channel, found in messages.items() if channel.startswith("D") and found]
    whole = str([one["blocks"] for one in told])
    assert all(value in whole for value in facts.values())
    assert "copy_retry" in whole


def again(job_id: str = FIRST.job_id) -> Attempt:
    """A try after one that was cut off."""
    return Attempt(job_id, since=time.time())


@pytest.mark.parametrize("channel", [MARKETING, DM_ANA])
@pytest.mark.parametrize("in_thread", [False, True])
async def test_a_try_that_follows_a_crash_goes_on_in_the_message_of_the_first_though_others_wrote_meanwhile(
    delivery: SlackDelivery, people: WorkspaceClient, channel: str, in_thread: bool
) -> None:
    thread_ts = await people.message(channel, "ideas?") if in_thread else ""
    asked = task(channel_id=channel, thread_ts=thread_ts)
    other = await delivery.placeholder(asked, Attempt("command:2"))
    first = await delivery.placeholder(asked, FIRST)
    for number in range(20):
        await people.message(channel, f"message {number}", thread_ts=thread_ts or None)
    before = len(await people.messages(channel))
    assert await delivery.placeholder(asked, again()) == first
    assert await delivery.placeholder(asked, again("command:2")) == other
    assert len(await people.messages(channel)) == before
    assert await delivery.placeholder(asked, again("command:3")) not in (first, other), (
        "it posted nothing yet"
    )


@pytest.mark.parametrize("in_thread", [False, True])
async def test_a_crash_long_ago_in_a_busy_channel_leaves_one_message(
    delivery: SlackDelivery, people: WorkspaceClient, in_thread: bool
) -> None:
    thread_ts = await people.message(MARKETING, "ideas?") if in_thread else ""
    asked = task(thread_ts=thread_ts)
    first = await delivery.placeholder(asked, FIRST)
    made = float(first) + 0.001 - 600
    for number in range(70):
        await people.message(MARKETING, f"message {number}", thread_ts=thread_ts or None)
    assert await delivery.placeholder(asked, Attempt(FIRST.job_id, since=made)) == first


async def test_a_first_try_reads_no_channel(delivery: SlackDelivery, people: WorkspaceClient) -> None:
    await delivery.placeholder(task(), FIRST)
    assert (await people.control("calls", method="conversations.history"))["calls"] == []


@pytest.mark.parametrize("channel", [MARKETING, RANDOM])
async def test_copy_is_shown_after_a_crash_in_a_channel_that_slack_does_not_let_the_bot_read(
    delivery: SlackDelivery, people: WorkspaceClient, channel: str
) -> None:
    if channel == MARKETING:
        await people.control("fail", method="conversations.history", times=1, error="ratelimited")
    first = await delivery.placeholder(task(channel_id=channel), FIRST)
    assert await delivery.placeholder(task(channel_id=channel), again()) != first
