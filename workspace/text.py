"""Turns what a person types into what Slack sends: escapes, mentions and links."""

from __future__ import annotations

import re
from typing import Any

from workspace.state import State

# What a composer inserts itself and therefore arrives unescaped: https://docs.slack.dev/messaging/formatting-message-text
_TOKEN = re.compile(
    r"<(?:@[UW][A-Z0-9]+(?:\|[^<>]*)?|#C[A-Z0-9]+(?:\|[^<>]*)?|"
    r"!(?:[a-z]+|subteam\^S[A-Z0-9]+)(?:\|[^<>]*)?|https?://[^<>\s]+)>"
)
_URL = re.compile(r"https?://[^\s<>\u3000-\u303f\uff00-\uffef]*[^\s<>.,;:!?)\]'\"\u3000-\u303f\uff00-\uffef]")
_NAME = re.compile(r"(?<![\w@])@([\w.-]*\w)")
_CHANNEL = re.compile(r"(?<![\w#])#([\w-]+)")


def escape(text: str) -> str:
    """Escapes the three characters that Slack escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """The reverse of `escape`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def as_sent(typed: str, state: State, names: bool = True) -> str:
    """The text of a message as the Events API carries it.

    Args:
        typed: what the person typed; tokens such as ``<@U…>`` that a composer inserts are kept.
        state: knows people and channels, for ``@name`` and ``#channel``.
        names: whether ``@name`` and ``#channel`` become mentions.
    """
    parts: list[str] = []
    end = 0
    for token in _TOKEN.finditer(typed):
        parts += [_plain(typed[end : token.start()], state, names), token.group()]
        end = token.end()
    parts.append(_plain(typed[end:], state, names))
    return "".join(parts)


def command_text(typed: str, state: State, should_escape: bool) -> str:
    """A slash command's text: escaped; with ``should_escape`` links, mentions and channels become tokens.

    https://docs.slack.dev/interactivity/implementing-slash-commands
    """
    return as_sent(typed, state) if should_escape else escape(typed)


def mentions(text: str, user_id: str) -> bool:
    """Whether a sent text mentions a user."""
    return f"<@{user_id}>" in text or f"<@{user_id}|" in text


def rich_text(text: str) -> list[dict[str, Any]]:
    """The ``rich_text`` block that Slack puts beside the text of a person's message."""
    elements: list[dict[str, Any]] = []
    end = 0
    for token in _TOKEN.finditer(text):
        if token.start() > end:
            elements.append({"type": "text", "text": unescape(text[end : token.start()])})
        elements.append(_element(token.group()[1:-1]))
        end = token.end()
    if end < len(text):
        elements.append({"type": "text", "text": unescape(text[end:])})
    section = {"type": "rich_text_section", "elements": elements}
    return [{"type": "rich_text", "block_id": f"{abs(hash(text)) % 0xFFFFF:05x}", "elements": [section]}]


def _element(token: str) -> dict[str, Any]:
    body = token.split("|")[0]
    if body.startswith("@"):
        return {"type": "user", "user_id": body[1:]}
    if body.startswith("#"):
        return {"type": "channel", "channel_id": body[1:]}
    if body.startswith("!"):
        return {"type": "broadcast", "range": body[1:]}
    return {"type": "link", "url": unescape(body)}


def _plain(text: str, state: State, names: bool) -> str:
    by_name = {user.name: user.id for user in state.users.values()}
    channels = {channel.name: channel.id for channel in state.channels.values() if channel.name}

    def mention(found: re.Match[str]) -> str:
        user = by_name.get(found.group(1).lower())
        return f"<@{user}>" if user else found.group()

    def channel(found: re.Match[str]) -> str:
        wanted = channels.get(found.group(1).lower())
        return f"<#{wanted}|{found.group(1).lower()}>" if wanted else found.group()

    parts: list[str] = []
    end = 0
    for url in _URL.finditer(text):
        before = escape(text[end : url.start()])
        parts += [before, f"<{url.group().replace('&', '&amp;')}>"]
        end = url.end()
    parts.append(escape(text[end:]))
    if names:
        parts = [
            part if part.startswith("<http") else _CHANNEL.sub(channel, _NAME.sub(mention, part))
            for part in parts
        ]
    return "".join(parts)
