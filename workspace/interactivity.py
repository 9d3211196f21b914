"""Commands, actions, modals, shortcuts: sends what a person did to the app and does what it answers."""

from __future__ import annotations

from typing import Any

from workspace import inputs, modals, responses
from workspace.core import Core, Json
from workspace.errors import SlackError
from workspace.events import message_body
from workspace.socket_mode import Reply
from workspace.state import Channel, User, View
from workspace.text import command_text


async def command(core: Core, user: User, channel: Channel, name: str, typed: str) -> Json:
    """A slash command (https://docs.slack.dev/interactivity/implementing-slash-commands).

    Raises:
        SlackError: ``unknown_command``, ``dispatch_failed``, ``operation_timeout``, or the answer's fault.
    """
    known = next((one for one in core.manifest.commands if one.command == name), None)
    if known is None:
        raise SlackError("unknown_command")
    url = core.new_response_url(user.id, channel.id)
    payload = {
        "token": core.delivery.token,
        "team_id": core.state.team["id"],
        "team_domain": core.state.team["domain"],
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.is_im else channel.name,
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": command_text(typed.strip(), core.state, known.should_escape),
        "api_app_id": core.state.bot.app_id,
        "is_enterprise_install": "false",
        "response_url": url,
        "trigger_id": core.state.new_trigger(user.id),
    }
    reply = _acked(await core.delivery.ask("slash_commands", payload, name))
    if reply.body:
        responses.respond(core, core.response_urls[url.rpartition("/")[2]], reply.body)
    return {}


