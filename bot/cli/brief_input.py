"""From the command line to a brief: a file, a text as in Slack, and options over either."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models.brief import Brief, Kind, make_brief
from models.errors import BriefError

MAX_FILE_CHARACTERS = 1_000_000


def read_brief(words: tuple[str, ...], file: str | None, fields: Mapping[str, Any]) -> Brief:
    """Build the brief.

    Args:
        words: The kind, then a text as in Slack; either may be absent.
        file: A JSON file, or `-`.
        fields: The options by field name; None and () are not given.

    Raises:
        BriefError: What was given contradicts itself, or is no brief.
    """
    kind, text = _kind_and_text(words, in_file=file is not None)
    given = {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}
    given = {name: value for name, value in given.items() if value is not None and value != []}
    attributes = _attributes(given.pop("attribute", []))
    if file is not None:
        if text:
            raise BriefError("Both --brief and a text are given.", "Give one of them; options add to either.")
        values = _from_file(file)
        if kind and values.get("kind", kind) != kind:
            raise BriefError(
                f"The command says {kind} and the brief in {_name(file)} is for “{str(values['kind'])[:40]}”.",
                f"Leave out “{kind}”, or change the brief.",
                "kind",
            )
    elif text:
        if "product" in given:
            raise BriefError(
                "Both --product and a text are given.", "Give the product in one of them.", "product"
            )
        from models.grammar import parse_brief

        values = parse_brief(text, Kind(kind)).model_dump(mode="json", exclude_defaults=True)
    else:
        values = {}
    if kind:
        values["kind"] = kind
    if not values.get("kind"):
        raise BriefError(
            "The brief says no kind.", "Put ad, campaign or description after `copydesk write`.", "kind"
        )
    if attributes:
        held = values.get("attributes") or {}
        values["attributes"] = {**held, **attributes} if isinstance(held, Mapping) else held
    return make_brief({**values, **given})


def _kind_and_text(words: tuple[str, ...], *, in_file: bool) -> tuple[str, str]:
    kinds = [kind.value for kind in Kind]
    if not words:
        return "", ""
    if words[0] in kinds:
        return words[0], " ".join(words[1:]).strip()
    if in_file and len(words) == 1:
        raise BriefError(f"“{words[0][:60]}” is no kind of copy.", "Use ad, campaign or description.", "kind")
    raise BriefError(
        f"“{words[0][:60]}” is no kind of copy.",
        'Begin with one, e.g. copydesk write ad "Aurora X | battery: 5000 mAh".',
        "kind",
    )


def _attributes(items: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in items:
        name, sign, value = item.partition("=") if "=" in item else item.partition(":")
        if not (sign and name.strip() and value.strip()):
            raise BriefError(
                f"--attribute “{item[:60]}” is no NAME=VALUE.",
                "E.g. --attribute battery='5000 mAh'.",
                "attributes",
            )
        found[name.strip()] = value.strip()
    return found


def _name(file: str) -> str:
    return "standard input" if file == "-" else file


def _from_file(file: str) -> dict[str, Any]:
    name = _name(file)
    try:
        text = sys.stdin.buffer.read().decode("utf-8-sig") if file == "-" else _text(Path(file))
    except OSError as error:
        raise BriefError(f"{name} cannot be read: {error.strerror or error}.", "Check the path.") from error
    except UnicodeDecodeError as error:
        raise BriefError(f"{name} is not UTF-8 text.", "Save it as UTF-8.") from error
    if len(text) > MAX_FILE_CHARACTERS:
        raise BriefError(f"{name} is {len(text):,} characters long.", "A brief is one short JSON object.")
    try:
        value = json.loads(text)
    except RecursionError as error:
        raise BriefError(f"{name} is nested too deeply.", "A brief is one flat JSON object.") from error
    except ValueError as error:
        if several := _count_lines(text):
            raise BriefError(
                f"{name} has {several} briefs; one is written at a time.",
                f"Pick one, e.g. sed -n 1p {name if file != '-' else 'FILE'} | copydesk write --brief -",
            ) from error
        raise BriefError(f"{name} is not valid JSON: {error}.", "A brief is one JSON object.") from error
    if isinstance(value, dict):
        return value
    kind = "a list" if isinstance(value, list) else "a single value"
    raise BriefError(f"{name} holds {kind}, not one brief.", "A brief is one JSON object.")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")


def _count_lines(text: str) -> int:
    """How many JSON objects a JSON Lines text has; 0 when it is none."""
    lines = [line for line in text.splitlines() if line.strip()]
    try:
        objects = [json.loads(line) for line in lines]
    except ValueError:
        return 0
    return len(objects) if len(objects) > 1 and all(isinstance(item, dict) for item in objects) else 0
