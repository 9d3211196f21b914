"""Turns what OpenAI-compatible servers say when they fail into errors that tell a person what to do."""

import email.utils
import json
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from models.errors import (
    ContextOverflow,
    CopydeskError,
    EngineAuthError,
    EngineBusy,
    EngineCannotServe,
    EngineCreditError,
    EngineUnreachable,
    PromptRefused,
)

if TYPE_CHECKING:
    from openai import APIError


class Problem(Enum):
    """What kind of failure a server's answer is."""

    AUTH = auto()
    FORBIDDEN = auto()
    CREDIT = auto()
    RATE = auto()
    REFUSED = auto()
    OVERFLOW = auto()
    MODEL = auto()
    PATH = auto()
    SERVER = auto()
    REQUEST = auto()

    @property
    def passing(self) -> bool:
        """Whether the same request may succeed a little later."""
        return self in {Problem.RATE, Problem.SERVER}


# Wordings of OpenAI and Azure, vLLM, llama.cpp, Ollama, LM Studio, TGI, DeepSeek, Anthropic's and Google's bridges.
_OVERFLOW = re.compile(
    r"context_length_exceeded|maximum context length|maximum model length|exceed_context_size|"
    r"exceeds? the (?:available |model'?s )?context|context (?:size|length|window) (?:has been )?exceeded|"
    r"input length exceeds|(?:prompt|input|request)[^.]{0,60} too (?:long|large)|longer than the (?:maximum )?model|"
    r"context the overflows|context length of only|inputs? tokens? \+ [^.]*must be|exceed the configured limit|"
    r"input token count[^.]*exceeds|string_above_max_length",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"content_policy|content_filter|content management policy|responsible ?ai|safety system|usage policy|"
    r"usage policies|data_inspection_failed|inappropriate content|moderation|PROHIBITED_CONTENT",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"insufficient_quota|exceeded your current quota|billing|insufficient balance|insufficient credits|"
    r"credit balance|out of credits|payment required|arrearage",
    re.IGNORECASE,
)
_MODEL = re.compile(
    r"model_not_found|no such model|unknown model|invalid model|not a valid model|deploymentnotfound|"
    r"model\b[^.]{0,120}(?:not found|does not exist|is not available|no endpoints|not loaded|not recognized)|"
    r"pinned to '|no endpoints found for|could not be loaded|is not a local folder",
    re.IGNORECASE,
)
_WINDOW = re.compile(r"(?:context|model) length (?:is|of)(?: only)? (\d{3,8})|n_ctx\D{1,4}(\d{3,8})")
_BAD_KEY = re.compile(r"api[_ ]key[_ ](?:not valid|invalid)|invalid api key|incorrect api key", re.IGNORECASE)
_KEY_LIKE = re.compile(
    r"\b(?:sk|pk|rk|gsk|xai|hf)[-_][\w*.…-]{3,}|\bAIza[\w-]{8,}|\bBearer\s+\S+|\b[A-Za-z0-9_-]{32,}\b"
)
SECRETS_HIDDEN = "***"


@dataclass(frozen=True)
class ServerError:
    """A server's error answer, as plain values."""

    status: int
    code: str
    param: str
    message: str
    retry_after: float | None = None

    @property
    def text(self) -> str:
        """All its words, for finding out what it means."""
        return f"{self.code} {self.param} {self.message}"

    @property
    def problem(self) -> Problem:
        """What kind of failure it is."""
        if _OVERFLOW.search(self.text) and self.status in {400, 413, 422, 500, 501}:
            return Problem.OVERFLOW
        if self.status == 413:
            return Problem.OVERFLOW
        if self.status == 402 or (self.status in {400, 403, 429} and _CREDIT.search(self.text)):
            return Problem.CREDIT
        if self.status in {400, 403, 422, 451} and _REFUSED.search(self.text):
            return Problem.REFUSED
        if self.status == 401 or (self.status in {400, 403} and _BAD_KEY.search(self.text)):
            return Problem.AUTH
        if self.status in {400, 404, 422} and _MODEL.search(self.text):
            return Problem.MODEL
        if self.status == 403:
            return Problem.FORBIDDEN
        if self.status == 429:
            return Problem.RATE
        if self.status in {404, 405}:
            return Problem.PATH
        if self.status in {408, 409, 425} or self.status >= 500:
            return Problem.SERVER
        return Problem.REQUEST


