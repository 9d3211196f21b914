"""A draft as Slack messages: the variants best first, with their checks, scores and buttons."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.approval import State
from bot.jobs import Task
from handlers.approval_view import approval_buttons
from handlers.blocks import (
    Block,
    Leaf,
    button,
    context,
    divider,
    escape,
    fits,
    person,
    plain,
    rich,
    words,
)
from handlers.changes import changes
from handlers.labels import Labels, labels
from models.brief import Brief, Language
from models.platforms import find_platform, part_label, parts_for
from models.variant import Draft, Variant


@dataclass
class Page:
    """One message's blocks, and the variants that it shows, its lead first."""

    blocks: list[Block] = field(default_factory=list)
    variant_ids: list[str] = field(default_factory=list)

    def add(self, blocks: list[Block], variant_id: str = "") -> None:
        """Put blocks at the end; they belong to a variant, or to the whole draft."""
        self.blocks += blocks
        if variant_id and variant_id not in self.variant_ids:
            self.variant_ids.append(variant_id)

    def takes(self, blocks: list[Block]) -> bool:
        """Whether Slack takes the message with these blocks added."""
        return fits([*self.blocks, *blocks])


def copy_pages(
    task: Task,
    draft: Draft,
    parent: Variant | None = None,
    *,
    head: list[Block] | None = None,
    figures: Mapping[str, list[Block]] | None = None,
) -> list[Page]:
    """A draft as messages: one, or more where Slack's limits do not hold it. Nothing is cut away.

    Args:
        task: Who asked, and for what.
        draft: The copy.
        parent: The variant that a rewrite starts from: what changed is shown.
        head: What stands above the copy, instead of the usual title.
        figures: What stands under a variant's changes, by its id.
    """
    said = labels(draft.brief.resolved_language)
    pages = [Page()]

    def flow(blocks: list[Block], variant_id: str = "") -> None:
        """Put blocks where there is room: on this page, else on a new one, block by block if they must."""
        fresh = Page(context(said.continued))
        if not pages[-1].takes(blocks) and fresh.takes(blocks) and pages[-1].blocks:
            pages.append(fresh)
        if pages[-1].takes(blocks):
            pages[-1].add(blocks, variant_id)
            return
        for block in blocks:
            if not pages[-1].takes([block]):
                pages.append(Page(context(said.continued)))
            pages[-1].add([block], variant_id)

    for block in head or _title(task, draft, said):
        flow([block])
    for variant in draft.variants:
        body, scores = _body(draft.brief, variant), _scores(variant, said)
        pressed = _buttons(variant, said, draft.brief.resolved_language)
        changed = _changed(parent, variant, said) if parent else []
        changed += (figures or {}).get(variant.id, [])
        whole = [divider(), *body, *changed, *scores, *pressed]
        if pages[-1].takes(whole) or (pages[-1].variant_ids and Page(context(said.continued)).takes(whole)):
            flow(whole, variant.id)
            continue
        # Longer than a message: it begins here, and its buttons come under the last of it.
        for unit in (divider(), *body, *changed, *scores):
            flow([unit], variant.id)
        flow(pressed, variant.id)
    flow(_footer(draft, said))
    if len(pages) > 1:
        # There is room: a page is filled to less than Slack takes.
        pages[0].add(context(said.more_below))
    return pages


def notification(draft: Draft) -> str:
    """The text of notifications and screen readers."""
    title = labels(draft.brief.resolved_language).done.format(product=draft.brief.product)
    return escape(f"{title}\n{draft.variants[0].text}"[:700]) if draft.variants else escape(title)


def plain_copy(brief: Brief, variant: Variant) -> str:
    """A variant to be pasted elsewhere: a part a line; a plan's parts with their names."""
    names = _names(brief)
    if len({part.name for part in variant.parts}) < 4:
        return variant.text
    return "\n".join(f"{names.get(part.name, part.name)}: {part.text}" for part in variant.parts)


def _names(brief: Brief) -> dict[str, str]:
    return {
        spec.name: part_label(spec, brief.resolved_language) for spec in parts_for(brief.kind, brief.platform)
    }


def _title(task: Task, draft: Draft, said: Labels) -> list[Block]:
    brief = draft.brief
    place = said.on_platform.format(platform=find_platform(brief.platform).name) if brief.platform else ""
    leaves = [
        plain(brief.product, bold=True),
        plain(said.title.format(kind=said.kinds[brief.kind], place=place)),
        person(task.user_id),
    ]
    if task.action == "rewrite" and task.instruction:
        leaves += [plain("\n"), plain(task.instruction, italic=True)]
    return rich(*leaves)


def _body(brief: Brief, variant: Variant) -> list[Block]:
    """The parts under their names, in order; a name that repeats stands once."""
    names = _names(brief)
    leaves: list[Leaf] = [plain(f"{variant.position}\n", bold=True)]
    last = ""
    for part in variant.parts:
        text = part.text or "—"
        if part.name != last:
            leaves.append(plain(f"{names.get(part.name, part.name)}\n", bold=True))
        leaves.append(plain(f"{text}\n"))
        last = part.name
    return rich(*leaves)


def _changed(parent: Variant, variant: Variant, said: Labels) -> list[Block]:
    leaves = changes(parent, variant)
    if not leaves:
        return context(said.unchanged)
    return rich(plain(said.changed, italic=True), *leaves, kind="rich_text_quote")


def _scores(variant: Variant, said: Labels) -> list[Block]:
    facts = [said.ready if variant.ready else said.not_ready]
    if variant.sentiment:
        label = said.sentiments[variant.sentiment.label]
        facts.append(said.sentiment.format(label=label, score=variant.sentiment.score))
    else:
        facts.append(said.not_scored)
    if variant.keyword_coverage is not None:
        facts.append(said.keywords.format(share=variant.keyword_coverage))
    return context(*facts, *(check.reason or check.name for check in variant.failures))


def _buttons(variant: Variant, said: Labels, language: Language) -> list[Block]:
    buttons = [
        button("copy_shorter", said.shorter, variant.id),
        button("copy_longer", said.longer, variant.id),
        button("copy_warmer", said.warmer, variant.id),
        button("copy_rewrite", said.rewrite, variant.id),
        *approval_buttons(variant, State.DRAFT, language),
        button("copy_text", said.as_text, variant.id),
    ]
    feedback = {
        "type": "feedback_buttons",
        "action_id": "copy_feedback",
        "positive_button": {"text": {"type": "plain_text", "text": said.good}, "value": f"+{variant.id}"},
        "negative_button": {"text": {"type": "plain_text", "text": said.bad}, "value": f"-{variant.id}"},
    }
    return [
        {"type": "actions", "elements": buttons},
        {"type": "context_actions", "elements": [feedback]},
    ]


def _footer(draft: Draft, said: Labels) -> list[Block]:
    scorer = next((one.sentiment.scored_by for one in draft.variants if one.sentiment), "")
    made = (draft.engine.name, draft.engine.model, said.seconds.format(seconds=draft.usage.seconds))
    # No engine made what a person wrote.
    small = context(*(made if draft.messages else ()), said.scored_by.format(name=scorer) if scorer else "")
    notes = [block for note in draft.notes for block in rich(*words(note))]
    return [*notes, *small]
