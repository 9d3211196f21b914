"""Makes a copy better: measures it, has it rewritten towards what is aimed at, and keeps only what got there."""

import asyncio
import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any

from bot.context import prompt_context
from bot.desk import Desk
from bot.optimise_aims import Plan, make_plan, shortfalls
from bot.optimise_notes import notes_on
from bot.optimise_reading import Reading, read_about, read_figures, text_of
from bot.optimise_request import PLAIN, Request, fields_of, original_of
from bot.work import Work, fitted
from models.brand import Profile
from models.brief import Brief
from models.checks.duplicates import has_no_duplicates
from models.checks.examine import examine
from models.checks.facts import facts_in
from models.checks.facts_kept import keeps_every_fact
from models.checks.likeness import References
from models.checks.rambling import does_not_ramble
from models.checks.subject import Subject, found
from models.generation.base import Progress
from models.instruction import Wish
from models.parts import copy_lines, line_labels
from models.platforms import parts_for_brief
from models.ranking import Scored
from models.variant import Check, Draft, EngineRef, Lineage, Part, PromptRef, Sentiment, Usage, Value, Variant

__all__ = ["PERSON", "Optimised", "optimise"]

PERSON = "person"
"""The engine of a draft that a person wrote."""

_MOST_KEPT = 60


class Optimised(Value):
    """What came of optimising a copy.

    `original` is the draft that holds the copy as it was, `variant_id` the copy in it, `known` whether the history
    has it already; `before` are its figures. `draft` holds the rewrites that got better, their figures in `after` in
    its order; None when none did. `asked` is how many were wanted, `notes` are sentences for the person.
    """

    original: Draft
    variant_id: str
    known: bool
    plan: Plan
    before: Reading
    asked: int
    draft: Draft | None = None
    after: tuple[Reading, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def copy_before(self) -> Variant:
        """The copy as it was."""
        return next(one for one in self.original.variants if one.id == self.variant_id)

    @property
    def new(self) -> list[Draft]:
        """The drafts that the history does not have yet, the original first."""
        return [*([] if self.known else [self.original]), *([self.draft] if self.draft else [])]

    @property
    def shown(self) -> Draft:
        """The draft that people go on with: the rewrites, or the copy as it was where there are none."""
        return self.draft or self.original.model_copy(update={"variants": (self.copy_before,)})


async def optimise(
    desk: Desk,
    request: Request,
    *,
    of: tuple[Draft, Variant] | None = None,
    n: int = 3,
    brand: Profile | None = None,
    progress: Progress | None = None,
) -> Optimised:
    """Measure a copy, and write up to `n` rewrites of it that move what is aimed at and keep its facts.

    Args:
        desk: Writes and scores.
        request: The copy, the wish and the brief.
        of: The draft and variant that the copy is, when it is ours; else it becomes a draft of its own.
        n: How many rewrites.
        brand: The profile to write under.
        progress: Called with (done, total) tokens.

    Raises:
        EngineCannotServe: The engine does not write the copy's language, or not this copy.
        EngineUnreachable, WeightsError: No usable answer came.
        TemplateError: A prompt template is broken.
    """
    brief, language = request.brief, request.brief.resolved_language
    desk.refuse_other_languages(brief)
    [sentiment], trouble = await desk.score([text_of(request.parts)])
    draft, variant = of or _persons(desk, request, sentiment, brand)
    before = await asyncio.to_thread(read_figures, variant.parts, brief, sentiment)
    before = await read_about(before, variant.parts, language)
    plan = make_plan(before, request.aim, brief.tone, language)
    rewriting = _Rewriting(desk, brief, variant, before, plan)
    wish = Wish(length=-1 if "shorter" in plan.aims else 1 if "longer" in plan.aims else 0)
    context = _context(desk, request, variant, before, plan, brand)
    if desk.small:
        # The examples have the very lines that are asked for.
        specs = fitted(parts_for_brief(brief), variant, wish)
        lines = {spec.name: line_labels(spec, language) for spec in specs}
        context["parts"] = [{**part, "lines": lines[part["name"]]} for part in context["parts"]]
    prompt = desk.prompt("optimize", brief, context)
    work = Work(
        desk,
        brief,
        prompt,
        facts=f"{brief.facts}\n{variant.text}",
        said=request.aim,
        progress=progress,
        wish=wish,
        before=variant,
        judge=rewriting.judge,
        brand=brand,
    )
    scored = await work.gather(n)
    shown = [one for one in work.shown([one for one in scored if one.ready], n) if one.ready]
    reasons = _reasons(scored)
    notes = notes_on(plan, asked=n, shown=len(shown), reasons=reasons, language=language, small=desk.small)
    made = Optimised(
        original=draft,
        variant_id=variant.id,
        known=of is not None,
        plan=plan,
        before=before,
        asked=n,
        notes=(*notes, *([trouble] if trouble else [])),
    )
    if not shown:
        return made
    lineage = Lineage(
        parent_id=variant.id, round=variant.lineage.round + 1, instruction=_instruction(plan, language)
    )
    rewrites = desk.draft(brief, draft.brief_id, work, shown, lineage)
    return made.model_copy(
        update={
            "draft": rewrites.model_copy(update={"notes": made.notes}),
            "after": tuple(rewriting.readings[one.parts] for one in shown),
        }
    )


class _Rewriting:
    """Judges rewrites of one copy: facts kept, figures moved."""

    def __init__(self, desk: Desk, brief: Brief, original: Variant, before: Reading, plan: Plan) -> None:
        self.desk = desk
        self.brief = brief
        self.original = original
        self.before = before
        self.plan = plan
        self.readings: dict[tuple[Part, ...], Reading] = {}

    async def judge(self, subjects: Sequence[Subject]) -> list[tuple[Check, ...]]:
        """Each rewrite's findings."""
        sentiments, _ = await self.desk.score([text_of(subject.parts) for subject in subjects])

        def work() -> list[tuple[Check, ...]]:
            return [
                self._findings(subject, sentiment)
                for subject, sentiment in zip(subjects, sentiments, strict=True)
            ]

        return await asyncio.to_thread(work)

    def _findings(self, subject: Subject, sentiment: Sentiment | None) -> tuple[Check, ...]:
        after = read_figures(subject.parts, self.brief, sentiment)
        self.readings[subject.parts] = after
        text = self.original.text
        return (
            *keeps_every_fact(subject, text),
            *does_not_ramble(subject, text),
            *self._improves(subject, after),
        )

    def _improves(self, subject: Subject, after: Reading) -> list[Check]:
        if text_of(subject.parts).split() == self.original.text.split():
            return [found(subject, "improves", "the copy is unchanged", "文案没有改动")]
        short = shortfalls(self.plan, self.before, after, subject.language)
        if not short:
            return [Check(name="improves", passed=True)]
        return [found(subject, "improves", reason, reason) for reason in short]


def _persons(
    desk: Desk, request: Request, sentiment: Sentiment | None, brand: Profile | None
) -> tuple[Draft, Variant]:
    """The copy that a person gave, as a draft of its own."""
    brief, held = request.brief, brand.brand if brand else None
    facts = [brief.facts, text_of(request.parts), held.vouched(brief) if held else ""]
    subject = Subject(brief=brief, parts=request.parts, facts="\n".join(filter(None, facts)), brand=held)
    # People may repeat themselves, and their own earlier copy.
    own = desk.house.with_earlier(References()).checks(brief)
    checks = examine(subject, tuple(check for check in own if check is not has_no_duplicates))
    brief_id = uuid.uuid4().hex
    variant = Variant(
        id=uuid.uuid4().hex,
        brief_id=brief_id,
        position=1,
        parts=request.parts,
        checks=checks,
        sentiment=sentiment,
    )
    draft = Draft(
        id=uuid.uuid4().hex,
        brief_id=brief_id,
        brief=brief,
        variants=(variant,),
        prompt=PromptRef(template="", sha256=""),
        messages=(),
        engine=EngineRef(name=PERSON, model=""),
        usage=Usage(),
    )
    return draft, variant


def _context(
    desk: Desk, request: Request, variant: Variant, before: Reading, plan: Plan, brand: Profile | None
) -> dict[str, Any]:
    brief = request.brief
    context = prompt_context(brief, small=desk.small, brand=brand.brand if brand else None)
    if original_of(brief):
        # The original is shown once, as the copy, and its first words are no product.
        fields = [*fields_of(brief).items()]
        fields += [pair for pair in context["fields"] if pair[0] not in brief.attributes][1:]
        context |= {"fields": fields, "facts": list(fields_of(brief).items())}
    if brief.platform == PLAIN:
        context["platform"] = ""
    keep = dict.fromkeys(fact.shown for fact in facts_in(variant.text))
    return context | {
        "copy": copy_lines(variant.parts, brief),
        "keep": list(keep)[:_MOST_KEPT],
        "aim": plan.asked,
        "aims": list(plan.aims),
        "weak": list(plan.weak) if plan.basis == "weak" else [],
        "characters": before.characters,
    }


def _instruction(plan: Plan, language: str) -> str:
    """What the history keeps as the wish."""
    if plan.asked:
        return plan.asked
    return "，".join(plan.weak) or "更好" if language == "zh" else "; ".join(plan.weak) or "better"


def _reasons(scored: Sequence[Scored]) -> list[str]:
    """Why candidates were left out, the most frequent reason first."""
    counted = Counter(
        check.reason
        for one in scored
        for check in one.checks
        if not check.passed and check.severity == "hard" and check.reason
    )
    return [reason for reason, _ in counted.most_common()]
