"""An unpatched Bolt app must live here as in Slack, over Socket Mode and over HTTP alike."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.workspace.conftest import Connect, Json, actions, button, modal, section, text_input
from workspace.client import WorkspaceClient
from workspace.seed import ANA, BEN, BOT, BOT_USER, DM_ANA, MARKETING, RANDOM


class Heard:
    """What an app's listeners got, to be waited for."""

    def __init__(self) -> None:
        self.bodies: list[Json] = []
        self._news = asyncio.Event()

    def add(self, body: Json) -> None:
        self.bodies.append(body)
        self._news.set()

    async def get(self, count: int = 1) -> list[Json]:
        """The bodies, once there are that many."""
        async with asyncio.timeout(10):
            while len(self.bodies) < count:
                self._news.clear()
                await self._news.wait()
        return self.bodies

    async def one(self) -> Json:
        return (await self.get())[0]


@pytest.fixture
def heard() -> Heard:
    return Heard()


def listen(app: AsyncApp, heard: Heard, *events: str) -> None:
    """Makes the app note events."""
    for name in events:

        @app.event(name)
        async def note(event: Json) -> None:
            heard.add(event)


async def test_a_command_reaches_the_app_escaped_as_slack_escapes_it(
    app: AsyncApp, people: WorkspaceClient, heard: Heard, connect: Connect
) -> None:
    @app.command("/copy")
    async def copy(ack: Any, body: Json) -> None:
        await ack()
        heard.add(body)

    await connect(app)
    typed = "ad 曙光 & <b> | battery： 5000 mAh | 说明：“薄” @ben"
    assert (await people.command(MARKETING, "/copy", typed))["ok"]
    body = await heard.one()
    assert body["text"] == "ad 曙光 &amp; &lt;b&gt; | battery： 5000 mAh | 说明：“薄” @ben"
    assert (body["user_id"], body["channel_id"], body["channel_name"]) == (ANA, MARKETING, "marketing")


async def test_a_command_with_should_escape_carries_mentions_channels_and_links(
    app: AsyncApp, people: WorkspaceClient, heard: Heard, connect: Connect
) -> None:
    @app.command("/escaped")
    async def copy(ack: Any, body: Json) -> None:
        await ack()
        heard.add(body)

    await connect(app)
    await people.command(
        MARKETING, "/escaped", "for @ben in #shop see https://shop.example/a?b=1&c=2, 看https://x.example。"
    )
    text = (await heard.one())["text"]
    assert f"<@{BEN}>" in text
    assert "|shop>" in text
    assert "<https://shop.example/a?b=1&amp;c=2>, 看<https://x.example>。" in text


async def test_a_commands_acknowledgement_may_answer_one_person_or_the_channel(
    app: AsyncApp, people: WorkspaceClient, connect: Connect
) -> None:
    @app.command("/copy")
    async def copy(ack: Any, command: Json) -> None:
        if command["text"] == "help":
            await ack("how it works")
        else:
            await ack(text="for all", blocks=[section("for all")], response_type="in_channel")

    await connect(app)
    await people.command(RANDOM, "/copy", "help")
    await people.command(RANDOM, "/copy", "x")
    assert [one["text"] for one in await people.messages(RANDOM, ANA)] == ["how it works", "for all"]
    assert [one["text"] for one in await people.messages(RANDOM, BEN)] == ["for all"]


async def test_a_command_that_nobody_acknowledges_tells_the_person(
    app: AsyncApp, people: WorkspaceClient, connect: Connect
) -> None:
    assert (await people.command(MARKETING, "/copy"))["error"] == "dispatch_failed"  # no app at all

    @app.command("/copy")
    async def copy(ack: Any) -> None:
        await asyncio.sleep(5)

    await connect(app)
    assert (await people.command(MARKETING, "/copy"))["error"] == "operation_timeout"
    assert (await people.command(MARKETING, "/nonsense"))["error"] == "unknown_command"


