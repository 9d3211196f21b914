"""Where people ask and press: the thread, the message, and who it is."""

from typing import Any, TypedDict

__all__ = ["Asker", "MessagePlace", "Place", "message_place_of", "place_of"]


class Place(TypedDict):
    """A thread, or where `thread_ts` is empty a channel."""

    team_id: str
    channel_id: str
    thread_ts: str


class Asker(Place):
    """Who asks, and where the answer goes."""

    user_id: str


class MessagePlace(Place):
    """The message under which a button was pressed."""

    ts: str


def place_of(body: dict[str, Any]) -> Place:
    """In which thread a button was pressed."""
    message, container = body.get("message") or {}, body.get("container") or {}
    return Place(
        team_id=(body.get("team") or {}).get("id", ""),
        channel_id=body["channel"]["id"],
        thread_ts=message.get("thread_ts") or container.get("thread_ts") or _ts_of(body),
    )


def message_place_of(body: dict[str, Any]) -> MessagePlace:
    """Under which message a button was pressed."""
    return MessagePlace(**place_of(body), ts=_ts_of(body))


def _ts_of(body: dict[str, Any]) -> str:
    message, container = body.get("message") or {}, body.get("container") or {}
    return message.get("ts") or container.get("message_ts") or ""
