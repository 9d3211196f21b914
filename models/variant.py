"""What is made: a variant of copy with its parts, checks, scores and lineage."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from models.brief import Brief

SentimentLabel = Literal["positive", "neutral", "negative"]


class Value(BaseModel):
    """A frozen value that goes between rooms."""

    model_config = ConfigDict(frozen=True)


class Part(Value):
    """One piece of a variant: `name` is the platform's (`headline`, `bullet`, …); names repeat in order."""

    name: str
    text: str


class Check(Value):
    """One check's finding.

    `name` says what it promises (`limits`, `must_include`, `must_avoid`, `language`, `duplicates`, `shape`,
    `grounding`, `leftovers`, `relevance`, `instruction`, `brand`); `part` is the part's name it is about ("" = the
    whole variant) and `index` its place in the variant's parts; a failed `soft` check is a warning and leaves the
    variant ready.
    """

    name: str
    passed: bool
    severity: Literal["hard", "soft"] = "hard"
    part: str = ""
    index: int | None = None
    reason: str = ""


class Sentiment(Value):
    """How a text feels: `score` from -1 (negative) to 1 (positive), `confidence` 0 to 1."""

    label: SentimentLabel
    score: float = Field(ge=-1, le=1)
    confidence: float = Field(ge=0, le=1)
    language: str
    scored_by: str


class PromptRef(Value):
    """Which template made a prompt: its path under `templates/prompts` and its content's SHA-256."""

    template: str
    sha256: str


class Usage(Value):
    """What a generation cost: tokens, seconds, and money where the price is known (US dollars)."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    cost_usd: float | None = None

    def __add__(self, other: "Usage") -> "Usage":
        known = [cost for cost in (self.cost_usd, other.cost_usd) if cost is not None]
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            seconds=self.seconds + other.seconds,
            cost_usd=sum(known) if known else None,
        )


class Lineage(Value):
    """Where a variant comes from: its parent (none for a first round), the round, and what was asked."""

    parent_id: str | None = None
    round: int = 0
    instruction: str = ""


class Variant(Value):
    """One generated copy. `position` is its place in the message, 1 is the lead."""

    id: str
    brief_id: str
    position: int
    parts: tuple[Part, ...]
    checks: tuple[Check, ...] = ()
    sentiment: Sentiment | None = None
    keyword_coverage: float | None = None
    lineage: Lineage = Lineage()

    @property
    def ready(self) -> bool:
        """Whether no hard check failed."""
        return all(check.passed or check.severity == "soft" for check in self.checks)

    @property
    def failures(self) -> tuple[Check, ...]:
        """The checks that failed, hard ones first."""
        failed = [check for check in self.checks if not check.passed]
        return tuple(sorted(failed, key=lambda check: check.severity != "hard"))

    @property
    def text(self) -> str:
        """The copy as plain text, a part a line."""
        return "\n".join(part.text for part in self.parts)

    def grouped(self) -> dict[str, list[str]]:
        """The parts by name, in order: `{"headline": [...], "description": [...]}`."""
        groups: dict[str, list[str]] = {}
        for part in self.parts:
            groups.setdefault(part.name, []).append(part.text)
        return groups


class EngineRef(Value):
    """Which engine and model made a draft."""

    name: str
    model: str


class BrandRef(Value):
    """Which brand profile copy was written under: its id (a place, or a file by its content) and its version."""

    id: str
    version: int


class Message(Value):
    """One message of a prompt."""

    role: Literal["system", "user", "assistant"]
    content: str


class Draft(Value):
    """What the desk returns: the variants best first, and all that made them.

    `notes` are sentences for the person who asked (e.g. that Chinese sentiment is not scored yet); `brand` is the
    profile that it was written under.
    """

    id: str
    brief_id: str
    brief: Brief
    variants: tuple[Variant, ...]
    prompt: PromptRef
    messages: tuple[Message, ...]
    engine: EngineRef
    usage: Usage
    notes: tuple[str, ...] = ()
    brand: BrandRef | None = None