async def test_a_mention_arrives_twice_and_the_bots_own_answer_comes_back_with_its_bot_id(
    app: AsyncApp, slack: AsyncWebClient, people: WorkspaceClient, connect: Connect
) -> None:
    mentions, messages = Heard(), Heard()
    listen(app, mentions, "app_mention")
    listen(app, messages, "message")
    await connect(app)
    ts = await people.message(MARKETING, "@copydesk shorter, please & <now>")
    mention, message = await mentions.one(), await messages.one()
    assert mention["ts"] == message["ts"] == ts
    assert mention["text"] == f"<@{BOT_USER}> shorter, please &amp; &lt;now&gt;"
    assert message["channel_type"] == "channel"
    await slack.chat_postMessage(channel=MARKETING, text="copy", thread_ts=ts)
    deliveries = (await people.control("deliveries"))["deliveries"]
    assert [one["type"] for one in deliveries].count(
        "message"
    ) == 2  # Bolt drops the bot's own before our listener


async def test_the_bot_hears_nothing_from_a_channel_it_is_not_in(
    app: AsyncApp, people: WorkspaceClient, heard: Heard, connect: Connect
) -> None:
    listen(app, heard, "message", "app_mention", "reaction_added")
    await connect(app)
    ts = await people.message(RANDOM, "@copydesk hello")
    await people.react(RANDOM, ts, "+1")
    await people.message(DM_ANA, "hello")
    assert [event["channel_type"] for event in await heard.get()] == ["im"]


async def test_reactions_arrive_and_are_taken_back_without_a_thread(
    app: AsyncApp, slack: AsyncWebClient, people: WorkspaceClient, heard: Heard, connect: Connect
) -> None:
    listen(app, heard, "reaction_added", "reaction_removed")
    await connect(app)
    parent = await people.message(MARKETING, "brief")
    ts = (await slack.chat_postMessage(channel=MARKETING, text="copy", thread_ts=parent))["ts"]
    await people.react(MARKETING, ts, "thumbsup::skin-tone-3", user=BEN)
    await people.unreact(MARKETING, ts, "+1::skin-tone-3", user=BEN)
    added, removed = sorted(await heard.get(2), key=lambda event: str(event["event_ts"]))
    assert added["item"] == {"type": "message", "channel": MARKETING, "ts": ts}
    assert "thread_ts" not in added
    assert (added["reaction"], added["user"], added["item_user"]) == ("+1::skin-tone-3", BEN, BOT_USER)
    assert removed["type"] == "reaction_removed"


async def test_edits_and_deletions_arrive_with_the_message_before_and_after(
    app: AsyncApp, people: WorkspaceClient, connect: Connect
) -> None:
    changed, deleted = Heard(), Heard()

    @app.event({"type": "message", "subtype": "message_changed"})
    async def on_changed(event: Json) -> None:
        changed.add(event)

    @app.event({"type": "message", "subtype": "message_deleted"})
    async def on_deleted(event: Json) -> None:
        deleted.add(event)

    @app.event("message")
    async def others() -> None: ...

    await connect(app)
    ts = await people.message(MARKETING, "first")
    await people.edit(MARKETING, ts, "second")
    event = await changed.one()
    assert (event["previous_message"]["text"], event["message"]["text"]) == ("first", "second")
    await people.delete(MARKETING, ts)
    assert (await deleted.one())["deleted_ts"] == ts


async def test_a_button_reaches_the_app_and_its_response_url_replaces_the_message_five_times(
    app: AsyncApp, slack: AsyncWebClient, people: WorkspaceClient, heard: Heard, connect: Connect
) -> None:
    statuses: list[int] = []

    @app.action("shorter")
    async def shorter(ack: Any, body: Json, respond: Any) -> None:
        await ack()
        for turn in range(6):
            answer = await respond(text=f"turn {turn}", replace_original=True)
            statuses.append(answer.status_code)
        heard.add(body)

    await connect(app)
    ts = (
        await slack.chat_postMessage(
            channel=MARKETING, text="x", blocks=[actions(button("shorter", value="v7"))]
        )
    )["ts"]
    assert (await people.action({"channel": MARKETING, "ts": ts}, "shorter"))["ok"]
    body = await heard.one()
    assert (body["actions"][0]["value"], body["actions"][0]["block_id"]) == ("v7", "row")
    assert (body["container"]["message_ts"], body["message"]["bot_id"]) == (ts, BOT)
    assert statuses == [200, 200, 200, 200, 200, 404]
    assert [one["text"] for one in await people.messages(MARKETING)] == ["turn 4"]


