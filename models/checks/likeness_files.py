"""Reference texts in files: what others say and are called, that a team's copy must not repeat."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from models.checks.likeness_index import Reference, References
from models.errors import SettingsError

__all__ = ["read_references"]

MOST_BYTES = 20_000_000
_ENDINGS = (".txt", ".toml")
_HOW = "docs/checks.md shows such files."


def read_references(path: Path) -> References:
    """The texts and trademarks in a file, or in all files of a folder.

    A `.txt` file has a text a line, named after the file; lines that begin with # are remarks. A `.toml` file has a
    table `[texts]`, each name with its texts, and a list `trademarks`.

    Raises:
        SettingsError: Naming the file, and what in it is wrong.
    """
    return References(one for file in _files(path) for one in _read(file))


def _files(path: Path) -> list[Path]:
    if path.is_file():
        if path.suffix.casefold() not in _ENDINGS:
            raise _wrong(path, "is neither a .txt nor a .toml file")
        return [path]
    if not path.is_dir():
        raise _wrong(path, "do not exist")
    files = sorted(one for one in path.iterdir() if one.is_file() and one.suffix.casefold() in _ENDINGS)
    if not files:
        raise _wrong(path, "have no .txt and no .toml file")
    return files


def _read(path: Path) -> Iterator[Reference]:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _wrong(path, f"are larger than {MOST_BYTES:,} bytes")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise _wrong(path, f"cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise _wrong(path, "are not UTF-8 text", "Save the file as UTF-8.") from error
    if path.suffix.casefold() == ".txt":
        lines = (line.strip() for line in text.splitlines())
        yield from (Reference(line, name=path.stem) for line in lines if line and not line.startswith("#"))
        return
    try:
        data = tomllib.loads(text.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _wrong(path, f"are not valid TOML: {error}") from error
    yield from _of_table(path, data)


def _of_table(path: Path, data: dict[str, Any]) -> Iterator[Reference]:
    if strange := sorted(data.keys() - {"texts", "trademarks"}):
        raise _wrong(path, f"have “{strange[0]}”, which is neither texts nor trademarks")
    texts = data.get("texts", {})
    if not isinstance(texts, dict):
        raise _wrong(path, "need a table [texts], each name with its texts")
    for name, listed in texts.items():
        given = [listed] if isinstance(listed, str) else listed
        yield from (Reference(text, name=name) for text in _strings(path, f"texts, “{name}”", given))
    for mark in _strings(path, "trademarks", data.get("trademarks", [])):
        yield Reference(mark, "trademark")


def _strings(path: Path, where: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        raise _wrong(path, f"{where}: must be a text or a list of texts, none empty")
    return [one.strip() for one in value]


def _wrong(path: Path, problem: str, remedy: str = _HOW) -> SettingsError:
    return SettingsError(f"The reference texts in {path} {problem}.", remedy)
