"""The client API (CLIENT_API.md): what the browser page and the tests call in the name of people."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict

from aiohttp import web

from workspace import activity, interactivity, modals
from workspace.api.files import new_file
from workspace.core import Core, Json
from workspace.errors import SlackError
from workspace.events import client_file, client_message, message_body
from workspace.interactivity import text_argument
from workspace.state import Channel, Message, User
from workspace.text import as_sent

Call = Callable[[Core, User, Json], Awaitable[Json]]


async def state(core: Core, request: web.Request) -> Json:
    """All that a person sees."""
    user = core.state.user(request.query.get("user"))
    seen = [channel for channel in core.state.channels.values() if user.id in channel.members]
    home = core.state.homes.get(user.id)
    return {
        "team": core.state.team,
        "me": user.id,
        "users": [
            {
                "id": one.id,
                "name": one.name,
                "real_name": one.real_name,
                "is_bot": one.is_bot,
                "color": one.color,
            }
            for one in core.state.users.values()
        ],
        "channels": [_channel(core, channel) for channel in seen],
        "commands": [
            {"command": one.command, "description": one.description, "usage_hint": one.usage_hint}
            for one in core.manifest.commands
        ],
        "shortcuts": [asdict(one) for one in core.manifest.shortcuts],
        "messages": {channel.id: _messages(core, channel, user) for channel in seen},
        "home": modals.view_body(core, home) if home else None,
        "open_views": [
            modals.view_body(core, core.state.views[view_id])
            for view_id in core.state.stacks.get(user.id, [])
        ],
        "bot": {
            "id": core.state.bot.id,
            "user_id": core.state.bot.user_id,
            "name": core.state.bot.name,
            "connected": core.delivery.connected,
        },
    }


async def command(core: Core, user: User, body: Json) -> Json:
    """Types a slash command."""
    name = text_argument(body, "command")
    return await interactivity.command(core, user, _seen(core, user, body), name, str(body.get("text") or ""))


async def message(core: Core, user: User, body: Json) -> Json:
    """Posts a person's message."""
    channel = _seen(core, user, body)
    files = [core.state.files.get(str(one)) for one in body.get("file_ids") or []]
    text = str(body.get("text") or "")
    if not text.strip() and not files:
        raise SlackError("no_text")
    if any(file is None or file.user != user.id for file in files):
        raise SlackError("file_not_found")
    thread_ts = str(body["thread_ts"]) if body.get("thread_ts") else None
    if thread_ts:
        parent = core.state.message(channel.id, thread_ts)
        thread_ts = parent.thread_ts or parent.ts
    posted = Message(
        ts=core.state.new_ts(),
        channel=channel.id,
        text=as_sent(text, core.state),
        username=user.real_name,
        user=user.id,
        thread_ts=thread_ts,
        files=[file.id for file in files if file is not None],
    )
    for file in files:
        if file is not None:
            file.channels.append(channel.id)
    activity.post(core, posted)
    return {"ts": posted.ts}


async def edit(core: Core, user: User, body: Json) -> Json:
    """Edits a person's own message."""
    edited = _own(core, user, body, "cant_update_message")
    previous = message_body(core.state, edited)
    edited.text = as_sent(text_argument(body, "text"), core.state)
    edited.edited = {"user": user.id, "ts": core.state.new_ts()}
    activity.change(core, edited, previous)
    return {}


async def delete(core: Core, user: User, body: Json) -> Json:
    """Deletes a person's own message."""
    activity.remove(core, _own(core, user, body, "cant_delete_message"))
    return {}


async def reaction(core: Core, user: User, body: Json) -> Json:
    """Adds or takes back a reaction."""
    channel = _seen(core, user, body)
    reacted = core.state.message(channel.id, text_argument(body, "ts"))
    activity.react(core, reacted, text_argument(body, "name"), user.id, add=not body.get("remove"))
    return {}


async def action(core: Core, user: User, body: Json) -> Json:
    """Uses a button or another element of a message, modal or home tab."""
    container = body.get("container")
    if not isinstance(container, dict) or container.get("type") not in ("message", "view"):
        raise SlackError("invalid_arguments", ["container must be a message or a view"])
    if container["type"] == "view":
        return await interactivity.view_action(core, user, core.state.view(container.get("view_id")), body)
    channel = _seen(core, user, container)
    return await interactivity.message_action(core, user, channel, text_argument(container, "ts"), body)


async def submit(core: Core, user: User, body: Json) -> Json:
    """Submits a modal."""
    values = body.get("values") or {}
    if not isinstance(values, dict):
        raise SlackError("invalid_arguments", ["must provide an object [json-pointer:/values]"])
    return await interactivity.submit(core, user, core.state.view(body.get("view_id")), values)


