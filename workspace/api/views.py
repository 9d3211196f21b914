"""views.open, push, update, publish."""

from __future__ import annotations

from workspace import modals
from workspace.api.method import Method, required
from workspace.core import Core, Json
from workspace.errors import SlackError
from workspace.state import View


async def open_view(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/views.open"""
    return _opened(core, arguments, push=False)


async def push(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/views.push"""
    return _opened(core, arguments, push=True)


async def update(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/views.update"""
    required(arguments, "view")
    view = _find(core, arguments)
    payload = modals.parse_view(arguments["view"], str(view.payload["type"]))
    modals.replace(core, view, payload, arguments.get("hash"))
    return {"view": modals.view_body(core, view)}


async def publish(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/views.publish"""
    required(arguments, "user_id", "view")
    user = core.state.user(arguments["user_id"])
    view = modals.publish(core, user.id, modals.parse_view(arguments["view"], "home"), arguments.get("hash"))
    return {"view": modals.view_body(core, view)}


def _opened(core: Core, arguments: Json, push: bool) -> Json:
    required(arguments, "view")
    trigger_id = arguments.get("trigger_id") or arguments.get("interactivity_pointer")
    if not trigger_id:
        raise SlackError("invalid_arguments", ["missing required field: trigger_id"])
    # The view is checked first: Slack's refusal of a bad view leaves the trigger usable.
    payload = modals.parse_view(arguments["view"], "modal")
    trigger = core.state.use_trigger(str(trigger_id))
    view = modals.open_modal(core, trigger.user, payload, push)
    return {"view": modals.view_body(core, view)}


def _find(core: Core, arguments: Json) -> View:
    if arguments.get("view_id"):
        return core.state.view(arguments["view_id"])
    if not arguments.get("external_id"):
        raise SlackError("invalid_arguments", ["missing required field: view_id"])
    for view in core.state.views.values():
        if view.payload.get("external_id") == arguments["external_id"]:
            return view
    raise SlackError("not_found")


METHODS = {
    "views.open": Method(open_view),
    "views.push": Method(push),
    "views.update": Method(update),
    "views.publish": Method(publish),
}
