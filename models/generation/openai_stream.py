"""Collects the choices of one streamed (or plain) chat completion and knows whether they are complete."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion, ChatCompletionChunk
    from openai.types.completion_usage import CompletionUsage

_THOUGHTS = re.compile(
    r"\A\s*<(think|thinking|thought|reasoning)>.*?(?:</\1>|\Z)\s*", re.DOTALL | re.IGNORECASE
)
# Some chat templates open the block in the prompt, so that only its end is in the answer.
_THOUGHTS_END = re.compile(r"\A(?:(?!<think).)*?</(?:think|thinking)>\s*", re.DOTALL | re.IGNORECASE)


def without_thoughts(text: str) -> str:
    """A model's text without the block of thoughts at its beginning; all of it when the block never ends."""
    return _THOUGHTS_END.sub("", _THOUGHTS.sub("", text, count=1), count=1).strip()


@dataclass
class Choice:
    """One completion as far as it has come."""

    text: str = ""
    refusal: str = ""
    finish_reason: str = ""
    thought: bool = False

    @property
    def blocked(self) -> bool:
        """Whether the content filter or the model itself said no."""
        return bool(self.refusal) or self.finish_reason == "content_filter"


@dataclass
class Answer:
    """What one request brought: choices by index, usage if the server tells it, and the model's own name."""

    choices: dict[int, Choice] = field(default_factory=dict)
    usage: "CompletionUsage | None" = None
    model: str = ""

    def add_chunk(self, chunk: "ChatCompletionChunk", on_piece: Callable[[], None]) -> None:
        """Take in one chunk of a stream."""
        self.model = chunk.model or self.model
        self.usage = chunk.usage or self.usage
        for part in chunk.choices or ():
            choice = self.choices.setdefault(part.index or 0, Choice())
            choice.finish_reason = part.finish_reason or choice.finish_reason
            delta = part.delta
            if delta is None:
                continue
            extra = delta.model_extra or {}
            choice.thought = choice.thought or bool(extra.get("reasoning_content") or extra.get("reasoning"))
            choice.refusal += delta.refusal or ""
            if delta.content:
                choice.text += delta.content
                on_piece()

    def add_completion(self, completion: "ChatCompletion") -> None:
        """Take in a whole answer."""
        self.model = completion.model or ""
        self.usage = completion.usage
        for position, part in enumerate(completion.choices or ()):
            extra = part.message.model_extra or {}
            self.choices[position] = Choice(
                text=part.message.content or "",
                refusal=part.message.refusal or "",
                finish_reason=part.finish_reason or "stop",
                thought=bool(extra.get("reasoning_content") or extra.get("reasoning")),
            )

    @property
    def begun(self) -> bool:
        """Whether any words or thoughts have come."""
        return any(choice.text or choice.refusal or choice.thought for choice in self.choices.values())

    @property
    def complete(self) -> bool:
        """Whether every choice that began has ended; a stream that was cut politely leaves one open."""
        return bool(self.choices) and all(choice.finish_reason for choice in self.choices.values())

    @property
    def whole(self) -> bool:
        """Whether every choice ended by itself: none was blocked, or cut at its token limit."""
        return not any(choice.blocked or choice.finish_reason == "length" for choice in self.choices.values())

    @property
    def texts(self) -> list[str]:
        """The choices' texts in order, without thoughts, blocked and empty ones."""
        ordered = [self.choices[index] for index in sorted(self.choices)]
        written = [without_thoughts(choice.text) for choice in ordered if not choice.blocked]
        return [text for text in written if text]
