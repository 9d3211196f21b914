"""The modals: the brief as a form, and the instruction for a rewrite; and what is read from them."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from handlers.blocks import Block, rich, words
from models.brief import Brief, Kind, clean_text
from models.errors import BriefError
from models.variant import Variant

# https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element and
# https://docs.slack.dev/reference/views
MOST_INPUT, MOST_METADATA, MOST_OPTION = 3_000, 3_000, 75

_LISTS = ("channels", "keywords", "must_include", "must_avoid")
_FACTS = "attributes"


def brief_view(
    kind: Kind, where: dict[str, str], *, brief: Brief | None = None, typed: str = "", problem: str = ""
) -> Block:
    """The brief as a form, prefilled.

    Args:
        kind: The kind that is chosen at first.
        where: The channel and team that the copy is for; comes back with the form.
        brief: What the fields hold at first.
        typed: What the person typed, given back when the form is closed; without a brief it stands in the
            product's field.
        problem: What was not understood of it.
    """
    metadata = json.dumps({**where, "typed": typed}, ensure_ascii=False)
    if len(metadata) > MOST_METADATA:
        metadata = json.dumps(where)
    fields = brief.model_dump(mode="json") if brief else {"product": typed}
    notice = rich(*words(problem)) if problem else []
    return {
        "type": "modal",
        "callback_id": "copy_brief",
        "private_metadata": metadata,
        "notify_on_close": bool(typed),
        "title": _plain("New copy"),
        "submit": _plain("Write"),
        "close": _plain("Cancel"),
        "blocks": [*notice, *_brief_inputs(kind, fields)],
    }


def fits_form(brief: Brief) -> bool:
    """Whether Slack's inputs hold every field of the brief."""
    return all(len(", ".join(getattr(brief, name))) <= MOST_INPUT for name in _LISTS) and all(
        len(line) <= MOST_INPUT for line in _fact_lines(brief.attributes)
    )


def rewrite_view(where: Mapping[str, Any], variants: Sequence[Variant]) -> Block:
    """A form for what should change, and for which of several variants."""
    options = [option(f"{one.position}: {one.text}", one.id) for one in variants]
    choice = [select("variant", "Variant", options, options[0])] if len(options) > 1 else []
    if len(options) == 1:
        where = {**where, "variant_id": variants[0].id}
    return {
        "type": "modal",
        "callback_id": "copy_instruction",
        "private_metadata": json.dumps(where),
        "title": _plain("Rewrite"),
        "submit": _plain("Rewrite"),
        "close": _plain("Cancel"),
        "blocks": [
            *choice,
            input_block("instruction", "What should change?", "", optional=False, multiline=True, most=2_000),
        ],
    }


def submitted(view: dict[str, Any]) -> dict[str, str]:
    """What the person left in each field of a view, by block id; of several choices one a line."""
    found: dict[str, str] = {}
    for block_id, actions in view["state"]["values"].items():
        element = actions["value"]
        option, several = element.get("selected_option"), element.get("selected_options") or []
        lines = "\n".join(one["value"] for one in several)
        found[block_id] = option["value"] if option else lines or element.get("value") or ""
    return found


def brief_values(fields: dict[str, str]) -> dict[str, Any]:
    """The form's fields as a brief's values.

    Raises:
        BriefError: A line of the facts has no value, or the number of variants is no number.
    """
    values: dict[str, Any] = {
        name: text for name, text in fields.items() if not name.startswith(_FACTS) and text
    }
    lines = "\n".join(text for name, text in sorted(fields.items()) if name.startswith(_FACTS))
    values[_FACTS] = _facts(lines)
    n = clean_text(values.pop("n", "")) or "3"
    if not n.lstrip("+-").isdecimal():
        raise BriefError("The number of variants is a whole number, 1 to 8.", "", "n")
    if values.get("language") == "auto":
        del values["language"]
    return {**values, "n": int(n)}


def _facts(text: str) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for line in filter(None, clean_text(text).split("\n")):
        # The first of either colon divides: a value may hold the other.
        name, _, value = re.sub("[:：]", "\0", line, count=1).partition("\0")
        if not (name.strip() and value.strip()):
            raise BriefError(f"“{line[:60]}” is not of the form name: value.", "", _FACTS)
        attributes[name.strip()] = value.strip()
    return attributes