def read_error(error: "APIError") -> ServerError:
    """Read the SDK's error, whichever of the servers' shapes its body has.

    An error within a stream has no status: its code, when it is one, stands for it, else 500.
    """
    body = error.body
    status = getattr(error, "status_code", 0)
    response = getattr(error, "response", None)
    code, param, message = "", "", ""
    if isinstance(body, dict):
        code = " ".join(str(body[name]) for name in ("code", "type", "status") if body.get(name) is not None)
        inner = body.get("innererror")
        if isinstance(inner, dict):
            code += f" {inner.get('code', '')}"
        param = str(body.get("param") or "")
        message = _words(body.get("message") or body.get("detail") or body.get("error"))
        if not status and str(body.get("code", "")).isdigit():
            status = int(body["code"])
    elif isinstance(body, str):
        message = body
    if not status:
        status = 429 if "rate_limit" in code else 400 if _OVERFLOW.search(code + message) else 500
    after = retry_after_seconds(response.headers) if response is not None else None
    return ServerError(status, code, param, message, after)


def _words(value: Any) -> str:
    """An error's words; of pydantic's lists only where and what, since they repeat the input."""
    if isinstance(value, list):
        lines = []
        for item in value:
            if isinstance(item, dict):
                lines.append(f"{'.'.join(str(part) for part in item.get('loc', ()))}: {item.get('msg', '')}")
        return "; ".join(lines)
    if isinstance(value, dict):
        return _words(value.get("message") or value.get("detail") or "")
    return str(value or "")


def retry_after_seconds(headers: Any, now: float | None = None) -> float | None:
    """The wait that a server asks for in `retry-after-ms` or `Retry-After` (seconds or an HTTP-date), never below 0.

    https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
    """
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) / unit
        except ValueError:
            continue
        if seconds == seconds and seconds < 1e9:
            return max(0.0, seconds)
    try:
        date = email.utils.parsedate_to_datetime(headers.get("retry-after", ""))
        return max(0.0, date.timestamp() - (time.time() if now is None else now))
    except (ValueError, TypeError, OverflowError):
        return None


