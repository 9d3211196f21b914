"""The workspace's page in a real browser, with a small real Bolt app as the bot."""

from __future__ import annotations

import re
from typing import Any

from playwright.async_api import Page, expect
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.page.conftest import Visit, said
from tests.workspace.conftest import actions, button, modal, section, text_input
from workspace.client import WorkspaceClient
from workspace.seed import ANA, BEN, LIN, MARKETING, RANDOM
from workspace.server import LocalWorkspace


async def type_and_send(page: Page, text: str, box: str = "composer") -> None:
    await page.get_by_test_id(box).fill(text)
    await page.get_by_test_id(box).press("Enter")


async def test_a_slash_command_is_answered_with_blocks_that_can_be_pressed(
    visit: Visit, bot: AsyncApp
) -> None:
    pressed: list[Any] = []

    @bot.command("/copy")
    async def copy(ack: Any, body: Any, client: AsyncWebClient) -> None:
        await ack()
        feedback = {
            "type": "feedback_buttons",
            "action_id": "judge",
            "positive_button": {"text": {"type": "plain_text", "text": "Good"}, "value": "good"},
            "negative_button": {"text": {"type": "plain_text", "text": "Bad"}, "value": "bad"},
        }
        blocks = [
            {"type": "header", "text": {"type": "plain_text", "text": "Two days on one charge"}},
            section(f"*bold* _light_ ~gone~ `code` for <@{body['user_id']}> :tada:\n> quoted"),
            {"type": "divider"},
            {"type": "context", "elements": [{"type": "mrkdwn", "text": body["text"]}]},
            actions(button("approve", style="primary", value="v1")),
            {"type": "context_actions", "elements": [feedback]},
        ]
        await client.chat_postMessage(channel=body["channel_id"], text="copy", blocks=blocks)

    @bot.action(re.compile("approve|judge"))
    async def press(ack: Any, action: Any) -> None:
        await ack()
        pressed.append(action["value"])

    page = await visit()
    await type_and_send(page, "/copy ad Aurora X | battery: 5000 mAh")
    message = said(page, "Two days on one charge")
    await expect(message).to_contain_text("ad Aurora X | battery: 5000 mAh")
    await expect(message.locator("strong", has_text="bold")).to_be_visible()
    for tag in ("em", "s", "code", "blockquote", "hr"):
        await expect(message.locator(tag)).to_have_count(1)
    await expect(message.get_by_text("@Ana Ortega")).to_be_visible()
    await expect(message.get_by_role("img", name="tada")).to_have_text("🎉")
    await expect(page.get_by_test_id("composer")).to_have_value("")

    await message.locator("[data-action-id=approve]").click()
    await message.get_by_role("button", name="Bad").click()
    await expect(message.get_by_role("button", name="Bad")).to_have_attribute("aria-pressed", "true")
    await expect(message.locator("[aria-busy=true]")).to_have_count(0)
    assert pressed == ["v1", "bad"]


async def test_a_refused_modal_keeps_what_was_typed_and_an_accepted_one_closes(
    visit: Visit, bot: AsyncApp
) -> None:
    submitted: list[Any] = []
    kinds = [
        {"text": {"type": "plain_text", "text": name}, "value": name.lower()} for name in ("Ad", "Campaign")
    ]
    kind = {
        "type": "input",
        "block_id": "kind",
        "label": {"type": "plain_text", "text": "Kind"},
        "element": {"type": "static_select", "action_id": "value", "options": kinds},
    }

    @bot.command("/copy")
    async def copy(ack: Any, body: Any, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(kind, text_input()))

    @bot.view("brief")
    async def submit(ack: Any, view: Any) -> None:
        values = view["state"]["values"]
        if values["product"]["value"]["value"] == "bad":
            await ack(response_action="errors", errors={"product": "Not this product."})
            return
        submitted.append((values["kind"]["value"]["selected_option"]["value"], values["product"]))
        await ack()

    page = await visit()
    await type_and_send(page, "/copy")
    form = page.get_by_test_id("modal")
    await expect(form).to_be_visible()
    await page.get_by_test_id("field-kind").select_option("campaign")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("field-error-product")).to_contain_text("required field")

    await page.get_by_test_id("field-product").fill("bad")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("field-error-product")).to_contain_text("Not this product.")
    await expect(page.get_by_test_id("field-product")).to_have_value("bad")
    await expect(page.get_by_test_id("field-kind")).to_have_value("campaign")
    await expect(page.get_by_test_id("field-product")).to_be_focused()

    await page.get_by_test_id("field-product").fill("极光 X")
    await page.get_by_test_id("field-product").press("Enter")
    await expect(form).to_have_count(0)
    assert submitted == [("campaign", {"value": {"type": "plain_text_input", "value": "极光 X"}})]


