"""The types of settings, which read a value from text or say what is wrong with it."""

import re
from collections.abc import Callable
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

from bot.rewards import read_rewards
from models.markets import MARKETS

__all__ = [
    "Address",
    "AppToken",
    "BotToken",
    "Folder",
    "Markets",
    "Name",
    "Names",
    "Rewards",
    "Secret",
    "SlackAddress",
    "UserPath",
    "plain_types",
]


def plain_types(annotation: Any) -> tuple[Any, ...]:
    """The types that an annotation allows, None aside, without what checks them."""
    members = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    bare = (get_args(one)[0] if get_origin(one) is Annotated else one for one in members)
    return tuple(one for one in bare if one is not NoneType)


def _trimmed(value: SecretStr) -> SecretStr | None:
    text = value.get_secret_value().strip()
    if re.search(r"\s", text):
        raise ValueError("has a space or a line break in it")
    return SecretStr(text) if text else None


def _beginning(prefix: str) -> Callable[[SecretStr | None], SecretStr | None]:
    def checked(value: SecretStr | None) -> SecretStr | None:
        text = value.get_secret_value() if value else ""
        if text and not text.startswith(prefix):
            # The first letters tell which token was pasted and are no secret.
            kind = text.partition("-")[0]
            pasted = f"; it begins with {kind}-" if kind in {"xoxb", "xoxp", "xapp", "xoxe", "xoxa"} else ""
            raise ValueError(f"does not begin with {prefix}{pasted}")
        return value

    return checked


def _address(value: str) -> str:
    parts = urlsplit(value.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("is no http:// or https:// address")
    return value.strip()


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("is empty")
    return value.strip()


def _folder(value: Path) -> Path:
    if not value.is_dir():
        raise ValueError("is no folder")
    return value


def _listed(value: Any) -> Any:
    """Names divided by commas or spaces, or a list of them."""
    names = re.split(r"[\s,，、;；]+", value) if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise ValueError("is no list of names")
    return tuple(dict.fromkeys(name.strip().casefold() for name in names if name.strip()))


def _known_markets(value: Any) -> Any:
    names = _listed(value)
    if strange := [name for name in names if name not in MARKETS]:
        raise ValueError(f"names “{strange[0][:40]}”, a market without rules")
    return names


# A secret of spaces alone is none.
Secret = Annotated[SecretStr, AfterValidator(_trimmed)]
BotToken = Annotated[Secret, AfterValidator(_beginning("xoxb-"))]
AppToken = Annotated[Secret, AfterValidator(_beginning("xapp-"))]

Address = Annotated[str, AfterValidator(_address)]
# slack_sdk appends a method's name.
SlackAddress = Annotated[Address, AfterValidator(lambda url: url.rstrip("/") + "/")]

Name = Annotated[str, AfterValidator(_not_blank)]

# A path may begin with `~`.
UserPath = Annotated[Path, AfterValidator(Path.expanduser)]
Folder = Annotated[UserPath, AfterValidator(_folder)]

Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
Markets = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_known_markets)]
Rewards = Annotated[dict[str, Annotated[float, Field(ge=-1, le=1)]], NoDecode, BeforeValidator(read_rewards)]
