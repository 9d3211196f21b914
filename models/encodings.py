"""Bytes that may be Chinese: GB18030 reads nearly all bytes, so that it must read as everyday text."""

import codecs

from models.readability import is_common_character

__all__ = ["looks_chinese"]

_EVERYDAY = 0.7


def looks_chinese(head: bytes) -> bool:
    """Whether bytes read as GB18030 are everyday Chinese: accented Latin letters read so are rare characters.

    Args:
        head: The beginning of a file, or a line; it may end within a character.
    """
    text = codecs.getincrementaldecoder("gb18030")("replace").decode(head)
    beyond = [character for character in text if character > "\x7f"]
    if not any("\u3400" <= character <= "\u9fff" for character in beyond):
        return False
    return sum(map(_is_everyday, beyond)) >= _EVERYDAY * len(beyond)


def _is_everyday(character: str) -> bool:
    # GB 2312's punctuation and full-width signs.
    return is_common_character(character) or character.encode("gb2312", "ignore")[:1] in (b"\xa1", b"\xa3")
