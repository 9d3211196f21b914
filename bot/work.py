"""One task at the desk: rounds of generating, examining and repairing."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from bot.prompts import Prompt
from bot.small_lines import lines_to_write, tokens_for
from models.brand import Profile
from models.brief import Brief, Kind
from models.checks.channels import strange_names
from models.checks.examine import examine
from models.checks.numbers import allowed_numbers
from models.checks.subject import Subject
from models.errors import EngineCannotServe
from models.fences import as_data
from models.generation.base import Ability, Generation, GenerationRequest, Progress
from models.instruction import Wish, follows_wish
from models.parts import as_json, json_schema, json_shape, parse_parts
from models.platforms import PartSpec, measure, parts_for_brief
from models.ranking import Scored, rank
from models.repair import mend, refill
from models.skeleton import given_parts, own_figures, prefixes, with_given
from models.variant import Check, Message, Part, Usage, Variant

if TYPE_CHECKING:
    from bot.desk import Desk

__all__ = ["MAX_ROUNDS", "Judge", "Work", "fitted"]

MAX_ROUNDS = 2
"""Repair rounds after the first generation: each names what failed and asks again."""

SPARE = 2
"""How many candidates more than asked for a small model writes: their good parts complete the others."""

SMALL_TEMPERATURE = 0.5
"""Read by eye: above it a small model invents, below it repeats itself."""

WRITER_TEMPERATURE = 0.7
"""For our own writer, which is trained on what is asked of it and invents less."""

Judge = Callable[[Sequence[Subject]], Awaitable[Sequence[tuple[Check, ...]]]]
"""Further checks, which may have to score first: each subject's findings."""

_LARGE_TOKENS = {Kind.AD: 800, Kind.DESCRIPTION: 1_500, Kind.CAMPAIGN: 2_500}


