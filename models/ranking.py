"""Which variants are shown, best first: ready ones, then those that cover the brief, feel right and differ."""

import re
from collections.abc import Sequence

from models.brief import Brief
from models.checks.duplicates import is_near
from models.matching import has_term
from models.variant import Check, Part, Sentiment, Value

__all__ = ["Scored", "coverage", "rank", "says", "target_sentiment"]

_CALM = re.compile(
    r"\b(?:calm|plain|sober|no hype|matter-of-fact|neutral|factual|serious|understated)\b"
    r"|平实|冷静|克制|朴素|实在|客观",
    re.IGNORECASE,
)


class Scored(Value):
    """A candidate with what was found out about it."""

    parts: tuple[Part, ...]
    checks: tuple[Check, ...]
    sentiment: Sentiment | None = None

    @property
    def text(self) -> str:
        """The parts as one text."""
        return "\n".join(part.text for part in self.parts)

    @property
    def ready(self) -> bool:
        """Whether no hard check failed."""
        return all(check.passed or check.severity == "soft" for check in self.checks)


def target_sentiment(tone: str) -> float:
    """The sentiment score that a tone aims at: copy is warm unless the brief asks for calm."""
    return 0.3 if _CALM.search(tone) else 0.8


def coverage(text: str, brief: Brief) -> float:
    """The share, 0 to 1, of the brief's keywords and attribute values that a text uses; 1 when it has none."""
    covered = [has_term(text, keyword, inflected=True) for keyword in brief.keywords]
    covered += [says(text, value) for value in brief.attributes.values()]
    return sum(covered) / len(covered) if covered else 1.0


def says(text: str, value: str) -> bool:
    """Whether a text says an attribute's value, or its figure alone."""
    return has_term(text, value) or _same_figure(text, value)


def _same_figure(text: str, value: str) -> bool:
    """Whether the text states the value's figure (`5000mAh` for `5000 mAh`)."""
    figure = re.search(r"\d[\d.,]*", value)
    return bool(figure and re.search(rf"(?<!\d){re.escape(figure.group())}(?!\d)", text))


def rank(candidates: Sequence[Scored], brief: Brief, n: int) -> list[Scored]:
    """The best `n`, best first, none of them near another while others are left.

    Ready beats not ready; then fewer failures; then half coverage of the brief, half nearness to the target
    sentiment (left out where nothing was scored).
    """

    def worth(candidate: Scored) -> tuple[bool, int, int, float]:
        hard = sum(not check.passed and check.severity == "hard" for check in candidate.checks)
        soft = sum(not check.passed and check.severity == "soft" for check in candidate.checks)
        quality = coverage(candidate.text, brief)
        if candidate.sentiment is not None:
            quality += 1 - abs(candidate.sentiment.score - target_sentiment(brief.tone)) / 2
        return candidate.ready, -hard, -soft, quality

    kept: list[Scored] = []
    spare: list[Scored] = []
    for candidate in sorted(candidates, key=worth, reverse=True):
        near = any(is_near(candidate.text, other.text) for other in kept)
        (spare if near else kept).append(candidate)
    return [*kept, *spare][:n]
