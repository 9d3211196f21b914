"""The five-line summary: sentences of the reviews, and lines that an able engine writes."""

import json
import math
from collections.abc import Sequence
from typing import Any

import structlog

from bot.desk import Desk
from bot.reviews.figures import excerpt
from bot.reviews.store import ReviewStore
from bot.reviews.values import Quote, Report
from models.checks.leak import repeats
from models.checks.leftovers import leftovers
from models.checks.numbers import allowed_numbers, numbers_in
from models.errors import CopydeskError
from models.generation.base import Ability, GenerationRequest
from models.lengths import URL
from models.privacy import mask
from models.summary import SummaryPool

__all__ = ["LINES", "extracted", "sample", "written"]

log = structlog.get_logger()

LINES = 5
_READ = 5_000
"""Reviews that the extractive summary reads, spread evenly over all of them."""

_PROMPTED, _PROMPTED_CHARACTERS = 60, 200
_MOST_LINE = 300
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "summary": {"type": "array", "items": {"type": "string"}, "minItems": LINES, "maxItems": LINES}
    },
    "required": ["summary"],
    "additionalProperties": False,
}


def extracted(store: ReviewStore, language: str) -> list[Quote]:
    """Five sentences that say what the reviews say, each an exact substring of the review in its row.

    Liking and disliking are heard in proportion: with every fourth review negative, one line in five or so is.
    """
    shares = store.rows(
        "SELECT label, count(*) FROM reviews WHERE language = ? AND label IS NOT NULL GROUP BY label",
        language,
    )
    if not shares:
        return []
    counts = {str(label): int(count) for label, count in shares}
    lines = _lines_each(counts)
    found = [
        quote
        for label in ("positive", "neutral", "negative")
        if lines.get(label)
        for quote in _of_label(store, language, label, lines[label])
    ]
    return found[:LINES]


def _lines_each(counts: dict[str, int]) -> dict[str, int]:
    """How many of the five lines each feeling gets: by its share, at least one where there are a tenth."""
    total = sum(counts.values())
    polar = {label: count for label, count in counts.items() if label != "neutral"} or counts
    lines = {
        label: max(math.floor(LINES * count / total), int(count >= total / 10))
        for label, count in polar.items()
    }
    while sum(lines.values()) < LINES:
        label = max(polar, key=lambda one: polar[one] / (lines[one] + 1))
        lines[label] += 1
    return lines


def _of_label(store: ReviewStore, language: str, label: str, lines: int) -> list[Quote]:
    rows = store.rows(
        "SELECT number, text, product FROM reviews WHERE label = ? AND language = ? ORDER BY number", label, language
    ) if store.count() <= _READ else store.rows(
        "SELECT number, text, product FROM reviews WHERE label = ? AND language = ?"
        " ORDER BY (number * 2654435761) % 4294967296 LIMIT ?", label, language, _READ
    )  # fmt: skip
    pool = SummaryPool("zh" if language == "zh" else "en")
    for _, text, _ in rows:
        pool.add(text)
    # One more than asked for: a sentence may be longer than a quote.
    quotes = []
    for sentence in pool.summarise(lines + 2):
        shown = excerpt(sentence)
        holder = next(((number, product) for number, text, product in rows if shown in text), None)
        if holder:
            quotes.append(Quote(number=holder[0], text=shown, product=holder[1]))
    return quotes[:lines]


def sample(store: ReviewStore) -> list[str]:
    """The reviews that a written summary is made from: of each feeling, spread over all of them."""
    texts = []
    for label in ("positive", "negative", "neutral"):
        rows = store.rows(
            "SELECT text FROM reviews WHERE label = ? AND length(text) > 8"
            " ORDER BY (number * 2654435761) % 4294967296 LIMIT ?",
            label,
            _PROMPTED // 3,
        )
        texts += [" ".join(excerpt(text, _PROMPTED_CHARACTERS).split()) for (text,) in rows]
    return texts


async def written(desk: Desk, report: Report, texts: Sequence[str]) -> Report:
    """The report with a summary that the engine wrote, where it is able and answers; else as it was.

    Lines with figures that are neither in the report nor in the reviews are not taken, nor are those with links, markup
    or the prompt's own words; nothing of a customer's person is in them.
    """
    info = desk.engine.info
    if info.ability is not Ability.LARGE or report.language not in info.languages or not texts:
        return report
    figures = figure_lines(report)
    try:
        arm = desk.prompts.arms("reviews", report.language, info.ability)[0]
        prompt = desk.prompts.render(arm, {"figures": figures, "reviews": texts})
        request = GenerationRequest(
            messages=prompt.messages, json_schema=_SCHEMA, max_tokens=600, temperature=0.2, seed=desk.seed
        )
        made = await desk.engine.generate(request)
    except CopydeskError as error:
        # The figures and the customers' own sentences are there; only the prose is missing.
        log.warning("reviews.no_summary", code=error.code)
        return report
    lines = _lines(made.texts[0], "\n".join([*figures, *texts]))
    if not lines or any(_is_foreign(line, prompt.instructions) for line in lines):
        log.warning("reviews.summary_refused", model=made.engine.model)
        return report
    return report.model_copy(
        update={"written_summary": lines, "written_by": f"{made.engine.name}, {made.engine.model}"}
    )


def _is_foreign(line: str, instructions: str) -> bool:
    """Whether a line holds what no summary holds: the prompt's own words, markup, a link. Customers may ask for it."""
    left = any(one.severity == "hard" for one in leftovers(line))
    return left or bool(URL.search(line)) or repeats(line, instructions)


def _lines(answer: str, facts: str) -> tuple[str, ...]:
    """The lines of an answer; empty when it is no summary or states figures of its own."""
    from json_repair import repair_json

    try:
        value = json.loads(repair_json(answer))
    except ValueError:
        return ()
    lines = value.get("summary") if isinstance(value, dict) else None
    if not isinstance(lines, list) or len(lines) != LINES or not all(isinstance(one, str) for one in lines):
        return ()
    cleaned = tuple(mask(" ".join(one.split())).text[:_MOST_LINE] for one in lines)
    allowed = allowed_numbers(facts)
    strange = [number for one in cleaned for number in numbers_in(one) if number not in allowed]
    return () if strange or not all(cleaned) else cleaned


def figure_lines(report: Report) -> list[str]:
    """The report's figures, one fact a line, for a prompt."""
    counts = report.counts
    total = max(1, counts.scored)
    lines = [
        f"product: {report.product}" if report.product else "",
        f"reviews: {report.reviews}",
        *(
            f"{label}: {number} ({number / total:.0%})"
            for label, number in (
                ("positive", counts.positive),
                ("neutral", counts.neutral),
                ("negative", counts.negative),
            )
        ),
        f"mean stars: {report.agreement.mean_stars}" if report.agreement else "",
        *(f"liked: {one.name} ({one.liked})" for one in report.liked[:8]),
        *(f"disliked: {one.name} ({one.disliked})" for one in report.disliked[:8]),
        f"requests: {report.requests_count}" if report.requests_count else "",
    ]
    return [line for line in lines if line]
