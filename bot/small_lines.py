"""The lines that a small model is held to: the parts asked for, how each begins, and how long it may be."""

from collections import Counter
from collections.abc import Mapping, Sequence

from models.brief import Brief
from models.generation.base import Line
from models.instruction import Wish, by_wish
from models.parts import as_lines
from models.platforms import PartSpec, measure
from models.skeleton import prefixes
from models.variant import Variant

__all__ = ["lines_to_write", "tokens_for"]

_SHORT_PART = 40
"""Parts below so many characters are not held to a tighter length than the platform's."""


def lines_to_write(
    brief: Brief, specs: Sequence[PartSpec], before: Variant | None, wish: Wish, *, writer: bool
) -> tuple[Line, ...]:
    """The lines of one variant.

    Args:
        brief: What is asked for.
        specs: The parts that the model is asked for.
        before: What a rewrite starts from; its parts' lengths bound the lines.
        wish: What a rewrite can be measured by.
        writer: Whether our own writer writes: its lines are whole parts, in a rewrite as many of each as the copy has.
    """
    if writer and before is not None:
        counts = Counter(part.name for part in before.parts)
        specs = [spec.model_copy(update={"ask": counts[spec.name] or spec.ask}) for spec in specs]
    lines = as_lines(specs, brief.resolved_language, _beginnings(brief, specs, wish), whole=writer)
    return lines if before is None else _tightened(lines, before, wish, writer=writer)


def tokens_for(specs: Sequence[PartSpec]) -> int:
    """Tokens enough for all lines: a token is about four characters of English or one and a half of Chinese."""
    total = sum(((spec.target or 240) // 2 + 8) * spec.ask for spec in specs)
    return min(1_200, max(64, total))


def _beginnings(brief: Brief, specs: Sequence[PartSpec], wish: Wish) -> Mapping[str, Sequence[str]]:
    """How lines begin: a plan's phases with their days, and a rewrite with what was asked to come first."""
    begun = dict(prefixes(brief, specs))
    value = next((value for _, value in by_wish(brief, wish)), "")
    if wish.first and value and specs and specs[0].name not in begun:
        room = specs[0].target or len(value) * 2
        if measure(value, specs[0].unit) <= room * 0.6:
            begun[specs[0].name] = [value]
    return begun


def _tightened(lines: tuple[Line, ...], before: Variant, wish: Wish, *, writer: bool) -> tuple[Line, ...]:
    """Limits by the length that each part of a rewrite has now: below it for “shorter”, and never far above."""
    lengths = {part.name: len(part.text) for part in before.parts}
    least, share = (12, 0.8) if wish.length < 0 else (60, 2.0 if wish.length else 1.5)

    def tightened(line: Line) -> Line:
        length = lengths.get(line.name)
        # Half a headline says nothing; what is long is where a copy gets shorter.
        if length is None or (writer and length < _SHORT_PART):
            return line
        limit = line.limit or 10_000
        return line.model_copy(update={"limit": min(limit, max(least, min(limit, int(length * share))))})

    return tuple(tightened(line) for line in lines)
