"""The Web API must answer slack_sdk as Slack does: what works, and every refusal that an app must handle."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from tests.workspace.conftest import section
from workspace.client import ClientError, WorkspaceClient
from workspace.seed import ANA, BEN, BOT, BOT_USER, DM_ANA, MARKETING, RANDOM, SHOP, TEAM
from workspace.server import LocalWorkspace

Json = dict[str, Any]


async def refusal(call: Any) -> Json:
    """The answer with which a call is refused."""
    with pytest.raises(SlackApiError) as refused:
        await call
    answer: Json = refused.value.response.data
    return answer


async def test_auth_test_names_the_bot_and_its_scopes(slack: AsyncWebClient) -> None:
    answer = await slack.auth_test()
    assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == (BOT_USER, BOT, TEAM)
    assert "chat:write" in answer.headers["x-oauth-scopes"]


@pytest.mark.parametrize(
    ("token", "error"), [("xoxb-wrong", "invalid_auth"), ("xapp-local", "not_allowed_token_type")]
)
async def test_a_wrong_token_is_told_apart(workspace: LocalWorkspace, token: str, error: str) -> None:
    client = AsyncWebClient(token=token, base_url=workspace.api_url)
    assert (await refusal(client.auth_test()))["error"] == error


async def test_no_token_is_not_authed(workspace: LocalWorkspace) -> None:
    async with aiohttp.ClientSession() as session, session.post(f"{workspace.api_url}auth.test") as response:
        assert await response.json() == {"ok": False, "error": "not_authed"}


async def test_a_bot_token_cannot_open_socket_mode(workspace: LocalWorkspace) -> None:
    client = AsyncWebClient(base_url=workspace.api_url)
    assert (await client.apps_connections_open(app_token="xapp-local"))["url"].startswith("ws://127.0.0.1:")
    assert (await refusal(client.apps_connections_open(app_token="xoxb-local")))[
        "error"
    ] == "not_allowed_token_type"


async def test_a_missing_scope_says_which_one_is_needed(
    slack: AsyncWebClient, people: WorkspaceClient
) -> None:
    await people.control("scopes", scopes=["commands", "users:read"])
    answer = await refusal(slack.chat_postMessage(channel=MARKETING, text="x"))
    assert answer["error"] == "missing_scope"
    assert (answer["needed"], answer["provided"]) == ("chat:write", "commands,users:read")
    assert (await slack.auth_test()).headers["x-oauth-scopes"] == "commands,users:read"


async def test_an_unknown_method_is_refused(slack: AsyncWebClient) -> None:
    assert (await refusal(slack.api_call("chat.shout")))["error"] == "unknown_method"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"channel": RANDOM, "text": "x"}, "not_in_channel"),
        ({"channel": MARKETING, "text": " "}, "no_text"),
        ({"channel": MARKETING, "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": MARKETING, "markdown_text": "x" * 12_001}, "msg_too_long"),
        ({"channel": MARKETING, "markdown_text": "x", "text": "y"}, "markdown_text_conflict"),
        ({"channel": MARKETING, "text": "x", "thread_ts": "1.2"}, "invalid_thread_ts"),
        ({"channel": MARKETING, "text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
        (
            {
                "channel": MARKETING,
                "text": "x",
                "metadata": {"event_type": "a", "event_payload": {"k": "v" * 4000}},
            },
            "metadata_too_large",
        ),
    ],
)
async def test_a_message_that_cannot_be_posted_is_refused(
    slack: AsyncWebClient, arguments: Json, error: str
) -> None:
    assert (await refusal(slack.chat_postMessage(**arguments)))["error"] == error


async def test_a_channel_is_found_by_name_and_a_person_by_direct_message(slack: AsyncWebClient) -> None:
    assert (await slack.chat_postMessage(channel="#shop", text="x"))["channel"] == SHOP
    assert (await slack.chat_postMessage(channel=ANA, text="x"))["channel"] == DM_ANA
    assert (await slack.conversations_open(users=ANA))["channel"]["id"] == DM_ANA


async def test_a_message_is_updated_with_its_metadata_kept_and_then_deleted(slack: AsyncWebClient) -> None:
    metadata = {"event_type": "copy_variant", "event_payload": {"variant_id": "v1"}}
    posted = await slack.chat_postMessage(channel=MARKETING, text="first", metadata=metadata)
    await slack.chat_update(channel=MARKETING, ts=posted["ts"], text="second", blocks=[section("two")])
    [message] = (await slack.conversations_history(channel=MARKETING, include_all_metadata=True))["messages"]
    assert (message["text"], message["metadata"]) == ("second", metadata)
    [plain] = (await slack.conversations_history(channel=MARKETING))["messages"]
    assert plain["metadata"] == {"event_type": "copy_variant"}, "as Slack tells it unasked"
    assert message["blocks"][0]["text"]["text"] == "two"
    await slack.chat_delete(channel=MARKETING, ts=posted["ts"])
    assert (await slack.conversations_history(channel=MARKETING))["messages"] == []


async def test_an_update_with_text_alone_leaves_the_old_blocks_on_show_as_slack_does(
    slack: AsyncWebClient,
) -> None:
    ts = (await slack.chat_postMessage(channel=MARKETING, text="x", blocks=[section("buttons")]))["ts"]
    kept = await slack.chat_update(channel=MARKETING, ts=ts, text="done")
    assert (kept["message"]["text"], kept["message"]["blocks"][0]["text"]["text"]) == ("done", "buttons")
    cleared = await slack.chat_update(channel=MARKETING, ts=ts, text="done", blocks=[])
    assert "blocks" not in cleared["message"]


async def test_an_update_is_refused_for_others_messages_missing_ones_and_long_text(
    slack: AsyncWebClient, people: WorkspaceClient
) -> None:
    theirs = await people.message(MARKETING, "mine")
    ours = (await slack.chat_postMessage(channel=MARKETING, text="x"))["ts"]
    update = slack.chat_update
    assert (await refusal(update(channel=MARKETING, ts=theirs, text="x")))["error"] == "cant_update_message"
    assert (await refusal(update(channel=MARKETING, ts="1.2", text="x")))["error"] == "message_not_found"
    assert (await refusal(update(channel=MARKETING, ts=ours, text="x" * 4001)))["error"] == "msg_too_long"
    assert (await refusal(slack.chat_delete(channel=MARKETING, ts=theirs)))["error"] == "cant_delete_message"


async def test_an_ephemeral_message_is_seen_by_one_person_only(
    slack: AsyncWebClient, people: WorkspaceClient
) -> None:
    await slack.chat_postEphemeral(channel=MARKETING, user=ANA, text="for Ana")
    assert [one["text"] for one in await people.messages(MARKETING, ANA)] == ["for Ana"]
    assert await people.messages(MARKETING, BEN) == []
    assert (await slack.conversations_history(channel=MARKETING))["messages"] == []


async def test_a_thread_is_read_with_its_parent_and_a_link_leads_to_a_reply(
    slack: AsyncWebClient, people: WorkspaceClient
) -> None:
    parent = await people.message(MARKETING, "brief")
    reply = await slack.chat_postMessage(channel=MARKETING, text="copy", thread_ts=parent)
    nested = await slack.chat_postMessage(channel=MARKETING, text="again", thread_ts=reply["ts"])
    thread = (await slack.conversations_replies(channel=MARKETING, ts=parent))["messages"]
    assert [one["text"] for one in thread] == ["brief", "copy", "again"]
    assert thread[0]["reply_count"] == 2
    assert {one["thread_ts"] for one in thread} == {parent}
    assert [one["text"] for one in (await slack.conversations_history(channel=MARKETING))["messages"]] == [
        "brief"
    ]
    link = await slack.chat_getPermalink(channel=MARKETING, message_ts=nested["ts"])
    assert f"thread_ts={parent}" in link["permalink"]


async def test_history_needs_membership_and_turns_pages(
    slack: AsyncWebClient, people: WorkspaceClient
) -> None:
    assert (await refusal(slack.conversations_history(channel=RANDOM)))["error"] == "not_in_channel"
    for index in range(5):
        await people.message(MARKETING, str(index))
    seen = [
        message["text"]
        async for answer in await slack.conversations_history(channel=MARKETING, limit=2)
        for message in answer["messages"]
    ]
    assert seen == ["4", "3", "2", "1", "0"]
    await slack.conversations_join(channel=RANDOM)
    assert (await slack.conversations_info(channel=RANDOM))["channel"]["is_member"]


async def test_reactions_are_added_once_and_taken_back_once(slack: AsyncWebClient) -> None:
    ts = (await slack.chat_postMessage(channel=MARKETING, text="x"))["ts"]
    where = {"channel": MARKETING, "timestamp": ts}
    await slack.reactions_add(name="thumbsup", **where)
    assert (await refusal(slack.reactions_add(name="+1", **where)))["error"] == "already_reacted"
    [reaction] = (await slack.reactions_get(**where))["message"]["reactions"]
    assert reaction == {"name": "+1", "users": [BOT_USER], "count": 1}
    await slack.reactions_remove(name="+1", **where)
    assert (await refusal(slack.reactions_remove(name="+1", **where)))["error"] == "no_reaction"
    assert (await refusal(slack.reactions_add(name="no such!", **where)))["error"] == "invalid_name"


async def test_people_are_listed_with_their_names_in_their_own_script(slack: AsyncWebClient) -> None:
    names = {user["id"]: user["real_name"] for user in (await slack.users_list())["members"]}
    assert set(names.values()) == {"Ana Ortega", "Ben Carter", "小林", "Copydesk"}
    assert (await slack.users_info(user=ANA))["user"]["is_bot"] is False
    assert (await refusal(slack.users_info(user="U0NOBODY")))["error"] == "user_not_found"


async def test_a_file_goes_up_into_a_thread_and_comes_down_with_the_token_only(
    workspace: LocalWorkspace, slack: AsyncWebClient, people: WorkspaceClient
) -> None:
    parent = await people.message(MARKETING, "brief")
    uploaded = await slack.files_upload_v2(
        filename="copy.csv",
        content="产品,文案\nAurora,亮",
        channel=MARKETING,
        thread_ts=parent,
        initial_comment="the export",
    )
    file = uploaded["file"]
    shared = await people.wait_for(lambda message: message["files"])
    assert (shared["text"], shared["thread_ts"], shared["files"][0]["name"]) == (
        "the export",
        parent,
        "copy.csv",
    )
    assert (await slack.files_info(file=file["id"]))["file"]["size"] == len("产品,文案\nAurora,亮".encode())
    async with aiohttp.ClientSession() as session:
        authorized = {"Authorization": f"Bearer {workspace.bot_token}"}
        async with session.get(file["url_private"], headers=authorized) as response:
            assert (await response.read()).decode() == "产品,文案\nAurora,亮"
        async with session.get(file["url_private"]) as response:
            assert response.content_type == "text/html"  # Slack's sign-in page, with status 200
        async with session.get(shared["files"][0]["url_private"]) as response:
            assert response.headers["Content-Disposition"] == "attachment"


async def test_a_person_shares_a_file_and_a_strangers_file_cannot_be_shared(people: WorkspaceClient) -> None:
    file = await people.upload("reviews.csv", b"a,b\n1,2\n", user=ANA)
    with pytest.raises(ClientError, match="file_not_found"):
        await people.message(MARKETING, "stolen", file_ids=[file["id"]], user=BEN)
    await people.message(MARKETING, "reviews", file_ids=[file["id"]], user=ANA)
    assert [one["files"][0]["id"] for one in await people.messages(MARKETING)] == [file["id"]]


async def test_a_stream_grows_in_a_thread_and_ends_with_blocks(
    slack: AsyncWebClient, people: WorkspaceClient
) -> None:
    parent = await people.message(MARKETING, "brief")
    stream = await slack.chat_stream(
        channel=MARKETING, thread_ts=parent, recipient_team_id=TEAM, recipient_user_id=ANA, buffer_size=1
    )
    await stream.append(markdown_text="**Aurora** ")
    growing = await people.wait_for(lambda message: message["streaming"])
    assert growing["text"] == "**Aurora** "
    await stream.append(markdown_text="shines.")
    await stream.stop(blocks=[section("done")])
    whole = await people.wait_for(
        lambda message: message["text"] == "**Aurora** shines." and not message["streaming"]
    )
    assert [block["type"] for block in whole["blocks"]] == ["markdown", "section"]
    late = await refusal(slack.chat_appendStream(channel=MARKETING, ts=stream.ts or "", markdown_text="x"))
    assert late["error"] == "message_not_in_streaming_state"
    await slack.chat_update(channel=MARKETING, ts=stream.ts or "", text="shorter")


async def test_a_stream_in_a_channel_needs_its_reader(slack: AsyncWebClient, people: WorkspaceClient) -> None:
    parent = await people.message(MARKETING, "brief")
    answer = await refusal(slack.chat_startStream(channel=MARKETING, thread_ts=parent))
    assert answer["error"] == "missing_recipient_user_id"


async def test_a_rate_limit_carries_retry_after_and_the_sdks_handler_gets_through(
    workspace: LocalWorkspace, slack: AsyncWebClient, people: WorkspaceClient
) -> None:
    await people.control("rate_limit", method="chat.postMessage", times=1, retry_after=1)
    with pytest.raises(SlackApiError) as refused:
        await slack.chat_postMessage(channel=MARKETING, text="x")
    assert (refused.value.response.status_code, refused.value.response["error"]) == (429, "ratelimited")
    assert refused.value.response.headers["Retry-After"] == "1"
    await people.control("rate_limit", method="chat.postMessage", times=1, retry_after=1)
    patient = AsyncWebClient(
        token=workspace.bot_token,
        base_url=workspace.api_url,
        retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=1)],
    )
    assert (await patient.chat_postMessage(channel=MARKETING, text="x"))["ok"]
    calls = (await people.control("calls", method="chat.postMessage"))["calls"]
    assert [call.get("error") for call in calls] == ["ratelimited", "ratelimited", None]


async def test_a_call_left_unanswered_is_done_all_the_same(
    workspace: LocalWorkspace, people: WorkspaceClient
) -> None:
    await people.control("leave_unanswered", method="chat.postMessage", times=1)
    hasty = AsyncWebClient(token=workspace.bot_token, base_url=workspace.api_url, timeout=1)
    with pytest.raises(TimeoutError):
        await hasty.chat_postMessage(channel=MARKETING, text="heard?")
    assert [one["text"] for one in await people.messages(MARKETING)] == ["heard?"]
    assert (await hasty.chat_postMessage(channel=MARKETING, text="again"))["ok"]


async def test_a_failure_on_demand_is_answered_as_often_as_asked(
    slack: AsyncWebClient, people: WorkspaceClient
) -> None:
    await people.control("fail", method="chat.update", times=2, error="fatal_error")
    ts = (await slack.chat_postMessage(channel=MARKETING, text="x"))["ts"]
    for _ in range(2):
        assert (await refusal(slack.chat_update(channel=MARKETING, ts=ts, text="y")))[
            "error"
        ] == "fatal_error"
    assert (await slack.chat_update(channel=MARKETING, ts=ts, text="y"))["ok"]


async def test_recorded_calls_never_show_a_token(workspace: LocalWorkspace, people: WorkspaceClient) -> None:
    async with aiohttp.ClientSession() as session:
        await session.post(f"{workspace.api_url}auth.test", data={"token": workspace.bot_token})
    calls = (await people.control("calls", method="auth.test"))["calls"]
    assert calls[0]["args"] == {"token": "***"}


async def test_every_ts_is_unique_when_many_messages_are_posted_at_once(slack: AsyncWebClient) -> None:
    answers = await asyncio.gather(*(slack.chat_postMessage(channel=MARKETING, text="x") for _ in range(40)))
    assert len({answer["ts"] for answer in answers}) == 40


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"Host": "evil.example:80"}, "DNS rebinding"),
        ({"Origin": "https://evil.example"}, "a foreign page"),
        ({"Origin": "null"}, "a sandboxed page"),
        ({"Sec-Fetch-Site": "cross-site"}, "a foreign form"),
    ],
)
async def test_a_foreign_page_cannot_act_in_the_workspace(
    workspace: LocalWorkspace, people: WorkspaceClient, headers: dict[str, str], why: str
) -> None:
    body = {"user": ANA, "channel": MARKETING, "text": "x"}
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{workspace.url}/client/message", json=body, headers=headers) as response:
            assert response.status == 403, why
        if "Sec-Fetch-Site" not in headers:
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(f"{workspace.url}/client/live?user={ANA}", headers=headers)
    assert await people.messages(MARKETING) == []


async def test_a_form_post_which_needs_no_preflight_is_refused(workspace: LocalWorkspace) -> None:
    body = {"user": ANA, "channel": MARKETING, "text": "x"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{workspace.url}/client/message", data=body) as response,
    ):
        assert response.status == 415


async def test_no_file_beside_the_page_is_served(workspace: LocalWorkspace) -> None:
    for path in ("/..%2fserver.py", "/%2e%2e/server.py", "/server.py"):
        async with (
            aiohttp.ClientSession() as session,
            session.get(URL(f"{workspace.url}{path}", encoded=True)) as response,
        ):
            assert response.status == 404, path


def test_only_loopback_hosts_are_served() -> None:
    for host in ("0.0.0.0", "192.168.1.10", "example.com", "::"):
        with pytest.raises(ValueError, match="loopback"):
            LocalWorkspace(host=host)
