"""Between a model's answer and a variant's parts: the shape that is asked for, and the reading of what comes."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from models.brief import Brief, Language, clean_text
from models.generation.base import Line
from models.platforms import PartSpec, describe_limit, part_label, parts_for_brief
from models.variant import Part

__all__ = [
    "as_json",
    "as_lines",
    "copy_lines",
    "json_schema",
    "json_shape",
    "line_labels",
    "line_opening",
    "parse_parts",
]


def json_schema(specs: Sequence[PartSpec], language: Language) -> dict[str, Any]:
    """The JSON Schema of one variant, for servers that hold their output to one.

    A part that is asked for once is a string, one asked for more often an array of that many. Limits stand in the
    descriptions: `maxLength` is not among the keywords that every server takes
    (https://platform.openai.com/docs/guides/structured-outputs).
    """
    properties: dict[str, Any] = {}
    for spec in specs:
        if not spec.ask:
            continue
        limit = describe_limit(spec, language)
        said = f"{part_label(spec, language)}: {limit}" if limit else part_label(spec, language)
        described = {"type": "string", "description": said}
        if spec.count[1] > 1:
            properties[spec.name] = {
                "type": "array",
                "items": described,
                "minItems": spec.ask,
                "maxItems": spec.ask,
            }
        else:
            properties[spec.name] = described
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def json_shape(specs: Sequence[PartSpec]) -> str:
    """The answer's skeleton as JSON, for a prompt: `{"headline": ["…", "…"], "body": "…"}`."""
    shape = {spec.name: ["…"] * spec.ask if spec.count[1] > 1 else "…" for spec in specs if spec.ask}
    return json.dumps(shape, ensure_ascii=False)


def as_json(parts: Sequence[Part], specs: Sequence[PartSpec]) -> str:
    """Parts as the JSON object that `json_schema` asks for."""
    several = {spec.name for spec in specs if spec.count[1] > 1}
    values: dict[str, Any] = {}
    for part in parts:
        if part.name in several:
            values.setdefault(part.name, []).append(part.text)
        else:
            values[part.name] = part.text
    return json.dumps(values, ensure_ascii=False)


def copy_lines(parts: Sequence[Part], brief: Brief) -> list[tuple[str, str]]:
    """A copy's parts as (label, text), the labels numbered as the line format numbers them."""
    specs = {spec.name: spec for spec in parts_for_brief(brief)}
    several = Counter(part.name for part in parts)
    seen: Counter[str] = Counter()
    lines = []
    for part in parts:
        seen[part.name] += 1
        spec = specs.get(part.name)
        label = part_label(spec, brief.resolved_language) if spec else part.name
        lines.append((f"{label} {seen[part.name]}" if several[part.name] > 1 else label, part.text))
    return lines


SENTENCE_TARGET = 160
"""A small model writes one sentence a line; a longer part is asked of it in sentences that are joined."""


def line_labels(spec: PartSpec, language: Language) -> tuple[str, ...]:
    """The labels of a part's lines in the line format: numbered where there are several.

    A part that is asked for once and is much longer than a sentence has a line for each of its sentences.
    """
    lines = spec.ask
    if spec.ask == 1 and spec.target > SENTENCE_TARGET * 1.25:
        lines = min(4, max(2, round(spec.target / SENTENCE_TARGET)))
    label = part_label(spec, language)
    return tuple(f"{label} {number}" for number in range(1, lines + 1)) if lines > 1 else (label,) * lines


def as_lines(
    specs: Sequence[PartSpec],
    language: Language,
    prefixes: Mapping[str, Sequence[str]] | None = None,
    *,
    whole: bool = False,
) -> tuple[Line, ...]:
    """The shape as labelled lines, for a model that is held to it while it samples.

    Args:
        specs: The parts, in order.
        language: The language of the labels.
        prefixes: Text that a part's lines must begin with, by its name, one for each line.
        whole: Whether a line is a whole part, however long, as our own writer has it; else it is a sentence.
    """
    begun = prefixes or {}

    def labels(spec: PartSpec) -> Sequence[str]:
        return (part_label(spec, language),) * spec.ask if whole else line_labels(spec, language)

    return tuple(
        Line(
            name=spec.name,
            label=label,
            limit=spec.target if whole else min(spec.target, SENTENCE_TARGET) or SENTENCE_TARGET,
            unit=spec.unit,
            prefix=begun[spec.name][place] if place < len(begun.get(spec.name, ())) else "",
        )
        for spec in specs
        for place, label in enumerate(labels(spec))
    )


def line_opening(line: Line, language: Language) -> str:
    """What stands before the text that the writer has to find: the line's label, and how it must begin."""
    prefix = line.prefix.strip()
    if language == "zh":
        return f"{line.label}：{prefix}"
    return f"{line.label}: {prefix}" if prefix else f"{line.label}:"


def parse_parts(text: str, specs: Sequence[PartSpec], language: Language) -> tuple[Part, ...]:
    """Read a model's answer as parts, in the platform's order.

    Takes a JSON object (also in a code fence, with prose around it, or slightly broken), else lines with labels
    (`Headline 1: …`, `**标题**：…`), else, where the platform has a single part, the whole answer.

    Returns:
        The parts found, tidied; what is missing is the shape check's to say.
    """
    from models.generation.openai_json import parse_json_object

    values = parse_json_object(text)
    grouped = (
        _from_object(values, specs, language) if values is not None else _from_lines(text, specs, language)
    )
    if not any(grouped.values()) and len(specs) == 1 and values is None:
        grouped = {specs[0].name: [_tidy(text)]}
    return tuple(
        Part(name=spec.name, text=content)
        for spec in specs
        for content in grouped.get(spec.name, [])[: spec.count[1]]
        if content
    )


def _names(specs: Sequence[PartSpec]) -> dict[str, str]:
    return {
        _bare(name): spec.name
        for spec in specs
        for name in (spec.name, *spec.label.values(), f"{spec.name}s")
    }


def _bare(name: str) -> str:
    return re.sub(r"[\s_\-*#\d.]+", "", unicodedata.normalize("NFKC", name)).casefold()


def _from_object(
    values: Mapping[str, Any], specs: Sequence[PartSpec], language: Language
) -> dict[str, list[str]]:
    names = _names(specs)
    grouped: dict[str, list[str]] = {}
    inner = list(values.values())
    if len(inner) == 1 and isinstance(inner[0], dict):  # {"variant": {…}}
        values = inner[0]
    for key, value in values.items():
        name = names.get(_bare(key))
        if name is None:
            continue
        items = value if isinstance(value, list) else [value]
        grouped.setdefault(name, []).extend(_tidy(_flat(item)) for item in items)
    single = {spec.name for spec in specs if spec.count[1] == 1}
    # A model that gives a list where one text was asked for means its lines.
    return {
        name: ["\n".join(found)] if name in single and len(found) > 1 else found
        for name, found in grouped.items()
    }


def _flat(item: Any) -> str:
    """A value as text: models nest objects where a sentence was asked for."""
    if isinstance(item, dict):
        return "; ".join(f"{key}: {_flat(value)}" for key, value in item.items())
    if isinstance(item, list):
        return ", ".join(_flat(value) for value in item)
    return "" if item is None else str(item)


_LABELLED = re.compile(r"^\s*(?:[-*•]\s*)?([^:：]{1,60})[:：]\s*(.*)$")


def _from_lines(text: str, specs: Sequence[PartSpec], language: Language) -> dict[str, list[str]]:
    names = _names(specs)
    grouped: dict[str, list[str]] = {}
    current: list[str] | None = None
    # Emphasis closes behind a label as often as behind its text.
    for line in text.replace("**", "").splitlines():
        labelled = _LABELLED.match(line)
        name = names.get(_bare(labelled.group(1))) if labelled else None
        if labelled and name:
            current = grouped.setdefault(name, [])
            current.append(labelled.group(2))
        elif current:
            # What follows a label on lines of its own belongs to it; a bulleted line is a further one.
            item = re.match(r"^\s*(?:[-*•]|\d+[.)、])\s+(.*)$", line)
            if item and current[-1] == "":
                current[-1] = item.group(1)
            elif item:
                current.append(item.group(1))
            else:
                current[-1] = f"{current[-1]}\n{line}"
    tidied = {name: [_tidy(item) for item in found] for name, found in grouped.items()}
    # The lines of a part that is asked for once are its sentences.
    single = {spec.name for spec in specs if spec.count[1] == 1}
    joint = "" if language == "zh" else " "
    return {name: [joint.join(found)] if name in single else found for name, found in tidied.items()}


_PAIRS = {'"': '"', "“": "”", "‘": "’", "「": "」", "'": "'", "`": "`"}


def _tidy(text: str) -> str:
    """A part without what models put around it: quotes, emphasis, bullets, headings."""
    text = clean_text(text)
    text = re.sub(r"\*\*(.+?)\*\*", r"\1", text, flags=re.DOTALL)
    text = re.sub(r"^#{1,6}\s+", "", text, flags=re.MULTILINE)
    text = re.sub(r"^(?:[-*•])\s+", "", text)
    if len(text) > 1 and _PAIRS.get(text[0]) == text[-1] and text.count(text[0]) <= 2:
        text = text[1:-1]
    return text.strip()
