"""Messages and views that Slack would refuse must be refused here, in Slack's words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    ContextActionsBlock,
    FeedbackButtonObject,
    FeedbackButtonsElement,
    HeaderBlock,
    MarkdownBlock,
    SectionBlock,
)
from slack_sdk.web.async_client import AsyncWebClient

from tests.workspace.conftest import actions, button, modal, section, text_input
from workspace.blocks import check_message_blocks
from workspace.client import WorkspaceClient
from workspace.errors import SlackError
from workspace.modals import parse_view
from workspace.seed import ANA, MARKETING

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def options(count: int, text: str = "x") -> list[Json]:
    return [{"text": plain(text), "value": str(index)} for index in range(count)]


def select(**more: Any) -> Json:
    return {"type": "static_select", "action_id": "pick", "options": options(2), **more}


FEEDBACK: Json = {
    "type": "context_actions",
    "elements": [
        {
            "type": "feedback_buttons",
            "action_id": "rate",
            "positive_button": {"text": plain("Good"), "value": "good"},
            "negative_button": {"text": plain("Bad"), "value": "bad"},
        }
    ],
}

REFUSED: dict[str, tuple[list[Json], str]] = {
    "51 blocks": ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    "long section": (
        [section("x" * 3001)],
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ),
    "empty section": ([section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    "section without text": (
        [{"type": "section"}],
        "missing required field: text [json-pointer:/blocks/0]",
    ),
    "eleven fields": (
        [{"type": "section", "fields": [plain("x")] * 11}],
        "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
    ),
    "long header": (
        [{"type": "header", "text": plain("x" * 151)}],
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    "mrkdwn header": (
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
    ),
    "unknown block": (
        [{"type": "hologram"}],
        "unsupported type: hologram [json-pointer:/blocks/0/type]",
    ),
    "26 buttons": (
        [actions(*[button(f"b{index}") for index in range(26)])],
        "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
    ),
    "no buttons": ([actions()], "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"),
    "same action_id": (
        [actions(button("a"), button("a"))],
        '`action_id` "a" already exists [json-pointer:/blocks/0/elements/1/action_id]',
    ),
    "same block_id": (
        [section(block_id="b"), section(block_id="b")],
        '`block_id` "b" already exists [json-pointer:/blocks/1/block_id]',
    ),
    "long button text": (
        [actions(button() | {"text": plain("x" * 76)})],
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ),
    "long button value": (
        [actions(button(value="x" * 2001))],
        "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
    ),
    "purple button": (
        [actions(button(style="purple"))],
        "must be one of: danger, primary [json-pointer:/blocks/0/elements/0/style]",
    ),
    "unknown field": (
        [section(colour="red")],
        "invalid additional property: colour [json-pointer:/blocks/0]",
    ),
    "long option": (
        [actions(select(options=options(1, "x" * 76)))],
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]",
    ),
    "101 options": (
        [actions(select(options=options(101)))],
        "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    "initial option not offered": (
        [actions(select(initial_option=options(9)[8]))],
        "initial_option must match an option [json-pointer:/blocks/0/elements/0/initial_option]",
    ),
    "initial option null": (
        [actions(select(initial_option=None))],
        "must provide an object [json-pointer:/blocks/0/elements/0/initial_option]",
    ),
    "text input in actions": (
        [actions({"type": "plain_text_input", "action_id": "t"})],
        "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]",
    ),
    "button in context": (
        [{"type": "context", "elements": [button()]}],
        "unsupported type: button [json-pointer:/blocks/0/elements/0/type]",
    ),
    "six context actions": (
        [{"type": "context_actions", "elements": FEEDBACK["elements"] * 6}],
        "no more than 5 items allowed [json-pointer:/blocks/0/elements]",
    ),
    "half feedback": (
        [{"type": "context_actions", "elements": [{"type": "feedback_buttons", "action_id": "rate"}]}],
        "missing required field: positive_button [json-pointer:/blocks/0/elements/0]",
    ),
    "long markdown": (
        [{"type": "markdown", "text": "x" * 12001}],
        "must be less than 12001 characters [json-pointer:/blocks/0/text]",
    ),
    "much markdown": (
        [{"type": "markdown", "text": "x" * 7000}] * 2,
        "markdown blocks must be less than 12001 characters in all [json-pointer:/blocks]",
    ),
    "input in a message": ([text_input()], "unsupported type: input [json-pointer:/blocks/0/type]"),
    "wide table": (
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 21]}],
        "no more than 20 items allowed [json-pointer:/blocks/0/rows/0]",
    ),
    "text object for a card title": (
        [{"type": "card", "title": "bare"}],
        "must provide an object [json-pointer:/blocks/0/title]",
    ),
    "rich text of nothing": (
        [
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]}],
            }
        ],
        "must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_a_message_that_slack_refuses_is_refused_with_slacks_explanation(
    case: str, slack: AsyncWebClient
) -> None:
    blocks, finding = REFUSED[case]
    with pytest.raises(SlackApiError) as refusal:
        await slack.chat_postMessage(channel=MARKETING, text="x", blocks=blocks)
    answer = refusal.value.response
    assert answer["error"] == "invalid_blocks"
    assert f"[ERROR] {finding}" in answer["response_metadata"]["messages"]
    assert finding in answer["errors"]


ACCEPTED: dict[str, list[Json]] = {
    "50 blocks": [{"type": "divider"}] * 50,
    "full section": [section("x" * 3000)],
    "full header": [{"type": "header", "text": plain("x" * 150)}],
    "25 buttons": [actions(*[button(f"b{index}", value="x" * 20) for index in range(25)])],
    "feedback": [FEEDBACK],
    "table": [
        {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, {"type": "raw_text", "text": "b"}]]}
    ],
    "accessory": [section(accessory=button())],
    "overflow": [actions({"type": "overflow", "action_id": "more", "options": options(5)})],
    "same action_id in two blocks": [actions(button("a"), block_id="x"), actions(button("a"), block_id="y")],
    "carousel": [
        {"type": "carousel", "elements": [{"type": "card", "title": plain("A"), "actions": [button()]}]}
    ],
    "plan": [
        {"type": "plan", "title": "Plan", "tasks": [{"type": "task_card", "task_id": "1", "title": "One"}]}
    ],
    "chinese": [section("新品上市" * 750)],
}


@pytest.mark.parametrize("case", ACCEPTED)
async def test_a_message_at_slacks_limits_is_posted_and_read_back(case: str, slack: AsyncWebClient) -> None:
    posted = await slack.chat_postMessage(channel=MARKETING, text="x", blocks=ACCEPTED[case])
    history = await slack.conversations_history(channel=MARKETING, limit=1)
    stored = history["messages"][0]["blocks"]
    assert history["messages"][0]["ts"] == posted["ts"]
    assert [block["type"] for block in stored] == [block["type"] for block in ACCEPTED[case]]
    assert all(block["block_id"] for block in stored)


async def test_the_sdks_own_block_models_are_accepted(slack: AsyncWebClient) -> None:
    blocks = [
        HeaderBlock(text="Aurora X"),
        SectionBlock(text="*bold*"),
        MarkdownBlock(text="**bold**"),
        ActionsBlock(
            elements=[ButtonElement(text="Shorter", action_id="shorter", value="v1", style="primary")]
        ),
        ContextActionsBlock(
            elements=[
                FeedbackButtonsElement(
                    action_id="rate",
                    positive_button=FeedbackButtonObject(text="Good", value="good"),
                    negative_button=FeedbackButtonObject(text="Bad", value="bad"),
                )
            ]
        ),
    ]
    assert (await slack.chat_postMessage(channel=MARKETING, text="x", blocks=blocks))["ok"]


async def test_more_text_than_a_message_may_carry_in_all_its_blocks_is_refused(slack: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError, match="msg_blocks_too_long"):
        await slack.chat_postMessage(channel=MARKETING, text="x", blocks=[section("x" * 2900)] * 5)


async def test_blocks_that_are_no_json_array_are_refused(slack: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError, match="invalid_blocks_format"):
        await slack.chat_postMessage(channel=MARKETING, text="x", blocks="{not json")


VIEWS_REFUSED: dict[str, tuple[Json, str]] = {
    "long title": (
        modal(section(), title=plain("x" * 25)),
        "must be less than 25 characters [json-pointer:/view/title/text]",
    ),
    "long submit": (
        modal(section(), submit=plain("x" * 25)),
        "must be less than 25 characters [json-pointer:/view/submit/text]",
    ),
    "long private_metadata": (
        modal(section(), private_metadata="x" * 3001),
        "must be less than 3001 characters [json-pointer:/view/private_metadata]",
    ),
    "101 blocks": (
        modal(*[{"type": "divider"}] * 101),
        "no more than 100 items allowed [json-pointer:/view/blocks]",
    ),
    "input without submit": (
        {name: value for name, value in modal(text_input()).items() if name != "submit"},
        "must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/0/input]",
    ),
    "max_length beyond 3000": (
        modal(text_input(max_length=3001)),
        "must be less than 3001 [json-pointer:/view/blocks/0/element/max_length]",
    ),
    "initial value beyond 3000": (
        modal(text_input(initial_value="x" * 3001)),
        "must be less than 3001 characters [json-pointer:/view/blocks/0/element/initial_value]",
    ),
    "button in an input": (
        modal(text_input() | {"element": button()}),
        "unsupported type: button [json-pointer:/view/blocks/0/element/type]",
    ),
    "input without a label": (
        modal({name: value for name, value in text_input().items() if name != "label"}),
        "missing required field: label [json-pointer:/view/blocks/0]",
    ),
    "context actions in a modal": (
        modal(FEEDBACK),
        "unsupported type: context_actions [json-pointer:/view/blocks/0/type]",
    ),
    "no title": (
        {name: value for name, value in modal(section()).items() if name != "title"},
        "missing required field: title [json-pointer:/view]",
    ),
}


@pytest.mark.parametrize("case", VIEWS_REFUSED)
def test_a_modal_that_slack_refuses_is_refused(case: str) -> None:
    view, finding = VIEWS_REFUSED[case]
    with pytest.raises(SlackError) as refusal:
        parse_view(view, "modal")
    assert refusal.value.code == "invalid_arguments"
    assert finding in refusal.value.messages


async def test_a_home_tab_is_published_updated_and_protected_by_its_hash(
    slack: AsyncWebClient, people: WorkspaceClient
) -> None:
    first = await slack.views_publish(user_id=ANA, view={"type": "home", "blocks": [section("one")]})
    await slack.views_publish(
        user_id=ANA, view={"type": "home", "blocks": [section("two")]}, hash=first["view"]["hash"]
    )
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await slack.views_publish(
            user_id=ANA, view={"type": "home", "blocks": [section("three")]}, hash=first["view"]["hash"]
        )
    home = (await people.state(ANA))["home"]
    assert home["id"] == first["view"]["id"]
    assert home["blocks"][0]["text"]["text"] == "two"


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "text", "elements", "fields", "accessory", "options", "rows", "tasks", "value"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
_types = [
    "section",
    "actions",
    "context",
    "context_actions",
    "table",
    "rich_text",
    "card",
    "carousel",
    "container",
]


_parts = dict.fromkeys(("elements", "text", "rows", "child_blocks", "accessory", "block_id"), _json)
_blocks = st.fixed_dictionaries({"type": st.sampled_from(_types)}, optional=_parts)


@given(st.lists(_json | _blocks, max_size=4))
def test_whatever_an_app_sends_as_blocks_is_judged_and_never_breaks_the_server(blocks: list[Any]) -> None:
    codes = []
    try:
        check_message_blocks(blocks)
    except SlackError as refusal:
        codes.append(refusal.code)
    assert set(codes) <= {"invalid_blocks", "msg_blocks_too_long"}


@given(st.integers(min_value=1, max_value=3100))
def test_a_section_is_taken_up_to_3000_characters_and_not_beyond(length: int) -> None:
    if length <= 3000:
        check_message_blocks([section("x" * length)])
    else:
        with pytest.raises(SlackError):
            check_message_blocks([section("x" * length)])
