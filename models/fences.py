"""What keeps text that people or models wrote apart from a prompt's instructions."""

import re
import unicodedata

__all__ = ["FENCES", "as_data"]

FENCES = ("brief", "copy", "request", "thread", "note", "reviews", "brand", "texts")
"""The tags that divide what people typed from the instructions; `data` takes them out of what people typed."""

# Seen by a model and not by a reader: soft hyphens, zero-width and direction marks, and the tag characters in which
# whole sentences are hidden. The joiners that scripts and emoji need stay.
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")
# Whatever becomes an angle or square bracket under NFKC, with what stands behind it.
_ANGLE = re.compile("[<\uff1c\ufe64](?=[\\s\u200c\u200d]*([^\\s\u200c\u200d]))")
_SQUARE = re.compile("[\\[\uff3b](?=[\\s\u200c\u200d]*/?[\\s\u200c\u200d]*(?:INST|SYS)\\b)", re.IGNORECASE)


def as_data(value: object) -> str:
    """Text that people or models wrote, unable to close the fence it stands in or to open a chat turn.

    A bracket that could begin a tag or a model's turn mark (`</brief>`, `<|im_end|>`, `[INST]`, also full-width)
    becomes `‹`; `< 5 kg` stays. What readers do not see goes.
    """
    text = _ANGLE.sub(_guarded, _INVISIBLE.sub("", str(value)))
    return _SQUARE.sub("‹", unicodedata.normalize("NFC", text))


def _guarded(match: re.Match[str]) -> str:
    behind = unicodedata.normalize("NFKC", match[1])[:1]
    opens = behind in "/\\|!<_⁄∕‹" or (behind.isalpha() and not "\u3040" <= behind <= "\u9fff")
    return "‹" if opens else match[0]
