"""The main path as people live it: ask, get copy, rewrite, react, approve, in every place and by every way."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Stage, buttons, buttons_of, said
from workspace.seed import ANA, BEN, BOT_USER, DM_ANA, MARKETING, RANDOM, SHOP

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_a_command_becomes_a_placeholder_and_then_three_variants_in_the_same_message(
    stage: Stage, transport: str
) -> None:
    product = stage.product()
    stage.server.hold()
    command = f"ad {product} | battery: 5000 mAh | audience: young travellers"
    assert (await stage.people.command(MARKETING, "/copy", command))["ok"]
    waiting = await stage.message("Writing", product)
    assert f"<@{ANA}>" in said(waiting)
    stage.server.release()
    message = await stage.copy(product)
    assert message["ts"] == waiting["ts"]
    assert len(buttons_of(message)) == 3
    assert "sentiment positive" in said(message) or "sentiment" in said(message)
    assert len(await stage.about(product)) == 1
    [draft] = stage.rows(
        "SELECT drafts.* FROM drafts JOIN briefs ON briefs.id = brief_id WHERE product = ?", product
    )
    assert (draft["channel_id"], draft["user_id"], draft["source"]) == (MARKETING, ANA, "slack")
    assert stage.rows("SELECT count(*) AS n FROM variants WHERE draft_id = ?", draft["id"]) == [{"n": 3}]


async def test_a_reply_in_the_thread_is_a_rewrite_that_shows_what_changed(
    stage: Stage, transport: str
) -> None:
    product = stage.product()
    message = await stage.write(product)
    await stage.people.message(
        MARKETING, "shorter, and mention the battery first", thread_ts=message["ts"], user=BEN
    )
    rewrite = await stage.copy(product, "mention the battery first", thread_ts=message["ts"])
    assert "What changed:" in said(rewrite) or "Nothing changed." in said(rewrite)
    [variant] = stage.rows("SELECT * FROM variants WHERE id = ?", buttons_of(rewrite)[0])
    assert (variant["parent_id"], variant["round"]) == (buttons_of(message)[0], 1)


async def test_a_second_reply_goes_on_from_the_rewrite_and_a_number_goes_back_to_the_list(
    stage: Stage,
) -> None:
    product = stage.product()
    message = await stage.write(product)
    await stage.people.message(MARKETING, "shorter", thread_ts=message["ts"])
    first = await stage.copy(product, "shorter", thread_ts=message["ts"])
    await stage.people.message(MARKETING, "warmer tone", thread_ts=message["ts"])
    second = await stage.copy(product, "warmer tone", thread_ts=message["ts"])
    await stage.people.message(MARKETING, "3: bolder", thread_ts=message["ts"])
    third = await stage.copy(product, "bolder", thread_ts=message["ts"])
    parents = [
        stage.rows("SELECT parent_id FROM variants WHERE id = ?", buttons_of(one)[0])[0]["parent_id"]
        for one in (first, second, third)
    ]
    assert parents == [buttons_of(message)[0], buttons_of(first)[0], buttons_of(message)[2]]


async def test_talk_in_the_thread_is_left_alone_but_a_mention_always_counts(stage: Stage) -> None:
    product = stage.product()
    message = await stage.write(product)
    for text in ("thanks!", "// shorter maybe", "@ben make it shorter?", ":tada:", "when does it run?"):
        await stage.people.message(MARKETING, text, thread_ts=message["ts"])
    await stage.people.message(MARKETING, "@copydesk for teenagers", thread_ts=message["ts"], user=BEN)
    await stage.copy(product, "for teenagers", thread_ts=message["ts"])
    await stage.quiet()
    assert len([one for one in await stage.about(product) if one.get("thread_ts")]) == 1


async def test_an_edited_or_deleted_reply_starts_nothing_more(stage: Stage) -> None:
    product = stage.product()
    message = await stage.write(product)
    ts = await stage.people.message(MARKETING, "shorter", thread_ts=message["ts"])
    await stage.copy(product, "shorter", thread_ts=message["ts"])
    await stage.people.edit(MARKETING, ts, "much shorter")
    await stage.people.delete(MARKETING, ts)
    await stage.quiet()
    assert len([one for one in await stage.about(product) if one.get("thread_ts")]) == 1


async def test_a_mention_with_a_brief_writes_once_in_its_thread(stage: Stage, transport: str) -> None:
    product = stage.product()
    ts = await stage.people.message(SHOP, f"@copydesk ad {product} | battery: 5000 mAh")
    message = await stage.copy(product, channel=SHOP)
    assert message["thread_ts"] == ts
    await stage.quiet()
    mine = [one for one in await stage.about(product, SHOP) if one.get("user") == BOT_USER]
    assert len(mine) == 1


async def test_a_direct_message_needs_no_mention(stage: Stage) -> None:
    product = stage.product()
    await stage.people.message(DM_ANA, f"ad {product} | battery: 5000 mAh")
    message = await stage.copy(product, channel=DM_ANA)
    await stage.people.message(DM_ANA, "for teenagers", thread_ts=message["ts"])
    await stage.copy(product, "for teenagers", channel=DM_ANA, thread_ts=message["ts"])
    await stage.people.message(DM_ANA, "hello there")
    await stage.message("Write copy without leaving Slack", channel=DM_ANA)


async def test_reactions_are_rows_and_their_removal_undoes_them(stage: Stage, transport: str) -> None:
    product = stage.product()
    message = await stage.write(product)
    lead, second, _ = buttons_of(message)
    ts = message["ts"]
    live = "SELECT variant_id, user_id, reaction, reward FROM feedback WHERE removed_at IS NULL AND variant_id = ?"
    await stage.people.react(MARKETING, ts, "+1::skin-tone-3", user=BEN)
    await stage.people.react(MARKETING, ts, "two", user=BEN)
    await stage.people.react(MARKETING, ts, "eyes", user=BEN)
    await stage.until(lambda: bool(stage.rows(live, lead) and stage.rows(live, second)))
    assert stage.rows(live, lead) == [{"variant_id": lead, "user_id": BEN, "reaction": "+1", "reward": 1.0}]
    assert [row["reaction"] for row in stage.rows(live, second)] == ["two"]
    await stage.people.unreact(MARKETING, ts, "+1::skin-tone-3", user=BEN)
    await stage.until(lambda: not stage.rows(live, lead))
    [kept] = stage.rows("SELECT removed_at FROM feedback WHERE variant_id = ? AND reaction = '+1'", lead)
    assert kept["removed_at"]


async def test_the_good_and_bad_buttons_are_the_same_as_thumbs(stage: Stage) -> None:
    message = await stage.write(stage.product())
    second = buttons_of(message)[1]
    live = "SELECT reaction, source FROM feedback WHERE removed_at IS NULL AND variant_id = ?"
    block = _block_of(message, f"+{second}")
    assert (await stage.people.action(message, "copy_feedback", block, f"+{second}"))["ok"]
    await stage.until(lambda: stage.rows(live, second) == [{"reaction": "+1", "source": "button"}])
    await stage.people.action(message, "copy_feedback", block, f"-{second}")
    await stage.until(lambda: stage.rows(live, second) == [{"reaction": "-1", "source": "button"}])


async def test_the_quick_buttons_rewrite_their_own_variant(stage: Stage, transport: str) -> None:
    product = stage.product()
    message = await stage.write(product)
    second = buttons_of(message)[1]
    assert (await stage.people.action(message, "copy_shorter", _block_of(message, second)))["ok"]
    rewrite = await stage.copy(product, "Make it shorter.", thread_ts=message["ts"])
    [variant] = stage.rows("SELECT parent_id FROM variants WHERE id = ?", buttons_of(rewrite)[0])
    assert variant["parent_id"] == second


async def test_rewrite_asks_in_a_form(stage: Stage) -> None:
    product = stage.product()
    message = await stage.write(product)
    await stage.people.action(message, "copy_rewrite", _block_of(message, buttons_of(message)[2]))
    view = await stage.people.wait_for(lambda one: "What should change?" in said_view(one), kind="view")
    blank = await stage.people.submit(view["id"], {"instruction": {"value": "   "}})
    assert blank["response_action"] == "errors"
    await stage.people.submit(view["id"], {"instruction": {"value": "mention the warranty"}})
    rewrite = await stage.copy(product, "mention the warranty", thread_ts=message["ts"])
    [variant] = stage.rows("SELECT parent_id FROM variants WHERE id = ?", buttons_of(rewrite)[0])
    assert variant["parent_id"] == buttons_of(message)[2]


async def test_the_shortcut_asks_for_the_variant_and_the_change(stage: Stage) -> None:
    product = stage.product()
    message = await stage.write(product)
    assert (await stage.people.shortcut("copy_rewrite_message", MARKETING, message["ts"]))["ok"]
    view = await stage.people.wait_for(lambda one: "Variant" in said_view(one), kind="view")
    values = {"variant": {"value": buttons_of(message)[1]}, "instruction": {"value": "say it in one line"}}
    await stage.people.submit(view["id"], values)
    rewrite = await stage.copy(product, "say it in one line", thread_ts=message["ts"])
    [variant] = stage.rows("SELECT parent_id FROM variants WHERE id = ?", buttons_of(rewrite)[0])
    assert variant["parent_id"] == buttons_of(message)[1]


async def test_the_shortcut_on_another_message_says_what_it_is_for(stage: Stage) -> None:
    ts = await stage.people.message(MARKETING, "lunch?")
    await stage.people.shortcut("copy_rewrite_message", MARKETING, ts)
    await stage.message("not copy of mine", kind="ephemeral")


async def test_approval_marks_the_variant_for_everybody_once(stage: Stage) -> None:
    product = stage.product()
    stage.answer_with(
        product,
        "stays bright from breakfast until the children sleep, with 5000 mAh inside.",
        "holds 5000 mAh, which no drawer full of loose cells can say.",
        "waits on the shelf with 5000 mAh and asks for nothing.",
    )
    message = await stage.write(product)
    ready = stage.rows("SELECT variants.id FROM variants WHERE ready AND id = ?", buttons_of(message)[0])
    assert ready, said(message)
    lead = buttons_of(message)[0]
    await stage.people.action(message, "copy_approve", _block_of(message, lead), user=BEN)
    await stage.people.wait_for(
        lambda one: one["ts"] == message["ts"] and lead not in buttons(one, "copy_approve"), timeout=10
    )
    await stage.until(lambda: bool(stage.rows("SELECT 1 FROM approvals WHERE variant_id = ?", lead)))
    await stage.people.wait_for(
        lambda one: one.get("thread_ts") == message["ts"] and "approved" in one["text"], timeout=10
    )
    await stage.people.action(message, "copy_approve", _block_of(message, lead))
    await stage.quiet()
    thread = [one for one in await stage.people.messages(MARKETING) if one.get("thread_ts") == message["ts"]]
    assert [f"<@{BEN}> approved variant 1" in one["text"] for one in thread] == [True]


async def test_copy_as_text_is_a_message_of_its_own_to_paste_and_to_react_to(stage: Stage) -> None:
    product = stage.product()
    message = await stage.write(product)
    third = buttons_of(message)[2]
    await stage.people.action(message, "copy_text", _block_of(message, third))
    [row] = stage.rows("SELECT text FROM variants WHERE id = ?", third)
    pasted = await stage.people.wait_for(lambda one: said(one) == row["text"], timeout=10)
    assert pasted["blocks"][0]["elements"][0]["type"] == "rich_text_preformatted"
    await stage.until(lambda: bool(stage.rows("SELECT 1 FROM deliveries WHERE ts = ?", pasted["ts"])))
    await stage.people.react(MARKETING, pasted["ts"], "heart")
    await stage.until(
        lambda: bool(stage.rows("SELECT 1 FROM feedback WHERE variant_id = ? AND reaction = 'heart'", third))
    )


async def test_help_and_history_answer_the_person_alone(stage: Stage, transport: str) -> None:
    product = stage.product("Kettle")
    await stage.write(product, channel=SHOP)
    await stage.people.command(SHOP, "/copy", f"history {product.split()[1]}")
    await stage.message(product, "Kettle", channel=SHOP, kind="ephemeral")
    await stage.people.command(SHOP, "/copy", "help", user=BEN)
    await stage.message("Write copy without leaving Slack", channel=SHOP, kind="ephemeral", user=BEN)
    await stage.people.command(RANDOM, "/copy", f"history {product}")
    await stage.message("No copy with", product, channel=RANDOM, kind="ephemeral")


async def test_the_home_tab_shows_ones_own_copy_and_nobody_elses(stage: Stage) -> None:
    product = stage.product("Teapot")
    await stage.write(product)
    await stage.people.home(user=ANA)
    home = await stage.people.wait_for(lambda one: product in said_view(one), kind="home", user=ANA)
    assert "test-model" in said_view(home)
    await stage.people.home(user=BEN)
    other = await stage.people.wait_for(lambda one: "recent copy" in said_view(one), kind="home", user=BEN)
    assert product not in said_view(other)


def said_view(view: dict[str, object]) -> str:
    """What a view shows."""
    return str(view.get("blocks"))


def _block_of(message: dict[str, object], value: str) -> str:
    """The id of the block that holds a button with this value."""
    for block in message["blocks"]:  # type: ignore[attr-defined]
        if value in str(block.get("elements", "")):
            return str(block["block_id"])
    raise AssertionError(f"no button carries {value}")
