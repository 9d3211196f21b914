"""From the command line to a copy: a text, a file, or standard input."""

import sys
from pathlib import Path

from bot.optimise_request import MAX_TEXT
from models.errors import BriefError

__all__ = ["read_copy"]

_MOST_BYTES = 16 * MAX_TEXT
_ENCODINGS = ("utf-8-sig", "gb18030")


def read_copy(words: tuple[str, ...]) -> str:
    """The copy that was given: the file's when one word names a file, else the words.

    Raises:
        BriefError: Nothing was given, or the file cannot be read as text.
    """
    if not words or words == ("-",):
        if not words and sys.stdin.isatty():
            raise BriefError(
                "There is no copy to optimise.", "Give a text, a file, or - for standard input.", "text"
            )
        return _decoded(sys.stdin.buffer.read(_MOST_BYTES + 1), "standard input")
    path = Path(words[0])
    if len(words) == 1 and _is_file(path):
        try:
            with path.open("rb") as file:
                return _decoded(file.read(_MOST_BYTES + 1), str(path))
        except OSError as error:
            raise BriefError(
                f"{path} cannot be read: {error.strerror or error}.", "Check the path.", "text"
            ) from error
    if len(words) == 1 and path.suffix.lower() in {".txt", ".md"} and " " not in words[0]:
        raise BriefError(f"There is no file {path}.", "Check the path, or give the text itself.", "text")
    return " ".join(words)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        # A text is often longer than a path may be.
        return False


def _decoded(data: bytes, name: str) -> str:
    if len(data) > _MOST_BYTES:
        raise BriefError(
            f"{name} holds more than a copy; the limit is {MAX_TEXT:,} characters.",
            "Optimise it piece by piece.",
            "text",
        )
    if b"\x00" in data:
        raise BriefError(f"{name} is no text.", "Save it as UTF-8 text.", "text")
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BriefError(f"{name} is neither UTF-8 nor GB18030 text.", "Save it as UTF-8.", "text")
