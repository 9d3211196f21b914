"""What an app answers outside the Web API: response URLs, and a body in a command's acknowledgement."""

from __future__ import annotations

import time

from aiohttp import web

from workspace import activity, compose
from workspace.core import Core, Json, ResponseUrl
from workspace.errors import SlackError
from workspace.events import message_body
from workspace.state import Message


async def receive(core: Core, request: web.Request) -> web.Response:
    """Takes a POST to a response_url."""
    known = core.response_urls.get(request.match_info["token"])
    try:
        if known is None or time.monotonic() > known.expires:
            raise SlackError("expired_url", status=404)
        if known.uses_left <= 0:
            raise SlackError("used_url", status=404)
        try:
            body = await request.json()
        except ValueError:
            raise SlackError("invalid_payload", status=400) from None
        if not isinstance(body, dict):
            raise SlackError("invalid_payload", status=400)
        known.uses_left -= 1
        respond(core, known, body)
    except SlackError as error:
        return web.json_response(error.body(), status=error.status if error.status != 200 else 400)
    return web.json_response({"ok": True})


def respond(core: Core, source: ResponseUrl, body: Json) -> None:
    """Does what a response body asks: a new ephemeral or public message, or a change of the original one.

    https://docs.slack.dev/interactivity/handling-user-interaction#message_responses

    Raises:
        SlackError: Slack's refusal of the content, or ``message_not_found``.
    """
    channel = core.state.channels[source.channel]
    if body.get("delete_original"):
        activity.remove(core, _original(core, source))
        source.message_ts = None
        return
    if body.get("replace_original") and source.message_ts:
        message = _original(core, source)
        text, blocks = compose.content(body)
        if not text and not blocks:
            raise SlackError("no_text")
        previous = message_body(core.state, message)
        message.text, message.blocks = text or "", blocks or []
        activity.change(core, message, previous)
        return
    public = body.get("response_type") == "in_channel"
    arguments = dict(body)
    if source.thread_ts and "thread_ts" not in body and not public:
        arguments["thread_ts"] = source.thread_ts  # an ephemeral answer appears where the person acted
    message = compose.bot_message(core, channel, arguments, via_response_url=True)
    if public:
        activity.post(core, message)
    else:
        message.ephemeral_to = source.user
        activity.post_ephemeral(core, message)
    source.message_ts = source.message_ts or message.ts


def _original(core: Core, source: ResponseUrl) -> Message:
    if not source.message_ts:
        raise SlackError("message_not_found")
    return core.state.any_message(source.channel, source.message_ts, source.user)
