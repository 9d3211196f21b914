"""Rule files: TOML read and validated, a team's own folder over the shipped one."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from models.checks.claims_rules import (
    Allow,
    Compiled,
    Entry,
    Rule,
    Sector,
    compile_pattern,
    join_patterns,
    rule_error,
)
from models.checks.claims_search import Rules
from models.errors import SettingsError

__all__ = ["RULES", "load_rules"]

RULES = Path(__file__).parent / "rules"


@lru_cache(maxsize=8)
def load_rules(*folders: str | Path) -> Rules:
    """The shipped rules with a team's own folders over them.

    Every `*.toml` in a folder holds `[[rule]]`, `[[allow]]`, `[[sector]]`, `[words]` and `[links]` entries. A rule,
    allowance or sector with an id that is known replaces that one; a list of words or a link with a known name
    replaces that one; `[off]` with `rules = ["id"]` switches rules off. Read once: a changed file counts from the
    next start.

    Raises:
        SettingsError: A folder or file cannot be read or an entry is not valid; names the file and the entry.
    """
    words: dict[str, list[str]] = {}
    links: dict[str, str] = {}
    entries: dict[str, dict[str, tuple[Any, str]]] = {"rule": {}, "allow": {}, "sector": {}}
    off: dict[str, str] = {}
    for path in [path for folder in (RULES, *folders) for path in _files(Path(folder))]:
        _read(path, words, links, entries, off)
    for name, path_name in off.items():
        if entries["rule"].pop(name, None) is None:
            raise rule_error(path_name, f"off: there is no rule “{name}”")
    sets = {name: "(?:" + "|".join(items) + ")" for name, items in words.items()}
    compiled = tuple(
        Compiled(_linked(rule, where, links), where, sets) for rule, where in entries["rule"].values()
    )
    if folders:
        for one in compiled:
            one.check()
    allowed = [join_patterns(entry, where, sets) for entry, where in entries["allow"].values()]
    sectors = {
        entry.id: compile_pattern(join_patterns(entry, where, sets), where)
        for entry, where in entries["sector"].values()
    }
    return Rules(compiled, compile_pattern("|".join(allowed), "allow") if allowed else None, sectors)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise SettingsError(
            f"There is no folder of claim rules at {folder}.", "Name a folder that holds .toml files."
        )
    return sorted(folder.glob("*.toml"))


def _read(
    path: Path,
    words: dict[str, list[str]],
    links: dict[str, str],
    entries: dict[str, dict[str, tuple[Any, str]]],
    off: dict[str, str],
) -> None:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise rule_error(path.name, str(error).rstrip(".")) from error
    if strange := sorted(data.keys() - {"words", "links", "off", *entries}):
        raise rule_error(
            path.name, f"“{strange[0]}” is not a table I know (rule, allow, sector, words, links, off)"
        )
    lists = data.get("words", {})
    if not isinstance(lists, dict) or not all(
        isinstance(items, list) and items and all(isinstance(i, str) and i.strip() for i in items)
        for items in lists.values()
    ):
        raise rule_error(path.name, "each of [words] is a list of texts")
    words.update(lists)
    named = data.get("links", {})
    if not isinstance(named, dict) or not all(
        isinstance(link, str) and link.startswith(("https://", "http://")) for link in named.values()
    ):
        raise rule_error(path.name, "each of [links] is a name with an address")
    links.update(named)
    listed = data.get("off", {}).get("rules", []) if isinstance(data.get("off", {}), dict) else None
    if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
        raise rule_error(path.name, 'off takes rules = ["id", …]')
    off.update(dict.fromkeys(listed, path.name))
    kinds: tuple[tuple[str, type[Entry]], ...] = (("rule", Rule), ("allow", Allow), ("sector", Sector))
    for table, kind in kinds:
        given = data.get(table, [])
        if not isinstance(given, list):
            raise rule_error(path.name, f"write [[{table}]], not [{table}]")
        seen: set[str] = set()
        for number, raw in enumerate(given, 1):
            label = raw.get("id", f"number {number}") if isinstance(raw, dict) else f"number {number}"
            where = f"{path.name}, {table} “{label}”"
            try:
                entry = kind.model_validate(raw)
            except ValidationError as error:
                first = error.errors()[0]
                field = ".".join(str(part) for part in first["loc"]) or table
                message = first["msg"].removeprefix("Value error, ").rstrip(".")
                raise rule_error(where, f"{field}: {message[:1].lower() + message[1:]}") from error
            if not entry.terms and not entry.patterns:
                raise rule_error(where, "it has neither terms nor patterns")
            if entry.id in seen:
                raise rule_error(where, "the id is given twice")
            seen.add(entry.id)
            entries[table][entry.id] = (entry, where)


def _linked(rule: Rule, where: str, links: Mapping[str, str]) -> Rule:
    """The rule with the names of its sources replaced by their addresses."""
    addresses = tuple(links.get(name, name) for name in rule.source)
    for address in addresses:
        if not address.startswith(("https://", "http://")):
            raise rule_error(where, f"source: “{address}” is neither an address nor one of [links]")
    return rule.model_copy(update={"source": addresses})