def _fact_lines(attributes: Any) -> list[str]:
    return [f"{name}: {value}".replace("\n", " ") for name, value in attributes.items()]


def _fact_inputs(attributes: Any) -> list[Block]:
    """The facts one a line, in as many inputs as they need."""
    texts = [""]
    for line in _fact_lines(attributes):
        if texts[-1] and len(texts[-1]) + 1 + len(line) > MOST_INPUT:
            texts.append("")
        texts[-1] += ("\n" if texts[-1] else "") + line
    return [
        input_block(
            _FACTS + ("" if place == 0 else f"_{place + 1:02}"),
            "Facts" if place == 0 else "More facts",
            text,
            multiline=True,
            hint="One a line, e.g. battery: 5000 mAh",
        )
        for place, text in enumerate(texts)
    ]


def _brief_inputs(kind: Kind, fields: dict[str, Any]) -> list[Block]:
    kinds = [option(one.value.capitalize(), one.value) for one in (Kind.AD, Kind.CAMPAIGN, Kind.DESCRIPTION)]
    languages = [option("As the brief", "auto"), option("English", "en"), option("中文", "zh")]

    def text(name: str, label: str, hint: str = "", *, multiline: bool = False) -> Block:
        value = fields.get(name) or ""
        return input_block(
            name,
            label,
            ", ".join(value) if isinstance(value, list) else str(value),
            hint=hint,
            multiline=multiline,
        )

    return [
        select("kind", "Kind", kinds, next(one for one in kinds if one["value"] == kind.value)),
        input_block(
            "product",
            "Product, offer or event",
            fields.get("product", ""),
            optional=False,
            multiline="\n" in fields.get("product", ""),
        ),
        *_fact_inputs(fields.get(_FACTS) or {}),
        text("audience", "Audience"),
        text("goal", "Goal"),
        text("offer", "Offer"),
        text("dates", "Dates"),
        text("channels", "Channels"),
        text("tone", "Tone"),
        text("platform", "Platform", "e.g. google_rsa, amazon, taobao; empty for a general shape"),
        select(
            "language",
            "Language",
            languages,
            next(one for one in languages if one["value"] == (fields.get("language") or "auto")),
        ),
        text("keywords", "Keywords", "Divided by commas"),
        text("must_include", "Must include", "Divided by commas"),
        text("must_avoid", "Must avoid", "Divided by commas"),
        input_block("n", "Variants", str(fields.get("n", 3)), hint="1 to 8"),
    ]


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def option(text: str, value: str) -> Block:
    """An option of a choice, its text cut to what Slack takes."""
    shown = text if len(text) <= MOST_OPTION else text[: MOST_OPTION - 1] + "…"
    return {"text": {"type": "plain_text", "text": shown, "emoji": False}, "value": value}


def select(block: str, label: str, options: list[Block], chosen: Block) -> Block:
    """An input that chooses one of some options."""
    element = {
        "type": "static_select",
        "action_id": "value",
        "options": options,
        "initial_option": chosen,
    }
    return {"type": "input", "block_id": block, "label": _plain(label), "element": element}


def multi_select(block: str, label: str, options: list[Block], chosen: Sequence[str], hint: str) -> Block:
    """An input that chooses any number of some options, none too; `chosen` are the values at first."""
    element: Block = {"type": "multi_static_select", "action_id": "value", "options": options}
    # Slack refuses an empty list.
    if initial := [one for one in options if one["value"] in chosen]:
        element["initial_options"] = initial
    return {
        "type": "input",
        "block_id": block,
        "optional": True,
        "label": _plain(label),
        "element": element,
        "hint": _plain(hint),
    }


def input_block(
    block: str,
    label: str,
    value: str,
    *,
    optional: bool = True,
    multiline: bool = False,
    hint: str = "",
    most: int = 0,
) -> Block:
    """An input for text."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": "value",
        "multiline": multiline or "\n" in value,
    }
    if value:
        element["initial_value"] = value
    if most:
        element["max_length"] = most
    more = {"hint": _plain(hint)} if hint else {}
    return {
        "type": "input",
        "block_id": block,
        "optional": optional,
        "label": _plain(label),
        "element": element,
        **more,
    }