class Work:
    """One task at the desk: generates, examines, repairs, and adds up what it cost.

    Args:
        desk: Whose engine and scores are used.
        brief: What was asked.
        prompt: What the engine is given.
        facts: All that claims may rest on.
        said: What people said beside the brief, in their own words.
        progress: Called with (done, total) tokens.
        wish: What a rewrite can be measured by.
        before: What a rewrite starts from.
        judge: Further checks of the candidates, all at once; they count like the others.
        brand: The profile that the copy is written under; what it vouches for is among the facts.
    """

    def __init__(
        self,
        desk: "Desk",
        brief: Brief,
        prompt: Prompt,
        *,
        facts: str,
        said: str = "",
        progress: Progress | None,
        wish: Wish | None = None,
        before: Variant | None = None,
        judge: Judge | None = None,
        brand: Profile | None = None,
    ) -> None:
        self.desk = desk
        self.brief = brief
        self.prompt = prompt
        self.facts = facts
        self.progress = progress
        self.wish = wish or Wish()
        self.before = before
        self.judge = judge
        self.profile = brand
        self.brand = brand.brand if brand else None
        if self.brand and (vouched := self.brand.vouched(brief)):
            self.facts += f"\n{vouched}"
        self._judged: dict[tuple[Part, ...], tuple[Check, ...]] = {}
        self._found: dict[tuple[tuple[Part, ...], tuple[tuple[Part, ...], ...]], tuple[Check, ...]] = {}
        self.specs: tuple[PartSpec, ...] = fitted(parts_for_brief(brief), before, self.wish)
        self._said = self.facts
        self._told = prompt.instructions
        # What a plan's example says of measuring and closing holds for any plan.
        examples = "" if brief.kind is Kind.CAMPAIGN else prompt.examples
        self._checks = desk.house.checks(brief, said=said, brand=self.brand, examples=examples)
        # The days that a plan's phases are given are the brief's, cut up.
        begun = prefixes(brief, self.specs) if brief.kind is Kind.CAMPAIGN else {}
        self.facts += "".join(f"\n{text}" for texts in begun.values() for text in texts)
        self.small = desk.small
        self.writer = desk.engine.info.ability is Ability.WRITER
        self.usage = Usage()
        self.engine_ref = desk.engine.info.ref
        self._score_note = ""

    async def candidates(self, n: int) -> list[Scored]:
        """Generate, repair in rounds while fewer than `n` are ready, score and rank; best first.

        Raises:
            EngineCannotServe: Nothing that came can be used.
        """
        scored = await self.gather(n)
        if not scored:
            raise EngineCannotServe(
                f"The model {self.engine_ref.model} gave no usable copy.",
                "Try again, or set a stronger model with COPYDESK_MODEL.",
            )
        return self.shown(scored, n)

    async def gather(self, n: int) -> list[Scored]:
        """Generate, and repair in rounds while fewer than `n` are ready; all that came, examined and scored."""
        pool: list[tuple[Part, ...]] = []
        for round_number in range(MAX_ROUNDS + 1):
            pool += await self._round(pool, n, round_number)
            # The same copy twice is one candidate.
            pool = [*dict.fromkeys(self._mended(pool, trim=round_number == MAX_ROUNDS))]
            await self._judge(pool)
            if sum(_is_done(self._examined(parts)) for parts in pool) >= n:
                break
        examined = [self._examined(parts) for parts in pool if parts]
        sentiments, self._score_note = await self.desk.score([one.text for one in examined])
        return [
            one.model_copy(update={"sentiment": sentiment})
            for one, sentiment in zip(examined, sentiments, strict=True)
        ]

    async def _round(self, pool: Sequence[tuple[Part, ...]], n: int, number: int) -> list[tuple[Part, ...]]:
        """New candidates: fresh ones, or from a large model those of before with their failed parts rewritten."""
        seed = None if self.desk.seed is None else self.desk.seed + number
        if number == 0 or self.small:
            return await self.fresh(n + SPARE if self.small else n, seed)
        examined = [self._examined(parts) for parts in pool if parts]
        best = rank(examined, self.brief, n)
        broken = [one for one in best if not _is_done(one)]
        mendable = [one for one in broken if failed_parts(one)]
        wanted = n - (len(best) - len(broken)) - len(mendable)
        tasks = [self._rewritten(one, seed) for one in mendable]
        if wanted > 0:
            reasons = [reason for one in broken if one not in mendable for reason in _faults(one)]
            tasks.append(self.fresh(wanted, seed, tuple(dict.fromkeys(reasons))[:8]))
        return [parts for found in await asyncio.gather(*tasks) for parts in found]

    def shown(self, scored: Sequence[Scored], n: int) -> list[Scored]:
        """The best `n`, best first, each examined against those before it now that they stand side by side."""
        best = rank(scored, self.brief, n)
        return [
            one.model_copy(
                update={"checks": self._examined(one.parts, tuple(o.parts for o in best[:i])).checks}
            )
            for i, one in enumerate(best)
        ]

    async def _judge(self, pool: Sequence[tuple[Part, ...]]) -> None:
        new = [parts for parts in dict.fromkeys(pool) if parts and parts not in self._judged]
        if self.judge is not None and new:
            subjects = [self._subject(parts) for parts in new]
            self._judged |= dict(zip(new, await self.judge(subjects), strict=True))

    def notes(self, shown: Sequence[Scored]) -> list[str]:
        """Sentences for the person who asked."""
        notes = []
        chinese = self.brief.resolved_language == "zh"
        if self.profile and self.profile.told:
            told = self.profile.told
            notes.append(f"品牌档案：{told}。" if chinese else f"Brand profile: {told}.")
        if self._score_note:
            notes.append(self._score_note)
        elif self.desk.sentiment is not None and any(one.sentiment is None for one in shown):
            notes.append("中文情感暂未评分。" if chinese else "Sentiment in this language is not scored yet.")
        wanted = 1 if self.before else self.brief.n
        if len(shown) < wanted:
            notes.append(
                f"只得到{len(shown)}条文案（要求{wanted}条）。"
                if chinese
                else f"{len(shown)} of {wanted} variants came out."
            )
        return notes

    async def fresh(self, n: int, seed: int | None, reasons: Sequence[str] = ()) -> list[tuple[Part, ...]]:
        """`n` whole candidates as the engine writes them; `reasons` names what was wrong with earlier ones."""
        language = self.brief.resolved_language
        # A small model is not asked for what the brief already says.
        given = given_parts(self.brief, self.specs) if self.small else {}
        specs = tuple(spec for spec in self.specs if spec.ask and spec.name not in given)
        if self.small:
            strange = strange_names(self.brief, self.facts)
            request = GenerationRequest(
                messages=self.prompt.messages,
                n=n,
                temperature=WRITER_TEMPERATURE if self.writer else SMALL_TEMPERATURE,
                lines=lines_to_write(self.brief, specs, self.before, self.wish, writer=self.writer),
                allowed_numbers=self._figures(),
                wanted=tuple(self.brief.attributes.values()),
                barred=(*self.brief.must_avoid, *strange.in_any_case),
                barred_names=strange.as_written,
                max_tokens=max(tokens_for(specs), self._tokens_of_before()),
                seed=seed,
            )
        else:
            request = GenerationRequest(
                messages=self._naming(reasons).messages,
                n=n,
                json_schema=json_schema(self.specs, language),
                max_tokens=max(_LARGE_TOKENS[self.brief.kind], self._tokens_of_before()),
                temperature=self.desk.temperature,
                seed=seed,
            )
        texts = await self._generate(request)
        found = [parse_parts(text, specs, language) for text in texts]
        # An answer without a single part stays empty: what the brief says is no copy.
        return [with_given(parts, given, self.specs) if given and parts else parts for parts in found]

    async def _rewritten(self, one: Scored, seed: int | None) -> list[tuple[Part, ...]]:
        """A candidate with its failed parts alone written anew, their faults named."""
        places = failed_parts(one)
        counts = Counter(one.parts[place].name for place in places)
        specs = [
            spec.model_copy(
                update={"ask": counts[spec.name], "count": (1, max(counts[spec.name], spec.count[1]))}
            )
            for spec in self.specs
            if counts[spec.name]
        ]
        language = self.brief.resolved_language
        fault = self.desk.prompts.render(
            self.desk.prompts.arms("repair", language, Ability.LARGE)[0],
            {"reasons": _faults(one), "json_shape": json_shape(specs)},
        )
        draft = Message(role="assistant", content=as_data(as_json(one.parts, self.specs)))
        request = GenerationRequest(
            messages=(*self.prompt.messages, draft, *fault.messages),
            json_schema=json_schema(specs, language),
            max_tokens=max(_LARGE_TOKENS[self.brief.kind], self._tokens_of_before()),
            temperature=self.desk.temperature,
            seed=seed,
        )
        (text, *_) = await self._generate(request)
        new: dict[str, list[Part]] = {}
        for part in parse_parts(text, specs, language):
            new.setdefault(part.name, []).append(part)
        parts = list(one.parts)
        for place in places:
            if left := new.get(parts[place].name):
                parts[place] = left.pop(0)
        return [tuple(parts)]

    async def _generate(self, request: GenerationRequest) -> tuple[str, ...]:
        made: Generation = await self.desk.engine.generate(request, self.progress)
        self.usage += made.usage
        self.engine_ref = made.engine
        return made.texts

    def _tokens_of_before(self) -> int:
        """Tokens enough for a rewrite half as long again: a Chinese character takes one or two."""
        if self.before is None:
            return 0
        text = self.before.text
        latin = sum(character.isascii() for character in text)
        return 150 + int(1.5 * (latin / 3 + (len(text) - latin) * 1.5))

    def _figures(self) -> frozenset[str]:
        """The figures that a small model may write."""
        if self.brief.kind is not Kind.CAMPAIGN or self.writer:
            return allowed_numbers(self.facts)
        # The days of its phases stand in what the lines are given; a small model would make figures of them.
        return allowed_numbers(self._said.replace(self.brief.facts, own_figures(self.brief)))

    def _naming(self, failures: Sequence[str]) -> Prompt:
        """The prompt, with what failed before named at its end for a model that can use it."""
        if not failures or self.small:
            return self.prompt
        chinese = self.brief.resolved_language == "zh"
        head = (
            "上一稿有以下问题，请全部避免："
            if chinese
            else "An earlier draft had these faults; avoid them all:"
        )
        *before, last = self.prompt.messages
        # Reasons quote the brief and the copy.
        told = "\n".join(f"- {as_data(reason)}" for reason in failures)
        named = last.model_copy(update={"content": f"{last.content}\n\n{head}\n<note>\n{told}\n</note>"})
        return self.prompt.model_copy(update={"messages": (*before, named)})

    def _mended(self, pool: list[tuple[Part, ...]], *, trim: bool) -> list[tuple[Part, ...]]:
        """The repairs that need no engine; cutting to the limit is the last resort, after asking again."""
        mended = [mend(parts, self.brief, trim=trim, brand=self.brand) for parts in pool]
        subjects = [self._subject(parts) for parts in mended]
        return refill(subjects, self._examine) if len(mended) > 1 and not self.before else mended

    def _subject(self, parts: tuple[Part, ...], others: tuple[tuple[Part, ...], ...] = ()) -> Subject:
        return Subject(
            brief=self.brief,
            parts=parts,
            facts=self.facts,
            others=others,
            instructions=self._told,
            brand=self.brand,
        )

    def _examine(self, subject: Subject) -> tuple[Check, ...]:
        """The checks' findings; the same copy is asked about several times a round, and examined once."""
        key = (subject.parts, subject.others)
        if key not in self._found:
            self._found[key] = examine(subject, self._checks)
        return self._found[key]

    def _examined(self, parts: tuple[Part, ...], others: tuple[tuple[Part, ...], ...] = ()) -> Scored:
        subject = self._subject(parts, others)
        checks = self._examine(subject)
        if self.before is not None:
            checks += tuple(follows_wish(subject, self.wish, self.before.text))
        checks += self._judged.get(parts, ())
        return Scored(parts=parts, checks=checks)