async def test_feedback_and_menus_send_what_was_chosen_and_nothing_that_was_not_offered(
    app: AsyncApp, slack: AsyncWebClient, people: WorkspaceClient, heard: Heard, connect: Connect
) -> None:
    @app.action("rate")
    @app.action("tone")
    async def used(ack: Any, body: Json) -> None:
        await ack()
        heard.add(body["actions"][0])

    await connect(app)
    good = {"text": {"type": "plain_text", "text": "Good"}, "value": "good:v1"}
    bad = {"text": {"type": "plain_text", "text": "Bad"}, "value": "bad:v1"}
    options = [{"text": {"type": "plain_text", "text": name}, "value": name} for name in ("warm", "bold")]
    blocks = [
        {
            "type": "context_actions",
            "elements": [
                {
                    "type": "feedback_buttons",
                    "action_id": "rate",
                    "positive_button": good,
                    "negative_button": bad,
                }
            ],
        },
        actions({"type": "static_select", "action_id": "tone", "options": options}),
    ]
    ts = (await slack.chat_postMessage(channel=MARKETING, text="x", blocks=blocks))["ts"]
    [message] = await people.messages(MARKETING)
    assert message["ts"] == ts
    await people.action(message, "rate", value="bad:v1")
    await people.action(message, "tone", value="bold")
    rate, tone = await heard.get(2)
    assert (rate["type"], rate["value"]) == ("feedback_buttons", "bad:v1")
    assert tone["selected_option"] == options[1]
    assert (await people.action(message, "tone", value="loud"))["error"] == "invalid_value"
    assert (await people.action(message, "gone"))["error"] == "element_not_found"


