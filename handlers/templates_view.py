"""Templates as Slack shows them: the list, one with its text, the forms, and a trial side by side."""

import json
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from bot.store import TemplateVersion
from bot.template_trial import Tried
from bot.templates_store import Listed
from handlers.blocks import Block, button, context, pieces, plain, preformatted, rich, words
from handlers.forms import MOST_INPUT, input_block, option, select

CHOOSE, EDIT, TRY, BACK = "template_choose", "template_edit", "template_try", "template_back"
EDIT_FORM, TRY_FORM, BACK_FORM = "template_edit_form", "template_try_form", "template_back_form"
SOURCE = "source_"
MOST_SOURCES = 8
"""Inputs of a text: 3,000 characters each."""

# https://docs.slack.dev/reference/block-kit/blocks/section-block: ten fields of 2,000 characters, two in a row.
_MOST_FIELD = 1_900
_MOST_OPTIONS = 100


def list_blocks(listed: Sequence[Listed]) -> list[Block]:
    """Every template, with what it is and where it comes from; and a choice of one."""
    lines = []
    for one in listed:
        origin = f"workspace, version {one.version}" if one.version else one.origin
        lines.append(f"{one.place.path:<36} {one.sha256[:8]}  {origin}")
    blocks = preformatted("\n".join(lines))
    for start in range(0, len(listed), _MOST_OPTIONS):
        options = [option(one.place.path, one.place.path) for one in listed[start : start + _MOST_OPTIONS]]
        chooser = {
            "type": "static_select",
            "action_id": CHOOSE if start == 0 else f"{CHOOSE}_{start}",
            "placeholder": {"type": "plain_text", "text": "Look at a template"},
            "options": options,
        }
        blocks.append({"type": "actions", "elements": [chooser]})
    return blocks


def template_blocks(path: str, source: str, sha256: str, versions: Sequence[TemplateVersion]) -> list[Block]:
    """One template: its text, its versions and what can be done with it."""
    own = versions[-1] if versions and versions[-1].source is not None else None
    origin = f"this workspace's, version {own.version}" if own else "as shipped"
    buttons = [button(EDIT, "Edit…", path), button(TRY, "Test…", path)]
    if versions:
        buttons.append(button(BACK, "Roll back…", path))
    return [
        *rich(plain(path, bold=True), plain(f" · {origin} · {sha256[:8]}")),
        *preformatted(source),
        *versions_blocks(versions),
        {"type": "actions", "elements": buttons},
    ]


def versions_blocks(versions: Sequence[TemplateVersion]) -> list[Block]:
    """A template's versions, the newest first."""
    lines = [
        f"{one.version}: {one.note or ('shipped' if one.source is None else 'saved')}, {one.at:%Y-%m-%d %H:%M} UTC"
        for one in reversed(versions)
    ]
    return context(*lines[:20])


def edit_view(where: Mapping[str, str], path: str, source: str) -> Block | None:
    """The form for a template's text; None when a form does not hold it."""
    texts = _inputs(source)
    if texts is None:
        return None
    choices = [
        option("Save", "save"),
        option("Save, and test it", "both"),
        option("Test it, without saving", "try"),
    ]
    inputs = [
        input_block(
            f"{SOURCE}{place:02}",
            "Text" if place == 0 else "Text, continued",
            text,
            optional=place > 0,
            multiline=True,
        )
        for place, text in enumerate(texts)
    ]
    hint = "TASK/LANGUAGE/large-NAME.j2 or small-NAME.j2; a name of your own adds a template"
    return {
        "type": "modal",
        "callback_id": EDIT_FORM,
        "private_metadata": json.dumps(dict(where)),
        "title": _plain("Prompt template"),
        "submit": _plain("Go"),
        "close": _plain("Cancel"),
        "blocks": [
            input_block("path", "Name", path, optional=False, hint=hint),
            *inputs,
            select("then", "What then?", choices, choices[0]),
        ],
    }


def try_view(where: Mapping[str, str], path: str, sample: str) -> Block:
    """The form for the brief that a template is tried on."""
    return {
        "type": "modal",
        "callback_id": TRY_FORM,
        "private_metadata": json.dumps({**where, "path": path}),
        "title": _plain("Test a template"),
        "submit": _plain("Test"),
        "close": _plain("Cancel"),
        "blocks": [
            *rich(plain(path, bold=True), plain(": prompt and result come in a direct message.")),
            input_block("brief", "Brief", sample, optional=False, multiline=True, hint="As after /copy ad"),
        ],
    }


def back_view(where: Mapping[str, str], path: str, versions: Sequence[TemplateVersion]) -> Block:
    """The form that chooses what to go back to."""
    options = [option("As shipped", "shipped")]
    options += [
        option(f"Version {one.version}, {one.at:%Y-%m-%d %H:%M} UTC", str(one.version))
        for one in reversed(versions)
        if one.source is not None
    ]
    return {
        "type": "modal",
        "callback_id": BACK_FORM,
        "private_metadata": json.dumps({**where, "path": path}),
        "title": _plain("Roll back"),
        "submit": _plain("Roll back"),
        "close": _plain("Cancel"),
        "blocks": [
            *rich(plain(path, bold=True)),
            select("to", "Back to", options[:_MOST_OPTIONS], options[0]),
        ],
    }


def trial_blocks(tried: Tried) -> list[Block]:
    """A trial: the prompt on the left, what came of it on the right."""
    left = [text for one in tried.messages for text in pieces(f"[{one.role}]\n{one.content}", _MOST_FIELD)]
    right = [
        text for place, one in enumerate(tried.texts, 1) for text in pieces(f"{place}\n{one}", _MOST_FIELD)
    ]
    blocks = rich(plain(tried.path, bold=True), plain(f" · {tried.sha256[:8]}"))
    for note in tried.notes:
        blocks += rich(*words(note))
    heads = ("Prompt", "Result" if right else "No result")
    blocks.append(_row(*heads))
    blocks += [_row(one or "—", other or "—") for one, other in zip_longest(left, right)]
    return blocks


def joined(fields: Mapping[str, str]) -> str:
    """The text that the form's inputs make."""
    texts = [text for name, text in sorted(fields.items()) if name.startswith(SOURCE)]
    return "\n".join(text for place, text in enumerate(texts) if text or place == 0).rstrip("\n") + "\n"


def _inputs(source: str) -> list[str] | None:
    chunks: list[list[str]] = [[]]
    for line in source.strip("\n").split("\n"):
        if len(line) > MOST_INPUT:
            return None
        if sum(len(one) + 1 for one in chunks[-1]) + len(line) > MOST_INPUT:
            chunks.append([])
        chunks[-1].append(line)
    texts = ["\n".join(chunk) for chunk in chunks]
    # Room to write on.
    texts += [""] if len(texts[-1]) > MOST_INPUT // 2 else []
    return texts if len(texts) <= MOST_SOURCES else None


def _row(left: str, right: str) -> Block:
    return {"type": "section", "fields": [_plain(left), _plain(right)]}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}
