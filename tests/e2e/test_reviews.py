"""Reviews in Slack: pasted, shared, asked for in a thread; the report, the chart and the rows; and wrong files."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import struct
import zipfile
from collections.abc import AsyncIterator, Sequence
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from models.variant import Sentiment
from tests.e2e.conftest import Stage, buttons, metadata, said
from tests.reviews.conftest import WordScorer
from workspace.seed import BOT_USER, DM_ANA, MARKETING, RANDOM

pytestmark = pytest.mark.asyncio(loop_scope="package")

Json = dict[str, Any]


@pytest_asyncio.fixture(autouse=True, loop_scope="package")
async def scorer(stage: Stage) -> AsyncIterator[WordScorer]:
    """Words are scored, not the weights: what is tested is the way through Slack."""
    before, stage.bot.desk.sentiment = stage.bot.desk.sentiment, WordScorer()
    yield stage.bot.desk.sentiment
    stage.bot.desk.sentiment = before


def table(product: str, *more: Sequence[object]) -> bytes:
    """A file of reviews of a product that no other test has."""
    rows: list[Sequence[object]] = [
        ["review", "stars", "date", "product"],
        ["I love the battery", 5, "2027-01-02", product],
        ["Great battery, write me at ann@example.com", 4, "2027-02-02", product],
        ["The hinge broke", 1, "2027-03-02", product],
        ["The hinge broke, bad", 5, "2027-03-05", product],
        *more,
    ]
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode()


async def share(stage: Stage, name: str, content: bytes, text: str = "", **more: Any) -> str:
    """A message of Ana's with a file; its ts."""
    file = await stage.people.upload(name, content)
    channel = more.pop("channel", MARKETING)
    return await stage.people.message(channel, text, file_ids=[file["id"]], **more)


async def the_report(stage: Stage, product: str, **more: Any) -> Json:
    """The message with the report of a product."""

    def shows(one: Json) -> bool:
        return f"reviews of {product}" in said(one) and bool(buttons(one, "reviews_describe"))

    return await stage.people.wait_for(shows, timeout=30, **more)


async def attached(stage: Stage, thread_ts: str, ending: str, channel: str = MARKETING) -> bytes:
    """A file that the bot posted in a thread."""

    def holds(one: Json) -> bool:
        return (
            one["channel"] == channel
            and one.get("thread_ts") == thread_ts
            and any(file["name"].endswith(ending) for file in one["files"])
            and one.get("user") == BOT_USER
        )

    message = await stage.people.wait_for(holds, timeout=30)
    async with (
        aiohttp.ClientSession() as session,
        session.get(message["files"][0]["url_private"]) as response,
    ):
        return await response.read()


async def test_pasted_reviews_become_a_report_with_chart_and_rows(stage: Stage, transport: str) -> None:
    product = stage.product()
    await stage.people.command(MARKETING, "/copy", f"reviews {product}")
    view = await stage.people.wait_for(lambda one: one["callback_id"] == "reviews_form", kind="view")
    assert product in str(view["blocks"])
    pasted = "I love the battery\nThe hinge broke\nGreat battery, call 13812345678"
    values = {"reviews": {"value": pasted}, "product": {"value": product}}
    assert (await stage.people.submit(view["id"], values))["ok"]
    message = await the_report(stage, product)
    assert "67%" in said(message)
    assert "I love the battery" in said(message)
    assert "13812345678" not in said(message)
    png = await attached(stage, message["ts"], ".png")
    assert png.startswith(b"\x89PNG")
    assert struct.unpack(">II", png[16:24]) >= (600, 300)
    rows = list(csv.reader((await attached(stage, message["ts"], ".csv")).decode("utf-8-sig").splitlines()))
    assert [row[2] for row in rows[1:]] == ["positive", "negative", "positive"]
    assert "13812345678" not in str(rows)
    jobs = stage.bot.settings.jobs_file.read_bytes()
    assert b"13812345678" not in jobs


async def test_nothing_pasted_keeps_the_form_open_and_says_why(stage: Stage) -> None:
    await stage.people.command(MARKETING, "/copy", "评价")
    view = await stage.people.wait_for(lambda one: one["callback_id"] == "reviews_form", kind="view")
    answer = await stage.people.submit(view["id"], {})
    assert "Paste reviews" in str(answer["errors"])
    answer = await stage.people.submit(
        view["id"], {"reviews": {"value": "good"}, "attributes": {"value": "no colon here"}}
    )
    assert "name: value" in str(answer["errors"])
    await stage.people.close_view(view["id"])


