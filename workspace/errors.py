"""The one error of this room: what Slack would answer instead of `ok: true`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class SlackError(Exception):
    """A refusal in Slack's words.

    Args:
        code: Slack's error code, for example ``channel_not_found``.
        messages: what Slack puts into ``response_metadata.messages``, without the ``[ERROR]`` prefix.
        extra: further top-level fields of the answer (``needed`` and ``provided`` of ``missing_scope``).
        status: the HTTP status; Slack answers most errors with 200.
        headers: further response headers (``Retry-After``).
    """

    def __init__(
        self,
        code: str,
        messages: Sequence[str] = (),
        extra: dict[str, Any] | None = None,
        status: int = 200,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.messages = tuple(messages)
        self.extra = extra or {}
        self.status = status
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        """The answer's JSON: ``errors`` are the plain texts, ``response_metadata.messages`` prefixed."""
        answer: dict[str, Any] = {"ok": False, "error": self.code, **self.extra}
        if self.messages:
            answer["errors"] = list(self.messages)
            answer["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in self.messages]}
        return answer
