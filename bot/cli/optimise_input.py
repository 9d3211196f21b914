"""From the command line to a copy: a text, a file, or standard input."""

import sys
from pathlib import Path

from bot.cli.text_input import open_lines, whole_text
from models.errors import BriefError

__all__ = ["read_copy"]

_FILES = {".txt", ".md", ".text"}


def read_copy(words: tuple[str, ...]) -> str:
    """The copy that was given: the file's when one word names a file, else the words.

    Raises:
        BriefError: Nothing was given.
        TextError: The file cannot be read as text.
    """
    if not words and sys.stdin.isatty():
        raise BriefError(
            "There is no copy to optimise.", "Give a text, a file, or - for standard input.", "text"
        )
    file = words[0] if words else "-"
    if len(words) < 2 and (file == "-" or _names_file(file)):
        with open_lines(file) as lines:
            return whole_text(lines)
    return " ".join(words)


def _names_file(word: str) -> bool:
    """Whether a word is a file that exists, or is meant to be one."""
    try:
        path = Path(word)
        return path.is_file() or (path.suffix.lower() in _FILES and not any(map(str.isspace, word)))
    except (OSError, ValueError):
        # A text is often longer than a path may be.
        return False
