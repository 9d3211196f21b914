"""Views: validates them, keeps each person's stack of modals and home tab, and the state of their inputs."""

from __future__ import annotations

import json
import secrets
import time
from typing import Any

from workspace.block_types import elements_of
from workspace.blocks import VIEW_BLOCKS, check_blocks, walk_blocks, with_ids
from workspace.checking import Checker
from workspace.core import Core, Json
from workspace.errors import SlackError
from workspace.state import View

# https://docs.slack.dev/reference/views/modal-views and home-tab-views
TITLE, PRIVATE_METADATA, CALLBACK_ID, EXTERNAL_ID = 24, 3000, 255, 255
VIEW_BYTES = 250_000
STACK = 3
_COMMON = ("blocks", "private_metadata", "callback_id", "external_id")
_MODAL = ("title", "submit", "close", "clear_on_close", "notify_on_close", "submit_disabled")


def parse_view(value: Any, kind: str) -> Json:
    """A view as the app gave it, checked.

    Args:
        value: an object, or a string that holds one.
        kind: ``modal`` or ``home``.

    Raises:
        SlackError: ``invalid_arguments`` with every finding, or ``view_too_large``.
    """
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise SlackError("invalid_arguments", ["must be a valid JSON [json-pointer:/view]"]) from None
    if not isinstance(value, dict):
        raise SlackError("invalid_arguments", ["must provide an object [json-pointer:/view]"])
    if len(json.dumps(value, ensure_ascii=False).encode()) > VIEW_BYTES:
        raise SlackError("view_too_large")
    check = Checker(kind, "/view")
    if value.get("type") != kind:
        check.note(f"unsupported type: {value.get('type')}", "/type")
    required = ("blocks", "title") if kind == "modal" else ("blocks",)
    check.fields(value, "", required, (*_COMMON, *(_MODAL if kind == "modal" else ())))
    for name in ("title", "submit", "close"):
        check.text(value, name, "", TITLE, plain=True)
    check.string(value, "private_metadata", "", PRIVATE_METADATA)
    check.string(value, "callback_id", "", CALLBACK_ID)
    check.string(value, "external_id", "", EXTERNAL_ID)
    for name in ("clear_on_close", "notify_on_close", "submit_disabled"):
        check.boolean(value, name, "")
    check_blocks(check, value, VIEW_BLOCKS)
    if kind == "modal" and not value.get("submit"):
        for index, block in enumerate(value.get("blocks") or []):
            if isinstance(block, dict) and block.get("type") == "input":
                check.note("must define `submit` to use an `input` block in modals", f"/blocks/{index}/input")
    if check.findings:
        raise SlackError("invalid_arguments", check.findings)
    return value | {"blocks": with_ids(value["blocks"])}


def open_modal(core: Core, user: str, payload: Json, push: bool) -> View:
    """Puts a modal on a person's stack.

    Raises:
        SlackError: ``push_limit_reached``, ``duplicate_external_id``.
    """
    stack = core.state.stacks.setdefault(user, [])
    if not push:  # a new root replaces what was open
        for view_id in list(stack):
            drop(core, core.state.views[view_id])
    if len(stack) >= STACK:
        raise SlackError("push_limit_reached")
    _check_external_id(core, payload, None)
    view_id = core.state.new_id("V")
    previous = stack[-1] if stack else None
    root = core.state.views[stack[0]].id if stack else view_id
    view = View(view_id, user, payload, _new_hash(), root, previous)
    view.values = initial_values(payload["blocks"])
    core.state.views[view_id] = view
    stack.append(view_id)
    _push(core, view, "opened")
    return view


def replace(core: Core, view: View, payload: Json, expected_hash: Any = None) -> None:
    """Updates a modal; inputs whose block and action ids stay keep what the person typed.

    Raises:
        SlackError: ``hash_conflict``, ``duplicate_external_id``.
    """
    if expected_hash and expected_hash != view.hash:
        raise SlackError("hash_conflict")
    _check_external_id(core, payload, view)
    typed = view.values
    view.payload, view.hash = payload, _new_hash()
    view.values = {
        block: {action: typed.get(block, {}).get(action, start) for action, start in actions.items()}
        for block, actions in initial_values(payload["blocks"]).items()
    }
    _push(core, view, "updated")


