"""What there is to say about settings: wrong ones in words, unknown ones, and docs/configuration.md."""

import difflib
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from dotenv import dotenv_values
from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo

from bot.settings import DOTENV, PREFIX, TOML, Settings, is_secret, read_toml, variable
from bot.settings_types import plain_types
from models.errors import SettingsError

_PROBLEMS = {
    "int_parsing": "is no whole number",
    "int_type": "is no whole number",
    "int_from_float": "is no whole number",
    "float_parsing": "is no number",
    "float_type": "is no number",
    "literal_error": "is none of {expected}",
    "greater_than_equal": "is less than {ge:,}",
    "less_than_equal": "is more than {le:,}",
    "finite_number": "is no finite number",
}


def in_words(error: ValidationError) -> SettingsError:
    """The first thing wrong with the settings, naming the variable and the remedy."""
    first = error.errors(include_url=False)[0]
    place = [str(part) for part in first["loc"]]
    name = next((field for field in Settings.model_fields if place[0] in (field, variable(field))), place[0])
    field = Settings.model_fields[name]
    if first["type"] == "value_error":
        problem = str(first["ctx"]["error"])
    else:
        problem = _PROBLEMS.get(first["type"], f"is wrong: {first['msg']}").format(**first.get("ctx", {}))
    given = first.get("input")
    # A value with @ may be an address with a password in it.
    shown = "" if is_secret(name) or isinstance(given, dict) or "@" in str(given) else f" “{str(given)[:80]}”"
    part = f" ({' → '.join(place[1:])})" if len(place) > 1 else ""
    return SettingsError(f"{variable(name)}{part}{shown} {problem}.", _extra(field, "remedy"))


def _extra(field: FieldInfo, key: str) -> str:
    extra = field.json_schema_extra
    return str(extra.get(key, "")) if isinstance(extra, dict) else ""


def unknown_settings(folder: Path | None = None) -> list[str]:
    """One sentence for each `COPYDESK_…` variable or `copydesk.toml` key that is no setting, with the nearest name."""
    where = folder or Path()
    known = {variable(name) for name in Settings.model_fields}
    given = [name for name in os.environ if name.upper().startswith(PREFIX)]
    given += [name for name in _dotenv_names(where / DOTENV) if name.upper().startswith(PREFIX)]
    found = [
        _unknown(name, name.upper(), known) for name in dict.fromkeys(given) if name.upper() not in known
    ]
    keys = set(Settings.model_fields)
    found += [_unknown(f"{name} in {TOML}", name, keys) for name in read_toml(where) if name not in keys]
    return found


def _dotenv_names(path: Path) -> list[str]:
    return list(dotenv_values(path, interpolate=False)) if path.is_file() else []


def _unknown(shown: str, name: str, known: Iterable[str]) -> str:
    bare = name.removeprefix(PREFIX)
    if bare in known:
        return f"{shown} is no setting; it is called {bare}."
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"{shown} is no setting; did you mean {near[0]}?" if near else f"{shown} is no setting."


_SECTIONS = {
    "slack_bot_token": "Slack",
    "engine": "Writing",
    "markets": "Checking",
    "database": "Keeping",
    "concurrency": "Running",
}

_INTRODUCTION = f"""# Configuration

<!-- Made from bot/settings.py by `make docs`; change it there. -->

Nothing has to be set to try Copydesk. Each setting is read from the environment, then from a file `{DOTENV}` in the
working folder, then from `{TOML}` there; the first that has it wins, and an empty value counts as not set. In
`{TOML}` a setting has its name from the second column:

```toml
engine = "openai"
openai_base_url = "http://127.0.0.1:11434/v1"
model = "qwen3:4b"

[rewards]
"+1" = 1
"-1" = -1
```

A wrong value stops the command with one line that names the variable. A `{PREFIX}…` variable that is no setting is
warned about, with the nearest name. Keep tokens and keys in the environment or in `{DOTENV}`, out of version control.
"""


def _type_in_words(field: FieldInfo) -> str:
    (kind,) = plain_types(field.annotation)
    if choices := get_args(kind) if get_origin(kind) is Literal else ():
        return ", ".join(f"`{choice}`" for choice in choices)
    words: dict[Any, str] = {
        SecretStr: "secret",
        str: "text",
        int: "whole number",
        float: "number",
        Path: "path",
        dict: "map",
        tuple: "list",
    }
    word = words[get_origin(kind) or kind]
    bounds = {
        name: getattr(item, name) for item in field.metadata for name in ("ge", "le") if hasattr(item, name)
    }
    return f"{word}, {bounds['ge']:,} to {bounds['le']:,}" if bounds else word


def _default_in_words(field: FieldInfo) -> str:
    shown = _extra(field, "shown")
    if shown:
        return shown
    return (
        ""
        if field.default is None
        else f"`{field.default:g}`"
        if isinstance(field.default, float)
        else (f"`{field.default}`")
    )


def markdown() -> str:
    """docs/configuration.md: every setting with its type, default and sentence."""
    lines = [_INTRODUCTION]
    for name, field in Settings.model_fields.items():
        if name in _SECTIONS:
            lines += [f"{'' if name == 'slack_bot_token' else chr(10)}## {_SECTIONS[name]}", ""]
            lines += [
                "| variable | in copydesk.toml | type | default | what it is |",
                "| --- | --- | --- | --- | --- |",
            ]
        cells = [f"`{variable(name)}`", f"`{name}`", _type_in_words(field), _default_in_words(field)]
        lines.append(f"| {' | '.join(cells)} | {field.description} |".replace("|  |", "| |"))
    return "\n".join(lines) + "\n"


def main() -> None:
    """`python -m bot.settings --markdown`: print docs/configuration.md."""
    if sys.argv[1:] != ["--markdown"]:
        sys.exit("usage: python -m bot.settings --markdown")
    sys.stdout.write(markdown())
