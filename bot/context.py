"""What a prompt template may use: the brief's fields and the parts asked for, in the brief's language."""

from typing import Any

from bot.brand_prompt import brand_context
from models.brand import Brand
from models.brief import Brief, Language
from models.parts import json_shape, line_labels
from models.platforms import PartSpec, describe_limit, find_platform, part_label, parts_for_brief
from models.skeleton import given_parts

__all__ = ["prompt_context"]

_FIELDS: tuple[tuple[str, str, str], ...] = (
    ("audience", "Audience", "目标人群"),
    ("goal", "Goal", "目标"),
    ("offer", "Offer", "优惠"),
    ("dates", "Dates", "日期"),
    ("channels", "Channels", "渠道"),
    ("tone", "Tone", "语气"),
)


def prompt_context(brief: Brief, *, small: bool = False, brand: Brand | None = None) -> dict[str, Any]:
    """The names that every prompt template may use.

    Args:
        brief: What is asked for.
        small: Whether the model is a small one, which is not asked for what the brief says already.
        brand: The profile to write under.

    Returns:
        `brief`; `fields`, the brief's content as (label, value); `platform`, its name or ""; `parts`, each with
        `name`, `label`, `ask`, `limit` (in words, "" = none), `target`, `shown`, `hint` and `lines` (its labels);
        `json_shape`, the answer's skeleton; `tone`; `facts`, the product's facts as (name, value); `brand`, None or
        what `bot.brand_prompt` tells of it.
    """
    language = brief.resolved_language
    specs = parts_for_brief(brief)
    given = given_parts(brief, specs) if small else {}
    return {
        "brief": brief,
        "fields": _fields(brief, language),
        "platform": find_platform(brief.platform).called(language) if brief.platform else "",
        "parts": [_part(spec, language) for spec in specs if spec.ask and spec.name not in given],
        "json_shape": json_shape(specs),
        "facts": list(brief.attributes.items()),
        "tone": brief.tone,
        "brand": brand_context(brand, brief) if brand else None,
    }


def _fields(brief: Brief, language: Language) -> list[tuple[str, str]]:
    chinese = language == "zh"
    fields = [("产品" if chinese else "Product", brief.product), *brief.attributes.items()]
    for name, en, zh in _FIELDS:
        value = getattr(brief, name)
        text = ("、" if chinese else ", ").join(value) if isinstance(value, tuple) else value
        if text:
            fields.append((zh if chinese else en, text))
    return fields


def _part(spec: PartSpec, language: Language) -> dict[str, Any]:
    return {
        "name": spec.name,
        "label": part_label(spec, language),
        "lines": line_labels(spec, language),
        "ask": spec.ask,
        "limit": describe_limit(spec, language),
        "target": spec.target,
        "shown": spec.shown if spec.shown != spec.limit else 0,
        "hint": spec.hint.get(language, ""),
    }