def fitted(
    specs: Sequence[PartSpec], before: Variant | None, wish: Wish | None = None
) -> tuple[PartSpec, ...]:
    """The parts with the lengths to write to in a rewrite: about those that they have now, where that is less."""
    if before is None:
        return tuple(specs)
    share = {-1: 0.8, 0: 1.25, 1: 1.75}[wish.length if wish else 0]
    lengths = {part.name: part.text for part in before.parts}
    return tuple(
        spec.model_copy(update={"aim": min(spec.target or 10_000, max(20, length))})
        if spec.name in lengths and (length := int(measure(lengths[spec.name], spec.unit) * share))
        else spec
        for spec in specs
    )


def failed_parts(one: Scored) -> list[int]:
    """Which parts must be written anew: those with a hard fault; for a phrase that is missing, the last part.

    None when the variant is wrong as a whole (parts are missing, it repeats another, it ignores what was asked):
    then nothing of it is worth keeping.
    """
    places = set()
    for check in one.checks:
        if check.passed or (check.severity == "soft" and check.name != "instruction"):
            continue
        if check.index is not None:
            places.add(check.index)
        elif check.name == "must_include":
            places.add(len(one.parts) - 1)
        else:
            return []
    return sorted(places)


def _faults(one: Scored) -> tuple[str, ...]:
    """What keeps a candidate from being done, in words."""
    reasons = (
        check.reason
        for check in one.checks
        if not check.passed and (check.severity == "hard" or check.name == "instruction")
    )
    return tuple(dict.fromkeys(reasons))


def _is_done(one: Scored) -> bool:
    """Whether asking again is not worth while: it is ready and does what was measurably asked."""
    return one.ready and all(check.passed for check in one.checks if check.name == "instruction")
