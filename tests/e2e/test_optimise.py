"""Optimising as people live it: by command, mention, form and shortcut; the figures, the rewrites and their thread."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.conftest import PATIENCE, Stage, buttons_of, said
from workspace.seed import BOT_USER, DM_ANA, MARKETING, SHOP

pytestmark = pytest.mark.asyncio(loop_scope="package")

Json = dict[str, Any]

SHORT = (
    "Love your desk with {name}: 12 W, $49.",
    "Enjoy 12 W of lovely light from {name} for $49.",
    "{name} makes every desk a happy place. 12 W, $49.",
)
LONG = "{name} is a lamp for desks of every kind. It has a power of 12 W. It costs $49."


@pytest.fixture(autouse=True)
def _own_reply(stage: Stage) -> Iterator[None]:
    """What a test scripts ends with it."""
    before = stage.server.reply
    yield
    stage.server.reply = before


def answers(stage: Stage, *texts: str, part: str = "text") -> None:
    """Makes the server give these texts in turn, again and again."""
    given = itertools.cycle(texts)

    def reply(body: Json) -> list[str]:
        return [json.dumps({part: next(given)}) for _ in range(int(body.get("n") or 1))]

    stage.server.reply = reply


async def answer(stage: Stage, *texts: str, channel: str = MARKETING, copies: int = 3) -> Json:
    """The message that shows these texts and so many copies."""

    def shows(one: Json) -> bool:
        return (
            one["channel"] == channel
            and one.get("user") == BOT_USER
            and len(buttons_of(one)) == copies
            and all(text in said(one) for text in texts)
        )

    return await stage.people.wait_for(shows, timeout=PATIENCE)


async def test_a_command_shows_the_figures_and_three_rewrites_that_got_there(
    stage: Stage, transport: str
) -> None:
    name = stage.product("Oakwell")
    answers(stage, *(text.format(name=name) for text in SHORT))
    stage.server.hold()
    typed = f"optimize {LONG.format(name=name)} | aim: shorter"
    assert (await stage.people.command(MARKETING, "/copy", typed))["ok"]
    waiting = await stage.message("Optimising", name)
    stage.server.release()
    message = await answer(stage, name, "3 of 3 rewrites improved it")
    assert message["ts"] == waiting["ts"]
    shown = said(message)
    for text in (
        "As it was:",
        "Aim: shorter",
        "Before → after:",
        "What changed:",
        "characters",
        "readability",
    ):
        assert text in shown
    rows = stage.rows("SELECT parent_id, round FROM variants WHERE id = ?", buttons_of(message)[0])
    [parent] = stage.rows(
        "SELECT variants.text, drafts.engine, drafts.user_id FROM variants JOIN drafts ON drafts.id = draft_id "
        "WHERE variants.id = ?",
        rows[0]["parent_id"],
    )
    assert rows[0]["round"] == 1
    assert (parent["text"], parent["engine"]) == (LONG.format(name=name), "person")


async def test_a_rewrite_goes_on_in_the_thread(stage: Stage) -> None:
    name = stage.product("Oakwell")
    answers(stage, *(text.format(name=name) for text in SHORT))
    await stage.people.command(MARKETING, "/copy", f"optimise {LONG.format(name=name)} | aim: shorter")
    message = await answer(stage, name)
    answers(stage, f"Only $49: {name} with 12 W.")
    await stage.people.message(MARKETING, "2: price first", thread_ts=message["ts"])
    rewrite = await stage.copy(name, "price first", thread_ts=message["ts"])
    [row] = stage.rows("SELECT parent_id, round FROM variants WHERE id = ?", buttons_of(rewrite)[0])
    assert (row["parent_id"], row["round"]) == (buttons_of(message)[1], 2)


async def test_when_nothing_got_better_that_is_said_and_the_copy_as_it_was_can_be_worked_on(
    stage: Stage,
) -> None:
    name = stage.product("Oakwell")
    answers(stage, f"{name} for $39: 12 W.")
    await stage.people.command(MARKETING, "/copy", f"optimize {LONG.format(name=name)} | aim: shorter")
    message = await answer(stage, name, "None of 3 rewrites improved it", copies=1)
    assert "“$49” of the original is missing" in said(message)
    assert "“$39” is not in the original" in said(message)
    await stage.people.message(MARKETING, "shorter, please", thread_ts=message["ts"])
    await stage.copy(name, "shorter, please", thread_ts=message["ts"])


async def test_a_mention_and_a_direct_message_optimise_in_their_thread(stage: Stage) -> None:
    name = stage.product("Oakwell")
    answers(stage, *(text.format(name=name) for text in SHORT))
    ts = await stage.people.message(SHOP, f"@copydesk optimize {LONG.format(name=name)} | aim: shorter")
    message = await answer(stage, name, channel=SHOP)
    assert message["thread_ts"] == ts
    await stage.people.message(DM_ANA, f"optimize {LONG.format(name=name)} | aim: shorter")
    await answer(stage, name, channel=DM_ANA)


async def test_the_command_alone_opens_a_form_that_refuses_and_then_works(stage: Stage) -> None:
    name = stage.product("Oakwell")
    answers(stage, *(text.format(name=name) for text in SHORT))
    assert (await stage.people.command(MARKETING, "/copy", "optimize"))["ok"]
    view = await opened(stage)
    values = {"text": LONG.format(name=name), "aim": "shorter", "platform": "myspace"}
    refused = await submit(stage, view, values)
    assert "myspace" in refused["errors"]["platform"]
    for text, reason in (
        ("😀😀", "no words"),
        ("Notre lampe éclaire votre bureau.", "French"),
    ):
        refused = await submit(stage, view, {**values, "platform": "", "text": text})
        assert reason in refused["errors"]["text"]
    assert (await submit(stage, view, {**values, "platform": ""}))["ok"]
    await answer(stage, name)


async def test_the_shortcut_takes_anybodys_message_and_answers_in_its_thread(stage: Stage) -> None:
    name = stage.product("Oakwell")
    answers(stage, *(text.format(name=name) for text in SHORT))
    ts = await stage.people.message(MARKETING, LONG.format(name=name))
    assert (await stage.people.shortcut("copy_optimise_message", MARKETING, ts))["ok"]
    view = await opened(stage)
    assert initial(view, "text") == LONG.format(name=name)
    await submit(stage, view, {"text": LONG.format(name=name), "aim": "shorter"})
    message = await answer(stage, name)
    assert message["thread_ts"] == ts


async def test_the_shortcut_on_our_copy_optimises_the_variant_with_its_brief(stage: Stage) -> None:
    product = stage.product()
    message = await stage.write(product)
    second = buttons_of(message)[1]
    [row] = stage.rows("SELECT body FROM variants WHERE id = ?", second)
    parts = {part["name"]: part["text"] for part in json.loads(row["body"])["parts"]}
    stage.server.reply = lambda body: [json.dumps({**parts, "call_to_action": "Come and see it"})]
    assert (await stage.people.shortcut("copy_optimise_message", MARKETING, message["ts"]))["ok"]
    await submit(stage, await opened(stage), {"variant": second, "aim": "more luxurious"})
    optimised = await answer(stage, product, "Come and see it", "Aim: more luxurious", copies=1)
    assert optimised["thread_ts"] == message["ts"]
    assert "“more luxurious” is nothing that I measure" in said(optimised)
    assert "1 of 3 rewrites can be shown" in said(optimised)
    [row] = stage.rows("SELECT parent_id FROM variants WHERE id = ?", buttons_of(optimised)[0])
    assert row["parent_id"] == second


async def test_what_cannot_be_optimised_is_given_back_and_can_be_corrected_in_the_form(stage: Stage) -> None:
    name = stage.product("Oakwell")
    await stage.people.command(
        MARKETING, "/copy", f"optimize {name} is nice | aim: warmer | platform: myspace"
    )
    refusal = await stage.message("myspace", name, kind="ephemeral")
    assert refusal.get("ephemeral_to")
    await stage.people.action(refusal, "copy_form")
    view = await opened(stage)
    assert (initial(view, "text"), initial(view, "aim"), initial(view, "platform")) == (
        f"{name} is nice",
        "warmer",
        "myspace",
    )


async def test_an_engine_that_is_away_costs_nothing_but_a_press(stage: Stage) -> None:
    name = stage.product("Oakwell")
    stage.server.script("server_error", times=None)
    await stage.people.command(MARKETING, "/copy", f"optimize {LONG.format(name=name)} | aim: shorter")
    failed = await stage.message("❌", name)
    stage.server.clear()
    answers(stage, *(text.format(name=name) for text in SHORT))
    await stage.people.action(failed, "copy_retry")
    await answer(stage, name)


async def opened(stage: Stage, title: str = "Optimise copy") -> Json:
    """The newest open form with a title."""
    await stage.people.wait_for(lambda one: one["title"]["text"] == title, kind="view", timeout=PATIENCE)
    views = (await stage.people.state())["open_views"]
    return next(one for one in reversed(views) if one["title"]["text"] == title)


async def submit(stage: Stage, view: Json, values: Json) -> Json:
    """Submits a form."""
    state = {block_id: {"value": value} for block_id, value in values.items()}
    return await stage.people.submit(view["id"], state)


def initial(view: Json, block_id: str) -> str:
    """What stands in a field at first."""
    block = next(block for block in view["blocks"] if block.get("block_id") == block_id)
    return str(block["element"].get("initial_value", ""))