async def test_a_file_in_the_form_is_read(stage: Stage) -> None:
    product = stage.product()
    file = await stage.people.upload("reviews.csv", table(product))
    await stage.people.command(MARKETING, "/copy", "reviews")
    view = await stage.people.wait_for(lambda one: one["callback_id"] == "reviews_form", kind="view")
    await stage.people.submit(view["id"], {"file": {"value": {"type": "file_input", "files": [file]}}})
    await the_report(stage, product)


async def test_a_mention_with_a_file_is_answered_in_its_thread(stage: Stage, transport: str) -> None:
    product = stage.product()
    ts = await share(stage, "reviews.csv", table(product), "@copydesk reviews")
    message = await the_report(stage, product)
    assert message["thread_ts"] == ts
    text = said(message)
    assert "Words and stars agree in 75% of 4" in text
    assert "By week" in text
    assert "(row 4)" in text
    assert "never for the copy" in text.split("Disliked most")[0]
    assert "ann@example.com" not in text
    await attached(stage, ts, ".png")
    await attached(stage, ts, "reviews-scored.csv")


async def test_a_reply_to_a_file_reads_that_file(stage: Stage) -> None:
    product = stage.product()
    ts = await share(stage, "评价.csv", table(product), "look at this")
    await stage.people.message(MARKETING, "@copydesk 评价", thread_ts=ts)
    assert (await the_report(stage, product))["thread_ts"] == ts


async def test_the_shortcut_and_a_direct_message_read_a_file(stage: Stage) -> None:
    product, other = stage.product(), stage.product()
    ts = await share(stage, "reviews.csv", table(product), "look")
    assert (await stage.people.shortcut("copy_reviews_message", MARKETING, ts))["ok"]
    assert (await the_report(stage, product))["thread_ts"] == ts
    await share(stage, "reviews.csv", table(other), "reviews", channel=DM_ANA)
    assert (await the_report(stage, other))["channel"] == DM_ANA


async def test_a_mention_delivered_three_times_makes_one_report(stage: Stage) -> None:
    product = stage.product()
    ts = await share(stage, "reviews.csv", table(product), "@copydesk reviews")
    await the_report(stage, product)
    deliveries = (await stage.people.control("deliveries"))["deliveries"]
    mention = [one for one in deliveries if one["type"] == "app_mention"][-1]
    await stage.people.control("redeliver", event_id=mention["event_id"], times=2)
    await attached(stage, ts, ".csv")
    await stage.quiet()
    mine = [
        one
        for one in await stage.people.messages(MARKETING)
        if one.get("thread_ts") == ts and one.get("user") == BOT_USER
    ]
    assert len(mine) == 3, "the report, the chart, the rows"


async def test_a_description_starts_from_what_the_facts_confirm_and_never_from_complaints(
    stage: Stage,
) -> None:
    product = stage.product()
    await stage.write(product, "battery: 5000 mAh | colour: white")
    more = ["I love the colour of the case, great", 5, "2027-03-06", product]
    praise = ["Great delivery", 5, "2027-03-06", product]
    await share(stage, "reviews.csv", table(product, more, praise, praise), "@copydesk reviews")
    message = await the_report(stage, product)
    await stage.people.action(message, "reviews_describe")
    view = await stage.people.wait_for(
        lambda one: one["callback_id"] == "copy_brief" and product in str(one["blocks"]), kind="view"
    )
    fields = {
        block["block_id"]: block["element"].get("initial_value", "")
        for block in view["blocks"]
        if block["type"] == "input"
    }
    kind = next(block for block in view["blocks"] if block.get("block_id") == "kind")
    assert kind["element"]["initial_option"]["value"] == "description"
    assert "battery: 5000 mAh" in fields["attributes"]
    assert "battery" in fields["keywords"]
    assert "delivery" not in fields["keywords"]
    assert "delivery" in said(view), "what no fact confirms is told to the person"
    assert "hinge" not in str(view["blocks"])
    assert metadata(view)["channel_id"] == MARKETING
    await stage.people.submit(view["id"])
    await stage.people.wait_for(
        lambda one: product in said(one) and ": description" in said(one) and bool(buttons(one, "copy_text")),
        timeout=20,
    )
    assert "hinge" not in str(stage.server.requests[-1])


