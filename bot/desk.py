"""The desk: a brief in, checked, repaired, scored and ranked variants out."""

import random
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import structlog

from bot.context import copy_lines, prompt_context
from bot.prompts import Prompt, Prompts
from bot.skeleton import given_parts, prefixes
from models.brief import Brief, Kind
from models.checks.examine import examine
from models.checks.numbers import allowed_numbers
from models.checks.subject import Subject
from models.checks.terms import keyword_coverage
from models.errors import EngineCannotServe, SentimentUnavailable
from models.generation.base import Ability, Engine, Generation, GenerationRequest, Progress
from models.instruction import Wish, follows_wish, read_wish
from models.parts import as_lines, json_schema, parse_parts
from models.platforms import PartSpec, parts_for_brief
from models.ranking import Scored, rank
from models.repair import mend, refill
from models.variant import Draft, Lineage, Part, Sentiment, Usage, Variant

log = structlog.get_logger()

__all__ = ["Desk", "Scorer"]

MAX_ROUNDS = 2
"""Repair rounds after the first generation: each names what failed and asks again."""

MAX_CANDIDATES = 8
"""A small model's batch: eight sequences cost little more than three (see docs/benchmarks.md)."""

_LARGE_TOKENS = {Kind.AD: 800, Kind.DESCRIPTION: 1_500, Kind.CAMPAIGN: 2_500}


class Scorer(Protocol):
    """What scores copy: the sentiment engine."""

    name: str

    async def score(self, texts: Sequence[str]) -> list[Sentiment | None]:
        """A sentiment for each text; None where its language is not scored yet."""
        ...

    async def close(self) -> None:
        """Release memory."""
        ...


class Desk:
    """The pipeline around one generation engine and one sentiment engine.

    Args:
        engine: Writes.
        sentiment: Scores; None leaves variants unscored.
        prompts: The templates; None takes the shipped ones.
        temperature: Sampling temperature for engines that take instructions.
        seed: Makes generation repeatable where the engine can.
    """

    def __init__(
        self,
        engine: Engine,
        sentiment: Scorer | None = None,
        prompts: Prompts | None = None,
        *,
        temperature: float = 0.8,
        seed: int | None = None,
    ) -> None:
        self.engine = engine
        self.sentiment = sentiment
        self.prompts = prompts or Prompts()
        self.temperature = temperature
        self.seed = seed
        self._random = random.Random(seed)  # noqa: S311 - chooses prompt arms, no secret

    async def write(self, brief: Brief, *, progress: Progress | None = None) -> Draft:
        """Write `brief.n` variants.

        Raises:
            EngineCannotServe: The engine cannot write for this brief; the remedy says what to set.
            EngineUnreachable, WeightsError: No usable answer came.
            TemplateError: A prompt template is broken.
        """
        self._refuse_other_languages(brief)
        prompt = self._prompt(brief.kind.value, brief, prompt_context(brief))
        work = _Work(self, brief, prompt, facts=brief.facts, progress=progress)
        shown = await work.candidates(brief.n)
        return await self._draft(brief, uuid.uuid4().hex, work, shown, Lineage())

    async def rewrite(
        self,
        draft: Draft,
        parent: Variant,
        instruction: str,
        *,
        thread: tuple[str, ...] = (),
        progress: Progress | None = None,
    ) -> Draft:
        """Rewrite one variant as asked; the draft returned holds the one rewrite.

        Args:
            draft: Where the variant belongs.
            parent: The variant that is rewritten.
            instruction: What should change, in the person's words; it may add facts.
            thread: What was said before, oldest first, as context.
            progress: Called with (done, total) tokens.

        Raises:
            As `write`.
        """
        brief = draft.brief
        self._refuse_other_languages(brief)
        context = prompt_context(brief) | {
            "copy": copy_lines(parent, brief),
            "instruction": instruction,
            "thread": list(thread),
        }
        prompt = self._prompt("rewrite", brief, context)
        # A figure that an earlier round took from the thread passed its check then, and stays allowed.
        sound = all(check.passed for check in parent.checks if check.name == "numbers")
        facts = "\n".join([brief.facts, instruction, *([parent.text] if sound else [])])
        work = _Work(
            self, brief, prompt, facts=facts, progress=progress, wish=read_wish(instruction), before=parent
        )
        shown = await work.candidates(1)
        lineage = Lineage(parent_id=parent.id, round=parent.lineage.round + 1, instruction=instruction)
        return await self._draft(brief, draft.brief_id, work, shown, lineage)

    async def close(self) -> None:
        """Release the engines."""
        await self.engine.close()
        if self.sentiment is not None:
            await self.sentiment.close()

    def _refuse_other_languages(self, brief: Brief) -> None:
        info = self.engine.info
        language = brief.resolved_language
        if language not in info.languages:
            known = {"en": "English", "zh": "Chinese"}
            raise EngineCannotServe(
                f"The brief is in {known[language]}, and the model {info.ref.model} writes "
                f"{' and '.join(known.get(code, code) for code in sorted(info.languages))} only.",
                "Set OPENAI_API_KEY (and OPENAI_BASE_URL for another server), or COPYDESK_LOCAL_MODEL to a model "
                f"that writes {known[language]}.",
            )

    def _prompt(self, task: str, brief: Brief, context: Mapping[str, Any]) -> Prompt:
        arms = self.prompts.arms(task, brief.resolved_language, self.engine.info.ability)
        return self.prompts.render(self._random.choice(arms), context)

    async def score(self, texts: Sequence[str]) -> tuple[list[Sentiment | None], str]:
        """Sentiments, and a sentence for the person where there are none."""
        if self.sentiment is None:
            return [None] * len(texts), ""
        try:
            return await self.sentiment.score(texts), ""
        except SentimentUnavailable as error:
            # Copy without a score is still copy; the person is told why the score is missing.
            log.warning("sentiment.failed", reason=error.message)
            return [None] * len(texts), str(error)

    async def _draft(
        self, brief: Brief, brief_id: str, work: "_Work", shown: list[Scored], lineage: Lineage
    ) -> Draft:
        variants = tuple(
            Variant(
                id=uuid.uuid4().hex,
                brief_id=brief_id,
                position=position,
                parts=candidate.parts,
                checks=candidate.checks,
                sentiment=candidate.sentiment,
                keyword_coverage=keyword_coverage(candidate.text, brief.keywords),
                lineage=lineage,
            )
            for position, candidate in enumerate(shown, 1)
        )
        return Draft(
            id=uuid.uuid4().hex,
            brief_id=brief_id,
            brief=brief,
            variants=variants,
            prompt=work.prompt.ref,
            messages=work.prompt.messages,
            engine=work.engine_ref,
            usage=work.usage,
            notes=tuple(work.notes(shown)),
        )


