"""Bad input, each with its message as the person sees it; what was typed is never lost."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Stage, metadata, said
from workspace.seed import MARKETING

pytestmark = pytest.mark.asyncio(loop_scope="package")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("ad | battery: 5000 mAh", "product"),
        ("ad {product} | platform: myspace", "myspace"),
        ("ad {product} | n: 0", "1 to 8"),
        ("ad {product} | n: 50", "1 to 8"),
        ("ad {product} | n: many", "many"),
        ("ad {product} | battery:", "battery"),
        ("campaign {product} | language: klingon", "klingon"),
    ],
)
async def test_a_brief_that_is_wrong_is_told_to_the_person_alone_with_what_was_typed(
    stage: Stage, typed: str, told: str
) -> None:
    product = stage.product()
    typed = typed.format(product=product)
    await stage.people.command(MARKETING, "/copy", typed)
    answer = await stage.message("You typed:", f"/copy {typed}", kind="ephemeral")
    assert told in said(answer)
    assert not [one for one in await stage.about(product) if not one.get("ephemeral_to")]


async def test_fifty_thousand_characters_are_refused_and_given_back_whole(stage: Stage) -> None:
    product = stage.product()
    words = " ".join(f"{number}word" for number in range(6_000))[:50_000]
    await stage.people.command(MARKETING, "/copy", f"ad {product} | note: {words}")
    await stage.message("12,000", kind="ephemeral")
    last = words[-20:]
    await stage.message(last, kind="ephemeral")
    answers = [one for one in await stage.people.messages(MARKETING) if one.get("ephemeral_to")]
    whole = "".join(said(one) for one in answers[-5:])
    assert words in whole


async def test_control_characters_are_refused_or_cleaned_and_never_shown(stage: Stage) -> None:
    product = stage.product()
    await stage.people.command(MARKETING, "/copy", f"ad {product} | note: a\x07b\x1b[31mc")
    message = await stage.people.wait_for(lambda one: product in said(one), kind="ephemeral", timeout=10)
    assert "control character" in said(message)


async def test_markup_and_escapes_in_a_brief_reach_the_copy_as_they_were_typed(stage: Stage) -> None:
    product = f"{stage.product()} & <b>*x*</b>"
    message = await stage.write(product)
    assert product in said(message)
    [row] = stage.rows("SELECT product FROM briefs WHERE product = ?", product)
    assert row["product"] == product


async def test_the_button_under_a_refusal_opens_the_form_with_what_was_understood(stage: Stage) -> None:
    product = stage.product()
    await stage.people.command(MARKETING, "/copy", f"campaign {product} | n: 50 | audience: parents")
    answer = await stage.message(product, kind="ephemeral")
    assert (await stage.people.action(answer, "copy_form"))["ok"]
    view = await stage.people.wait_for(lambda one: product in str(one["blocks"]), kind="view")
    values = _initial(view)
    assert (values["kind"], values["product"], values["audience"]) == ("campaign", product, "parents")
    assert "n: 50" in str(view["blocks"])
    await stage.people.submit(view["id"], {"n": {"value": "2"}})
    message = await stage.people.wait_for(
        lambda one: product in said(one) and "campaign" in said(one) and not one.get("ephemeral_to"),
        timeout=20,
    )
    assert message["channel"] == MARKETING


async def test_the_command_alone_or_with_a_kind_opens_the_form(stage: Stage, transport: str) -> None:
    for typed, kind in (("", "ad"), ("description", "description")):
        await stage.people.command(MARKETING, "/copy", typed)
        view = await stage.people.wait_for(
            lambda one, kind=kind: one["callback_id"] == "copy_brief" and _initial(one)["kind"] == kind,
            kind="view",
        )
        await stage.people.close_view(view["id"])


async def test_a_text_without_a_kind_opens_the_form_with_every_field_filled_in(stage: Stage) -> None:
    product = stage.product()
    typed = f"{product} | battery: 5000 mAh | audience: parents | n: 2"
    await stage.people.command(MARKETING, "/copy", typed)
    view = await stage.people.wait_for(lambda one: product in str(one["blocks"]), kind="view")
    values = _initial(view)
    assert (values["product"], values["attributes"], values["audience"], values["n"]) == (
        product,
        "battery: 5000 mAh",
        "parents",
        "2",
    )
    assert metadata(view)["typed"] == typed
    await stage.people.close_view(view["id"])
    await stage.message("You closed the form", f"/copy {typed}", kind="ephemeral")


async def test_a_refused_form_stays_open_with_its_error_under_the_field_and_then_writes(
    stage: Stage, transport: str
) -> None:
    product = stage.product()
    await stage.people.command(MARKETING, "/copy", product)
    view = await stage.people.wait_for(lambda one: product in str(one["blocks"]), kind="view")
    wrong = {"attributes": {"value": "battery"}, "platform": {"value": "google_rsa"}}
    refused = await stage.people.submit(view["id"], wrong)
    assert (refused["response_action"], list(refused["errors"])) == ("errors", ["attributes"])
    wrong = {"attributes": {"value": "battery: 5000 mAh"}, "n": {"value": "50"}}
    refused = await stage.people.submit(view["id"], wrong)
    assert list(refused["errors"]) == ["n"]
    right = {"attributes": {"value": "battery: 5000 mAh\ncamera：108 MP"}, "n": {"value": "2"}}
    assert (await stage.people.submit(view["id"], right))["ok"]
    message = await stage.copy(product)
    [draft] = stage.rows(
        "SELECT drafts.body FROM drafts JOIN briefs ON briefs.id = brief_id WHERE product = ?", product
    )
    assert '"camera":"108 MP"' in draft["body"]
    assert '"platform":"google_rsa"' in draft["body"], said(message)


async def test_a_form_that_slack_does_not_open_loses_nothing(stage: Stage) -> None:
    product = stage.product()
    await stage.people.control("fail", method="views.open", times=1, error="expired_trigger_id")
    await stage.people.command(MARKETING, "/copy", f"{product} | battery: 5000 mAh")
    answer = await stage.message(f"/copy {product} | battery: 5000 mAh", kind="ephemeral")
    assert "did not open the form" in said(answer)
    await stage.people.action(answer, "copy_form")
    view = await stage.people.wait_for(lambda one: product in str(one["blocks"]), kind="view")
    await stage.people.close_view(view["id"])


async def test_a_mention_that_says_nothing_useful_gets_help_alone(stage: Stage) -> None:
    await stage.people.message(MARKETING, "@copydesk hello?")
    await stage.message("Write copy without leaving Slack", channel=MARKETING, kind="ephemeral")


async def test_a_mention_with_a_wrong_brief_is_told_where_it_was_said(stage: Stage) -> None:
    product = stage.product()
    await stage.people.message(MARKETING, f"@copydesk ad {product} | platform: orkut")
    await stage.message("orkut", kind="ephemeral")


async def test_an_instruction_too_long_to_follow_says_so(stage: Stage) -> None:
    product = stage.product()
    message = await stage.write(product)
    await stage.people.message(MARKETING, "@copydesk shorter " + "please " * 400, thread_ts=message["ts"])
    await stage.message("I take 2,000", kind="ephemeral")


def _initial(view: dict[str, object]) -> dict[str, str]:
    """What a form's fields hold at first."""
    values: dict[str, str] = {}
    for block in view["blocks"]:  # type: ignore[attr-defined]
        if block["type"] == "input":
            element = block["element"]
            option = element.get("initial_option")
            values[block["block_id"]] = option["value"] if option else element.get("initial_value", "")
    return values
