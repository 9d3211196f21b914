"""Slack's Web API endpoint: reads arguments, checks token and scopes, calls the method."""

from __future__ import annotations

import asyncio
import hmac
import json
import time
from typing import Any

from aiohttp import web

from workspace.api import METHODS
from workspace.core import Core, Json
from workspace.errors import SlackError

KEPT_CALLS = 5000


async def handle(core: Core, request: web.Request) -> web.Response:
    """Answers ``/api/{method}``."""
    name = request.match_info["method"]
    headers = {
        "x-oauth-scopes": ",".join(sorted(core.scopes)),
        "x-slack-req-id": core.state.new_id("").lower(),
    }
    call: Json = {"method": name, "args": {}, "at": time.time()}
    core.calls.append(call)
    del core.calls[:-KEPT_CALLS]
    try:
        arguments = await _arguments(request)
        call["args"] = {key: _masked(key, value) for key, value in arguments.items()}
        refusal = core.switches.next_refusal(name)
        if refusal is not None:
            raise refusal
        method = METHODS.get(name)
        if method is None:
            raise SlackError("unknown_method", extra={"req_method": name})
        if method.scopes:
            headers["x-accepted-oauth-scopes"] = ",".join(method.scopes)
        if method.needs_token:
            _authenticate(core, request, arguments, method.app_level)
        core.need(*method.scopes)
        body = {"ok": True, **await method.handler(core, arguments)}
    except SlackError as error:
        call |= {"ok": False, "error": error.code}
        return web.json_response(error.body(), status=error.status, headers=headers | error.headers)
    call["ok"] = True
    if core.switches.leaves_unanswered(name):
        await _gone(request)
    return web.json_response(body, headers=headers)


async def _gone(request: web.Request) -> None:
    """Waits until the caller has hung up."""
    # aiohttp has no event for it that leaves the handler running.
    while request.transport is not None and not request.transport.is_closing():  # noqa: ASYNC110
        await asyncio.sleep(0.05)


async def _arguments(request: web.Request) -> Json:
    arguments: Json = dict(request.query)
    if request.method != "POST" or not request.can_read_body:
        return arguments
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text())
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        return arguments | body
    if request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        form = await request.post()
        return arguments | {key: value for key, value in form.items() if isinstance(value, str)}
    raise SlackError("invalid_post_type")


def _authenticate(core: Core, request: web.Request, arguments: Json, app_level: bool) -> None:
    header = request.headers.get("Authorization", "")
    token = header.removeprefix("Bearer ").strip() or str(arguments.get("token") or "")
    if not token:
        raise SlackError("not_authed")
    wanted, other = (core.app_token, core.bot_token) if app_level else (core.bot_token, core.app_token)
    if hmac.compare_digest(token.encode(), wanted.encode()):
        return
    raise SlackError("not_allowed_token_type" if token == other else "invalid_auth")


def _masked(key: str, value: Any) -> Any:
    return "***" if key == "token" else value
