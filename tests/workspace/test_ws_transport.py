"""Connections must behave as Slack's: they refresh, they are limited, and what was missed comes again."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.workspace.conftest import Json, http_app, socket_app
from workspace.client import ClientError, WorkspaceClient
from workspace.manifest import ManifestError
from workspace.seed import MARKETING
from workspace.server import LocalWorkspace


async def connection(
    workspace: LocalWorkspace, session: aiohttp.ClientSession
) -> aiohttp.ClientWebSocketResponse:
    """A bare Socket Mode connection."""
    client = AsyncWebClient(base_url=workspace.api_url)
    url = (await client.apps_connections_open(app_token=workspace.app_token))["url"]
    return await session.ws_connect(url)


async def test_a_connection_is_greeted_and_its_ticket_works_once(workspace: LocalWorkspace) -> None:
    client = AsyncWebClient(base_url=workspace.api_url)
    url = (await client.apps_connections_open(app_token=workspace.app_token))["url"]
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url) as socket:
            hello = await socket.receive_json()
            assert (hello["type"], hello["num_connections"]) == ("hello", 1)
            assert hello["connection_info"]["app_id"]
            await socket.ping(b"payload")  # the pong must carry the payload, or slack_sdk reconnects
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_more_connections_than_the_limit_are_turned_away(
    workspace: LocalWorkspace, people: WorkspaceClient
) -> None:
    await people.control("connections", limit=1)
    async with aiohttp.ClientSession() as session, await connection(workspace, session) as first:
        assert (await first.receive_json())["type"] == "hello"
        async with await connection(workspace, session) as second:
            assert (await second.receive_json())["reason"] == "too_many_websockets"


async def test_an_unacknowledged_event_comes_again_three_times_with_one_event_id(
    workspace: LocalWorkspace, people: WorkspaceClient
) -> None:
    workspace.core.delivery.ack_seconds = 0.2
    workspace.core.delivery.retry_delays = (0.0, 0.0, 0.0)
    async with aiohttp.ClientSession() as session, await connection(workspace, session) as socket:
        await socket.receive_json()
        await people.message(MARKETING, "x")
        frames = [await socket.receive_json() for _ in range(4)]
        with pytest.raises(TimeoutError):
            await socket.receive_json(timeout=0.5)
    assert [frame["retry_attempt"] for frame in frames] == [0, 1, 2, 3]
    assert [frame["retry_reason"] for frame in frames] == ["", "timeout", "timeout", "timeout"]
    assert len({frame["payload"]["event_id"] for frame in frames}) == 1
    assert len({frame["envelope_id"] for frame in frames}) == 4


async def test_an_event_that_happens_while_the_app_is_away_arrives_when_it_connects(
    workspace: LocalWorkspace, people: WorkspaceClient
) -> None:
    await people.message(MARKETING, "early")
    async with aiohttp.ClientSession() as session, await connection(workspace, session) as socket:
        await socket.receive_json()
        frame = await socket.receive_json(timeout=5)
        assert frame["payload"]["event"]["text"] == "early"


@pytest.mark.parametrize("reason", ["refresh_requested", "warning", "link_disabled"])
async def test_the_app_survives_a_refresh_of_its_connection(
    workspace: LocalWorkspace, app: AsyncApp, people: WorkspaceClient, reason: str
) -> None:
    @app.event("message")
    async def answer(event: Json, say: Any) -> None:
        await say(text=f"got {event['text']}", thread_ts=event["ts"])

    async with socket_app(workspace, app):
        assert (await people.state())["bot"]["connected"]
        await people.control("disconnect", reason=reason)
        ts = await people.message(MARKETING, "after")
        await people.wait_for(lambda message: message["text"] == "got after" and message["thread_ts"] == ts)


async def test_people_are_told_when_the_bot_comes_and_goes(
    workspace: LocalWorkspace, app: AsyncApp, people: WorkspaceClient
) -> None:
    gone = asyncio.create_task(
        people.wait_for(lambda one: one == {"type": "bot", "connected": False}, kind="event")
    )
    async with socket_app(workspace, app):
        await asyncio.sleep(0)
    await gone


async def test_requests_are_signed_and_redelivered_with_slacks_headers(
    workspace: LocalWorkspace, people: WorkspaceClient
) -> None:
    got: list[web.Request] = []
    done = asyncio.Event()

    async def handle(request: web.Request) -> web.Response:
        body = await request.text()
        stamp = request.headers["X-Slack-Request-Timestamp"]
        mine = hmac.new(
            workspace.signing_secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256
        ).hexdigest()
        assert hmac.compare_digest(request.headers["X-Slack-Signature"], f"v0={mine}")
        assert abs(time.time() - int(stamp)) < 60
        if json.loads(body)["type"] == "url_verification":
            return web.json_response({"challenge": json.loads(body)["challenge"]})
        got.append(request)
        if len(got) == 2:
            done.set()
        return web.Response(status=500 if len(got) == 1 else 200)

    application = web.Application()
    application.router.add_post("/", handle)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        await people.control("request_url", url=f"http://127.0.0.1:{runner.addresses[0][1]}/")
        await people.message(MARKETING, "x")
        await asyncio.wait_for(done.wait(), 10)
    finally:
        await runner.cleanup()
    assert "X-Slack-Retry-Num" not in got[0].headers
    assert (got[1].headers["X-Slack-Retry-Num"], got[1].headers["X-Slack-Retry-Reason"]) == (
        "1",
        "http_error",
    )


async def test_a_request_url_with_another_secret_fails_slacks_handshake(
    workspace: LocalWorkspace, slack: AsyncWebClient, people: WorkspaceClient
) -> None:
    async with http_app(AsyncApp(client=slack, signing_secret="another")) as url:
        with pytest.raises(ClientError, match="challenge_failed"):
            await people.control("request_url", url=url)


async def test_an_event_the_manifest_does_not_subscribe_to_is_not_sent(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.yml"
    manifest.write_text(
        "settings: {event_subscriptions: {bot_events: [message.im]}}\n"
        "oauth_config: {scopes: {bot: ['im:history', 'chat:write']}}\n",
        encoding="utf-8",
    )
    async with LocalWorkspace(manifest_path=manifest) as workspace, WorkspaceClient(workspace.url) as people:
        await people.message(MARKETING, "@copydesk hello")
        assert (await people.control("deliveries"))["deliveries"] == []
        auth = await AsyncWebClient(token=workspace.bot_token, base_url=workspace.api_url).auth_test()
        assert auth.headers["x-oauth-scopes"] == "chat:write,im:history"
        assert (await people.state())["commands"] == []


def test_a_broken_manifest_says_what_is_wrong(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.yml"
    manifest.write_text("features: {slash_commands: [{description: x}]}", encoding="utf-8")
    with pytest.raises(ManifestError, match="command"):
        LocalWorkspace(manifest_path=manifest)
    manifest.write_text("a: [", encoding="utf-8")
    with pytest.raises(ManifestError, match="not valid YAML"):
        LocalWorkspace(manifest_path=manifest)


async def test_the_module_runs_prints_its_address_and_stops_on_a_signal() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "workspace", "--port", "0", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
    url = line.split()[-1]
    async with WorkspaceClient(url) as people:
        state = await people.state()
        assert [channel["name"] for channel in state["channels"]] == [
            "marketing",
            "shop",
            "random",
            "Copydesk",
        ]
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 10) == 0


async def test_a_public_host_is_refused_on_the_command_line() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "workspace", "--host", "0.0.0.0", stderr=asyncio.subprocess.PIPE
    )
    _, errors = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 2
    assert b"loopback" in errors
