"""An optimisation in Slack: the form that asks for it, and the answer with its figures."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.jobs import Task
from bot.optimise import Optimised
from bot.optimise_notes import aimed_at
from bot.optimise_reading import Reading
from bot.optimise_request import PLAIN, original_of
from handlers.blocks import Block, context, person, plain, rich, words
from handlers.copy_view import Page, copy_pages
from handlers.forms import MOST_INPUT, input_block, option, select
from handlers.labels import Labels, labels
from models.platforms import find_platform
from models.variant import Variant

__all__ = ["FORM", "figure_changes", "optimise_form", "optimise_view", "optimised_pages", "text_of_form"]

FORM = "copy_optimise"
_TEXT = "text"
_MOST_QUOTED = 2_000
_FIELDS = (
    ("aim", "Aim", "E.g. warmer, calmer, clearer, shorter, longer, more luxurious; empty for what is weak"),
    ("platform", "Platform", "E.g. meta_feed, google_rsa/headline, xiaohongshu; empty for none"),
    ("must_include", "Must include", "Divided by commas"),
    ("must_avoid", "Must avoid", "Divided by commas"),
    ("language", "Language", "en or zh; empty to have it detected"),
)


def optimise_view(
    where: Mapping[str, Any], values: Mapping[str, str] | None = None, *, variants: Sequence[Variant] = ()
) -> Block:
    """The form.

    Args:
        where: The team, channel and thread of the answer; comes back with the form.
        values: What stands in its fields at first: `text` and `bot.optimise_request.FORM_FIELDS`.
        variants: Copy of ours, of which one is optimised as it stands, with its brief; then an aim is all that is
            asked for.
    """
    held, metadata, blocks = dict(values or {}), dict(where), []
    if len(variants) == 1:
        metadata["variant_id"] = variants[0].id
        blocks = rich(plain(variants[0].text[:_MOST_QUOTED]), kind="rich_text_quote")
    elif variants:
        options = [option(f"{one.position}: {one.text}", one.id) for one in variants]
        blocks = [select("variant", "Variant", options, options[0])]
    else:
        blocks = _text_inputs(held.get("text", ""))
    for name, label, hint in _FIELDS[: 1 if variants else None]:
        blocks.append(input_block(name, label, held.get(name, ""), hint=hint, most=500))
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": json.dumps(metadata),
        "title": {"type": "plain_text", "text": "Optimise copy"},
        "submit": {"type": "plain_text", "text": "Optimise"},
        "close": {"type": "plain_text", "text": "Cancel"},
        "blocks": blocks,
    }


def _text_inputs(text: str) -> list[Block]:
    """The copy, in as many inputs as it needs."""
    pieces = [text[start : start + MOST_INPUT] for start in range(0, len(text), MOST_INPUT)] or [""]
    return [
        input_block(
            _TEXT if number == 1 else f"{_TEXT}_{number}",
            "Copy" if number == 1 else "Copy, continued",
            piece,
            optional=number > 1,
            multiline=True,
            hint="In English or Chinese" if number == 1 else "",
        )
        for number, piece in enumerate(pieces, 1)
    ]


def optimise_form(task: Task) -> Block:
    """The form with what a task asks."""
    if task.brief is None:
        raise ValueError("a task without a brief has no copy of its own")
    where = {"team_id": task.team_id, "channel_id": task.channel_id, "thread_ts": task.thread_ts}
    brief = task.brief
    values = {
        "text": original_of(brief),
        "aim": task.instruction,
        "platform": "" if brief.platform == PLAIN else brief.platform,
        "must_include": ", ".join(brief.must_include),
        "must_avoid": ", ".join(brief.must_avoid),
    }
    return optimise_view(where, values)


def text_of_form(fields: Mapping[str, str]) -> str:
    """The copy in a submitted form, its pieces joined as they were cut."""
    return "".join(
        value for name, value in sorted(fields.items()) if name == _TEXT or name.startswith(f"{_TEXT}_")
    )


def optimised_pages(task: Task, optimised: Optimised) -> list[Page]:
    """The answer as messages: the copy's figures, what is aimed at, and the rewrites with what changed."""
    draft = optimised.shown.model_copy(update={"notes": optimised.notes})
    said = labels(draft.brief.resolved_language)
    head = _head(task, optimised, said)
    if optimised.draft is None:
        return copy_pages(task, draft, head=head)
    figures = {
        variant.id: context(said.figures + " · ".join(figure_changes(optimised.before, after, said)))
        for variant, after in zip(draft.variants, optimised.after, strict=True)
    }
    return copy_pages(task, draft, optimised.copy_before, head=head, figures=figures)


def figure_changes(before: Reading, after: Reading, said: Labels) -> list[str]:
    """Each figure before and after: `sentiment +0.41 → +0.83`."""
    changes = []
    if before.sentiment and after.sentiment:
        scores = before.sentiment.score, after.sentiment.score
        changes.append(said.sentiment_moved.format(before=scores[0], after=scores[1]))
    if before.readability is not None and after.readability is not None:
        changes.append(said.readability_moved.format(before=before.readability, after=after.readability))
    changes.append(said.characters_moved.format(before=before.characters, after=after.characters))
    return changes + [f"{part.label}: {part.said}" for part in after.lengths]


def _head(task: Task, optimised: Optimised, said: Labels) -> list[Block]:
    brief, before = optimised.original.brief, optimised.before
    named = brief.platform and brief.platform != PLAIN
    place = said.on_platform.format(platform=find_platform(brief.platform).name) if named else ""
    title = [plain(brief.product, bold=True), plain(said.optimised.format(place=place)), person(task.user_id)]
    blocks = rich(*title)
    if optimised.draft is not None:
        text = optimised.copy_before.text
        blocks += rich(plain(said.original, italic=True), plain(text), kind="rich_text_quote")
    blocks += context(*_figures(before, said))
    separator = "、" if brief.resolved_language == "zh" else ", "
    blocks += context(
        said.main_keywords.format(words=separator.join(before.keywords)) if before.keywords else "",
        said.in_short.format(summary=before.summary) if before.summary else "",
    )
    return blocks + rich(*words(aimed_at(optimised.plan, brief.resolved_language)))


def _figures(reading: Reading, said: Labels) -> list[str]:
    figures = []
    if reading.sentiment:
        label = said.sentiments[reading.sentiment.label]
        figures.append(said.sentiment.format(label=label, score=reading.sentiment.score))
    else:
        figures.append(said.not_scored)
    if reading.readability is not None:
        figures.append(said.readability.format(score=reading.readability, level=reading.level))
    figures.append(said.characters.format(count=reading.characters))
    return figures + [f"{part.label}: {part.said}{' ⚠️' if part.over else ''}" for part in reading.lengths]
