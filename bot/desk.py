"""The desk: a brief in, checked, repaired, scored and ranked variants out."""

import copy
import random
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import structlog

from bot.context import prompt_context
from bot.house_rules import HouseRules
from bot.prompts import Prompt, Prompts
from bot.work import MAX_ROUNDS, Work
from models.brand import Profile
from models.brief import Brief
from models.checks.likeness import References
from models.checks.terms import keyword_coverage
from models.errors import EngineCannotServe, SentimentUnavailable
from models.generation.base import Ability, Engine, Progress
from models.instruction import by_wish, read_wish
from models.parts import copy_lines
from models.platforms import parts_for_brief
from models.ranking import Scored
from models.skeleton import given_parts
from models.variant import Draft, Lineage, Part, Sentiment, Variant

log = structlog.get_logger()

__all__ = ["MAX_ROUNDS", "Desk", "Scorer"]


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
        house: What copy is checked by beside the shipped checks.
    """

    def __init__(
        self,
        engine: Engine,
        sentiment: Scorer | None = None,
        prompts: Prompts | None = None,
        *,
        temperature: float = 0.8,
        seed: int | None = None,
        house: HouseRules | None = None,
    ) -> None:
        self.engine = engine
        self.sentiment = sentiment
        self.prompts = prompts or Prompts()
        self.temperature = temperature
        self.seed = seed
        self.house = house or HouseRules()
        self._random = random.Random(seed)  # noqa: S311 - chooses prompt arms, no secret

    async def write(
        self, brief: Brief, brand: Profile | None = None, *, progress: Progress | None = None
    ) -> Draft:
        """Write `brief.n` variants.

        Args:
            brief: What is asked for.
            brand: The profile to write under.
            progress: Called with (done, total) tokens.

        Raises:
            EngineCannotServe: The engine cannot write for this brief; the remedy says what to set.
            EngineUnreachable, WeightsError: No usable answer came.
            TemplateError: A prompt template is broken.
        """
        self.refuse_other_languages(brief)
        context = prompt_context(brief, small=self.small, brand=brand.brand if brand else None)
        prompt = self.prompt(brief.kind.value, brief, context)
        work = Work(self, brief, prompt, facts=brief.facts, progress=progress, brand=brand)
        shown = await work.candidates(brief.n)
        return self.draft(brief, uuid.uuid4().hex, work, shown, Lineage())

    async def rewrite(
        self,
        draft: Draft,
        parent: Variant,
        instruction: str,
        *,
        thread: tuple[str, ...] = (),
        brand: Profile | None = None,
        progress: Progress | None = None,
    ) -> Draft:
        """Rewrite one variant as asked; the draft returned holds the one rewrite.

        Args:
            draft: Where the variant belongs.
            parent: The variant that is rewritten.
            instruction: What should change, in the person's words; it may add facts.
            thread: What was said before, oldest first, as context.
            brand: The profile to write under.
            progress: Called with (done, total) tokens.

        Raises:
            As `write`.
        """
        brief = draft.brief
        self.refuse_other_languages(brief)
        wish = read_wish(instruction)
        context = prompt_context(brief, small=self.small, brand=brand.brand if brand else None) | {
            "copy": copy_lines(self._rewritten_parts(parent, brief), brief),
            "facts": by_wish(brief, wish),
            "instruction": instruction,
            "thread": list(thread),
        }
        prompt = self.prompt("rewrite", brief, context)
        # A figure that an earlier round took from the thread passed its check then, and stays allowed.
        sound = all(check.passed for check in parent.checks if check.name == "grounding")
        facts = "\n".join([brief.facts, instruction, *([parent.text] if sound else [])])
        work = Work(
            self,
            brief,
            prompt,
            facts=facts,
            said=instruction,
            progress=progress,
            wish=wish,
            before=parent,
            brand=brand,
        )
        shown = await work.candidates(1)
        lineage = Lineage(parent_id=parent.id, round=parent.lineage.round + 1, instruction=instruction)
        return self.draft(brief, draft.brief_id, work, shown, lineage)

    def _rewritten_parts(self, parent: Variant, brief: Brief) -> list[Part]:
        """The parts that a rewrite asks for: a small model is not asked for what the brief itself says."""
        given = given_parts(brief, parts_for_brief(brief)) if self.small else {}
        return [part for part in parent.parts if part.name not in given]

    def with_prompts(self, prompts: Prompts) -> "Desk":
        """This desk with other templates; the engines are the same."""
        other = copy.copy(self)
        other.prompts = prompts
        return other

    def with_earlier(self, earlier: References) -> "Desk":
        """This desk as a workspace's that has this earlier copy; the engines are the same."""
        other = copy.copy(self)
        other.house = self.house.with_earlier(earlier)
        return other

    async def close(self) -> None:
        """Release the engines."""
        await self.engine.close()
        if self.sentiment is not None:
            await self.sentiment.close()

    @property
    def small(self) -> bool:
        """Whether the engine's model is a small one, which gets another prompt and its shape forced on it."""
        return self.engine.info.ability is not Ability.LARGE

    def refuse_other_languages(self, brief: Brief) -> None:
        """Check that the engine writes the brief's language.

        Raises:
            EngineCannotServe: It does not; the remedy says what to set.
        """
        info = self.engine.info
        language = brief.resolved_language
        if language not in info.languages:
            known = {"en": "English", "zh": "Chinese"}
            raise EngineCannotServe(
                f"The brief is in {known[language]}, and the model {info.ref.model} writes "
                f"{' and '.join(known.get(code, code) for code in sorted(info.languages))} only.",
                "Run `copydesk setup --writer gemma` for a local model that writes both, or set OPENAI_API_KEY (and "
                "OPENAI_BASE_URL for another server).",
            )

    def prompt(self, task: str, brief: Brief, context: Mapping[str, Any]) -> Prompt:
        """A prompt of one of the task's arms for the brief's language and the engine's ability."""
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

    def draft(
        self, brief: Brief, brief_id: str, work: Work, shown: Sequence[Scored], lineage: Lineage
    ) -> Draft:
        """The draft that a work's candidates make, in the order given."""
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
            brand=work.profile.ref if work.profile else None,
        )
