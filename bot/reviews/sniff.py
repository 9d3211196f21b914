"""What a file is, by its bytes: which kind, in which encoding, divided by what."""

import codecs
import csv
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from bot.reviews.columns import known_headers
from bot.reviews.errors import ReviewsError
from models.encodings import looks_chinese
from models.variant import Value

__all__ = ["FileKind", "TextForm", "kind_of", "text_form"]

FileKind = Literal["text", "xlsx"]

MOST_FIELD = 4_000_000
"""Characters of one cell; a quotation mark that is never closed would swallow the rest of the file."""

_HEAD = 65_536
_SUPPORTED = "Give a CSV, TSV, XLSX or plain text file (one review a line)."
_MAGIC = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "a SQLite database",
}
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a]")
# No delimiter of any table: a file of one column is read with it.
ONE_COLUMN = "\x1f"
_DELIMITERS = ",\t;|"


class TextForm(Value):
    """How a text file is written: its encoding, what to do with bytes that are not in it, and the delimiter."""

    encoding: str
    errors: Literal["strict", "replace"]
    delimiter: str


def kind_of(path: Path, name: str) -> FileKind:
    """Whether a file is text or an XLSX workbook.

    Args:
        path: The file.
        name: What people call it.

    Raises:
        ReviewsError: It is neither; the message says what it is, as far as its first bytes tell.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if not head.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise ReviewsError(f"{name} is empty.", "Give a file with one review a row or line.")
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _zip_kind(path, name)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise _old_office(path, name)
    what = next((what for magic, what in _MAGIC.items() if head.startswith(magic)), "")
    if what:
        raise ReviewsError(f"{name} is {what}, not a table of reviews.", _SUPPORTED)
    if b"\x00" in head and not _utf16(head):
        raise ReviewsError(f"{name} is a binary file, not a table of reviews.", _SUPPORTED)
    if name.casefold().endswith((".json", ".jsonl")) or re.match(
        rb"(?:\xef\xbb\xbf)?\s*(?:\{\s*\"|\[\s*\{)", head
    ):
        raise ReviewsError(f"{name} is JSON, not a table of reviews.", _SUPPORTED)
    return "text"


def _zip_kind(path: Path, name: str) -> FileKind:
    try:
        with zipfile.ZipFile(path) as archive:
            inside = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        what = "a damaged Excel workbook" if name.casefold().endswith((".xlsx", ".xlsm")) else "a damaged ZIP"
        raise ReviewsError(f"{name} is {what}: it cannot be opened.", "Save or export it again.") from error
    if any(entry.startswith("xl/") for entry in inside):
        return "xlsx"
    what = next(
        (
            what
            for folder, what in {"word/": "a Word document", "ppt/": "a PowerPoint file"}.items()
            if any(entry.startswith(folder) for entry in inside)
        ),
        "a ZIP archive" + (f" (with {inside[0][:60]} in it)" if inside else ""),
    )
    remedy = "Unpack it and give the table inside." if what.startswith("a ZIP") else _SUPPORTED
    raise ReviewsError(f"{name} is {what}, not a table of reviews.", remedy)


def _old_office(path: Path, name: str) -> ReviewsError:
    """An OLE file is an encrypted workbook or one of before 2007."""
    with path.open("rb") as stream:
        encrypted = "EncryptedPackage".encode("utf-16-le") in stream.read(4_000_000)
    if encrypted:
        return ReviewsError(
            f"{name} is protected with a password.",
            "Save it without the password (File > Info > Protect Workbook), or export it as CSV.",
        )
    return ReviewsError(f"{name} is in Excel's old format (.xls).", "Save it as .xlsx or CSV.")


def _utf16(head: bytes) -> str:
    """UTF-16's name when the bytes are that, with or without a mark; else empty."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = head[0:4096:2].count(0), head[1:4096:2].count(0)
    half = max(1, len(head[:4096]) // 2)
    # Latin text leaves every second byte zero; Chinese leaves the line ends and digits.
    for encoding, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros > others * 4 and zeros >= half * 0.02:
            try:
                text = codecs.getincrementaldecoder(encoding)().decode(head)
            except UnicodeDecodeError:
                continue
            if not _CONTROL.search(text):
                return encoding
    return ""


def text_form(path: Path, name: str, *, plain: bool) -> TextForm:
    """How a text file is written.

    Args:
        path: The file; it is read once, in pieces.
        name: What people call it.
        plain: Whether its name says plain text, which is divided by nothing unless a header says so.

    Raises:
        ReviewsError: It is in no encoding that is read.
    """
    encoding, errors = _encoding(path, name)
    with path.open(encoding=encoding, errors=errors, newline="") as stream:
        sample = stream.read(_HEAD)
    return TextForm(encoding=encoding, errors=errors, delimiter=_delimiter(sample, plain=plain))


def _encoding(path: Path, name: str) -> tuple[str, Literal["strict", "replace"]]:
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if utf16 := _utf16(head):
        return utf16, "replace"
    wrong, length = _undecodable(path, "utf-8")
    if not wrong:
        return "utf-8-sig", "strict"
    if not _undecodable(path, "gb18030")[0] and looks_chinese(head):
        return "gb18030", "strict"
    # A file put together from several sources: mostly UTF-8, with a few bytes that are not.
    if wrong * 50 < length:
        return "utf-8-sig", "replace"
    if looks_chinese(head) and _undecodable(path, "gb18030")[0] * 50 < length:
        return "gb18030", "replace"
    if not any(head.count(bytes([byte])) for byte in (*range(1, 9), *range(14, 27))):
        return "cp1252", "replace"
    raise ReviewsError(f"{name} is in no text encoding that I know.", "Save it as UTF-8.")


def _undecodable(path: Path, encoding: str) -> tuple[int, int]:
    """How many places of a file are not in an encoding, and how many characters beyond ASCII there are."""
    strict = codecs.getincrementaldecoder(encoding)("strict")
    lenient = codecs.getincrementaldecoder(encoding)("replace")
    wrong = beyond = 0
    failed = False
    for piece in _pieces(path):
        if not failed:
            try:
                strict.decode(piece)
            except UnicodeDecodeError:
                failed = True
        text = lenient.decode(piece)
        if not text.isascii():
            beyond += sum(character > "\x7f" for character in text)
        wrong += text.count("\ufffd")
    try:
        if not failed:
            strict.decode(b"", final=True)
    except UnicodeDecodeError:
        failed = True
    return (max(1, wrong) if failed else 0), beyond


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            yield piece


def _delimiter(sample: str, *, plain: bool) -> str:
    """The delimiter that cuts the sample into the most even table; `ONE_COLUMN` where none does."""
    whole = len(sample) < _HEAD
    best, best_score = ONE_COLUMN, 0.0
    for delimiter in _DELIMITERS:
        rows = _rows(sample, delimiter)
        if not whole:
            rows = rows[:-1]
        if not rows or len(rows[0]) < 2:
            continue
        width, same = Counter(map(len, rows)).most_common(1)[0]
        if width < 2:
            continue
        evenness = same / len(rows)
        known = known_headers(rows[0])
        # Prose has commas too: there only headers that we know make it a table.
        doubtful = (plain and delimiter != "\t") or len(rows) < 2 or evenness < 0.8
        if doubtful and known < (2 if plain else 1):
            continue
        score = evenness * min(width, 20) + 2 * known
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _rows(sample: str, delimiter: str) -> list[list[str]]:
    csv.field_size_limit(MOST_FIELD)
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", sample)
    try:
        return [row for row in csv.reader(lines, delimiter=delimiter) if row]
    except csv.Error:
        return []
