"""What a prompt tells of a brand: its lines as data, and which rules hold."""

from typing import Any

from models.brand import FEW_EMOJI, Brand
from models.brief import Brief

__all__ = ["brand_context"]

_VOICE_IN_SMALL, _WORDS_IN_SMALL = 120, 10
"""A small model reads a line, not a page."""


def brand_context(brand: Brand, brief: Brief) -> dict[str, Any]:
    """The brand for a template.

    Returns:
        `lines`, all that people wrote in the profile as (label, text), to be shown as data inside the fence `brand`;
        `vouches`, `lists`, `examples` and `due`, whether there are facts, words, example copies, disclaimers;
        `spelling`, `script`, `address`, `emoji`, `few` (how many emoji are few), `allowed` (whether only some are),
        `exclamations` (None = any number); for a small model `voice` in one line and `never`, the first words to
        leave out.
    """
    chinese = brief.resolved_language == "zh"
    lines = _lines(brand, brief, chinese)
    first = brand.voice.split("\n")[0]
    return {
        "lines": lines,
        "vouches": bool(brand.facts),
        "lists": bool(brand.banned or brand.competitors or brand.preferred),
        "examples": bool(brand.examples),
        "due": bool(brand.due(brief)),
        "spelling": "" if chinese else brand.spelling or "",
        "script": brand.script or "",
        "address": brand.address or "",
        "emoji": brand.emoji or "",
        "few": FEW_EMOJI,
        "allowed": bool(brand.allowed_emoji),
        "exclamations": brand.max_exclamations,
        "voice": first if len(first) <= _VOICE_IN_SMALL else first[:_VOICE_IN_SMALL].rsplit(" ", 1)[0],
        "never": [*brand.competitors, *brand.banned][:_WORDS_IN_SMALL],
    }


def _lines(brand: Brand, brief: Brief, chinese: bool) -> list[tuple[str, str]]:
    comma = "、" if chinese else ", "

    def instead(word: str, other: str) -> str:
        if not other:
            return word
        return f"{word}（改用{other}）" if chinese else f"{word} (say {other})"

    told = [
        ("品牌", "Name", brand.name),
        ("语气", "Voice", brand.voice),
        ("常用的词", "Words it likes", comma.join(brand.preferred)),
        ("不用的词", "Words it never uses", comma.join(instead(*pair) for pair in brand.banned.items())),
        ("不提的竞品", "Never named", comma.join(brand.competitors)),
        ("可用的表情", "Its emoji", " ".join(brand.allowed_emoji) if brand.emoji != "none" else ""),
        *(("品牌事实", "Fact", fact) for fact in brand.facts),
        *(("必须写明", "Required text", text) for text in brand.due(brief)),
        *(("范文", "Example", text) for text in brand.examples),
    ]
    return [(zh if chinese else en, text) for zh, en, text in told if text]
