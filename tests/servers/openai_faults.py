"""What goes wrong at OpenAI-compatible servers: the faults that the test server can play, in each server's words."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Json = dict[str, Any]


class Fault(StrEnum):
    """A fault to play; options in brackets."""

    # Answered with an error status.
    RATE_LIMITED = "rate_limited"  # [retry_after: seconds or an HTTP-date]
    NO_CREDIT = "no_credit"
    BAD_KEY = "bad_key"  # echoes part of the key, as OpenAI does
    FORBIDDEN = "forbidden"
    SERVER_ERROR = "server_error"
    UNAVAILABLE = "unavailable"  # [retry_after]
    GATEWAY_PAGE = "gateway_page"  # 502 with an HTML page
    WRONG_MODEL = "wrong_model"
    CONTENT_POLICY = "content_policy"
    AZURE_CONTENT_FILTER = "azure_content_filter"
    CONTEXT_OVERFLOW = "context_overflow"  # [wording: openai, vllm, llama_cpp, ollama, azure]
    BAD_REQUEST = "bad_request"  # [message]
    # Things a server does not have: played only for requests that use them.
    UNSUPPORTED_PARAMETER = "unsupported_parameter"  # param, [wording: openai, value, transformers, pydantic]
    NO_JSON_SCHEMA = "no_json_schema"  # [wording: openai, transformers]
    NO_JSON_OBJECT = "no_json_object"
    REJECTS_N = "rejects_n"
    IGNORES_N = "ignores_n"  # [gives: how many choices come back, default 1]
    NO_USAGE = "no_usage"
    # In the answer itself.
    SLOW_FIRST_BYTE = "slow_first_byte"  # [seconds]
    STALLED = "stalled"  # silence mid-way [seconds, default 30; after: how many chunks come before]
    CUT = "cut"  # connection reset mid-way
    SHORT = "short"  # the body ends politely, but neither a finish reason nor [DONE] came
    STREAM_ERROR = "stream_error"  # an error object within the stream [message]
    MALFORMED_JSON = "malformed_json"  # the model's text is broken JSON [text]
    MALFORMED_SSE = "malformed_sse"
    EMPTY_CHOICES = "empty_choices"
    EMPTY_TEXT = "empty_text"
    CONTENT_FILTER = "content_filter"  # [choices: how many of them, default all]
    REFUSAL = "refusal"
    LENGTH = "length"  # every choice stops at its token limit
    THINKING = "thinking"  # [how: tags or reasoning_content]


@dataclass
class Scripted:
    """One entry of the script: `times` None plays it always."""

    fault: Fault
    times: int | None
    options: Json = field(default_factory=dict)

    def applies(self, body: Json) -> bool:
        """Whether a request uses what this fault is about."""
        shape = (body.get("response_format") or {}).get("type")
        match self.fault:
            case Fault.UNSUPPORTED_PARAMETER:
                return self.options["param"] in body
            case Fault.NO_JSON_SCHEMA:
                return shape == "json_schema"
            case Fault.NO_JSON_OBJECT:
                return shape == "json_object"
            case Fault.REJECTS_N | Fault.IGNORES_N:
                return (body.get("n") or 1) > 1
        return True


@dataclass
class ErrorAnswer:
    """An error status with its body."""

    status: int
    body: Json | str
    headers: dict[str, str] = field(default_factory=dict)


def openai_error(
    message: str, kind: str = "invalid_request_error", code: str | None = None, param: str | None = None
) -> Json:
    """OpenAI's error object."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


_OVERFLOWS: dict[str, Json] = {
    "openai": openai_error(
        "This model's maximum context length is 8192 tokens. However, your messages resulted in 9423 tokens. "
        "Please reduce the length of the messages.",
        code="context_length_exceeded",
        param="messages",
    ),
    "azure": openai_error(
        "Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 300123 tokens. "
        "Please reduce the length of the messages.",
        code="context_length_exceeded",
        param="messages",
    ),
    "vllm": {
        "object": "error",
        "message": "This model's maximum context length is 2048 tokens. However, you requested 2350 tokens "
        "(1950 in the messages, 400 in the completion). Please reduce the length of the messages or completion.",
        "type": "BadRequestError",
        "param": None,
        "code": 400,
    },
    "vllm_input": {
        "error": {
            "message": "The decoder prompt (length 5000) is longer than the maximum model length of 2048. "
            "Make sure that `max_model_len` is no smaller than the number of text tokens.",
            "type": "BadRequestError",
            "param": None,
            "code": 400,
        }
    },
    "llama_cpp": {
        "error": {
            "code": 400,
            "message": "the request exceeds the available context size. try increasing the context size or "
            "enable context shift",
            "type": "exceed_context_size_error",
            "n_prompt_tokens": 9000,
            "n_ctx": 4096,
        }
    },
    "ollama": {
        "error": {
            "message": "input length exceeds the context length",
            "type": "invalid_request_error",
            "param": None,
            "code": None,
        }
    },
    "lm_studio": {
        "error": "Trying to keep the first 5021 tokens when context the overflows. However, the model is loaded "
        "with context length of only 4096 tokens, which is not enough."
    },
}


