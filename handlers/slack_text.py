"""Slack's text to what the person typed: escapes, links and mentions undone."""

import html
import re

_TOKEN = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")


def plain_text(text: str) -> str:
    """Undo Slack's markup; a divider inside a link's label is escaped so that it stays one value."""

    def undo(match: re.Match[str]) -> str:
        target, label = match.group(1), match.group(2)
        if label:
            return ("@" if target[0] == "@" else "#" if target[0] == "#" else "") + label.replace("|", r"\|")
        return target.removeprefix("mailto:").replace("!", "@", 1) if target[0] == "!" else target

    return html.unescape(_TOKEN.sub(undo, text))


def without_mention(text: str, bot_user_id: str) -> str:
    """The text without the bot's own mention."""
    return re.sub(rf"<@{re.escape(bot_user_id)}(?:\|[^>]*)?>[\s,:，：]*", "", text).strip()


def mentions(text: str, bot_user_id: str) -> bool:
    """Whether the text mentions the bot."""
    return bool(bot_user_id) and bool(re.search(rf"<@{re.escape(bot_user_id)}[|>]", text))