class _Work:
    """One task at the desk: generates, examines, repairs, and adds up what it cost."""

    def __init__(
        self,
        desk: Desk,
        brief: Brief,
        prompt: Prompt,
        *,
        facts: str,
        progress: Progress | None,
        wish: Wish | None = None,
        before: Variant | None = None,
    ) -> None:
        self.desk = desk
        self.brief = brief
        self.prompt = prompt
        self.facts = facts
        self.progress = progress
        self.wish = wish or Wish()
        self.before = before
        self.specs: tuple[PartSpec, ...] = parts_for_brief(brief)
        self.small = desk.engine.info.ability is Ability.SMALL
        self.usage = Usage()
        self.engine_ref = desk.engine.info.ref
        self._score_note = ""

    async def candidates(self, n: int) -> list[Scored]:
        """Generate, repair in rounds while fewer than `n` are ready, score and rank; best first."""
        pool: list[tuple[Part, ...]] = []
        for round_number in range(MAX_ROUNDS + 1):
            failures = self._failures(pool) if round_number else ()
            texts = await self._generate(n, round_number, failures)
            language = self.brief.resolved_language
            given = given_parts(self.brief, self.specs) if self.small else {}
            for text in texts:
                parts = parse_parts(text, self._asked(), language)
                pool.append(self._with_given(parts, given))
            pool = self._mended(pool, trim=round_number == MAX_ROUNDS)
            if sum(_is_done(self._examined(parts)) for parts in pool) >= n:
                break
        examined = [self._examined(parts) for parts in pool if parts]
        if not examined:
            raise EngineCannotServe(
                f"The model {self.engine_ref.model} gave no usable copy.",
                "Try again, or set a stronger model with COPYDESK_MODEL.",
            )
        sentiments, self._score_note = await self.desk.score([one.text for one in examined])
        scored = [
            one.model_copy(update={"sentiment": sentiment})
            for one, sentiment in zip(examined, sentiments, strict=True)
        ]
        shown = rank(scored, self.brief, n)
        # Now that it is known what stands beside it, each is examined against the others.
        return [
            one.model_copy(
                update={"checks": self._examined(one.parts, tuple(o.parts for o in shown[:i])).checks}
            )
            for i, one in enumerate(shown)
        ]

    def notes(self, shown: Sequence[Scored]) -> list[str]:
        """Sentences for the person who asked."""
        notes = []
        chinese = self.brief.resolved_language == "zh"
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

    def _asked(self) -> tuple[PartSpec, ...]:
        """The parts that the model is asked for: a small one is not asked for what the brief already says."""
        given = given_parts(self.brief, self.specs) if self.small else {}
        return tuple(spec for spec in self.specs if spec.ask and spec.name not in given)

    def _with_given(self, parts: tuple[Part, ...], given: Mapping[str, str]) -> tuple[Part, ...]:
        if not given or not parts:
            return parts
        order = {spec.name: place for place, spec in enumerate(self.specs)}
        whole = [*parts, *(Part(name=name, text=text) for name, text in given.items())]
        return tuple(sorted(whole, key=lambda part: order.get(part.name, len(order))))

    async def _generate(self, n: int, round_number: int, failures: Sequence[str]) -> tuple[str, ...]:
        seed = None if self.desk.seed is None else self.desk.seed + round_number
        prompt = self._naming(failures)
        if self.small:
            specs = self._asked()
            request = GenerationRequest(
                messages=prompt.messages,
                n=max(n, MAX_CANDIDATES),
                lines=self._tightened(
                    as_lines(specs, self.brief.resolved_language, prefixes(self.brief, specs))
                ),
                allowed_numbers=allowed_numbers(self.facts),
                max_tokens=_small_tokens(specs),
                seed=seed,
            )
        else:
            request = GenerationRequest(
                messages=prompt.messages,
                n=n,
                json_schema=json_schema(self.specs, self.brief.resolved_language),
                max_tokens=_LARGE_TOKENS[self.brief.kind],
                temperature=self.desk.temperature,
                seed=seed,
            )
        made: Generation = await self.desk.engine.generate(request, self.progress)
        self.usage += made.usage
        self.engine_ref = made.engine
        return made.texts

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
        named = last.model_copy(
            update={
                "content": last.content + f"\n\n{head}\n" + "\n".join(f"- {reason}" for reason in failures)
            }
        )
        return self.prompt.model_copy(update={"messages": (*before, named)})

    def _tightened(self, lines: tuple[Any, ...]) -> tuple[Any, ...]:
        """For “shorter”, limits below the length that each part has now."""
        if self.wish.length >= 0 or self.before is None:
            return lines
        lengths = {part.name: len(part.text) for part in self.before.parts}
        return tuple(
            line.model_copy(
                update={"limit": max(12, min(line.limit or 10_000, int(lengths[line.name] * 0.8)))}
            )
            if line.name in lengths
            else line
            for line in lines
        )

    def _mended(self, pool: list[tuple[Part, ...]], *, trim: bool) -> list[tuple[Part, ...]]:
        """The repairs that need no engine; cutting to the limit is the last resort, after asking again."""
        mended = [mend(parts, self.brief, trim=trim) for parts in pool]
        subjects = [self._subject(parts) for parts in mended]
        return refill(subjects, examine) if len(mended) > 1 and not self.before else mended

    def _failures(self, pool: Sequence[tuple[Part, ...]]) -> tuple[str, ...]:
        reasons = [
            check.reason
            for parts in pool
            for check in self._examined(parts).checks
            if not check.passed and (check.severity == "hard" or check.name == "instruction")
        ]
        return tuple(dict.fromkeys(reasons))[:8]

    def _subject(self, parts: tuple[Part, ...], others: tuple[tuple[Part, ...], ...] = ()) -> Subject:
        return Subject(brief=self.brief, parts=parts, facts=self.facts, others=others)

    def _examined(self, parts: tuple[Part, ...], others: tuple[tuple[Part, ...], ...] = ()) -> Scored:
        subject = self._subject(parts, others)
        checks = examine(subject)
        if self.before is not None:
            checks += tuple(follows_wish(subject, self.wish, self.before.text))
        return Scored(parts=parts, checks=checks)


def _is_done(one: Scored) -> bool:
    """Whether asking again is not worth while: it is ready and does what was measurably asked."""
    return one.ready and all(check.passed for check in one.checks if check.name == "instruction")


def _small_tokens(specs: Sequence[PartSpec]) -> int:
    """Tokens enough for all lines: a token is about four characters of English, a label about four tokens."""
    total = sum(((spec.target or 240) // 3 + 8) * spec.ask for spec in specs)
    return min(1_200, max(64, total))
