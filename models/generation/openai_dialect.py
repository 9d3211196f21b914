"""What one OpenAI-compatible server accepts: learned from its refusals, so that each is met once."""

import re
from enum import IntEnum
from typing import Any

from models.generation.base import GenerationRequest
from models.generation.openai_choices import Choices
from models.generation.openai_errors import ServerError

Arguments = dict[str, Any]

MAX_STOPS = 4  # https://platform.openai.com/docs/api-reference/chat/create#chat-create-stop
THINKING_ALLOWANCE = 4_000
"""Tokens added for a model that thinks before it writes; its thoughts count against the limit."""

_OPTIONAL = ("stream_options", "seed", "top_p", "stop", "temperature")
_SHAPE_WORDS = re.compile(
    r"response_format|json_schema|json_object|structured output|guided|grammar", re.IGNORECASE
)
_BOUND_WORDS = re.compile(r"invalid_json_schema|invalid schema|not permitted|keyword", re.IGNORECASE)
_N_WORDS = re.compile(
    r"['\"`]n['\"`]|\.n:|\bn\s*(?:=|>|must|should|is\b)|completion choice|best_of|multiple (?:choices|completions)",
    re.IGNORECASE,
)
_LIMIT_REACHED = re.compile(r"output limit was reached|finish the message", re.IGNORECASE)
_BOUNDS = {
    *(
        "minLength",
        "maxLength",
        "pattern",
        "format",
        "minItems",
        "maxItems",
        "uniqueItems",
        "default",
        "title",
    ),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "description"),
}


class Shape(IntEnum):
    """How the shape of the answer is asked for, most binding first."""

    SCHEMA = 0  # response_format json_schema, strict
    PLAIN_SCHEMA = 1  # the same without length and count keywords, which some validators refuse
    OBJECT = 2  # response_format json_object
    PROMPT = 3  # said in the prompt alone


class Dialect:
    """One server's and model's habits; begins with the most that the API offers and steps down on refusals."""

    def __init__(self, *, limit_name: str = "max_tokens", choices: Choices | None = None) -> None:
        self.shape = Shape.SCHEMA
        self.limit_name: str | None = limit_name
        self.dropped: set[str] = set()
        self.choices = choices or Choices()
        self.streams = True
        self.system_role = True
        self.thinks = False

    def arguments(self, request: GenerationRequest, model: str, n: int, seed: int | None) -> Arguments:
        """The chat completion request in this dialect."""
        messages = [{"role": message.role, "content": message.content} for message in request.messages]
        arguments: Arguments = {
            "model": model,
            "messages": messages,
            "temperature": request.temperature,
            "top_p": request.top_p,
        }
        if n > 1:
            arguments["n"] = n
        if self.limit_name:
            arguments[self.limit_name] = request.max_tokens + (THINKING_ALLOWANCE if self.thinks else 0)
        if request.stop:
            arguments["stop"] = list(request.stop[:MAX_STOPS])
        if seed is not None:
            arguments["seed"] = seed
        if self.streams:
            arguments["stream"] = True
            arguments["stream_options"] = {"include_usage": True}
        if request.json_schema is not None:
            self._add_shape(arguments, request.json_schema)
        if not self.system_role:
            arguments["messages"] = _without_system(arguments["messages"])
        return {name: value for name, value in arguments.items() if name not in self.dropped}

    def _add_shape(self, arguments: Arguments, schema: dict[str, Any]) -> None:
        if self.shape in {Shape.SCHEMA, Shape.PLAIN_SCHEMA}:
            if self.shape is Shape.PLAIN_SCHEMA:
                schema = _without_bounds(schema)
            wanted = {"name": "copy", "strict": True, "schema": schema}
            arguments["response_format"] = {"type": "json_schema", "json_schema": wanted}
            return
        if self.shape is Shape.OBJECT:
            arguments["response_format"] = {"type": "json_object"}
        # json_object must come with the word in the prompt, and a model without either needs the shape told.
        if not any("json" in message["content"].casefold() for message in arguments["messages"]):
            import json

            told = json.dumps(schema, ensure_ascii=False)
            last = arguments["messages"][-1]
            last["content"] += f"\n\nAnswer with one JSON object that conforms to this JSON schema:\n{told}"

    def learn(self, error: ServerError, sent: Arguments) -> str:
        """Step down from what a server refused.

        Args:
            error: The server's refusal, of status 400, 422 or 501.
            sent: The arguments that it refused.

        Returns:
            What was given up, for the log; empty when the refusal names nothing that can be.
        """
        if error.status not in {400, 422, 501}:
            return ""
        text, param = error.text, error.param
        if "response_format" in sent and (param.startswith("response_format") or _SHAPE_WORDS.search(text)):
            return self._step_down(text, sent["response_format"]["type"])
        if "n" in sent and (param == "n" or _N_WORDS.search(text)):
            self.choices.refuse()
            return "n"
        if _LIMIT_REACHED.search(text):
            # A thinking model that got too few tokens to say anything.
            was, self.thinks = self.thinks, True
            return "" if was else "tight token limit"
        for name in ("max_tokens", "max_completion_tokens"):
            if name in sent and (param == name or re.search(rf"\b{name}\b", text)):
                return self._other_limit(name)
        if "stream" in sent and (
            param == "stream" or re.search(r"['\"`]stream['\"`]|to stream|streaming", text)
        ):
            self.streams = False
            return "stream"
        if re.search(r"system.{0,20}role|role.{0,20}system|roles must alternate", text, re.IGNORECASE):
            was, self.system_role = self.system_role, False
            return "system role" if was and sent["messages"][0]["role"] == "system" else ""
        for name in _OPTIONAL:
            plain = (
                r"(?<![\w])" + name + r"(?![\w])"
                if "_" in name or name == "temperature"
                else f"['\"`.]{name}\\b"
            )
            if name in sent and (param == name or re.search(plain, text)):
                self.dropped.add(name)
                return name
        return ""

    def _step_down(self, text: str, kind: str) -> str:
        if kind == "json_object":
            self.shape = Shape.PROMPT
        elif self.shape is Shape.SCHEMA and _BOUND_WORDS.search(text):
            self.shape = Shape.PLAIN_SCHEMA
        else:
            self.shape = max(self.shape, Shape.OBJECT)
        return f"response_format {kind}"

    def _other_limit(self, name: str) -> str:
        other = "max_completion_tokens" if name == "max_tokens" else "max_tokens"
        self.dropped.add(name)
        self.limit_name = None if other in self.dropped else other
        return name


def _without_bounds(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_without_bounds(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    cleaned: dict[str, Any] = {}
    for name, value in schema.items():
        if name == "properties":
            cleaned[name] = {key: _without_bounds(below) for key, below in value.items()}
        elif name not in _BOUNDS:
            cleaned[name] = _without_bounds(value)
    return cleaned


def _without_system(messages: list[dict[str, str]]) -> list[dict[str, str]]:
    """The system message put before the first user message, for chat templates that know no system role."""
    system = "\n\n".join(message["content"] for message in messages if message["role"] == "system")
    rest = [dict(message) for message in messages if message["role"] != "system"]
    if system and rest and rest[0]["role"] == "user":
        rest[0]["content"] = f"{system}\n\n{rest[0]['content']}"
    elif system:
        rest.insert(0, {"role": "user", "content": system})
    return rest
