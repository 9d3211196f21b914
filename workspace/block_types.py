"""Validates single Block Kit blocks of every type against Slack's documented limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from workspace.checking import Checker, Json
from workspace.elements import (
    ALT_TEXT,
    AS_ACCESSORY,
    IMAGE_URL,
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    check_element,
    check_image,
)

# https://docs.slack.dev/reference/block-kit/blocks
BLOCK_ID = 255
SECTION_TEXT, SECTION_FIELDS, SECTION_FIELD_TEXT = 3000, 10, 2000
HEADER_TEXT = 150
ACTIONS_ELEMENTS, CONTEXT_ELEMENTS, CONTEXT_ACTIONS_ELEMENTS = 25, 10, 5
MARKDOWN_TEXT = 12_000
MESSAGE_BLOCKS = 50
LABEL, HINT = 2000, 2000
TABLE_ROWS, TABLE_COLUMNS, TABLE_CHARACTERS = 100, 20, 10_000

_ONLY_IN_MESSAGES = frozenset(
    ("context_actions", "markdown", "table", "data_table", "task_card", "plan", "file", "data_visualization")
)
# `alert` is documented for modals only; input blocks are for forms, and an app's forms are views.
_ONLY_IN_MODALS = frozenset(("alert",))
_ONLY_IN_VIEWS = frozenset(("input",))


def check_block(check: Checker, block: Any, pointer: str) -> None:
    """Checks one block of any known type."""
    if not check.is_object(block, pointer):
        return
    kind = check.kind(block, pointer)
    if kind is None:
        return
    wrong_surface = (
        (kind in _ONLY_IN_MESSAGES and check.surface != "message")
        or (kind in _ONLY_IN_VIEWS and check.surface == "message")
        or (kind in _ONLY_IN_MODALS and check.surface != "modal")
    )
    if kind not in BLOCKS or wrong_surface:
        check.note(f"unsupported type: {kind}", f"{pointer}/type")
        return
    if "block_id" in block:
        check.string(block, "block_id", pointer, BLOCK_ID, 1)
    BLOCKS[kind](check, block, pointer)


def elements_of(block: Json) -> list[Json]:
    """The interactive elements directly in a block."""
    kind = block.get("type")
    held: Any = []
    if kind == "section":
        held = [block.get("accessory")]
    elif kind == "input":
        held = [block.get("element")]
    elif kind in ("actions", "context_actions"):
        held = block.get("elements")
    elif kind == "card":
        held = block.get("actions")
    if not isinstance(held, list):
        return []
    return [one for one in held if isinstance(one, dict) and one.get("type") != "image"]


def texts(value: Any) -> Iterator[int]:
    """Lengths of all strings under a ``text`` key."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "text" and isinstance(inner, str):
                yield len(inner)
            else:
                yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def unique(check: Checker, value: Any, name: str, seen: set[str], pointer: str) -> None:
    """Notes an id that was seen before, and remembers it."""
    if isinstance(value, str):
        if value in seen:
            check.note(f'`{name}` "{value}" already exists', f"{pointer}/{name}")
        seen.add(value)


def unique_actions(check: Checker, block: Json, pointer: str) -> None:
    """Notes action ids that occur twice in one block."""
    seen: set[str] = set()
    if block.get("type") in ("actions", "context_actions", "card"):
        name = "actions" if block["type"] == "card" else "elements"
        for index, element in enumerate(elements_of(block)):
            unique(check, element.get("action_id"), "action_id", seen, f"{pointer}/{name}/{index}")


def _section(check: Checker, block: Json, pointer: str) -> None:
    check.fields(block, pointer, (), ("text", "fields", "accessory", "expand"))
    if block.get("text") is None and block.get("fields") is None:
        check.note("missing required field: text", pointer)
    check.text(block, "text", pointer, SECTION_TEXT)
    for index, field in enumerate(check.items(block, "fields", pointer, SECTION_FIELDS, 1)):
        check.text_object(field, f"{pointer}/fields/{index}", SECTION_FIELD_TEXT)
    if block.get("accessory") is not None:
        check_element(check, block["accessory"], f"{pointer}/accessory", AS_ACCESSORY)


def _header(check: Checker, block: Json, pointer: str) -> None:
    check.fields(block, pointer, ("text",), ("level",))
    check.text(block, "text", pointer, HEADER_TEXT, plain=True)


def _divider(check: Checker, block: Json, pointer: str) -> None:
    check.fields(block, pointer, (), ())


def _image(check: Checker, block: Json, pointer: str) -> None:
    check.fields(block, pointer, ("alt_text",), ("image_url", "slack_file", "title"))
    if block.get("image_url") is None and block.get("slack_file") is None:
        check.note("missing required field: image_url", pointer)
    check.string(block, "image_url", pointer, IMAGE_URL, 1)
    check.string(block, "alt_text", pointer, ALT_TEXT, 1)
    check.text(block, "title", pointer, 2000, plain=True)