async def test_tab_stays_in_a_modal_and_escape_closes_only_the_top_of_a_stack(
    visit: Visit, bot: AsyncApp
) -> None:
    @bot.command("/copy")
    async def copy(ack: Any, body: Any, client: AsyncWebClient) -> None:
        await ack()
        view = modal(text_input(), actions(button("more")), title={"type": "plain_text", "text": "First"})
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @bot.action("more")
    async def more(ack: Any, body: Any, client: AsyncWebClient) -> None:
        await ack()
        view = modal(text_input(), title={"type": "plain_text", "text": "Second"})
        await client.views_push(trigger_id=body["trigger_id"], view=view)

    page = await visit()
    await type_and_send(page, "/copy")
    await page.get_by_test_id("field-product").fill("kept")
    await page.locator("[data-action-id=more]").click()
    await expect(page.get_by_role("dialog", name="Second")).to_be_visible()
    for _ in range(8):
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.closest('[role=dialog]') !== null")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog", name="First")).to_be_visible()
    await expect(page.get_by_test_id("field-product")).to_have_value("kept")
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("modal")).to_have_count(0)


async def test_a_thread_is_opened_answered_and_counted(visit: Visit, bot: AsyncApp) -> None:
    @bot.event("message")
    async def answer(event: Any, client: AsyncWebClient) -> None:
        if event.get("thread_ts") and not event.get("bot_id"):
            await client.chat_postMessage(
                channel=event["channel"], thread_ts=event["thread_ts"], text="*Shorter*: 两天续航"
            )

    page = await visit()
    await type_and_send(page, "Which headline?")
    message = said(page, "Which headline?")
    await message.hover()
    await message.get_by_test_id("reply").click()
    panel = page.get_by_test_id("thread-panel")
    await expect(page.get_by_test_id("thread-composer")).to_be_focused()
    await type_and_send(page, "shorter\nplease", "thread-composer")
    await expect(panel.get_by_test_id("message")).to_have_count(3)
    await expect(panel.get_by_test_id("message").last).to_contain_text("Shorter: 两天续航")
    await expect(message.get_by_test_id("replies")).to_contain_text("2 replies")
    await expect(said(page, "两天续航")).to_have_count(0)

    await type_and_send(page, "/copy ad", "thread-composer")
    await expect(panel.get_by_test_id("composer-error")).to_contain_text("not supported in threads")
    await expect(page.get_by_test_id("thread-composer")).to_have_value("/copy ad")
    await page.get_by_test_id("thread-close").click()
    await expect(panel).to_have_count(0)


async def test_reactions_show_who_reacted_and_can_be_taken_back(
    visit: Visit, people: WorkspaceClient
) -> None:
    ts = await people.message(MARKETING, "Vote")
    page = await visit()
    message = said(page, "Vote")
    await message.hover()
    await message.get_by_test_id("add-reaction").click()
    await page.get_by_test_id("pick-tada").click()
    tada = message.get_by_test_id("reaction-tada")
    await expect(tada).to_have_text("🎉1")
    await people.react(MARKETING, ts, "tada", user=BEN)
    await people.react(MARKETING, ts, "tada", user=LIN)
    await expect(tada).to_have_text("🎉3")
    await tada.hover()
    await expect(message.get_by_role("tooltip")).to_contain_text(
        "You, Ben Carter and 小林 reacted with :tada:"
    )
    await tada.click()
    await expect(tada).to_have_text("🎉2")
    await expect(tada).to_have_attribute("aria-pressed", "false")
    state = await people.messages(MARKETING)
    assert state[0]["reactions"] == [{"name": "tada", "users": [BEN, LIN]}]