class Explainer:
    """Words the errors of one server and model.

    Args:
        host: The server's host and port, as people know it.
        model: The model asked for.
        key: The API key, which no message may repeat; empty when there is none.
    """

    def __init__(self, host: str, model: str, key: str) -> None:
        self.host = host
        self.model = model
        self._key = key

    def said(self, message: str, prompts: Iterable[str]) -> str:
        """What a server said, fit to be shown: one line, no keys, nothing when it repeats the prompt."""
        text = " ".join(message.split())
        if "<html" in text.lower() or "<!doctype" in text.lower():
            return ""
        folded = text.casefold()
        for prompt in prompts:
            for line in prompt.splitlines():
                piece = " ".join(line.split()).casefold()
                escaped = json.dumps(piece)[1:-1]
                if len(piece) >= 6 and (
                    piece[:24] in folded or piece[-24:] in folded or escaped[:24] in folded
                ):
                    return ""
        if self._key:
            text = text.replace(self._key, SECRETS_HIDDEN)
        text = _KEY_LIKE.sub(SECRETS_HIDDEN, text)
        return text if len(text) <= 200 else f"{text[:199]}…"

    def explain(self, error: ServerError, tries: int, prompts: Iterable[str]) -> CopydeskError:
        """The error to raise for a server's answer.

        Args:
            error: What the server answered last.
            tries: How many requests were made.
            prompts: The request's texts, which the error must not repeat.
        """
        said = self.said(error.message, prompts)
        quoted = f" It said: “{said}”" if said else ""
        match error.problem:
            case Problem.AUTH:
                return (
                    self.no_key()
                    if not self._key
                    else EngineAuthError(
                        f"{self.host} refused the API key.",
                        "Check OPENAI_API_KEY: it must be a live key of the server that OPENAI_BASE_URL names.",
                    )
                )
            case Problem.FORBIDDEN:
                return EngineAuthError(
                    f"{self.host} does not let this API key use {self.model}.{quoted}",
                    "Allow the model for the key's project, or change OPENAI_API_KEY or COPYDESK_MODEL.",
                )
            case Problem.CREDIT:
                return EngineCreditError(
                    f"The account behind the API key has no credit left at {self.host}.",
                    "Add credit or raise the spending limit there, or set another OPENAI_API_KEY.",
                )
            case Problem.RATE:
                return self.busy(tries, error.retry_after)
            case Problem.REFUSED:
                return self.refused()
            case Problem.OVERFLOW:
                return self.overflow(error)
            case Problem.MODEL:
                return EngineCannotServe(
                    f"{self.host} has no model named {self.model}.",
                    "Set COPYDESK_MODEL to a model that this server has and the key may use.",
                )
            case Problem.PATH:
                return EngineUnreachable(
                    f"{self.host} has no chat completions at the address in OPENAI_BASE_URL ({error.status}).",
                    "Check OPENAI_BASE_URL: it usually ends in /v1.",
                )
            case Problem.SERVER:
                return self.unreachable(f"answered with an error ({error.status})", tries)
        return self.hopeless(f" ({error.status}).{quoted}")

    def hopeless(self, detail: str = ".") -> EngineCannotServe:
        """The server refuses the request in every form it can take."""
        return EngineCannotServe(
            f"{self.host} refused the request{detail}",
            "Check that COPYDESK_MODEL is a chat model of this server.",
        )

    def no_key(self) -> EngineAuthError:
        """No key is set and the server wants one."""
        return EngineAuthError(
            f"{self.host} wants an API key and none is set.",
            "Set OPENAI_API_KEY, or OPENAI_BASE_URL to a server that needs none.",
        )

    def busy(self, tries: int, retry_after: float | None) -> EngineBusy:
        """The rate limit holds on."""
        wait = f"; it asks to wait {_duration(retry_after)}" if retry_after else ""
        return EngineBusy(
            f"{self.host} is at its rate limit, {_times(tries)}{wait}.",
            f"Try again {f'in {_duration(retry_after)}' if retry_after else 'in a minute'}, "
            "or raise the rate limit of the account.",
        )

    def refused(self) -> PromptRefused:
        """The content policy said no."""
        return PromptRefused(
            f"The content policy of {self.host} refused this brief.",
            "Reword the brief: leave out what could read as unsafe, or use another model.",
        )

    def declined(self) -> PromptRefused:
        """The model itself said no."""
        return PromptRefused(
            f"{self.model} declined to write this copy.",
            "Reword the brief, or set COPYDESK_MODEL to another model.",
        )

    def overflow(self, error: ServerError) -> ContextOverflow:
        """The prompt is too long for the model."""
        window = _WINDOW.search(error.message)
        size = f" ({int(window[1] or window[2]):,} tokens)" if window else ""
        return ContextOverflow(
            f"The brief with its thread is too long for {self.model}'s context window{size}.",
            "Shorten the brief, ask for less copy, or set COPYDESK_MODEL to a model with a larger window.",
        )

    def unreachable(self, what: str, tries: int) -> EngineUnreachable:
        """No usable answer came; `what` continues the host's name."""
        return EngineUnreachable(
            f"{self.host} {what}, {_times(tries)}.",
            "Check that the server of OPENAI_BASE_URL runs and can be reached from here, then try again.",
        )

    def only_thoughts(self, tokens: int) -> EngineCannotServe:
        """A reasoning model spent its tokens before it wrote."""
        return EngineCannotServe(
            f"{self.model} used all of its {tokens:,} tokens for thinking and wrote nothing.",
            "Set COPYDESK_MODEL to a model that thinks less.",
        )


def _times(tries: int) -> str:
    return "tried once" if tries == 1 else f"tried {tries} times"


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "a while"
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} minutes"
