"""What a Web API method is, and helpers to read its arguments."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from workspace.core import Core, Json
from workspace.errors import SlackError

Handler = Callable[[Core, Json], Awaitable[Json]]


@dataclass(frozen=True, slots=True)
class Method:
    """A method: its handler, scopes of which the token needs one, whether it takes the app-level token."""

    handler: Handler
    scopes: tuple[str, ...] = ()
    app_level: bool = False
    needs_token: bool = True


def required(arguments: Json, *names: str) -> None:
    """Refuses a call that lacks arguments.

    Raises:
        SlackError: ``invalid_arguments`` naming what is missing.
    """
    missing = [name for name in names if arguments.get(name) in (None, "")]
    if missing:
        raise SlackError("invalid_arguments", [f"missing required field: {name}" for name in missing])


def flag(value: Any) -> bool:
    """A boolean argument: JSON's, or a form's ``true`` and ``1``."""
    return value in (True, 1, "1", "true", "True")


def page(items: list[Any], arguments: Json, default: int = 100) -> tuple[list[Any], str]:
    """One page of a list and the next cursor (empty at the end).

    Raises:
        SlackError: ``invalid_cursor`` or ``invalid_limit``.
    """
    try:
        limit = int(arguments.get("limit") or default)
        begin = int(str(arguments.get("cursor") or "0").removeprefix("next:"))
    except ValueError:
        raise SlackError("invalid_cursor") from None
    if not 1 <= limit <= 1000:
        raise SlackError("invalid_limit")
    following = begin + limit
    return items[begin:following], f"next:{following}" if following < len(items) else ""
