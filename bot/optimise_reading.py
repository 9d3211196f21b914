"""What is measured of a copy: how it feels, how it reads, how loud it is, how long, what it is about."""

import asyncio
from collections.abc import Sequence

import regex

from bot.optimise_request import PLAIN
from models.brief import Brief, Language
from models.keywords import keywords
from models.platforms import PartSpec, describe_length, measure, part_label, parts_for_brief
from models.readability import readability
from models.summary import summarise
from models.variant import Part, Sentiment, Value

__all__ = ["PartLength", "Reading", "read_about", "read_figures", "text_of"]

LONG = {"en": 300, "zh": 120}
"""From how many characters on a copy is summed up in a sentence."""

MOST_KEYWORDS = 6

_MARK = regex.compile(r"[!！]|(?V1)[\p{Extended_Pictographic}--[\u00a9\u00ae\u2122]]")
_CAPITALS = regex.compile(r"(?<![\p{L}\p{N}])\p{Lu}{4,}(?![\p{L}\p{N}])")


class PartLength(Value):
    """A part's length against its platform's limit: `said` tells it in words, `over` whether it is beyond the limit,
    `cut` whether readers see only its beginning, `under` whether it is shorter than the platform takes."""

    label: str
    said: str
    over: bool = False
    cut: bool = False
    under: bool = False


class Reading(Value):
    """What is measured of one copy.

    `readability` is 0 (very hard) to 100 (very easy) with its `level` in words, None where there is no measure;
    `marks` counts exclamation marks, emoji and words in capitals; `keywords` and `summary` are of the whole copy, and
    are read only of the one that people gave.
    """

    sentiment: Sentiment | None = None
    readability: float | None = None
    level: str = ""
    characters: int
    marks: int = 0
    lengths: tuple[PartLength, ...] = ()
    keywords: tuple[str, ...] = ()
    summary: str = ""


def text_of(parts: Sequence[Part]) -> str:
    """The parts as one text."""
    return "\n".join(part.text for part in parts)


def read_figures(parts: Sequence[Part], brief: Brief, sentiment: Sentiment | None) -> Reading:
    """Measure a copy; pure but for `sentiment`, which was scored before."""
    text, language = text_of(parts), brief.resolved_language
    ease = readability(text, language)
    # Where no place is named there is no limit to tell of.
    specs = {} if brief.platform == PLAIN else {spec.name: spec for spec in parts_for_brief(brief)}
    return Reading(
        sentiment=sentiment,
        readability=round(ease.score, 1) if ease else None,
        level=ease.label(language) if ease else "",
        characters=len(text),
        marks=len(_MARK.findall(text)) + len(_CAPITALS.findall(text)),
        lengths=tuple(
            _length(part, specs[part.name], language)
            for part in parts
            if part.name in specs and specs[part.name].limit
        ),
    )


async def read_about(reading: Reading, parts: Sequence[Part], language: Language) -> Reading:
    """The reading with the copy's keywords and, when it is long, its main sentence."""
    text = text_of(parts)

    def work() -> tuple[tuple[str, ...], str]:
        found = tuple(keyword.term for keyword in keywords(text, language, MOST_KEYWORDS))
        summary = summarise(text, language, 1) if len(text) >= LONG[language] else []
        return found, " ".join(summary)

    # The word lists are read at first use.
    found, summary = await asyncio.to_thread(work)
    return reading.model_copy(update={"keywords": found, "summary": summary if summary != text else ""})


def _length(part: Part, spec: PartSpec, language: Language) -> PartLength:
    length = measure(part.text, spec.unit)
    return PartLength(
        label=part_label(spec, language),
        said=describe_length(part.text, spec, language),
        over=length > spec.limit,
        cut=bool(spec.shown) and length > spec.shown,
        under=length < spec.minimum,
    )