def _actions(check: Checker, block: Json, pointer: str) -> None:
    check.fields(block, pointer, ("elements",), ())
    for index, element in enumerate(check.items(block, "elements", pointer, ACTIONS_ELEMENTS, 1)):
        check_element(check, element, f"{pointer}/elements/{index}", IN_ACTIONS)


def _context(check: Checker, block: Json, pointer: str) -> None:
    check.fields(block, pointer, ("elements",), ())
    for index, element in enumerate(check.items(block, "elements", pointer, CONTEXT_ELEMENTS, 1)):
        where = f"{pointer}/elements/{index}"
        if not check.is_object(element, where):
            continue
        if element.get("type") == "image":
            check_image(check, element, where)
        elif element.get("type") in ("plain_text", "mrkdwn"):
            check.text_object(element, where, SECTION_TEXT)
        else:
            check.note(f"unsupported type: {element.get('type')}", f"{where}/type")


def _context_actions(check: Checker, block: Json, pointer: str) -> None:
    check.fields(block, pointer, ("elements",), ())
    for index, element in enumerate(check.items(block, "elements", pointer, CONTEXT_ACTIONS_ELEMENTS, 1)):
        check_element(check, element, f"{pointer}/elements/{index}", IN_CONTEXT_ACTIONS)


def _input(check: Checker, block: Json, pointer: str) -> None:
    check.fields(block, pointer, ("label", "element"), ("hint", "optional", "dispatch_action"))
    check.text(block, "label", pointer, LABEL, plain=True)
    check.text(block, "hint", pointer, HINT, plain=True)
    check.boolean(block, "optional", pointer)
    check.boolean(block, "dispatch_action", pointer)
    if block.get("element") is not None:
        check_element(check, block["element"], f"{pointer}/element", IN_INPUT)


def _markdown(check: Checker, block: Json, pointer: str) -> None:
    check.fields(block, pointer, ("text",), ())
    check.string(block, "text", pointer, MARKDOWN_TEXT, 1)


_RICH_TEXT_PARTS = frozenset(
    ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
)
_RICH_TEXT_LEAVES = frozenset(
    (
        "text",
        "link",
        "emoji",
        "user",
        "channel",
        "usergroup",
        "broadcast",
        "date",
        "color",
        "team",
        "citation",
    )
)


def _rich_text(check: Checker, block: Json, pointer: str) -> None:
    check.fields(block, pointer, ("elements",), ())
    for index, part in enumerate(check.items(block, "elements", pointer, 1000)):
        _rich_text_part(check, part, f"{pointer}/elements/{index}")


def _rich_text_part(check: Checker, part: Any, pointer: str) -> None:
    if not check.is_object(part, pointer):
        return
    kind = check.kind(part, pointer)
    if kind is None:
        return
    if kind not in _RICH_TEXT_PARTS:
        check.note(f"unsupported type: {kind}", f"{pointer}/type")
        return
    check.fields(part, pointer, ("elements",), ("style", "indent", "offset", "border", "language"))
    if kind == "rich_text_list":
        check.choice(part, "style", pointer, ("bullet", "ordered"))
    for index, leaf in enumerate(check.items(part, "elements", pointer, 10_000)):
        where = f"{pointer}/elements/{index}"
        if kind == "rich_text_list":
            _rich_text_part(check, leaf, where)
        elif check.is_object(leaf, where):
            leaf_kind = check.kind(leaf, where)
            if leaf_kind is not None and leaf_kind not in _RICH_TEXT_LEAVES:
                check.note(f"unsupported type: {leaf_kind}", f"{where}/type")
            elif leaf_kind == "text" and not leaf.get("text"):
                check.note("must be more than 0 characters", f"{where}/text")


def _table(check: Checker, block: Json, pointer: str) -> None:
    # https://docs.slack.dev/reference/block-kit/blocks/table-block
    check.fields(block, pointer, ("rows",), ("column_settings",))
    check.items(block, "column_settings", pointer, TABLE_COLUMNS)
    for row_index, row in enumerate(check.items(block, "rows", pointer, TABLE_ROWS, 1)):
        cells = check.array(row, f"{pointer}/rows/{row_index}", TABLE_COLUMNS, 1)
        for index, cell in enumerate(cells):
            where = f"{pointer}/rows/{row_index}/{index}"
            if not check.is_object(cell, where):
                continue
            if cell.get("type") == "rich_text":
                _rich_text(check, cell, where)
            elif cell.get("type") == "raw_text":
                check.fields(cell, where, ("text",), ())
                check.string(cell, "text", where, SECTION_TEXT, 1)
            elif cell.get("type") == "raw_number":
                check.fields(cell, where, ("value",), ("text",))
            else:
                check.note(f"unsupported type: {cell.get('type')}", f"{where}/type")
    if sum(texts(block.get("rows"))) > TABLE_CHARACTERS:
        check.note(f"must be less than {TABLE_CHARACTERS + 1} characters", f"{pointer}/rows")