async def test_messages_change_live_and_say_so(
    visit: Visit, slack: AsyncWebClient, people: WorkspaceClient
) -> None:
    page = await visit()
    posted = await slack.chat_postMessage(channel=MARKETING, text="Writing…")
    await expect(said(page, "Writing…")).to_be_visible()
    await slack.chat_update(channel=MARKETING, ts=posted["ts"], text="Done", blocks=[section("*Done*")])
    await expect(said(page, "Writing…")).to_have_count(0)
    await expect(said(page, "Done").locator("strong", has_text="Done")).to_be_visible()
    await slack.chat_postEphemeral(channel=MARKETING, user=ANA, text="The brief has no product")
    await expect(said(page, "The brief has no product")).to_contain_text("Only visible to you")

    await type_and_send(page, "My tpyo")
    mine = said(page, "My tpyo")
    await mine.hover()
    await mine.get_by_test_id("message-menu").click()
    await page.get_by_role("menuitem", name="Edit message").click()
    await page.get_by_test_id("edit-text").fill("My typo")
    await page.get_by_test_id("edit-save").click()
    await expect(said(page, "My typo")).to_contain_text("(edited)")
    await said(page, "My typo").get_by_test_id("message-menu").click()
    await page.get_by_role("menuitem", name="Delete message").click()
    await expect(said(page, "My typo")).to_have_count(0)
    assert "My typo" not in [message["text"] for message in await people.messages(MARKETING)]


async def test_the_home_tab_and_message_shortcuts_reach_the_app(visit: Visit, bot: AsyncApp) -> None:
    @bot.event("app_home_opened")
    async def home(event: Any, client: AsyncWebClient) -> None:
        view = {"type": "home", "blocks": [section(f"Hello <@{event['user']}>"), actions(button("greet"))]}
        await client.views_publish(user_id=event["user"], view=view)

    @bot.action("greet")
    async def greet(ack: Any, body: Any, client: AsyncWebClient) -> None:
        await ack()
        view = {"type": "home", "blocks": [section("Greeted")]}
        await client.views_publish(user_id=body["user"]["id"], view=view)

    @bot.shortcut("rewrite")
    async def rewrite(ack: Any, body: Any, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(text_input()))

    page = await visit(user=LIN)
    await page.get_by_test_id("home-tab").click()
    await expect(page.get_by_test_id("home-view")).to_contain_text("Hello @小林")
    await page.locator("[data-action-id=greet]").click()
    await expect(page.get_by_test_id("home-view")).to_have_text("Greeted")

    await page.get_by_test_id("channel-marketing").click()
    await type_and_send(page, "Rewrite me")
    await said(page, "Rewrite me").hover()
    await said(page, "Rewrite me").get_by_test_id("message-menu").click()
    await page.get_by_role("menuitem", name="Rewrite this copy").click()
    await expect(page.get_by_test_id("modal")).to_be_visible()


async def test_acting_as_another_person_changes_who_speaks(visit: Visit, people: WorkspaceClient) -> None:
    page = await visit()
    await page.get_by_test_id("act-as").click()
    await page.get_by_role("menuitem", name="Ben Carter").click()
    await expect(page.get_by_test_id("act-as")).to_contain_text("Ben Carter")
    await expect(page).to_have_url(re.compile(f"user={BEN}"))
    await type_and_send(page, "Ben here")
    await expect(said(page, "Ben here")).to_contain_text("Ben Carter")
    await page.get_by_test_id("channel-random").click()
    await type_and_send(page, "in random")
    await expect(said(page, "in random")).to_be_visible()
    assert [(one["user"], one["text"]) for one in await people.messages(RANDOM)] == [(BEN, "in random")]


async def test_an_unknown_person_in_the_address_becomes_one_who_exists(visit: Visit) -> None:
    page = await visit(user="U0NOBODY")
    await expect(page.get_by_test_id("act-as")).to_contain_text("Ana Ortega")
    await expect(page.get_by_test_id("notice")).to_contain_text("U0NOBODY")


