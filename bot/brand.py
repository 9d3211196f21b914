"""Brand profiles as TOML files, and the profile that a piece of work is written under."""

import hashlib
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any

from bot.store import History
from models.brand import Brand, BrandError, Profile, make_brand
from models.brief import clean_text
from models.variant import BrandRef

__all__ = ["ENDINGS", "MOST_BYTES", "file_name", "profile_from_file", "profile_of", "read_toml", "to_toml"]

MOST_BYTES = 200_000
"""A profile has 20,000 characters at most; a larger file is something else, and is not parsed."""

ENDINGS = (".toml",)

_EXAMPLE = 'Write lines such as voice = "warm and plain", and words under [banned]: cheap = "affordable".'


def read_toml(
    content: bytes | str, name: str = "The file", *, sectors: Collection[str] | None = None
) -> Brand:
    """Read a profile from TOML.

    Args:
        content: The file's content.
        name: What errors call it.
        sectors: The sectors that the claim rules know; None = any name is taken.

    Raises:
        BrandError: It is too large, no UTF-8 or no TOML, or what it says is no profile; the error says where and what
            to write instead.
    """
    raw = content.encode() if isinstance(content, str) else content
    if len(raw) > MOST_BYTES:
        raise BrandError(
            f"{name} has {len(raw):,} bytes; a brand profile has at most {MOST_BYTES:,}.", _EXAMPLE
        )
    try:
        # Editors of some systems put a mark before the text and end lines in two characters.
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
        values = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise BrandError(f"{name} is not UTF-8 text.", "Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise BrandError(f"{name} is not valid TOML: {error}.", _EXAMPLE) from error
    except RecursionError as error:
        raise BrandError(f"{name} is nested too deeply.", _EXAMPLE) from error
    if not values:
        raise BrandError(f"{name} says nothing.", _EXAMPLE)
    try:
        return make_brand(values, sectors=sectors)
    except BrandError as error:
        raise BrandError(f"{name}: {error.message}", error.remedy, error.field) from error


def to_toml(brand: Brand) -> str:
    """A profile as a TOML file that `read_toml` reads back as the same profile."""
    import tomli_w

    values: dict[str, Any] = brand.model_dump(mode="json", exclude_defaults=True)
    for disclaimer in values.get("disclaimers", []):
        for name in [name for name, value in disclaimer.items() if not value]:
            del disclaimer[name]
    return tomli_w.dumps(values, multiline_strings=True)


def profile_from_file(path: Path, *, sectors: Collection[str] | None = None) -> Profile:
    """The profile in a file; its id is its content's digest, so that a draft tells which it was.

    Args:
        path: The TOML file.
        sectors: The sectors that the claim rules know; None = any name is taken.

    Raises:
        BrandError: The file cannot be read, or is no profile.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise BrandError(f"{path} cannot be read: {error.strerror or error}.", "Check the path.") from error
    brand = read_toml(content, path.name, sectors=sectors)
    digest = hashlib.sha256(to_toml(brand).encode()).hexdigest()[:12]
    return Profile(ref=BrandRef(id=f"file:{digest}", version=0), brand=brand)


async def profile_of(history: History, team_id: str, channel_id: str) -> Profile | None:
    """The profile for copy in a channel: the channel's own, else the workspace's; None when there is neither.

    Raises:
        HistoryError: The history cannot be read.
    """
    kept = await history.brand(team_id, channel_id) if team_id else None
    return kept.profile if kept else None


def file_name(brand: Brand) -> str:
    """What an exported profile's file is called."""
    stem = "".join(c if c.isalnum() else "-" for c in clean_text(brand.name).casefold()).strip("-")[:60]
    return f"{stem or 'brand'}.toml"