async def test_a_modal_opens_keeps_its_values_shows_errors_and_closes(
    app: AsyncApp, people: WorkspaceClient, heard: Heard, connect: Connect
) -> None:
    @app.command("/copy")
    async def copy(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        view = modal(
            text_input(initial_value=body["text"]),
            text_input("audience", optional=True),
            private_metadata="m",
        )
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view("brief")
    async def submitted(ack: Any, body: Json) -> None:
        product = body["view"]["state"]["values"]["product"]["value"]["value"]
        if product == "bad":
            await ack(response_action="errors", errors={"product": "Not this one."})
            return
        await ack()
        heard.add(body)

    await connect(app)
    await people.command(MARKETING, "/copy", "Aurora")
    view = await people.wait_for(lambda view: view["callback_id"] == "brief", kind="view")
    assert view["state"]["values"]["product"]["value"]["value"] == "Aurora"
    missing = await people.submit(view["id"], {"product": {"value": ""}})
    assert missing["errors"] == {"product": "Please complete this required field."}
    refused = await people.submit(view["id"], {"product": {"value": "bad"}})
    assert (refused["response_action"], refused["errors"]) == ("errors", {"product": "Not this one."})
    state = {"type": "plain_text_input", "value": "曙光 X"}
    assert await people.submit(view["id"], {"product": {"value": state}}) == {"ok": True}
    body = await heard.one()
    values = body["view"]["state"]["values"]
    assert (values["product"]["value"], values["audience"]["value"]["value"]) == (state, None)
    assert body["view"]["private_metadata"] == "m"
    assert (await people.state())["open_views"] == []


async def test_a_submission_may_update_push_and_clear_modals(
    app: AsyncApp, people: WorkspaceClient, heard: Heard, connect: Connect
) -> None:
    @app.shortcut("new_copy")
    async def start(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(text_input(), notify_on_close=True))

    @app.view("brief")
    async def submitted(ack: Any, body: Json) -> None:
        wanted = body["view"]["state"]["values"]["product"]["value"]["value"]
        if wanted == "clear":
            await ack(response_action="clear")
        else:
            await ack(
                response_action=wanted,
                view=modal(text_input(), private_metadata=wanted, notify_on_close=wanted == "update"),
            )

    @app.view_closed("brief")
    async def closed(ack: Any, body: Json) -> None:
        await ack()
        heard.add(body)

    await connect(app)
    await people.shortcut("new_copy")
    root = await people.wait_for(lambda view: True, kind="view")
    await people.submit(root["id"], {"product": {"value": "update"}})
    [updated] = (await people.state())["open_views"]
    assert (updated["id"], updated["private_metadata"]) == (root["id"], "update")
    assert updated["state"]["values"]["product"]["value"]["value"] == "update"  # what was typed stays
    await people.submit(root["id"], {"product": {"value": "push"}})
    bottom, top = (await people.state())["open_views"]
    assert (top["root_view_id"], top["previous_view_id"]) == (bottom["id"], bottom["id"])
    await people.submit(top["id"], {"product": {"value": "clear"}})
    assert (await people.state())["open_views"] == []
    assert [body["is_cleared"] for body in await heard.get()] == [
        True
    ]  # only the bottom one has notify_on_close


async def test_closing_a_modal_is_told_only_when_asked_for(
    app: AsyncApp, people: WorkspaceClient, heard: Heard, connect: Connect
) -> None:
    @app.shortcut("new_copy")
    async def start(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(section(), notify_on_close=True))

    @app.view_closed("brief")
    async def closed(ack: Any, body: Json) -> None:
        await ack()
        heard.add(body)

    await connect(app)
    await people.shortcut("new_copy")
    view = await people.wait_for(lambda view: True, kind="view")
    await people.close_view(view["id"])
    assert (await heard.one())["is_cleared"] is False
    assert (await people.state())["open_views"] == []


async def test_a_trigger_is_good_once_and_a_stale_hash_is_refused(
    app: AsyncApp, people: WorkspaceClient, heard: Heard, connect: Connect
) -> None:
    @app.command("/copy")
    async def copy(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        opened = await client.views_open(trigger_id=body["trigger_id"], view=modal(section("one")))
        errors = []
        for trigger_id in (body["trigger_id"], "1.2.3"):
            with pytest.raises(SlackApiError) as refused:
                await client.views_open(trigger_id=trigger_id, view=modal(section()))
            errors.append(refused.value.response["error"])
        view = opened["view"]
        await client.views_update(view_id=view["id"], hash=view["hash"], view=modal(section("two")))
        with pytest.raises(SlackApiError) as refused:
            await client.views_update(view_id=view["id"], hash=view["hash"], view=modal(section("three")))
        heard.add({"errors": [*errors, refused.value.response["error"]]})

    await connect(app)
    await people.command(MARKETING, "/copy")
    assert (await heard.one())["errors"] == ["exchanged_trigger_id", "invalid_trigger_id", "hash_conflict"]


async def test_an_expired_trigger_opens_nothing(
    app: AsyncApp, slack: AsyncWebClient, people: WorkspaceClient, heard: Heard, connect: Connect
) -> None:
    @app.command("/copy")
    async def copy(ack: Any, body: Json) -> None:
        await ack()
        heard.add(body)

    await connect(app)
    await people.command(MARKETING, "/copy")
    trigger = (await heard.one())["trigger_id"]
    await people.control("expire")
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        await slack.views_open(trigger_id=trigger, view=modal(section()))


async def test_a_message_shortcut_brings_the_message_and_answers_in_its_channel(
    app: AsyncApp, slack: AsyncWebClient, people: WorkspaceClient, heard: Heard, connect: Connect
) -> None:
    @app.shortcut("rewrite")
    async def rewrite(ack: Any, body: Json, respond: Any) -> None:
        await ack()
        await respond(text="on it", response_type="ephemeral")
        heard.add(body)

    await connect(app)
    ts = (await slack.chat_postMessage(channel=MARKETING, text="copy"))["ts"]
    assert (await people.shortcut("rewrite", MARKETING, ts, user=BEN))["ok"]
    body = await heard.one()
    assert (body["type"], body["message"]["text"], body["user"]["id"]) == ("message_action", "copy", BEN)
    answer = await people.wait_for(lambda message: message["text"] == "on it", kind="ephemeral", user=BEN)
    assert answer["ephemeral_to"] == BEN
    assert (await people.shortcut("nonsense"))["error"] == "unknown_shortcut"


async def test_opening_the_home_tab_lets_the_app_publish_it(
    app: AsyncApp, people: WorkspaceClient, connect: Connect
) -> None:
    @app.event("app_home_opened")
    async def opened(event: Json, client: AsyncWebClient) -> None:
        await client.views_publish(
            user_id=event["user"], view={"type": "home", "blocks": [section("Recent copy")]}
        )

    await connect(app)
    await people.home(user=BEN)
    home = await people.wait_for(lambda view: True, kind="home", user=BEN)
    assert home["blocks"][0]["text"]["text"] == "Recent copy"
    assert (await people.state(ANA))["home"] is None


async def test_a_dropped_acknowledgement_redelivers_the_same_event_with_its_retry_number(
    app: AsyncApp, people: WorkspaceClient, heard: Heard, connect: Connect
) -> None:
    @app.event("message")
    async def message(body: Json, request: Any) -> None:
        heard.add({"id": body["event_id"], "retry": (request.headers.get("x-slack-retry-num") or ["0"])[0]})

    await connect(app)
    await people.control("drop_acks", times=1)
    await people.message(MARKETING, "once")
    assert [one["retry"] for one in await heard.get(2)] == ["0", "1"]
    record = next(
        one for one in (await people.control("deliveries"))["deliveries"] if one["type"] == "message"
    )
    assert (record["attempts"], record["acked"]) == (2, True)
    await people.control("redeliver", event_id=record["event_id"], times=2)
    assert {one["id"] for one in await heard.get(4)} == {record["event_id"]}


async def test_a_button_in_an_ephemeral_message_can_remove_it_and_carries_no_message(
    app: AsyncApp, slack: AsyncWebClient, people: WorkspaceClient, heard: Heard, connect: Connect
) -> None:
    @app.action("dismiss")
    async def dismiss(ack: Any, body: Json, respond: Any) -> None:
        await ack()
        await respond(delete_original=True)
        heard.add(body)

    await connect(app)
    blocks = [actions(button("dismiss"))]
    await slack.chat_postEphemeral(channel=MARKETING, user=ANA, text="bad brief", blocks=blocks)
    shown = await people.wait_for(lambda message: message["text"] == "bad brief", kind="ephemeral")
    await people.action(shown, "dismiss")
    body = await heard.one()
    assert body["container"]["is_ephemeral"] is True
    assert "message" not in body
    assert await people.messages(MARKETING) == []


async def test_a_response_url_that_expired_answers_404(
    app: AsyncApp, people: WorkspaceClient, heard: Heard, connect: Connect
) -> None:
    @app.command("/copy")
    async def copy(ack: Any, body: Json) -> None:
        await ack()
        heard.add(body)

    await connect(app)
    await people.command(MARKETING, "/copy")
    await people.control("expire")
    answer = await AsyncWebhookClient((await heard.one())["response_url"]).send(text="late")
    assert (answer.status_code, json.loads(answer.body)["error"]) == (404, "expired_url")


async def test_a_button_in_the_home_tab_opens_modals_and_a_fourth_one_is_refused(
    app: AsyncApp, slack: AsyncWebClient, people: WorkspaceClient, heard: Heard, connect: Connect
) -> None:
    @app.action("open")
    async def opened(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        call = client.views_open if body["view"]["type"] == "home" else client.views_push
        try:
            await call(trigger_id=body["trigger_id"], view=modal(actions(button("open"))))
        except SlackApiError as refused:
            heard.add({"error": refused.response["error"]})

    await connect(app)
    home = {"type": "home", "blocks": [actions(button("open"))]}
    view = (await slack.views_publish(user_id=ANA, view=home))["view"]
    await people.action(view, "open")
    for depth in (1, 2, 3):
        stack = await _stack(people, depth)
        await people.action(stack[-1], "open")
    assert (await heard.one())["error"] == "push_limit_reached"
    assert len((await people.state())["open_views"]) == 3


async def _stack(people: WorkspaceClient, depth: int) -> list[Json]:
    """The open modals, once there are that many."""
    seen: set[str] = set()

    def deep(view: Json) -> bool:
        seen.add(view["id"])
        return len(seen) >= depth

    await people.wait_for(deep, kind="view")
    views: list[Json] = (await people.state())["open_views"]
    return views
