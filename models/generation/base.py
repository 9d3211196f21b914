"""The engine protocol: what every generation engine takes, gives and declares about itself."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Protocol

from models.variant import EngineRef, Message, Usage, Value

__all__ = ["Ability", "Engine", "EngineInfo", "Generation", "GenerationRequest", "Line", "Progress"]

Progress = Callable[[int, int], None]
"""Called from the event loop with (done, total) tokens, or bytes while weights load; total 0 = unknown."""


class Ability(StrEnum):
    """How capable the model behind an engine is; prompts are chosen by it."""

    SMALL = "small"  # under about a billion parameters: short prompt, forced shape, spare candidates
    WRITER = (
        "writer"  # a small model trained for this job: one prompt in its own form, whole variants at once
    )
    LARGE = "large"  # follows instructions and returns JSON


class EngineInfo(Value):
    """What an engine declares about itself."""

    ref: EngineRef
    ability: Ability
    languages: frozenset[str]
    context_tokens: int


class Line(Value):
    """One line of the shape asked for: the part's name, the label before it, and its limit.

    `limit` counts in `unit` as `models.platforms` counts; 0 = none. `prefix` is text the part must begin with.
    """

    name: str
    label: str
    limit: int = 0
    unit: str = "characters"
    prefix: str = ""


class GenerationRequest(Value):
    """One request for `n` completions of the same messages.

    `lines` is the shape as labelled lines, which small models are held to while they sample; `json_schema` the
    shape for servers that take one. `allowed_numbers`: digit strings that a small model may write (None = any);
    `wanted`: values that a writer's completions are the better for saying; `barred`: terms that its lines never say, in
    any case, `barred_names` those that are such only as they are written. `max_tokens` bounds each completion.
    """

    messages: tuple[Message, ...]
    n: int = 1
    max_tokens: int = 400
    temperature: float = 0.8
    top_p: float = 0.95
    stop: tuple[str, ...] = ()
    seed: int | None = None
    lines: tuple[Line, ...] = ()
    json_schema: dict[str, Any] | None = None
    allowed_numbers: frozenset[str] | None = None
    wanted: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    barred_names: tuple[str, ...] = ()


class Generation(Value):
    """The completions' texts (at least one, at most `n`), what they cost and which model wrote them."""

    texts: tuple[str, ...]
    usage: Usage
    engine: EngineRef


class Engine(Protocol):
    """A generation engine."""

    @property
    def info(self) -> EngineInfo:
        """What the engine declares; known without loading the model."""
        ...

    async def generate(self, request: GenerationRequest, progress: Progress | None = None) -> Generation:
        """Write `request.n` completions in one batch; cancelling the awaiting task stops the work.

        Raises:
            EngineCannotServe: The engine works but not for this request.
            EngineUnreachable: No usable answer came.
            WeightsError: Local weights are missing or broken.
        """
        ...

    async def check(self) -> str:
        """One sentence that the engine answers and with which model; raises as `generate` does."""
        ...

    async def close(self) -> None:
        """Release connections, threads and memory."""
        ...
