"""The main path in a browser, as somebody who tries Copydesk lives it."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.conftest import Stage, Visit
from workspace.seed import BEN, MARKETING

pytestmark = [pytest.mark.asyncio(loop_scope="package")]

expect.set_options(timeout=20_000)


def showing(page: Page, text: str) -> Locator:
    """The messages in the channel that hold a text."""
    return page.get_by_role("main").get_by_test_id("message").filter(has_text=text)


async def send(page: Page, text: str, box: str = "composer") -> None:
    """Types and sends."""
    await page.get_by_test_id(box).fill(text)
    await page.get_by_test_id(box).press("Enter")


async def copy_of(page: Page, product: str) -> Locator:
    """The message with copy for a product, once its three variants are there."""
    message = showing(page, product)
    await expect(message.locator("[data-action-id=copy_text]")).to_have_count(3)
    return message


async def test_a_command_shows_the_placeholder_and_then_three_variants(stage: Stage, visit: Visit) -> None:
    product = stage.product("Aurora")
    page = await visit()
    stage.server.hold()
    await send(page, f"/copy ad {product} | battery: 5000 mAh | camera: 108 MP | audience: young travellers")
    await expect(showing(page, product)).to_contain_text("Writing")
    stage.server.release()
    message = await copy_of(page, product)
    await expect(message).to_have_count(1)
    await expect(message).to_contain_text("Headline")
    await expect(message.get_by_role("button", name="Good")).to_have_count(3)


async def test_the_form_keeps_what_it_refuses_and_then_writes(stage: Stage, visit: Visit) -> None:
    product = stage.product("Aurora")
    page = await visit()
    await send(page, f"/copy {product} | audience: young travellers")
    await expect(page.get_by_test_id("field-product")).to_have_value(product)
    await expect(page.get_by_test_id("field-audience")).to_have_value("young travellers")
    await page.get_by_test_id("field-attributes").fill("battery")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("field-error-attributes")).to_contain_text("battery")
    await expect(page.get_by_test_id("field-audience")).to_have_value("young travellers")
    await page.get_by_test_id("field-attributes").fill("battery: 5000 mAh")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("modal")).to_have_count(0)
    await copy_of(page, product)


async def test_a_reply_in_the_thread_brings_a_rewrite_with_its_changes(stage: Stage, visit: Visit) -> None:
    product = stage.product("Aurora")
    message_ts = (await stage.write(product))["ts"]
    page = await visit()
    message = showing(page, product)
    await message.hover()
    await message.get_by_test_id("reply").click()
    await send(page, "shorter, and mention the battery first", "thread-composer")
    thread = page.get_by_test_id("thread-panel")
    rewrite = (
        thread.get_by_test_id("message")
        .filter(has_text="Rewriting")
        .or_(thread.get_by_test_id("message").filter(has_text="What changed"))
    )
    await expect(rewrite.first).to_be_visible()
    await expect(thread.get_by_test_id("message").filter(has_text="What changed")).to_have_count(1)
    rounds = stage.rows(
        "SELECT variants.round FROM deliveries JOIN variants ON variants.draft_id = deliveries.draft_id"
        " WHERE thread_ts = ? AND deliveries.ts <> thread_ts",
        message_ts,
    )
    assert [row["round"] for row in rounds] == [1]


async def test_a_reaction_is_a_row_and_taking_it_back_ends_it(stage: Stage, visit: Visit) -> None:
    product = stage.product("Aurora")
    await stage.write(product)
    page = await visit(user=BEN)
    message = await copy_of(page, product)
    live = (
        "SELECT feedback.user_id, reaction FROM feedback JOIN variants ON variants.id = variant_id"
        " JOIN drafts ON drafts.id = draft_id JOIN briefs ON briefs.id = drafts.brief_id"
        " WHERE product = ? AND removed_at IS NULL"
    )
    await message.hover()
    await message.get_by_test_id("quick-+1").click()
    await expect(message.get_by_test_id("reaction-+1")).to_have_attribute("aria-pressed", "true")
    await stage.until(lambda: stage.rows(live, product) == [{"user_id": BEN, "reaction": "+1"}])
    await message.get_by_test_id("reaction-+1").click()
    await expect(message.get_by_test_id("reaction-+1")).to_have_count(0)
    await stage.until(lambda: stage.rows(live, product) == [])
    kept = stage.rows(live.replace("removed_at IS NULL", "removed_at IS NOT NULL"), product)
    assert kept == [{"user_id": BEN, "reaction": "+1"}]


async def test_an_error_is_shown_and_retry_brings_the_copy(stage: Stage, visit: Visit) -> None:
    product = stage.product("Aurora")
    page = await visit()
    stage.server.script("server_error", times=None)
    await send(page, f"/copy ad {product} | battery: 5000 mAh")
    retry = page.get_by_role("main").locator("[data-action-id=copy_retry]").last
    await expect(retry).to_be_visible()
    stage.server.clear()
    await retry.click()
    await copy_of(page, product)
    await expect(page.get_by_role("main").get_by_text("Trying again below").last).to_be_visible()


async def test_a_wrong_brief_is_told_to_its_writer_alone_with_what_was_typed(
    stage: Stage, visit: Visit
) -> None:
    product = stage.product("Aurora")
    page, other = await visit(), await visit(user=BEN)
    await send(page, f"/copy ad {product} | platform: myspace")
    answer = showing(page, f"/copy ad {product} | platform: myspace")
    await expect(answer).to_have_attribute("data-ephemeral", "true")
    await expect(answer).to_contain_text("myspace")
    await expect(showing(other, product)).to_have_count(0)
    await answer.locator("[data-action-id=copy_form]").click()
    await expect(page.get_by_test_id("field-product")).to_have_value(product)
    await page.get_by_test_id("modal-cancel").click()
    await expect(page.get_by_test_id("modal")).to_have_count(0)
    await expect(showing(page, "You closed the form").filter(has_text=product)).to_be_visible()


async def test_a_person_pastes_the_copy_and_approves_it(stage: Stage, visit: Visit) -> None:
    product = stage.product("Aurora")
    stage.answer_with(
        product,
        "carries 5000 mAh across two borders and one late ferry.",
        "has 5000 mAh for maps, music and a call home.",
        "brings 5000 mAh to people who forget their cable.",
    )
    written = await stage.write(product)
    page = await visit(user=BEN)
    message = await copy_of(page, product)
    await message.locator("[data-action-id=copy_approve]").first.click()
    await expect(message.locator("[data-action-id=copy_approve]")).to_have_count(2)
    await message.locator("[data-action-id=copy_text]").nth(1).click()
    await message.get_by_test_id("replies").click()
    thread = page.get_by_test_id("thread-panel")
    await expect(thread.get_by_text("approved variant 1")).to_be_visible()
    await expect(thread.locator("pre")).to_have_count(1)
    assert written["channel"] == MARKETING
