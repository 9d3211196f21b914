"""What the writer is trained on: its prompt, by the template that the desk uses, and the answer in labelled lines."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.brief import Brief
from models.fences import as_data
from models.generation.base import Line
from models.parts import as_lines, copy_lines, line_opening
from models.platforms import find_platform, part_label, parts_for_brief
from models.skeleton import given_parts, prefixes
from models.writer.rows import Row

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["answer", "context", "prompt"]

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "prompts"


def context(row: Row) -> dict[str, Any]:
    """The names that the writer's template uses, with the values that the desk gives them (`bot.context`)."""
    brief, language = row.brief, row.brief.resolved_language
    specs = parts_for_brief(brief)
    given = given_parts(brief, specs)
    return {
        "brief": brief,
        "platform": find_platform(brief.platform).called(language) if brief.platform else "",
        "parts": [
            {"label": part_label(spec, language), "ask": spec.ask, "target": spec.target}
            for spec in specs
            if spec.ask and spec.name not in given
        ],
        "facts": list(brief.attributes.items()),
        "tone": brief.tone,
        "brand": None,
        "copy": copy_lines(row.before, brief),
        "instruction": row.ask,
        "aims": row.ask.split(", ") if row.task == "optimize" else [],
    }


def prompt(row: Row) -> str:
    """The user's message for a row."""
    task = row.brief.kind.value if row.task == "write" else row.task
    template = _environment().get_template(f"{task}/{row.brief.resolved_language}/writer-one.j2")
    variables = template.new_context(context(row))
    return "".join(template.blocks["user"](variables)).strip()


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    # The templates are ours, and what they make is a prompt, not a page.
    environment = Environment(  # noqa: S701
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["data"] = as_data
    return environment


def answer(row: Row) -> list[tuple[str, str]]:
    """A row's copy as (opening, text) for each line; in English the text begins with its space."""
    language = row.brief.resolved_language
    made = []
    for line, text in zip(_lines(row.brief, row), (part.text for part in row.parts), strict=True):
        rest = text.strip().removeprefix(line.prefix.strip()).strip()
        made.append((line_opening(line, language), rest if language == "zh" else f" {rest}"))
    return made


def _lines(brief: Brief, row: Row) -> list[Line]:
    """The lines that a row's parts are: the platform's, as often as the row has them, with the plan's beginnings."""
    language = brief.resolved_language
    specs = {spec.name: spec for spec in parts_for_brief(brief)}
    begun: Mapping[str, Any] = prefixes(brief, list(specs.values()))
    seen: dict[str, int] = {}
    lines: list[Line] = []
    for part in row.parts:
        spec = specs[part.name].model_copy(update={"ask": 1})
        place = seen[part.name] = seen.get(part.name, -1) + 1
        beginnings = begun.get(part.name, ())
        prefix = beginnings[place : place + 1] if place < len(beginnings) else ()
        kept = {part.name: prefix} if prefix and part.text.startswith(prefix[0].strip()) else None
        lines += as_lines([spec], language, kept, whole=True)
    return lines