def publish(core: Core, user: str, payload: Json, expected_hash: Any = None) -> View:
    """Sets a person's home tab.

    Raises:
        SlackError: ``hash_conflict``.
    """
    known = core.state.homes.get(user)
    if known is not None and expected_hash and expected_hash != known.hash:
        raise SlackError("hash_conflict")
    view_id = known.id if known is not None else core.state.new_id("V")
    view = View(view_id, user, payload, _new_hash(), view_id)
    view.values = initial_values(payload["blocks"])
    core.state.homes[user] = core.state.views[view_id] = view
    core.live.push({"type": "home", "view": view_body(core, view)}, [user])
    return view


def drop(core: Core, view: View) -> None:
    """Takes a modal off its stack and tells the person's page."""
    core.state.views.pop(view.id, None)
    stack = core.state.stacks.get(view.user, [])
    if view.id in stack:
        stack.remove(view.id)
    core.live.push({"type": "view_closed", "view_id": view.id}, [view.user])


def clear(core: Core, user: str) -> None:
    """Closes all of a person's modals."""
    for view_id in reversed(list(core.state.stacks.get(user, []))):
        drop(core, core.state.views[view_id])


def view_body(core: Core, view: View) -> Json:
    """A view as the API returns it and payloads carry it."""
    payload = view.payload
    body: Json = {
        "id": view.id,
        "team_id": core.state.team["id"],
        "type": payload["type"],
        "blocks": payload["blocks"],
        "private_metadata": payload.get("private_metadata") or "",
        "callback_id": payload.get("callback_id") or "",
        "external_id": payload.get("external_id") or "",
        "state": {"values": view.values},
        "hash": view.hash,
        "title": payload.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
        "submit": payload.get("submit"),
        "close": payload.get("close"),
        "submit_disabled": bool(payload.get("submit_disabled")),
        "clear_on_close": bool(payload.get("clear_on_close")),
        "notify_on_close": bool(payload.get("notify_on_close")),
        "root_view_id": view.root_id,
        "previous_view_id": view.previous_id,
        "app_id": core.state.bot.app_id,
        "app_installed_team_id": core.state.team["id"],
        "bot_id": core.state.bot.id,
    }
    return body


def initial_values(blocks: list[Json]) -> Json:
    """``state.values`` before anybody types."""
    values: Json = {}
    for block in walk_blocks(blocks):
        for element in elements_of(block):
            start = initial_state(element)
            if start is not None:
                values.setdefault(block["block_id"], {})[element["action_id"]] = start
    return values


def initial_state(element: Json) -> Json | None:
    """One element's state before anybody touches it; None for elements that hold none (buttons)."""
    kind = str(element.get("type"))
    if kind in ("button", "overflow", "image", "feedback_buttons", "icon_button", "workflow_button"):
        return None
    if kind in ("checkboxes", "multi_static_select", "multi_external_select"):
        return {"type": kind, "selected_options": element.get("initial_options") or []}
    if kind in ("static_select", "external_select", "radio_buttons"):
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind.startswith("multi_"):
        what = kind.removeprefix("multi_").removesuffix("_select")
        return {"type": kind, f"selected_{what}": element.get(f"initial_{what}") or []}
    if kind.endswith("_select"):
        what = kind.removesuffix("s_select")
        return {"type": kind, f"selected_{what}": element.get(f"initial_{what}")}
    simple = {
        "datepicker": ("selected_date", "initial_date"),
        "timepicker": ("selected_time", "initial_time"),
        "datetimepicker": ("selected_date_time", "initial_date_time"),
        "rich_text_input": ("rich_text_value", "initial_value"),
        "file_input": ("files", "initial_files"),
    }
    held, start = simple.get(kind, ("value", "initial_value"))
    return {"type": kind, held: element.get(start)}


def _check_external_id(core: Core, payload: Json, known: View | None) -> None:
    external = payload.get("external_id")
    if external and any(
        one.payload.get("external_id") == external for one in core.state.views.values() if one is not known
    ):
        raise SlackError("duplicate_external_id")


def _new_hash() -> str:
    return f"{int(time.time())}.{secrets.token_hex(4)}"


def _push(core: Core, view: View, what: str) -> None:
    core.live.push({"type": "view", "view": view_body(core, view), "state": what}, [view.user])
