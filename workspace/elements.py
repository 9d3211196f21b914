"""Validates the elements inside blocks: buttons, menus, inputs, and the objects that they are made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

from workspace.checking import Checker, Json

# https://docs.slack.dev/reference/block-kit/block-elements
ACTION_ID = 255
BUTTON_TEXT, BUTTON_VALUE, BUTTON_URL = 75, 2000, 3000
OPTION_TEXT, OPTION_VALUE, OPTION_DESCRIPTION = 75, 150, 75
SELECT_OPTIONS, CHECK_OPTIONS, OVERFLOW_OPTIONS = 100, 10, 5
PLACEHOLDER = 150
PLAIN_TEXT_INPUT = 3000
IMAGE_URL, ALT_TEXT = 3000, 2000
CONFIRM_TITLE, CONFIRM_TEXT, CONFIRM_BUTTON = 100, 300, 30
_STYLES = ("primary", "danger")
_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\Z")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d\Z")

SELECTS = ("static_select", "external_select", "users_select", "conversations_select", "channels_select")
MULTI_SELECTS = tuple(f"multi_{name}" for name in SELECTS)
# https://docs.slack.dev/reference/block-kit/blocks/actions-block lists the compatible elements.
IN_ACTIONS = frozenset(
    (
        "button",
        "checkboxes",
        "datepicker",
        "datetimepicker",
        "overflow",
        "radio_buttons",
        "rich_text_input",
        "timepicker",
        "workflow_button",
        *SELECTS,
        *MULTI_SELECTS,
    )
)
# https://docs.slack.dev/reference/block-kit/blocks/section-block
AS_ACCESSORY = frozenset(
    (
        "button",
        "checkboxes",
        "datepicker",
        "image",
        "overflow",
        "radio_buttons",
        "timepicker",
        "workflow_button",
        *SELECTS,
        *MULTI_SELECTS,
    )
)
# https://docs.slack.dev/reference/block-kit/blocks/input-block
IN_INPUT = frozenset(
    (
        "checkboxes",
        "datepicker",
        "datetimepicker",
        "email_text_input",
        "file_input",
        "number_input",
        "plain_text_input",
        "radio_buttons",
        "rich_text_input",
        "timepicker",
        "url_text_input",
        *SELECTS,
        *MULTI_SELECTS,
    )
)
# https://docs.slack.dev/reference/block-kit/blocks/context-actions-block
IN_CONTEXT_ACTIONS = frozenset(("feedback_buttons", "icon_button"))


def check_element(check: Checker, element: Any, pointer: str, allowed: Collection[str]) -> None:
    """Checks one element.

    Args:
        check: collects the findings.
        element: the element as it came.
        pointer: where it is.
        allowed: the element types that its block may hold.
    """
    if not check.is_object(element, pointer):
        return
    kind = check.kind(element, pointer)
    if kind is None:
        return
    if kind not in allowed or kind not in _ELEMENTS:
        check.note(f"unsupported type: {kind}", f"{pointer}/type")
        return
    if "action_id" in element:
        check.string(element, "action_id", pointer, ACTION_ID, 1)
    if element.get("confirm") is not None:
        _confirm(check, element["confirm"], f"{pointer}/confirm")
    check.text(element, "placeholder", pointer, PLACEHOLDER, plain=True)
    _ELEMENTS[kind](check, element, pointer)


def check_image(check: Checker, element: Json, pointer: str) -> None:
    """Checks an image element (https://docs.slack.dev/reference/block-kit/block-elements/image-element)."""
    check.fields(element, pointer, ("alt_text",), ("image_url", "slack_file"))
    if element.get("image_url") is None and element.get("slack_file") is None:
        check.note("missing required field: image_url", pointer)
    check.string(element, "image_url", pointer, IMAGE_URL, 1)
    check.string(element, "alt_text", pointer, ALT_TEXT, 1)


def _confirm(check: Checker, confirm: Any, pointer: str) -> None:
    if not check.is_object(confirm, pointer):
        return
    check.fields(confirm, pointer, ("title", "text", "confirm", "deny"), ("style",))
    check.text(confirm, "title", pointer, CONFIRM_TITLE, plain=True)
    check.text(confirm, "text", pointer, CONFIRM_TEXT)
    check.text(confirm, "confirm", pointer, CONFIRM_BUTTON, plain=True)
    check.text(confirm, "deny", pointer, CONFIRM_BUTTON, plain=True)
    check.choice(confirm, "style", pointer, _STYLES)


def _button(check: Checker, element: Json, pointer: str) -> None:
    check.fields(
        element,
        pointer,
        ("text",),
        ("value", "url", "style", "confirm", "accessibility_label", "agent_prompt"),
    )
    check.text(element, "text", pointer, BUTTON_TEXT, plain=True)
    check.string(element, "value", pointer, BUTTON_VALUE)
    check.string(element, "url", pointer, BUTTON_URL, 1)
    check.string(element, "accessibility_label", pointer, 75)
    check.choice(element, "style", pointer, _STYLES)


def _workflow_button(check: Checker, element: Json, pointer: str) -> None:
    check.fields(element, pointer, ("text", "workflow"), ("style", "accessibility_label"))
    check.text(element, "text", pointer, BUTTON_TEXT, plain=True)
    check.choice(element, "style", pointer, _STYLES)


def _feedback_buttons(check: Checker, element: Json, pointer: str) -> None:
    # https://docs.slack.dev/reference/block-kit/block-elements/feedback-buttons-element
    check.fields(element, pointer, ("positive_button", "negative_button"), ())
    for name in ("positive_button", "negative_button"):
        button = element.get(name)
        where = f"{pointer}/{name}"
        if button is None or not check.is_object(button, where):
            continue
        check.fields(button, where, ("text", "value"), ("accessibility_label",))
        check.text(button, "text", where, BUTTON_TEXT, plain=True)
        check.string(button, "value", where, BUTTON_VALUE)
        check.string(button, "accessibility_label", where, 75)


def _icon_button(check: Checker, element: Json, pointer: str) -> None:
    # https://docs.slack.dev/reference/block-kit/block-elements/icon-button-element
    check.fields(
        element,
        pointer,
        ("icon", "text"),
        ("value", "confirm", "accessibility_label", "visible_to_user_ids"),
    )
    check.choice(element, "icon", pointer, ("trash",))
    check.text(element, "text", pointer, BUTTON_TEXT, plain=True)
    check.string(element, "value", pointer, BUTTON_VALUE)
    check.string(element, "accessibility_label", pointer, 75)
    check.items(element, "visible_to_user_ids", pointer, 10)


def _option(check: Checker, option: Any, pointer: str, plain: bool) -> None:
    if not check.is_object(option, pointer):
        return
    check.fields(option, pointer, ("text", "value"), ("description", "url"))
    check.text(option, "text", pointer, OPTION_TEXT, plain=plain)
    check.text(option, "description", pointer, OPTION_DESCRIPTION, plain=plain)
    check.string(option, "value", pointer, OPTION_VALUE)


def _options(check: Checker, element: Json, pointer: str, most: int, plain: bool) -> None:
    for index, option in enumerate(check.items(element, "options", pointer, most, 1)):
        _option(check, option, f"{pointer}/options/{index}", plain)


def _initial_among(check: Checker, element: Json, pointer: str) -> None:
    """An initial option must equal one of the options (or of a group's), or Slack refuses the whole view."""
    holders = [element, *_objects(element.get("option_groups"))]
    known = {str(option.get("value")) for holder in holders for option in _objects(holder.get("options"))}
    where = f"{pointer}/initial_option"
    chosen: Any = element.get("initial_option")
    if (
        "initial_option" in element
        and check.is_object(chosen, where)
        and str(chosen.get("value")) not in known
    ):
        check.note("initial_option must match an option", where)
    for index, option in enumerate(check.items(element, "initial_options", pointer, SELECT_OPTIONS, 1)):
        where = f"{pointer}/initial_options/{index}"
        if check.is_object(option, where) and str(option.get("value")) not in known:
            check.note("initial_options must match options", where)


def _objects(value: Any) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _static_select(check: Checker, element: Json, pointer: str) -> None:
    check.fields(
        element,
        pointer,
        (),
        (
            "options",
            "option_groups",
            "initial_option",
            "initial_options",
            "confirm",
            "focus_on_load",
            "placeholder",
            "max_selected_items",
        ),
    )
    if ("options" in element) == ("option_groups" in element):
        check.note("must provide exactly one of `options` or `option_groups`", pointer)
    _options(check, element, pointer, SELECT_OPTIONS, plain=True)
    for index, group in enumerate(check.items(element, "option_groups", pointer, SELECT_OPTIONS, 1)):
        where = f"{pointer}/option_groups/{index}"
        if check.is_object(group, where):
            check.fields(group, where, ("label", "options"), ())
            check.text(group, "label", where, OPTION_TEXT, plain=True)
            _options(check, group, where, SELECT_OPTIONS, plain=True)
    _initial_among(check, element, pointer)


def _other_select(check: Checker, element: Json, pointer: str) -> None:
    check.fields(
        element,
        pointer,
        (),
        (
            "initial_user",
            "initial_users",
            "initial_channel",
            "initial_channels",
            "initial_conversation",
            "initial_conversations",
            "initial_option",
            "initial_options",
            "default_to_current_conversation",
            "response_url_enabled",
            "filter",
            "min_query_length",
            "max_selected_items",
            "confirm",
            "focus_on_load",
            "placeholder",
        ),
    )


def _checks(check: Checker, element: Json, pointer: str) -> None:
    check.fields(
        element, pointer, ("options",), ("initial_option", "initial_options", "confirm", "focus_on_load")
    )
    _options(check, element, pointer, CHECK_OPTIONS, plain=False)
    _initial_among(check, element, pointer)


def _overflow(check: Checker, element: Json, pointer: str) -> None:
    check.fields(element, pointer, ("options",), ("confirm",))
    _options(check, element, pointer, OVERFLOW_OPTIONS, plain=True)


def _datepicker(check: Checker, element: Json, pointer: str) -> None:
    check.fields(element, pointer, (), ("initial_date", "confirm", "focus_on_load", "placeholder"))
    if element.get("initial_date") is not None and not _DATE.match(str(element["initial_date"])):
        check.note("must be in format YYYY-MM-DD", f"{pointer}/initial_date")


def _timepicker(check: Checker, element: Json, pointer: str) -> None:
    check.fields(
        element, pointer, (), ("initial_time", "confirm", "focus_on_load", "placeholder", "timezone")
    )
    if element.get("initial_time") is not None and not _TIME.match(str(element["initial_time"])):
        check.note("must be in format HH:mm", f"{pointer}/initial_time")


def _datetimepicker(check: Checker, element: Json, pointer: str) -> None:
    check.fields(element, pointer, (), ("initial_date_time", "confirm", "focus_on_load"))
    if element.get("initial_date_time") is not None and not isinstance(element["initial_date_time"], int):
        check.note("must be an integer", f"{pointer}/initial_date_time")


_TEXT_INPUT = ("initial_value", "placeholder", "focus_on_load", "dispatch_action_config")


def _plain_text_input(check: Checker, element: Json, pointer: str) -> None:
    # https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element
    check.fields(element, pointer, (), (*_TEXT_INPUT, "multiline", "min_length", "max_length"))
    check.string(element, "initial_value", pointer, PLAIN_TEXT_INPUT)
    check.boolean(element, "multiline", pointer)
    for name, least in (("min_length", 0), ("max_length", 1)):
        limit = element.get(name)
        if limit is None:
            continue
        if not isinstance(limit, int) or isinstance(limit, bool):
            check.note("must be an integer", f"{pointer}/{name}")
        elif limit > PLAIN_TEXT_INPUT:
            check.note(f"must be less than {PLAIN_TEXT_INPUT + 1}", f"{pointer}/{name}")
        elif limit < least:
            check.note(f"must be more than {least - 1}", f"{pointer}/{name}")
    longest = element.get("max_length")
    if isinstance(longest, int) and isinstance(element.get("initial_value"), str):
        check.length(element["initial_value"], f"{pointer}/initial_value", longest)


def _other_input(check: Checker, element: Json, pointer: str) -> None:
    check.fields(element, pointer, (), _TEXT_INPUT)


def _number_input(check: Checker, element: Json, pointer: str) -> None:
    check.fields(element, pointer, ("is_decimal_allowed",), (*_TEXT_INPUT, "min_value", "max_value"))
    check.boolean(element, "is_decimal_allowed", pointer)
    for name in ("initial_value", "min_value", "max_value"):
        check.string(element, name, pointer, 30)


def _file_input(check: Checker, element: Json, pointer: str) -> None:
    check.fields(element, pointer, (), ("filetypes", "max_files"))
    if check.surface != "modal":
        check.note("unsupported type: file_input", f"{pointer}/type")


_ELEMENTS: dict[str, Callable[[Checker, Json, str], None]] = {
    "button": _button,
    "workflow_button": _workflow_button,
    "feedback_buttons": _feedback_buttons,
    "icon_button": _icon_button,
    "static_select": _static_select,
    "multi_static_select": _static_select,
    **{name: _other_select for name in (*SELECTS, *MULTI_SELECTS) if "static" not in name},
    "checkboxes": _checks,
    "radio_buttons": _checks,
    "overflow": _overflow,
    "datepicker": _datepicker,
    "timepicker": _timepicker,
    "datetimepicker": _datetimepicker,
    "plain_text_input": _plain_text_input,
    "email_text_input": _other_input,
    "url_text_input": _other_input,
    "rich_text_input": _other_input,
    "number_input": _number_input,
    "file_input": _file_input,
    "image": check_image,
}