MRKDWN = [
    ("*bold* and _it_ and ~no~", "<p><strong>bold</strong> and <em>it</em> and <s>no</s></p>"),
    ("2*3*4 snake_case_name 中文*粗*体", "<p>2*3*4 snake_case_name 中文*粗*体</p>"),
    ("*粗体*，_斜体_。", "<p><strong>粗体</strong>，<em>斜体</em>。</p>"),
    ("*a _b_*", "<p><strong>a <em>b</em></strong></p>"),
    ("`*a* &lt;b&gt;`", "<p><code>*a* &lt;b&gt;</code></p>"),
    ("* no * and ** none **", "<p>* no * and ** none **</p>"),
    ("a\n```x *y*\n&amp;```\nb", "<p>a</p><pre>x *y*\n&amp;</pre><p>b</p>"),
    ("&gt; one\n&gt; two\nthree", "<blockquote><p>one<br>two</p></blockquote><p>three</p>"),
    (":no_such_emoji: 10:30:45", "<p>:no_such_emoji: 10:30:45</p>"),
    ("&amp;lt; <!here> <@UNOBODY>", "<p>&amp;lt; @here @UNOBODY</p>"),
    (
        "<https://a.example/?x=1&amp;y=2|label *x*>",
        '<p><a href="https://a.example/?x=1&amp;y=2">label *x*</a></p>',
    ),
    ("见https://a.example/x。", "<p>见https://a.example/x。</p>"),
    ("见 https://a.example/x。", '<p>见 <a href="https://a.example/x">https://a.example/x</a>。</p>'),
]


async def test_mrkdwn_is_shown_as_slack_shows_it(visit: Visit, slack: AsyncWebClient) -> None:
    page = await visit()
    blocks = [section(text) for text, _ in MRKDWN]
    await slack.chat_postMessage(channel=MARKETING, text="all of it", blocks=blocks)
    texts = page.get_by_test_id("message").locator(".section .text")
    await expect(texts).to_have_count(len(MRKDWN))
    # Attributes that every link and mention has alike are not the point here.
    shown = [
        re.sub(r' (target|rel)="[^"]*"', "", re.sub(r'<span class="mention[^>]*>([^<]*)</span>', r"\1", html))
        for html in await texts.evaluate_all("all => all.map(one => one.innerHTML)")
    ]
    assert shown == [html for _, html in MRKDWN]


async def test_markdown_and_tables_are_shown(visit: Visit, slack: AsyncWebClient) -> None:
    text = "# 标题\n**bold** *it* ~~no~~ `c`\n\n1. one\n2. two\n\n| a | b |\n| - | - |\n| 1 | **2** |"
    cells = [
        [{"type": "raw_text", "text": word} for word in row] for row in (["k", "v"], ["battery", "电池"])
    ]
    page = await visit()
    blocks = [{"type": "markdown", "text": text}, {"type": "table", "rows": cells}]
    await slack.chat_postMessage(channel=MARKETING, text="plan", blocks=blocks)
    message = page.get_by_test_id("message")
    await expect(message.get_by_role("heading", name="标题")).to_be_visible()
    await expect(message.locator(".markdown strong").first).to_have_text("bold")
    await expect(message.get_by_role("listitem")).to_have_text(["1.one", "2.two"])
    await expect(message.get_by_role("cell")).to_have_text(["1", "2", "battery", "电池"])


async def test_markup_that_people_and_apps_send_stays_text(visit: Visit, slack: AsyncWebClient) -> None:
    evil = "<script>window.owned = 1</script><img src=x onerror='window.owned = 1'>"
    page = await visit()
    await type_and_send(page, evil)
    await expect(said(page, evil)).to_be_visible()
    link = "<javascript:window.owned=1|press me> [md](javascript:window.owned=1)"
    blocks = [
        section(f"{evil} {link}"),
        {"type": "markdown", "text": f"{evil} {link}"},
        {"type": "header", "text": {"type": "plain_text", "text": f"{evil}"}},
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [{"type": "link", "url": "javascript:window.owned=1", "text": "rich"}],
                }
            ],
        },
    ]
    await slack.chat_postMessage(channel=MARKETING, text="evil", blocks=blocks)
    await expect(said(page, "press me")).to_be_visible()
    await expect(page.get_by_test_id("message").locator("script, img, a")).to_have_count(0)
    assert await page.evaluate("window.owned") is None


