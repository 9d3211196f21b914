"""Slack's text to what the person typed: escapes, links and mentions undone."""

import html
import re

_TOKEN = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
_CHATTER = re.compile(
    r"^(?:thanks?|thank you|thx|ok(?:ay)?|nice|great|cool|lol|perfect|love it|done|yes|no|谢谢|多谢|好的?|不错|收到|赞)"
    r"[\s!.~！。～]*$",
    re.IGNORECASE,
)


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


def is_instruction(text: str) -> bool:
    """Whether a reply in a copy's thread asks for a rewrite.

    Not when it is addressed to somebody (`@Ben …`), an aside (`// …`), only emoji, or only an acknowledgement.
    """
    stripped = text.strip()
    if not stripped or stripped.startswith(("<@", "//")) or _CHATTER.match(stripped):
        return False
    return bool(re.search(r"\w", re.sub(r":[a-z0-9_+'-]+:", "", stripped)))
