"""The wire of an OpenAI-compatible server: chunks of a stream, usage, and what OpenAI refuses about a request."""

import json
import re
import time

from tests.servers.openai_faults import Json, openai_error

_KNOWN = {"stream", "n", "max_tokens", "max_completion_tokens", "temperature", "top_p", "stop", "seed"}
_KNOWN |= {"model", "messages", "response_format", "stream_options"}


def _tokens(text: str) -> int:
    return max(1, len(text.encode()) // 4) if text else 0


def usage_of(body: Json, choices: list[tuple[Json, str]]) -> Json:
    prompt = sum(_tokens(str(message.get("content") or "")) for message in body["messages"])
    completion = sum(_tokens(message.get("content") or "") for message, _ in choices)
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def stream_events(
    body: Json, choices: list[tuple[Json, str]], usage: Json, *, with_usage: bool
) -> list[Json]:
    """The chunks of a streamed answer; the choices' texts come interleaved, as servers send them."""
    base: Json = {
        "id": "chatcmpl-stream",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": body["model"],
    }

    def chunk(index: int, delta: Json, reason: str | None = None) -> Json:
        return {
            **base,
            "choices": [{"index": index, "delta": delta, "finish_reason": reason, "logprobs": None}],
        }

    events = [chunk(index, {"role": "assistant", "content": ""}) for index in range(len(choices))]
    pieces: list[list[Json]] = []
    for index, (message, _) in enumerate(choices):
        own = []
        for name in ("reasoning_content", "refusal", "content"):
            text = message.get(name) or ""
            own += [chunk(index, {name: text[start : start + 12]}) for start in range(0, len(text), 12)]
        pieces.append(own)
    for round_ in range(max((len(own) for own in pieces), default=0)):
        events += [own[round_] for own in pieces if round_ < len(own)]
    events += [chunk(index, {}, reason) for index, (_, reason) in enumerate(choices)]
    if not choices:
        events.append({**base, "choices": []})
    if with_usage and (body.get("stream_options") or {}).get("include_usage"):
        events.append({**base, "choices": [], "usage": usage})
    return events


def request_problem(body: Json) -> Json | None:
    """What OpenAI would refuse about a request, as its error object."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        return openai_error("Invalid 'messages': empty array.", code="empty_array", param="messages")
    for message in messages:
        if message.get("role") not in {"system", "developer", "user", "assistant", "tool"}:
            return openai_error(
                f"Invalid value: '{message.get('role')}'.", code="invalid_value", param="messages"
            )
    if unknown := sorted(set(body) - _KNOWN):
        return openai_error(f"Unrecognized request argument supplied: {unknown[0]}", param=unknown[0])
    if "max_tokens" in body and "max_completion_tokens" in body:
        return openai_error(
            "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported."
        )
    if not 1 <= (body.get("n") or 1) <= 128:
        return openai_error("Invalid 'n': must be between 1 and 128.", param="n")
    if "stream_options" in body and not body.get("stream"):
        return openai_error(
            "'stream_options' is only allowed when 'stream' is enabled.", param="stream_options"
        )
    stop = body.get("stop") or []
    if isinstance(stop, list) and len(stop) > 4:
        return openai_error("Invalid 'stop': array too long. Expected at most 4 elements.", param="stop")
    shape = body.get("response_format") or {"type": "text"}
    if shape["type"] == "json_object" and "json" not in json.dumps(messages).lower():
        message = "'messages' must contain the word 'json' in some form, to use type 'json_object'."
        return openai_error(message, param="messages")
    if shape["type"] == "json_schema":
        return _schema_problem(shape.get("json_schema") or {})
    return None


def _schema_problem(asked: Json) -> Json | None:
    name = str(asked.get("name", ""))
    if not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name):
        return openai_error(
            "Invalid 'response_format.json_schema.name'.", param="response_format.json_schema.name"
        )

    def walk(schema: Json) -> str:
        if schema.get("type") == "object":
            if schema.get("additionalProperties") is not False:
                return "'additionalProperties' is required to be supplied and to be false."
            if set(schema.get("required", [])) != set(schema.get("properties", {})):
                return "'required' is required to be supplied and to be an array including every key in properties."
        below = [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]
        return next((problem for part in below if (problem := walk(part))), "")

    if asked.get("strict") and (problem := walk(asked.get("schema") or {})):
        message = f"Invalid schema for response_format '{name}': In context=(), {problem}"
        return openai_error(message, code="invalid_json_schema", param="response_format")
    return None
