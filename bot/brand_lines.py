"""A profile's lists as lines that people type in a form, and back."""

import difflib
import re
from collections.abc import Iterable
from typing import Any

from models.brand import Brand, BrandError, Disclaimer
from models.brief import Kind, clean_text
from models.errors import BriefError
from models.platforms import find_platform

__all__ = ["banned_lines", "disclaimer_lines", "lines_of", "read_banned", "read_disclaimers"]

_ARROW = re.compile(r"\s*(?:->|=>|→|⇒)\s*")
_BRACKET = re.compile(r"\s*[\[［【]([^\[\]［］【】]*)[\]］】]\s*$")
_ALL = "all"
_KINDS = {"广告": Kind.AD, "活动": Kind.CAMPAIGN, "描述": Kind.DESCRIPTION} | {
    kind.value: kind for kind in Kind
}
_LANGUAGES = {"en": "en", "english": "en", "zh": "zh", "chinese": "zh", "英文": "en", "中文": "zh"}


def lines_of(text: str) -> list[str]:
    """The lines of a text that have something in them."""
    return [line for line in clean_text(text).split("\n") if line]


def banned_lines(brand: Brand) -> list[str]:
    """`word -> instead`, or the word alone."""
    return [f"{word} -> {instead}" if instead else word for word, instead in brand.banned.items()]


def read_banned(lines: Iterable[str]) -> dict[str, str]:
    """The words with what is said instead.

    Raises:
        BrandError: A line has several arrows, or no word.
    """
    found: dict[str, str] = {}
    for line in lines:
        word, *instead = _ARROW.split(line)
        if len(instead) > 1 or not word.strip():
            raise BrandError(
                f"“{line[:60]}” is not of the form word -> what to say instead.",
                "Write one word a line, e.g. cheap -> affordable.",
                "banned",
            )
        if word in found:
            raise BrandError(f"“{word[:60]}” is there twice.", "Leave one of them out.", "banned")
        found[word] = instead[0] if instead else ""
    return found


def disclaimer_lines(brand: Brand) -> list[str]:
    """`text [ad, google_rsa, en]`: where it must stand, in brackets; without brackets everywhere."""
    return [_line(one) for one in brand.disclaimers]


def _line(one: Disclaimer) -> str:
    named = [*(kind.value for kind in one.kinds), *one.platforms, *one.languages]
    if named or _BRACKET.search(one.text):
        return f"{one.text} [{', '.join(named) or _ALL}]"
    return one.text


def read_disclaimers(lines: Iterable[str]) -> list[dict[str, Any]]:
    """The disclaimers as a profile's values.

    Raises:
        BrandError: Brackets hold what is no kind, platform or language; the nearest is named.
    """
    found = []
    for line in lines:
        bracket = _BRACKET.search(line)
        value: dict[str, Any] = {"text": line[: bracket.start()] if bracket else line}
        for name in re.split(r"[,，、;；]", bracket[1]) if bracket else []:
            field, known = _place(name.strip())
            if field:
                value.setdefault(field, []).append(known)
        found.append(value)
    return found


def _place(name: str) -> tuple[str, str]:
    folded = name.casefold()
    if folded in ("", _ALL, "所有"):
        return "", ""
    if folded in _KINDS:
        return "kinds", _KINDS[folded].value
    if folded in _LANGUAGES:
        return "languages", _LANGUAGES[folded]
    near = difflib.get_close_matches(folded, [*_KINDS, "en", "zh"], n=1, cutoff=0.75)
    try:
        return "platforms", find_platform(name).id
    except BriefError as error:
        remedy = f"Did you mean {near[0]}?" if near else error.remedy
        raise BrandError(
            f"“{name[:40]}” in the brackets is no kind, platform or language.", remedy, "disclaimers"
        ) from error
