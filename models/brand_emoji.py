"""Emoji in a text: which there are, where, and which of them a brand allows."""

from collections.abc import Iterable

import regex

__all__ = ["EMOJI", "emoji_in", "same_emoji"]

_ONE = r"(?:[\p{Extended_Pictographic}--[\u00a9\u00ae\u2122]](?:\ufe0f|\p{Emoji_Modifier})*)"
EMOJI = regex.compile(
    rf"(?V1){_ONE}(?:\u200d{_ONE})*[\U000e0020-\U000e007f]*"
    r"|\p{Regional_Indicator}{1,2}|[0-9#*]\ufe0f?\u20e3"
)
"""One emoji as people see it: joined families, skin tones, flags and keycaps are one."""


def emoji_in(text: str) -> list[str]:
    """The emoji of a text, in order."""
    return [match.group() for match in EMOJI.finditer(text)]


def same_emoji(emoji: str, others: Iterable[str]) -> bool:
    """Whether an emoji is one of some others, whatever skin tone or presentation it has."""
    return _bare(emoji) in {_bare(other) for other in others}


def _bare(emoji: str) -> str:
    return regex.sub(r"[\ufe0f\p{Emoji_Modifier}]", "", emoji)