async def close(core: Core, user: User, body: Json) -> Json:
    """Closes a modal."""
    return await interactivity.close(core, user, core.state.view(body.get("view_id")))


async def shortcut(core: Core, user: User, body: Json) -> Json:
    """Runs a shortcut."""
    channel = _seen(core, user, body) if body.get("channel") else None
    ts = str(body["ts"]) if body.get("ts") else None
    return await interactivity.shortcut(core, user, text_argument(body, "callback_id"), channel, ts)


async def home(core: Core, user: User, body: Json) -> Json:
    """Opens the app's home."""
    tab = str(body.get("tab") or "home")
    if tab not in ("home", "messages"):
        raise SlackError("invalid_arguments", ["tab must be home or messages"])
    interactivity.home_opened(core, user, tab)
    return {}


CALLS: dict[str, Call] = {
    "command": command,
    "message": message,
    "message/edit": edit,
    "message/delete": delete,
    "reaction": reaction,
    "action": action,
    "view/submit": submit,
    "view/close": close,
    "shortcut": shortcut,
    "home": home,
}


def routes(core: Core) -> list[web.RouteDef]:
    """The client API's routes."""

    async def get_state(request: web.Request) -> web.Response:
        return await _answer(state(core, request))

    async def live(request: web.Request) -> web.StreamResponse:
        user = core.state.users.get(request.query.get("user", ""))
        if user is None:
            return web.json_response({"ok": False, "error": "user_not_found"}, status=404)
        return await core.live.serve(request, user.id)

    async def upload(request: web.Request) -> web.Response:
        return await _answer(_upload(core, request))

    async def call(request: web.Request) -> web.Response:
        return await _answer(_call(core, request))

    return [
        web.get("/client/state", get_state),
        web.get("/client/live", live),
        web.post("/client/upload", upload),
        web.post("/client/{call:.+}", call),
    ]


async def _call(core: Core, request: web.Request) -> Json:
    handler = CALLS.get(request.match_info["call"])
    if handler is None:
        raise SlackError("unknown_method", status=404)
    body = await json_body(request)
    # A browser that leaves must not cancel what the person already did: the app has its payload.
    return await asyncio.shield(handler(core, _person(core, body.get("user")), body))


async def _upload(core: Core, request: web.Request) -> Json:
    form = await request.post()
    user = _person(core, form.get("user"))
    part = form.get("file")
    if not isinstance(part, web.FileField):
        raise SlackError("invalid_arguments", ["missing required field: file"])
    file = new_file(core, part.filename.replace("/", "_"), user.id)
    file.content, file.complete = part.file.read(), True
    return {"file": client_file(core.state, file)}


async def json_body(request: web.Request) -> Json:
    """A request's JSON object; only JSON is taken, which no foreign page can send without a preflight.

    Raises:
        SlackError: ``invalid_json`` or ``json_not_object``.
    """
    if request.content_type != "application/json":
        raise SlackError("invalid_post_type", status=415)
    try:
        body = await request.json()
    except ValueError:
        raise SlackError("invalid_json", status=400) from None
    if not isinstance(body, dict):
        raise SlackError("json_not_object", status=400)
    return body


async def _answer(work: Awaitable[Json]) -> web.Response:
    try:
        return web.json_response({"ok": True, **await work})
    except SlackError as error:
        return web.json_response(error.body(), status=error.status, headers=error.headers)


def _person(core: Core, user_id: object) -> User:
    user = core.state.user(user_id)
    if user.is_bot:
        raise SlackError("user_is_bot")
    return user


def _seen(core: Core, user: User, body: Json) -> Channel:
    channel = core.state.channels.get(str(body.get("channel")))
    if channel is None or user.id not in channel.members:
        raise SlackError("channel_not_found")
    return channel


def _own(core: Core, user: User, body: Json, refusal: str) -> Message:
    found = core.state.message(_seen(core, user, body).id, text_argument(body, "ts"))
    if found.user != user.id or found.tombstone:
        raise SlackError(refusal)
    return found


def _messages(core: Core, channel: Channel, user: User) -> list[Json]:
    shared = core.state.messages[channel.id].values()
    private = [
        one for one in core.state.ephemerals.get(channel.id, {}).values() if one.ephemeral_to == user.id
    ]
    return [client_message(core.state, one) for one in sorted([*shared, *private], key=lambda one: one.ts)]


def _channel(core: Core, channel: Channel) -> Json:
    name = core.state.bot.name if channel.is_im else channel.name
    return {
        "id": channel.id,
        "name": name,
        "is_member": core.state.has_bot(channel),
        "is_im": channel.is_im,
        "topic": channel.topic,
    }