def _video(check: Checker, block: Json, pointer: str) -> None:
    check.fields(
        block,
        pointer,
        ("alt_text", "title", "thumbnail_url", "video_url"),
        ("author_name", "description", "provider_icon_url", "provider_name", "title_url"),
    )
    check.text(block, "title", pointer, 199, plain=True)


def _task_card(check: Checker, block: Json, pointer: str) -> None:
    check.fields(block, pointer, ("task_id", "title"), ("details", "output", "sources", "status"))
    check.choice(block, "status", pointer, ("pending", "in_progress", "complete", "error"))
    for name in ("details", "output"):
        if block.get(name) is not None and check.is_object(block[name], f"{pointer}/{name}"):
            check_block(check, block[name], f"{pointer}/{name}")


def _plan(check: Checker, block: Json, pointer: str) -> None:
    check.fields(block, pointer, ("title",), ("tasks",))
    for index, task in enumerate(check.items(block, "tasks", pointer, MESSAGE_BLOCKS)):
        if check.is_object(task, f"{pointer}/tasks/{index}"):
            _task_card(check, task, f"{pointer}/tasks/{index}")


def _alert(check: Checker, block: Json, pointer: str) -> None:
    check.fields(block, pointer, ("text",), ("level",))
    check.text(block, "text", pointer, SECTION_TEXT)
    check.choice(block, "level", pointer, ("default", "info", "warning", "error", "success"))


def _card(check: Checker, block: Json, pointer: str) -> None:
    # https://docs.slack.dev/reference/block-kit/blocks/card-block
    check.fields(
        block,
        pointer,
        (),
        ("hero_image", "icon", "slack_icon", "title", "subtitle", "body", "subtext", "actions"),
    )
    if not any(block.get(name) for name in ("hero_image", "title", "actions", "body")):
        check.note("must provide at least one of hero_image, title, actions, body", pointer)
    for name, longest in (("title", 150), ("subtitle", 150), ("body", 200), ("subtext", 200)):
        check.text(block, name, pointer, longest)
    for name in ("hero_image", "icon"):
        if block.get(name) is not None and check.is_object(block[name], f"{pointer}/{name}"):
            check_image(check, block[name], f"{pointer}/{name}")
    for index, button in enumerate(check.items(block, "actions", pointer, 3, 1)):
        check_element(check, button, f"{pointer}/actions/{index}", ("button",))


def _carousel(check: Checker, block: Json, pointer: str) -> None:
    check.fields(block, pointer, ("elements",), ())
    for index, card in enumerate(check.items(block, "elements", pointer, 10, 1)):
        where = f"{pointer}/elements/{index}"
        if check.is_object(card, where):
            if card.get("type") != "card":
                check.note(f"unsupported type: {card.get('type')}", f"{where}/type")
            else:
                check_block(check, card, where)
                unique_actions(check, card, where)


def _container(check: Checker, block: Json, pointer: str) -> None:
    # https://docs.slack.dev/reference/block-kit/blocks/container-block
    check.fields(
        block,
        pointer,
        ("child_blocks",),
        (
            "title",
            "rich_text_title",
            "subtitle",
            "width",
            "icon",
            "is_collapsible",
            "default_collapsed",
            "has_header_divider",
        ),
    )
    if block.get("title") is None and block.get("rich_text_title") is None:
        check.note("missing required field: title", pointer)
    check.text(block, "title", pointer, 150, plain=True)
    check.text(block, "subtitle", pointer, 150)
    check.choice(block, "width", pointer, ("narrow", "standard", "wide", "full"))
    for index, child in enumerate(check.items(block, "child_blocks", pointer, 10, 1)):
        where = f"{pointer}/child_blocks/{index}"
        check_block(check, child, where)
        if isinstance(child, dict):
            unique_actions(check, child, where)


def _file(check: Checker, block: Json, pointer: str) -> None:
    check.fields(block, pointer, ("external_id", "source"), ())
    check.choice(block, "source", pointer, ("remote",))


BLOCKS: dict[str, Callable[[Checker, Json, str], None]] = {
    "section": _section,
    "header": _header,
    "divider": _divider,
    "image": _image,
    "actions": _actions,
    "context": _context,
    "context_actions": _context_actions,
    "input": _input,
    "markdown": _markdown,
    "rich_text": _rich_text,
    "table": _table,
    "video": _video,
    "task_card": _task_card,
    "plan": _plan,
    "alert": _alert,
    "card": _card,
    "carousel": _carousel,
    "container": _container,
    "file": _file,
}
