"""The forms: what was typed is in them, what is in them comes back, and Slack opens them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.jobs import Failure, Task
from bot.store import open_history
from handlers.blocks import messages
from handlers.copy_view import copy_pages
from handlers.forms import brief_values, brief_view, fits_form, rewrite_view, submitted
from handlers.home import home_view
from handlers.kept import task_of, token_for
from handlers.notices import (
    failure_blocks,
    help_blocks,
    placeholder_blocks,
    refusal_blocks,
    retried_blocks,
)
from handlers.reactions import reaction_name, reward_for, variant_for
from handlers.slack_text import mentions, plain_text, without_mention
from models.brief import Brief, Kind, make_brief
from models.errors import BriefError, CopydeskError
from models.platforms import platforms
from tests import factories
from tests.handlers.test_replies import showing
from workspace.blocks import check_message_blocks
from workspace.modals import parse_view

PLACE = {"channel_id": "C1", "team_id": "T1"}

words = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=30)
items = st.lists(words.filter(lambda word: not set(word) & set(",，、;；")), max_size=4).map(tuple)
briefs = st.builds(
    Brief,
    kind=st.sampled_from(list(Kind)),
    product=words,
    attributes=st.dictionaries(words.filter(lambda word: not set(word) & set(":：")), words, max_size=6),
    audience=words | st.just(""),
    offer=words | st.just(""),
    keywords=items,
    must_include=items,
    platform=st.sampled_from(["", *platforms()]),
    language=st.sampled_from([None, "en", "zh"]),
    n=st.integers(1, 8),
)


def filled(view: dict[str, Any]) -> dict[str, Any]:
    """The view as it is submitted when nothing was changed in it."""
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            state = {"selected_option": element.get("initial_option"), "value": element.get("initial_value")}
            values[block["block_id"]] = {"value": state}
    return {"state": {"values": values}}


@settings(max_examples=80, deadline=None)
@given(briefs)
def test_a_brief_in_the_form_comes_back_as_it_was(brief: Brief) -> None:
    view = brief_view(brief.kind, PLACE, brief=brief)
    parse_view(view, "modal")
    assert make_brief(brief_values(submitted(filled(view)))) == brief


def test_a_brief_with_more_facts_than_an_input_holds_comes_back_whole() -> None:
    brief = factories.brief(attributes={f"fact {number}": "x" * 400 for number in range(20)})
    view = brief_view(Kind.AD, PLACE, brief=brief)
    parse_view(view, "modal")
    assert fits_form(brief)
    assert make_brief(brief_values(submitted(filled(view)))) == brief


@given(st.text(max_size=3_000), st.text(max_size=500))
@settings(max_examples=40, deadline=None)
def test_slack_opens_the_form_with_any_typed_text(typed: str, problem: str) -> None:
    view = parse_view(brief_view(Kind.AD, PLACE, typed=typed, problem=problem), "modal")
    assert submitted(filled(view))["product"] == typed
    kept = json.loads(view["private_metadata"])
    assert kept["channel_id"] == "C1"
    assert kept.get("typed", typed) == typed


@pytest.mark.parametrize(
    ("change", "field", "told"),
    [
        ({"attributes": "battery 5000 mAh"}, "attributes", "battery 5000 mAh"),
        ({"attributes": "battery:"}, "attributes", "battery:"),
        ({"n": "many"}, "n", "1 to 8"),
        ({"n": "50"}, "n", "8"),
        ({"n": "0"}, "n", "1"),
        ({"platform": "myspace"}, "platform", "myspace"),
        ({"product": " "}, "product", "product"),
    ],
)
def test_a_wrong_field_is_named_so_that_the_error_stands_under_it(
    change: dict[str, str], field: str, told: str
) -> None:
    fields = {"kind": "ad", "product": "Lamp", "attributes": "", "n": "3", "language": "auto"} | change
    with pytest.raises(BriefError) as caught:
        make_brief(brief_values(fields))
    assert caught.value.field == field
    assert told in str(caught.value)


def test_the_rewrite_form_asks_which_of_several_variants() -> None:
    variants = factories.draft(n=3).variants
    several = parse_view(rewrite_view(PLACE, variants), "modal")
    assert [block["block_id"] for block in several["blocks"]] == ["variant", "instruction"]
    one = parse_view(rewrite_view(PLACE, variants[:1]), "modal")
    assert [block["block_id"] for block in one["blocks"]] == ["instruction"]
    assert json.loads(one["private_metadata"])["variant_id"] == variants[0].id


def write_task(**over: Any) -> Task:
    values: dict[str, Any] = {"action": "write", "team_id": "T1", "channel_id": "C1", "user_id": "U1"}
    return Task(**values | {"brief": factories.brief()} | over)


LONG = factories.brief(attributes={f"fact {number}": "x" * 400 for number in range(20)})


@pytest.mark.parametrize("brief", [factories.brief(), LONG])
async def test_a_button_brings_the_same_task_back_however_long(tmp_path: Any, brief: Brief) -> None:
    history = open_history(tmp_path / "copydesk.db")
    task = write_task(brief=brief)
    token = await token_for(task, history, "C1:1.0")
    check_message_blocks(failure_blocks(task, Failure(code="x", message="m", remedy="r"), token))
    assert await task_of(token, history) == task
    await history.close()


async def test_a_brief_that_is_not_kept_any_more_is_said(tmp_path: Any) -> None:
    history = open_history(tmp_path / "copydesk.db")
    with pytest.raises(CopydeskError, match="not in my history"):
        await task_of("kept:gone", history)
    await history.close()


@given(st.text(max_size=12_000), st.text(min_size=1, max_size=300))
@settings(max_examples=30, deadline=None)
def test_slack_takes_every_notice_and_what_was_typed_is_whole_in_it(typed: str, message: str) -> None:
    failure = Failure(code="x", message=message, remedy="Try `again`.")
    task = write_task()
    check_message_blocks(placeholder_blocks(task))
    check_message_blocks(
        placeholder_blocks(Task(**write_task().model_dump() | {"brief": None, "instruction": typed[:2_000]}))
    )
    failed = failure_blocks(task, failure, "token")
    check_message_blocks(failed)
    check_message_blocks(retried_blocks(failed, "U1", "en"))
    whole = ""
    for part in messages(refusal_blocks(message, "Try `again`.", typed, form=typed[:2_000])):
        check_message_blocks(part)
        texts = (
            leaf
            for block in part
            if block["type"] == "rich_text"
            for leaf in block["elements"][0]["elements"]
        )
        whole += "".join(leaf["text"] for leaf in texts)
    assert typed in whole


def test_commands_in_our_words_show_as_code_and_the_rest_literally() -> None:
    [block] = refusal_blocks("“*x*” is no platform.", "Type `/copy help`.")
    leaves = block["elements"][0]["elements"]
    assert [leaf["text"] for leaf in leaves if leaf.get("style", {}).get("code")] == ["/copy help"]


def test_the_home_tab_is_taken_with_the_longest_copy(tmp_path: Any) -> None:
    parse_view(home_view([], None), "home")
    check_message_blocks(help_blocks())
    assert copy_pages(write_task(), factories.draft())


# -- reactions --


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("+1", "+1"),
        ("thumbsup", "+1"),
        ("+1::skin-tone-3", "+1"),
        ("thumbsdown::skin-tone-6", "-1"),
        ("two", "two"),
    ],
)
def test_a_reactions_aliases_and_skin_tones_are_one(name: str, folded: str) -> None:
    assert reaction_name(name) == folded


def test_a_keycap_is_about_its_variant_and_all_else_about_the_lead() -> None:
    several, single = showing("a", "b", "c"), showing("z")
    assert [variant_for(several, name) for name in ("+1", "one", "two", "three", "four")] == [
        "a",
        "a",
        "b",
        "c",
        None,
    ]
    assert [variant_for(single, name) for name in ("heart", "one", "two")] == ["z", "z", None]


def test_a_reaction_is_worth_what_settings_say_under_any_of_its_names() -> None:
    assert reward_for("+1", {"thumbsup": 0.7}) == 0.7
    assert reward_for("eyes", {"+1": 1.0}) is None
    assert reward_for("seven", {"+1": 0.5}) == 0.5
    assert reward_for("two", {"+1": 1.0, "two": 0.2}) == 0.2


# -- Slack's text --


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("a &amp; b &lt;c&gt;", "a & b <c>"),
        ("<https://shop.example/a?b=1&amp;c=2>", "https://shop.example/a?b=1&c=2"),
        ("<https://shop.example|shop.example>", "shop.example"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("in <#C1|shop> for <@U1|ben>", "in #shop for @ben"),
        ("<!here> and <!channel>", "@here and @channel"),
        ("x <https://a.example|a|b>", r"x a\|b"),
        ("1 &lt; 2 &amp;amp; 3", "1 < 2 &amp; 3"),
    ],
)
def test_what_slack_marks_up_becomes_what_was_typed(sent: str, typed: str) -> None:
    assert plain_text(sent) == typed


@given(st.text(max_size=200))
def test_any_text_from_slack_is_read(text: str) -> None:
    plain_text(text)
    without_mention(text, "U1")


def test_only_the_bots_own_mention_is_a_mention() -> None:
    assert mentions("hi <@UBOT>", "UBOT")
    assert mentions("hi <@UBOT|copydesk>", "UBOT")
    assert not mentions("hi <@UBOTHER>", "UBOT")
    assert not mentions("hi <@>", "")
    assert without_mention("<@UBOT>: shorter <@UBEN>", "UBOT") == "shorter <@UBEN>"
