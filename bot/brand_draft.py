"""A profile drafted from a team's own copy: what is measured, and the voice in an able engine's words."""

import json
from collections.abc import Sequence
from typing import Any

import structlog

from bot.brand_style import Style, measure, style_in_words
from bot.desk import Desk
from models.brand import MAX_TEXT, Brand, make_brand
from models.brief import clean_text
from models.checks.numbers import allowed_numbers, numbers_in
from models.errors import CopydeskError
from models.generation.base import Ability, GenerationRequest
from models.language import detect

__all__ = ["draft_brand", "measured_brand"]

log = structlog.get_logger()

_MOST_VOICE = 900
_MOST_PROMPTED = 24_000
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"voice": {"type": "string"}},
    "required": ["voice"],
    "additionalProperties": False,
}


async def draft_brand(texts: Sequence[str], desk: Desk | None = None, *, name: str = "") -> Brand:
    """Draft a profile from copy, to be edited by people.

    Args:
        texts: The copy, 5 to 50 texts (`bot.brand_style.split_texts`).
        desk: Whose engine describes the voice, when it is able; None or a small model leaves it to the measures.
        name: The brand's name.
    """
    style = measure(texts)
    described = await _described(desk, texts, style) if desk else ""
    return measured_brand(style, name=name, described=described)


def measured_brand(style: Style, *, name: str = "", described: str = "") -> Brand:
    """The profile that measures make; `described` stands before them in the voice."""
    voice = "\n".join(filter(None, [described, style_in_words(style)]))
    return make_brand(
        {
            "name": name,
            "voice": voice[:MAX_TEXT],
            "examples": style.typical,
            "preferred": style.favourites,
            "spelling": style.spelling,
            "script": style.script,
            "address": style.address if style.language == "zh" and style.says_you >= 0.3 else None,
            "spacing": style.spacing if style.language == "zh" else None,
            "emoji": style.emoji,
            "allowed_emoji": style.favourite_emoji if style.emoji == "few" else (),
            "max_exclamations": style.max_exclamations,
        }
    )


async def _described(desk: Desk, texts: Sequence[str], style: Style) -> str:
    """The voice in an able engine's words; empty where it is none or gives nothing of use."""
    info = desk.engine.info
    if info.ability is not Ability.LARGE or style.language not in info.languages:
        return ""
    try:
        arm = desk.prompts.arms("brand", style.language, info.ability)[0]
        prompt = desk.prompts.render(arm, {"texts": _spread(texts), "measures": style_in_words(style)})
        request = GenerationRequest(
            messages=prompt.messages, json_schema=_SCHEMA, max_tokens=500, temperature=0.2, seed=desk.seed
        )
        made = await desk.engine.generate(request)
    except CopydeskError as error:
        # The measures are there; only the prose is missing.
        log.warning("brand.not_described", code=error.code)
        return ""
    return _usable(made.texts[0] if made.texts else "", texts, style)


def _spread(texts: Sequence[str]) -> list[str]:
    """The texts, each cut to its share of what a prompt holds."""
    most = _MOST_PROMPTED // len(texts)
    return [text if len(text) <= most else text[:most] + "…" for text in texts]


def _usable(answer: str, texts: Sequence[str], style: Style) -> str:
    """The answer's voice, when it is one: in the language, of a decent length, without figures of its own."""
    try:
        value = json.loads(answer)
    except ValueError:
        return ""
    voice = clean_text(str(value.get("voice") or "")) if isinstance(value, dict) else ""
    figures = allowed_numbers("\n".join([*texts, style_in_words(style)]))
    invented = [number for number in numbers_in(voice) if number not in figures]
    if not voice or len(voice) > _MOST_VOICE or invented or detect(voice).code != style.language:
        log.info("brand.description_refused", characters=len(voice), figures=len(invented))
        return ""
    return voice
