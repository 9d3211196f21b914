"""The control API: makes Slack misbehave on demand, and shows what was called and delivered."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from workspace.client_api import json_body
from workspace.core import Core, Json
from workspace.errors import SlackError
from workspace.http_events import HttpEvents


async def rate_limit(core: Core, body: Json) -> Json:
    """The next calls of a method get 429."""
    seconds = max(0, _number(body, "retry_after", 1))
    core.switches.rate_limits.setdefault(_method(body), []).extend([seconds] * _number(body, "times", 1))
    return {}


async def fail(core: Core, body: Json) -> Json:
    """The next calls of a method get a Slack error."""
    errors = [str(body.get("error") or "internal_error")] * _number(body, "times", 1)
    core.switches.failures.setdefault(_method(body), []).extend(errors)
    return {}


async def leave_unanswered(core: Core, body: Json) -> Json:
    """The next calls of a method are done, and never answered."""
    method = _method(body)
    core.switches.unanswered[method] = core.switches.unanswered.get(method, 0) + _number(body, "times", 1)
    return {}


async def disconnect(core: Core, body: Json) -> Json:
    """Sends Socket Mode's disconnect frame to every connection."""
    return {"told": await core.socket.disconnect(str(body.get("reason") or "refresh_requested"))}


async def redeliver(core: Core, body: Json) -> Json:
    """Sends an event again."""
    if not core.delivery.redeliver(str(body.get("event_id")), _number(body, "times", 1)):
        raise SlackError("event_not_found")
    return {}


async def drop_acks(core: Core, body: Json) -> Json:
    """Takes the next acknowledgements of events for missing, so that the events are redelivered at once."""
    core.delivery.drop_acks = _number(body, "times", 1)
    return {}


async def scopes(core: Core, body: Json) -> Json:
    """Restricts the bot token's scopes; null lifts the restriction."""
    given = body.get("scopes")
    if given is not None and not (isinstance(given, list) and all(isinstance(one, str) for one in given)):
        raise SlackError("invalid_arguments", ["scopes must be a list of strings or null"])
    core.delivery.scopes = None if given is None else frozenset(given)
    return {"scopes": sorted(core.scopes)}


async def connections(core: Core, body: Json) -> Json:
    """Sets how many Socket Mode connections there may be."""
    core.socket.limit = _number(body, "limit", 10)
    return {}


async def expire(core: Core, body: Json) -> Json:
    """Ends everything that ends by itself: triggers, response URLs, streams."""
    for trigger in core.state.triggers.values():
        trigger.expires = 0.0
    for url in core.response_urls.values():
        url.expires = 0.0
    for messages in core.state.messages.values():
        for message in messages.values():
            message.streaming = False
    return {}


async def request_url(core: Core, body: Json, http: HttpEvents) -> Json:
    """Switches to HTTP delivery after Slack's handshake with the app, or back to Socket Mode with null.

    https://docs.slack.dev/reference/events/url_verification
    """
    url = body.get("url")
    if url:
        challenge = secrets.token_hex(16)
        payload = {"token": core.delivery.token, "challenge": challenge, "type": "url_verification"}
        reply = await http.send(str(url), "events_api", payload, core.delivery.ack_seconds)
        answer = reply.body or {}
        if challenge not in (answer.get("challenge"), answer.get("text")):
            raise SlackError("challenge_failed", [f"the request URL answered: {reply.status}"])
    core.delivery.request_url = str(url) if url else None
    core.live.push({"type": "bot", "connected": core.delivery.connected})
    return {}


_CALLS: dict[str, Callable[[Core, Json], Awaitable[Json]]] = {
    "rate_limit": rate_limit,
    "fail": fail,
    "leave_unanswered": leave_unanswered,
    "disconnect": disconnect,
    "redeliver": redeliver,
    "drop_acks": drop_acks,
    "scopes": scopes,
    "connections": connections,
    "expire": expire,
}


def routes(core: Core, http: HttpEvents) -> list[web.RouteDef]:
    """The control API's routes."""

    async def call(request: web.Request) -> web.Response:
        name = request.match_info["call"]
        try:
            body = await json_body(request)
            if name == "request_url":
                answer = await request_url(core, body, http)
            elif name in _CALLS:
                answer = await _CALLS[name](core, body)
            else:
                raise SlackError("unknown_method", status=404)
        except SlackError as error:
            return web.json_response(error.body(), status=error.status)
        return web.json_response({"ok": True, **answer})

    async def calls(request: web.Request) -> web.Response:
        method = request.query.get("method")
        found = [one for one in core.calls if method in (None, one["method"])]
        return web.json_response({"ok": True, "calls": found})

    async def deliveries(_: web.Request) -> web.Response:
        return web.json_response({"ok": True, "deliveries": core.delivery.deliveries()})

    return [
        web.get("/control/calls", calls),
        web.get("/control/deliveries", deliveries),
        web.post("/control/{call}", call),
    ]


def _method(body: Json) -> str:
    method = body.get("method")
    if not isinstance(method, str) or not method:
        raise SlackError("invalid_arguments", ["missing required field: method"])
    return method


def _number(body: Json, name: str, default: int) -> int:
    value: Any = body.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise SlackError("invalid_arguments", [f"{name} must be a whole number"])
    return value