async def message_action(core: Core, user: User, channel: Channel, ts: str, used: Json) -> Json:
    """Something in a message was used (https://docs.slack.dev/reference/interaction-payloads/block_actions-payload).

    Args:
        core: the server.
        user: who.
        channel: where.
        ts: which message.
        used: ``action_id``, ``block_id`` and ``value`` of the client API.

    Raises:
        SlackError: the element does not exist, or nobody acknowledged.
    """
    message = core.state.any_message(channel.id, ts, user.id)
    block, element = inputs.find_element(message.blocks, str(used.get("action_id")), used.get("block_id"))
    action = inputs.action_of(block, element, used.get("value"), core.state.new_ts())
    state = modals.initial_values(message.blocks)
    if block["block_id"] in state and element["action_id"] in state[block["block_id"]]:
        state[block["block_id"]][element["action_id"]] = inputs.state_of(element, used.get("value"))
    container: Json = {
        "type": "message",
        "message_ts": ts,
        "channel_id": channel.id,
        "is_ephemeral": message.ephemeral_to is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = _interaction(core, user, "block_actions") | {
        "container": container,
        "channel": {"id": channel.id, "name": "directmessage" if channel.is_im else channel.name},
        "state": {"values": state},
        "response_url": core.new_response_url(user.id, channel.id, ts, message.thread_ts),
        "actions": [action],
    }
    if not message.ephemeral_to:  # Slack keeps no ephemeral message, so it sends none back
        payload["message"] = message_body(core.state, message)
    _acked(await core.delivery.ask("interactive", payload, "block_actions"))
    return {}


async def view_action(core: Core, user: User, view: View, used: Json) -> Json:
    """Something in a modal or home tab was used; an input without ``dispatch_action`` only keeps its value.

    Raises:
        SlackError: the element does not exist, or nobody acknowledged.
    """
    _mine(view, user)
    if isinstance(used.get("values"), dict):
        inputs.merge_values(view, used["values"])
    block, element = inputs.find_element(
        view.payload["blocks"], str(used.get("action_id")), used.get("block_id")
    )
    action = inputs.action_of(block, element, used.get("value"), core.state.new_ts())
    if block["block_id"] in view.values and element["action_id"] in view.values[block["block_id"]]:
        view.values[block["block_id"]][element["action_id"]] = inputs.state_of(element, used.get("value"))
    if block["type"] == "input" and not block.get("dispatch_action"):
        return {}
    payload = _interaction(core, user, "block_actions", view) | {
        "container": {"type": "view", "view_id": view.id},
        "view": modals.view_body(core, view),
        "actions": [action],
    }
    _acked(await core.delivery.ask("interactive", payload, "block_actions"))
    return {}


async def submit(core: Core, user: User, view: View, values: Json) -> Json:
    """A modal's submit button, and what the app answers: errors, update, push, clear, or nothing (it closes).

    https://docs.slack.dev/surfaces/modals#handling_submissions

    Returns:
        ``response_action`` and ``errors``, as far as there are any. Missing required fields come back as
        errors without the app hearing of it, as in Slack's own form.

    Raises:
        SlackError: nobody acknowledged, or the answer cannot be used.
    """
    _mine(view, user)
    inputs.merge_values(view, values)
    problems = inputs.input_errors(view)
    if problems:
        return {"response_action": "errors", "errors": problems}
    payload = _interaction(core, user, "view_submission", view) | {
        "view": modals.view_body(core, view),
        "response_urls": view.response_urls,
    }
    body = _acked(await core.delivery.ask("interactive", payload, "view_submission")).body or {}
    action = body.get("response_action")
    if view.id not in core.state.views:  # the app or the person closed it meanwhile
        return {}
    if action is None:
        modals.drop(core, view)
        return {}
    if action == "errors":
        errors = body.get("errors")
        blocks = {block["block_id"] for block in view.payload["blocks"] if block["type"] == "input"}
        if not isinstance(errors, dict) or not errors or not set(errors) <= blocks:
            raise SlackError("invalid_response", ["errors must name input blocks of the view"])
        return {"response_action": "errors", "errors": errors}
    if action == "update":
        modals.replace(core, view, modals.parse_view(body.get("view"), "modal"))
    elif action == "push":
        modals.open_modal(core, user.id, modals.parse_view(body.get("view"), "modal"), push=True)
    elif action == "clear":
        await _clear(core, user)
    else:
        raise SlackError("invalid_response", [f"unsupported response_action: {action}"])
    return {"response_action": action}


async def close(core: Core, user: User, view: View) -> Json:
    """A modal's close button; the app hears of it when the view has ``notify_on_close``."""
    _mine(view, user)
    if view.payload.get("clear_on_close"):
        await _clear(core, user)
        return {}
    body = modals.view_body(core, view)
    modals.drop(core, view)
    await _tell_closed(core, user, body, is_cleared=False)
    return {}


async def shortcut(core: Core, user: User, callback_id: str, channel: Channel | None, ts: str | None) -> Json:
    """A shortcut, on a message when `ts` is given (https://docs.slack.dev/interactivity/implementing-shortcuts).

    Raises:
        SlackError: ``unknown_shortcut``, ``message_not_found``, or nobody acknowledged.
    """
    kind = "message" if ts else "global"
    if not any(one.callback_id == callback_id and one.type == kind for one in core.manifest.shortcuts):
        raise SlackError("unknown_shortcut")
    payload = _interaction(core, user, "message_action" if ts else "shortcut")
    payload |= {"callback_id": callback_id, "action_ts": core.state.new_ts()}
    if ts:
        if channel is None:
            raise SlackError("channel_not_found")
        message = core.state.message(channel.id, ts)
        payload |= {
            "channel": {"id": channel.id, "name": "directmessage" if channel.is_im else channel.name},
            "message_ts": ts,
            "message": message_body(core.state, message),
            "response_url": core.new_response_url(user.id, channel.id, None, message.thread_ts),
        }
    _acked(await core.delivery.ask("interactive", payload, payload["type"]))
    return {}


def home_opened(core: Core, user: User, tab: str) -> None:
    """Sends ``app_home_opened`` (https://docs.slack.dev/reference/events/app_home_opened)."""
    event: Json = {
        "type": "app_home_opened",
        "user": user.id,
        "channel": core.state.direct_message(user.id).id,
        "tab": tab,
        "event_ts": core.state.new_ts(),
    }
    view = core.state.homes.get(user.id)
    if tab == "home" and view is not None:
        event["view"] = modals.view_body(core, view)
    core.delivery.event(event, "app_home_opened")


async def _clear(core: Core, user: User) -> None:
    open_ones = [core.state.views[view_id] for view_id in reversed(core.state.stacks.get(user.id, []))]
    bodies = [modals.view_body(core, view) for view in open_ones]
    modals.clear(core, user.id)
    for body in bodies:
        await _tell_closed(core, user, body, is_cleared=True)


async def _tell_closed(core: Core, user: User, body: Json, is_cleared: bool) -> None:
    if body["notify_on_close"]:
        payload = _interaction(core, user, "view_closed") | {"view": body, "is_cleared": is_cleared}
        del payload["trigger_id"]
        await core.delivery.ask("interactive", payload, "view_closed")


def _interaction(core: Core, user: User, kind: str, view: View | None = None) -> Json:
    team: Json = {"id": core.state.team["id"], "domain": core.state.team["domain"]}
    person = {"id": user.id, "username": user.name, "name": user.name, "team_id": team["id"]}
    return {
        "type": kind,
        "token": core.delivery.token,
        "team": team,
        "user": person,
        "api_app_id": core.state.bot.app_id,
        "trigger_id": core.state.new_trigger(user.id, view.id if view else None),
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _acked(reply: Reply) -> Reply:
    if reply.status == "acked":
        return reply
    raise SlackError("operation_timeout" if reply.status == "timeout" else "dispatch_failed")


def _mine(view: View, user: User) -> None:
    if view.user != user.id:
        raise SlackError("not_found")


def text_argument(body: Json, name: str) -> str:
    """A string argument of the client API.

    Raises:
        SlackError: ``invalid_arguments``.
    """
    value: Any = body.get(name)
    if not isinstance(value, str) or not value:
        raise SlackError("invalid_arguments", [f"missing required field: {name}"])
    return value
