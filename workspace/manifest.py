"""Reads from the app's manifest what the local workspace needs: commands, shortcuts, scopes, events."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


class ManifestError(ValueError):
    """The manifest cannot be used; says where and why."""


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command."""

    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A shortcut; `type` is ``message`` or ``global``."""

    name: str
    type: str
    callback_id: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The app's configuration in Slack; `scopes` and `events` are None when nothing is restricted."""

    name: str = "Copydesk"
    commands: tuple[Command, ...] = (Command("/copy", "Write copy", "ad|campaign|description …"),)
    shortcuts: tuple[Shortcut, ...] = ()
    scopes: frozenset[str] | None = None
    events: frozenset[str] | None = None


def read_manifest(path: str | Path | None) -> Manifest:
    """Reads a manifest file (https://docs.slack.dev/reference/app-manifest).

    Args:
        path: the YAML file; None or a path where nothing is gives an app with ``/copy`` and every scope.

    Raises:
        ManifestError: the file is no YAML mapping, or a command or shortcut in it lacks a field.
    """
    if path is None or not Path(path).exists():
        return Manifest()
    try:
        document = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ManifestError(f"{path} is not valid YAML: {error}") from error
    if not isinstance(document, dict):
        raise ManifestError(f"{path} must hold a mapping, not {type(document).__name__}")
    features = document.get("features") or {}
    display = document.get("display_information") or {}
    bot_user = features.get("bot_user") or {}
    scopes = ((document.get("oauth_config") or {}).get("scopes") or {}).get("bot")
    events = ((document.get("settings") or {}).get("event_subscriptions") or {}).get("bot_events")
    try:
        return Manifest(
            name=str(bot_user.get("display_name") or display.get("name") or "Copydesk"),
            commands=tuple(_command(entry) for entry in features.get("slash_commands") or ()),
            shortcuts=tuple(_shortcut(entry) for entry in features.get("shortcuts") or ()),
            scopes=frozenset(scopes) if scopes else None,
            events=frozenset(events) if events else None,
        )
    except KeyError as error:
        raise ManifestError(f"{path}: a command or shortcut lacks {error}") from error


def _command(entry: dict[str, Any]) -> Command:
    return Command(
        str(entry["command"]),
        str(entry.get("description", "")),
        str(entry.get("usage_hint", "")),
        bool(entry.get("should_escape", False)),
    )


def _shortcut(entry: dict[str, Any]) -> Shortcut:
    return Shortcut(
        str(entry["name"]),
        str(entry["type"]),
        str(entry["callback_id"]),
        str(entry.get("description", "")),
    )
