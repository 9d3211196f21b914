"""Texts from a file or standard input, line by line, whatever their encoding."""

import codecs
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, ClassVar

from models.encodings import looks_chinese
from models.errors import CopydeskError

MAX_LINE_BYTES = 4_000_000
MAX_WHOLE = 5_000_000
_HEAD = 65_536
# Bytes that no text has: control characters but tab, line ends, form feed and escape.
_BINARY = frozenset(range(9)) | frozenset(range(14, 27))


class TextError(CopydeskError):
    """The texts cannot be read; the message says why."""

    code: ClassVar[str] = "bad_text"
    exit_code: ClassVar[int] = 2


@contextmanager
def open_lines(file: str) -> Iterator[Iterator[str]]:
    """The lines of a file, or of standard input for `-`, as they come: no more than one is held.

    UTF-8 with or without its mark, UTF-16 with its mark and GB18030 are recognised by the beginning; a single
    line in another encoding is read as what fits it.

    Raises:
        TextError: There is no such file, it is empty or no text, or a line is longer than 4 MB.
    """
    name = "standard input" if file == "-" else file
    if file == "-":
        yield _lines(sys.stdin.buffer, name)
        return
    with _opened(file) as stream:
        yield _lines(stream, name)


def whole_text(lines: Iterator[str]) -> str:
    """All lines as one text.

    Raises:
        TextError: They are more than a copy can be.
    """
    held: list[str] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line) + 1
        if size > MAX_WHOLE:
            raise TextError(
                f"The text is longer than {MAX_WHOLE:,} characters.",
                "Leave out --whole to read it line by line.",
            )
    return "\n".join(held)


def in_chunks(lines: Iterator[str], size: int) -> Iterator[list[str]]:
    """The lines in lists of at most `size`."""
    while chunk := list(islice(lines, size)):
        yield chunk


def _opened(file: str) -> BinaryIO:
    try:
        return Path(file).open("rb")
    except OSError as error:
        raise TextError(f"{file} cannot be read: {error.strerror or error}.", "Check the path.") from error


def _lines(stream: BinaryIO, name: str) -> Iterator[str]:
    head = _read_head(stream, name)
    if not head.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n") and len(head) < _HEAD:
        raise TextError(f"{name} is empty.", "Give one text a line.")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _utf16_lines(head, stream, name)
    if _BINARY & set(head):
        raise TextError(f"{name} is no text file.", "Give plain text, one text a line.")
    encoding = _encoding(head)
    return _decoded(_byte_lines(head.removeprefix(codecs.BOM_UTF8), stream, name), encoding)


def _read_head(stream: BinaryIO, name: str) -> bytes:
    """The first bytes; of a pipe what is there already, so that the first lines need not wait for more."""
    try:
        return stream.read1(_HEAD) if isinstance(stream, io.BufferedReader) else stream.read(_HEAD)
    except OSError as error:
        raise TextError(f"{name} cannot be read: {error.strerror or error}.", "Check the path.") from error


def _encoding(head: bytes) -> str:
    """The encoding of most lines; those that are in another are found one by one."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head.removeprefix(codecs.BOM_UTF8))
    except UnicodeDecodeError:
        lines = [line for line in head.split(b"\n")[:-1] or [head] if not line.isascii()]
        if sum(map(_is_utf8, lines)) * 2 > len(lines):
            return "utf-8"
        return "gb18030" if looks_chinese(head) else "cp1252"
    return "utf-8"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _byte_lines(head: bytes, stream: BinaryIO, name: str) -> Iterator[bytes]:
    """Lines of bytes without their ends, from what was read already and what follows."""
    *whole, rest = head.split(b"\n")
    following = iter(lambda: stream.readline(MAX_LINE_BYTES + 1), b"")
    first = (rest + next(following, b"")) if not rest.endswith(b"\n") else rest
    for number, line in enumerate(chain(whole, [first] if first else [], following), 1):
        if len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
            raise TextError(f"Line {number:,} of {name} is longer than 4 MB.", "Give one text a line.")
        yield line.removesuffix(b"\n").removesuffix(b"\r")


def _decoded(lines: Iterator[bytes], encoding: str) -> Iterator[str]:
    for line in lines:
        try:
            text = line.decode(encoding)
        except UnicodeDecodeError:
            other = "utf-8" if encoding != "utf-8" else "gb18030" if looks_chinese(line) else "cp1252"
            text = line.decode(other, "replace")
        yield text


def _utf16_lines(head: bytes, stream: BinaryIO, name: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-16")("replace")
    rest, piece, number = "", head, 0
    while piece:
        *whole, rest = (rest + decoder.decode(piece)).split("\n")
        for line in whole:
            number += 1
            yield line.removesuffix("\r")
        if len(rest) > MAX_LINE_BYTES:
            raise TextError(f"Line {number + 1:,} of {name} is longer than 4 MB.", "Give one text a line.")
        piece = stream.read(_HEAD)
    if rest:
        yield rest.removesuffix("\r")
