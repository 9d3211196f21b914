"""What an element holds when a person uses it: actions for block_actions, state for view.state.values."""

from __future__ import annotations

from typing import Any

from workspace.block_types import elements_of
from workspace.blocks import walk_blocks
from workspace.checking import Json
from workspace.errors import SlackError
from workspace.modals import initial_state
from workspace.state import View


def find_element(blocks: list[Json], action_id: str, block_id: str | None) -> tuple[Json, Json]:
    """The block and the element that a person used.

    Raises:
        SlackError: ``element_not_found``.
    """
    for block in walk_blocks(blocks):
        if block_id and block.get("block_id") != block_id:
            continue
        for element in elements_of(block):
            if element.get("action_id") == action_id:
                return block, element
    raise SlackError("element_not_found")


def state_of(element: Json, value: Any) -> Json:
    """An element's state when it holds a value.

    Args:
        element: as the app gave it.
        value: a state (an object with ``type``) that is taken as it is; or an option's value, a list of them,
            a text, a date, a user id: what the element's kind holds.

    Raises:
        SlackError: ``invalid_value`` for an option that the element does not offer.
    """
    kind = str(element["type"])
    if isinstance(value, dict) and ("type" in value or any(name.startswith("selected_") for name in value)):
        return {"type": kind, **value}
    empty = initial_state(element)
    if kind == "overflow":
        empty = {"type": kind, "selected_option": None}
    if empty is None:
        raise SlackError("invalid_value")
    held = next(name for name in empty if name != "type")
    if held == "selected_option":
        return {"type": kind, held: None if value in (None, "") else _option(element, value)}
    if held == "selected_options":
        chosen = value if isinstance(value, list) else [value]
        return {"type": kind, held: [_option(element, one) for one in chosen if one not in (None, "")]}
    if held == "value" and value == "":
        value = None  # Slack sends null for an empty text input
    return {"type": kind, held: value}


def action_of(block: Json, element: Json, value: Any, ts: str) -> Json:
    """One entry of a block_actions payload's ``actions``.

    Raises:
        SlackError: ``invalid_value``.
    """
    kind = str(element["type"])
    action: Json = {
        "type": kind,
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": ts,
    }
    if kind in ("button", "workflow_button", "icon_button"):
        if "text" in element:
            action["text"] = element["text"]
        for name in ("value", "style"):
            if element.get(name) is not None:
                action[name] = element[name]
        return action
    if kind == "feedback_buttons":
        buttons = [element["positive_button"], element["negative_button"]]
        pressed = next((one for one in buttons if one["value"] == value), None)
        if pressed is None:
            raise SlackError("invalid_value")
        return action | {"text": pressed["text"], "value": pressed["value"]}
    return action | state_of(element, value)


def merge_values(view: View, values: Json) -> None:
    """Puts what a person typed into a view's state; ids that the view does not have are refused.

    Raises:
        SlackError: ``element_not_found``, ``invalid_value`` or ``invalid_arguments``.
    """
    for block_id, actions in values.items():
        if not isinstance(actions, dict):
            raise SlackError(
                "invalid_arguments", [f"must provide an object [json-pointer:/values/{block_id}]"]
            )
        for action_id, value in actions.items():
            _, element = find_element(view.payload["blocks"], action_id, block_id)
            view.values.setdefault(block_id, {})[action_id] = state_of(element, value)


def input_errors(view: View) -> dict[str, str]:
    """What Slack's own form would complain about before it sends anything, by block id."""
    errors: dict[str, str] = {}
    for block in view.payload["blocks"]:
        if block.get("type") != "input":
            continue
        element = block["element"]
        state = view.values.get(block["block_id"], {}).get(element["action_id"], {})
        held = next((value for name, value in state.items() if name != "type"), None)
        if held in (None, "", []):
            if not block.get("optional"):
                errors[block["block_id"]] = "Please complete this required field."
            continue
        if element["type"] == "plain_text_input":
            shortest, longest = element.get("min_length") or 0, element.get("max_length") or 3000
            if len(str(held)) < shortest:
                errors[block["block_id"]] = f"This must have at least {shortest} characters."
            elif len(str(held)) > longest:
                errors[block["block_id"]] = f"This must have at most {longest} characters."
        elif element["type"] == "number_input":
            problem = _number_problem(element, str(held))
            if problem:
                errors[block["block_id"]] = problem
    return errors


def _number_problem(element: Json, held: str) -> str:
    try:
        number = float(held) if element.get("is_decimal_allowed") else int(held)
    except ValueError:
        return "Please enter a number."
    if element.get("min_value") is not None and number < float(element["min_value"]):
        return f"This must be at least {element['min_value']}."
    if element.get("max_value") is not None and number > float(element["max_value"]):
        return f"This must be at most {element['max_value']}."
    return ""


def _option(element: Json, value: Any) -> Json:
    if isinstance(value, dict):
        value = value.get("value")
    offered: list[Json] = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        offered += group["options"]
    for option in offered:
        if option["value"] == value:
            return option
    raise SlackError("invalid_value")