def _unsupported(param: str, wording: str) -> ErrorAnswer:
    if wording == "transformers":
        return ErrorAnswer(422, {"detail": f"Unsupported fields in the request: {{'{param}'}}"})
    if wording == "pydantic":
        detail = [
            {"type": "extra_forbidden", "loc": ["body", param], "msg": "Extra inputs are not permitted"}
        ]
        return ErrorAnswer(422, {"detail": detail})
    if wording == "value":
        message = (
            f"Unsupported value: '{param}' does not support 0.8. Only the default (1) value is supported."
        )
        return ErrorAnswer(400, openai_error(message, code="unsupported_value", param=param))
    instead = " Use 'max_completion_tokens' instead." if param == "max_tokens" else ""
    message = f"Unsupported parameter: '{param}' is not supported with this model.{instead}"
    return ErrorAnswer(400, openai_error(message, code="unsupported_parameter", param=param))


def error_answer(scripted: Scripted, body: Json, key: str) -> ErrorAnswer | None:
    """The error status of a fault; None for faults that show in the answer itself."""
    options = scripted.options
    after = {"Retry-After": str(options["retry_after"])} if "retry_after" in options else {}
    model = body.get("model")
    match scripted.fault:
        case Fault.RATE_LIMITED:
            message = (
                f"Rate limit reached for {model} in organization org-abc on requests per min (RPM): Limit 3."
            )
            return ErrorAnswer(429, openai_error(message, "requests", "rate_limit_exceeded"), after)
        case Fault.NO_CREDIT:
            message = "You exceeded your current quota, please check your plan and billing details."
            return ErrorAnswer(429, openai_error(message, "insufficient_quota", "insufficient_quota"))
        case Fault.BAD_KEY:
            message = f"Incorrect API key provided: {key}. You can find your API key at https://platform.openai.com."
            return ErrorAnswer(401, openai_error(message, code="invalid_api_key"))
        case Fault.FORBIDDEN:
            return ErrorAnswer(
                403, openai_error(f"Project does not have access to model `{model}`", code="no_access")
            )
        case Fault.SERVER_ERROR:
            return ErrorAnswer(500, openai_error("The server had an error while processing.", "server_error"))
        case Fault.UNAVAILABLE:
            return ErrorAnswer(
                503, openai_error("The engine is currently overloaded.", "server_error"), after
            )
        case Fault.GATEWAY_PAGE:
            return ErrorAnswer(502, "<html><body><h1>502 Bad Gateway</h1></body></html>")
        case Fault.WRONG_MODEL:
            message = f"The model `{model}` does not exist or you do not have access to it."
            return ErrorAnswer(404, openai_error(message, code="model_not_found"))
        case Fault.CONTENT_POLICY:
            message = "Your request was rejected as a result of our safety system."
            return ErrorAnswer(400, openai_error(message, code="content_policy_violation"))
        case Fault.AZURE_CONTENT_FILTER:
            message = "The response was filtered due to the prompt triggering Azure OpenAI's content management policy."
            error = openai_error(message, code="content_filter", param="prompt")
            error["error"]["innererror"] = {"code": "ResponsibleAIPolicyViolation"}
            return ErrorAnswer(400, error)
        case Fault.CONTEXT_OVERFLOW:
            wording = options.get("wording", "openai")
            return ErrorAnswer(500 if wording == "ollama" else 400, _OVERFLOWS[wording])
        case Fault.BAD_REQUEST:
            return ErrorAnswer(400, openai_error(options.get("message", "Invalid request.")))
        case Fault.UNSUPPORTED_PARAMETER:
            return _unsupported(options["param"], options.get("wording", "openai"))
        case Fault.NO_JSON_SCHEMA | Fault.NO_JSON_OBJECT:
            if options.get("wording") == "transformers":
                return _unsupported("response_format", "transformers")
            shape = body["response_format"]["type"]
            message = (
                f"Invalid parameter: 'response_format' of type '{shape}' is not supported with this model."
            )
            return ErrorAnswer(400, openai_error(message, param="response_format"))
        case Fault.REJECTS_N:
            return ErrorAnswer(400, openai_error("Only one completion choice is allowed", param="n"))
    return None