async def test_the_page_comes_back_after_the_connection_is_lost(
    visit: Visit, people: WorkspaceClient, workspace: LocalWorkspace, bot: AsyncApp
) -> None:
    page = await visit()
    await expect(page.get_by_test_id("bot-state")).to_have_attribute("data-connected", "true")
    await page.get_by_test_id("composer").fill("half a sentence")
    lost = page.locator("[data-testid=page][data-link=lost]")
    await page.route("**/client/state*", lambda route: route.abort())
    workspace.core.live.close()
    await expect(lost).to_be_visible()
    await page.unroute("**/client/state*")
    await people.message(MARKETING, "said while you were away", user=BEN)
    await expect(said(page, "said while you were away")).to_be_visible()
    await people.message(MARKETING, "said after", user=BEN)
    await expect(said(page, "said after")).to_be_visible()
    await expect(lost).to_have_count(0)
    await expect(page.get_by_test_id("composer")).to_have_value("half a sentence")


async def test_commands_are_hinted_and_failed_ones_keep_what_was_typed(
    visit: Visit, people: WorkspaceClient
) -> None:
    page = await visit()
    composer = page.get_by_test_id("composer")
    await expect(page.get_by_test_id("bot-state")).to_have_attribute("data-connected", "false")
    await composer.fill("/c")
    await expect(page.get_by_test_id("suggestions")).to_contain_text("/copy ad|campaignWrite copy")
    await composer.press("Enter")
    await expect(composer).to_have_value("/copy ")
    await expect(page.get_by_test_id("command-hint")).to_have_text("/copy ad|campaign")
    await type_and_send(page, "/copy ad 极光 X ｜ 电池：5000 mAh")
    failure = page.get_by_test_id("composer-error")
    await expect(failure).to_contain_text("/copy failed with the error “dispatch_failed”")
    await expect(composer).to_have_value("/copy ad 极光 X ｜ 电池：5000 mAh")
    await type_and_send(page, "/nope hello")
    await expect(failure).to_contain_text("/nope is not a valid command")
    await expect(composer).to_have_value("/nope hello")
    assert await people.messages(MARKETING) == []


async def test_an_example_is_put_into_the_composer_of_an_empty_channel(
    visit: Visit, people: WorkspaceClient
) -> None:
    page = await visit()
    chips = page.get_by_test_id("example-chips")
    await chips.get_by_role("button", name="中文广告").click()
    await expect(page.get_by_test_id("composer")).to_have_value(re.compile("^/copy ad 极光"))
    await chips.get_by_role("button", name="An ad for a phone").click()
    await expect(page.get_by_test_id("composer")).to_have_value(re.compile("^/copy ad Aurora X phone"))
    await people.message(MARKETING, "No longer empty", user=BEN)
    await expect(chips).to_have_count(0)


async def test_a_file_is_attached_and_shift_enter_makes_a_line(visit: Visit, people: WorkspaceClient) -> None:
    page = await visit()
    composer = page.get_by_test_id("composer")
    file = {"name": "评论.csv", "mimeType": "text/csv", "buffer": "很好\n".encode()}
    await page.get_by_test_id("file-input").set_input_files([file])  # type: ignore[list-item]
    await expect(page.get_by_role("button", name="Remove 评论.csv")).to_be_visible()
    await composer.press_sequentially("one")
    await composer.press("Shift+Enter")
    await composer.press_sequentially("two")
    await composer.press("Enter")
    await expect(said(page, "one").get_by_test_id("file")).to_contain_text("评论.csv")
    [message] = await people.messages(MARKETING)
    assert message["text"] == "one\ntwo"
    assert [file["name"] for file in message["files"]] == ["评论.csv"]


async def test_a_phone_has_the_channels_in_a_drawer_and_threads_in_full(
    visit: Visit, people: WorkspaceClient
) -> None:
    parent = await people.message(MARKETING, "Parent")
    await people.message(MARKETING, "Reply", thread_ts=parent)
    page = await visit(width=390, height=844)
    await expect(page.get_by_test_id("channel-shop")).to_be_hidden()
    await page.get_by_test_id("replies").click()
    await expect(page.get_by_test_id("thread-panel")).to_be_visible()
    await expect(page.get_by_test_id("composer")).to_be_hidden()
    await page.get_by_test_id("thread-close").click()
    await page.get_by_test_id("menu").click()
    await page.get_by_test_id("channel-shop").click()
    await expect(page.get_by_role("heading", name="# shop").first).to_be_visible()
    await expect(page.get_by_test_id("channel-marketing")).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
