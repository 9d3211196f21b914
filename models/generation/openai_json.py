"""Reads the JSON object out of what a model answered, tolerantly but without inventing text."""

import json
import re
from typing import Any

_OBJECT_START = re.compile(r"\{\s*(?:[\"'“”‘’}]|[^\W\d][\w-]*\s*[:：])")
_SMART_KEY = re.compile(r"\{\s*[“”]")
_SMART_OPEN = re.compile(r"([{\[,:：]\s*)[“”]")
_SMART_CLOSE = re.compile(r"[“”](\s*[}\],:：])")
_WIDE_COLON = re.compile(r'"\s*：')
_WIDE_COMMA = re.compile(r'"\s*，(\s*["}\]])')
_BARE_TAIL = re.compile(r"[:,\[]\s*([\w.+-]+)$")
_WAITING_KEY = re.compile(r'(?:(?<=\{)|,)\s*"(?:[^"\\]|\\.)*"\s*:?\s*$')
_FENCE = re.compile(r"```[ \t]*\w*[ \t]*\n?")


def parse_json_object(text: str) -> dict[str, Any] | None:
    """The first JSON object in a text, or None when there is none.

    Reads through code fences, prose around the object, trailing commas, single or smart quotes used as JSON's
    quotes, unescaped quotes and line breaks within strings. An object that ends too early is closed after its
    last complete value: half a sentence is dropped, never passed on as copy.

    Args:
        text: What the model answered.

    Returns:
        The object, never empty; None when nothing like one is there.
    """
    text = text.strip().lstrip("\ufeff")
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        whole = None
    if whole is not None:
        return _as_object(whole)
    start = _OBJECT_START.search(text)
    if start is None:
        return None
    body = text[start.start() :]
    try:
        return _as_object(json.JSONDecoder(strict=False).raw_decode(body)[0])
    except (ValueError, RecursionError):
        return _repaired(body)


def _as_object(value: Any) -> dict[str, Any] | None:
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, dict)), None)
    return value if isinstance(value, dict) and value else None


def _repaired(body: str) -> dict[str, Any] | None:
    # Imported here: only broken answers need it.
    import json_repair

    body = _FENCE.sub("\n", body)
    body = _WIDE_COMMA.sub(r'",\1', _WIDE_COLON.sub('":', body))
    if _SMART_KEY.match(body):
        body = _SMART_CLOSE.sub(r'"\1', _SMART_OPEN.sub(r'\1"', body))
    try:
        return _as_object(json_repair.loads(_without_open_tail(body), skip_json_loads=True))
    except (ValueError, RecursionError, IndexError):
        return None


def _without_open_tail(body: str) -> str:
    """The body without a last value that was never finished, nor the key that waits for it."""
    inside, escaped, opened_at = False, False, 0
    open_brackets = ""
    for position, character in enumerate(body):
        if inside:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"' and _ends_string(body, position):
                inside = False
        elif character == '"':
            inside, opened_at = True, position
        elif character in "{[":
            open_brackets += character
        elif character in "}]":
            open_brackets = open_brackets[:-1]
            if not open_brackets:
                return body[: position + 1]
    bare = _BARE_TAIL.search(body)
    if inside:
        body = body[:opened_at]
    elif bare:  # a number may have gone on: 50 of 5000
        body = body[: bare.start(1)]
    return _WAITING_KEY.sub("", body) if open_brackets.endswith("{") else body


def _ends_string(body: str, position: int) -> bool:
    """Whether a quote ends its string: JSON's own punctuation or the end of the text follows."""
    following = body[position + 1 :].lstrip()[:1]
    return following in {"", ",", ":", "}", "]", '"'}
