"""reactions.add, remove, get."""

from __future__ import annotations

from workspace import activity
from workspace.api.method import Method, required
from workspace.core import Core, Json
from workspace.errors import SlackError
from workspace.events import message_body
from workspace.state import Message


async def add(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/reactions.add"""
    activity.react(core, _message(core, arguments), str(arguments["name"]), core.state.bot.user_id, add=True)
    return {}


async def remove(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/reactions.remove"""
    activity.react(core, _message(core, arguments), str(arguments["name"]), core.state.bot.user_id, add=False)
    return {}


async def get(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/reactions.get"""
    message = _message(core, arguments | {"name": "any"})
    return {"type": "message", "channel": message.channel, "message": message_body(core.state, message)}


def _message(core: Core, arguments: Json) -> Message:
    required(arguments, "name")
    if not arguments.get("channel") or not arguments.get("timestamp"):
        raise SlackError("no_item_specified")
    channel = core.state.channel(arguments["channel"])
    if not core.state.has_bot(channel):
        raise SlackError("not_in_channel")
    return core.state.message(channel.id, arguments["timestamp"])


METHODS = {
    "reactions.add": Method(add, ("reactions:write",)),
    "reactions.remove": Method(remove, ("reactions:write",)),
    "reactions.get": Method(get, ("reactions:read",)),
}