async def test_a_report_is_not_lost_when_slack_does_not_open_the_form_for_its_description(
    stage: Stage,
) -> None:
    product = stage.product()
    await share(stage, "reviews.csv", table(product), "@copydesk reviews")
    message = await the_report(stage, product)
    await stage.people.control("fail", method="views.open", times=1, error="expired_trigger_id")
    await stage.people.action(message, "reviews_describe")
    await stage.message("Slack did not open the form. Press the report's button again.", kind="ephemeral")
    assert (await the_report(stage, product))["blocks"] == message["blocks"]
    await stage.people.action(message, "reviews_describe")
    view = await stage.people.wait_for(
        lambda one: one["callback_id"] == "copy_brief" and product in str(one["blocks"]), kind="view"
    )
    await stage.people.close_view(view["id"])


def zipped() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("inside.csv", "review\ngood")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.csv", b"\n", "is empty"),
        ("numbers.csv", b"a,b\n1,2\n3,4\n", "no column of review texts"),
        ("zipped.csv", zipped(), "ZIP archive (with inside.csv in it)"),
        ("broken.xlsx", b"PK\x03\x04 no workbook", "damaged Excel workbook"),
        ("binary.txt", bytes(range(256)) * 8, "binary file"),
    ],
)
async def test_a_wrong_file_is_named_in_its_thread_with_what_to_do(
    stage: Stage, name: str, content: bytes, words: str
) -> None:
    ts = await share(stage, name, content, "@copydesk reviews")
    message = await stage.people.wait_for(
        lambda one: one.get("thread_ts") == ts and words in said(one), timeout=20
    )
    assert name in said(message)
    assert buttons(message, "reviews_retry")
    await stage.quiet()
    assert not os.listdir(stage.bot.reviews.runs.folder), "the file is not kept"


async def test_a_picture_or_no_file_is_refused_at_once_to_the_person_alone(stage: Stage) -> None:
    await share(stage, "cat.png", b"\x89PNG", "@copydesk reviews")
    told = await stage.message("cat.png is no file", kind="ephemeral")
    await stage.people.message(MARKETING, "@copydesk reviews")
    await stage.message("I see no file of reviews", kind="ephemeral")
    await stage.people.action(told, "reviews_form")
    view = await stage.people.wait_for(lambda one: one["callback_id"] == "reviews_form", kind="view")
    await stage.people.close_view(view["id"])
    ts = await stage.people.message(RANDOM, "no file here")
    await stage.people.shortcut("copy_reviews_message", RANDOM, ts)
    await stage.message("I see no file of reviews", kind="ephemeral", channel=RANDOM)


async def test_a_failure_of_slack_is_told_and_retry_reads_the_file(stage: Stage) -> None:
    product = stage.product()
    await stage.people.control("fail", method="files.info", times=1, error="file_not_found")
    ts = await share(stage, "reviews.csv", table(product), "@copydesk reviews")
    failed = await stage.people.wait_for(
        lambda one: one.get("thread_ts") == ts and bool(buttons(one, "reviews_retry")), timeout=20
    )
    assert "file_not_found" in said(failed)
    await stage.people.action(failed, "reviews_retry")
    await the_report(stage, product)


async def test_a_file_that_slack_does_not_take_loses_no_report(stage: Stage) -> None:
    product = stage.product()
    await stage.people.control(
        "fail", method="files.getUploadURLExternal", times=2, error="storage_limit_reached"
    )
    await share(stage, "reviews.csv", table(product), "@copydesk reviews")
    await the_report(stage, product)
    told = await stage.message("storage_limit_reached")
    assert told["channel"] == DM_ANA


async def test_the_progress_is_shown_at_most_every_three_seconds(
    stage: Stage, scorer: WordScorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = stage.product()
    monkeypatch.setattr("bot.reviews.pipeline.CHUNK", 2)
    monkeypatch.setattr("bot.reviews.job.CHUNK", 2)
    go_on = asyncio.Event()
    quick = scorer.score

    async def held(texts: Sequence[str]) -> list[Sentiment | None]:
        if len(scorer.texts) > 6:
            await go_on.wait()
        return await quick(texts)

    monkeypatch.setattr(scorer, "score", held)
    rows = [["I love the battery", 5, "2027-01-02", product]] * 20
    ts = await share(stage, "reviews.csv", table(product, *rows), "@copydesk reviews")
    waiting = await stage.people.wait_for(
        lambda one: one.get("thread_ts") == ts and "of 24 reviews" in said(one), timeout=20
    )
    assert "2 of 24 reviews" in said(waiting)
    calls = await stage.people.control("calls", method="chat.update")
    mine = [one for one in calls["calls"] if one["args"].get("ts") == waiting["ts"]]
    assert len(mine) == 1
    go_on.set()
    assert (await the_report(stage, product))["ts"] == waiting["ts"]
