"""manifest.yml: it asks Slack for just what the app does, and Slack takes it."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_bolt.async_app import AsyncApp

from bot.app import register_all
from bot.slack_account import MANIFEST
from handlers.services import Services

ROOT = Path(__file__).parents[1]

# https://docs.slack.dev/reference/methods: the scopes that each method needs, any one of a set.
METHODS: dict[str, frozenset[str]] = {
    "auth_test": frozenset(),
    "apps_connections_open": frozenset(),
    "chat_postMessage": frozenset({"chat:write"}),
    "chat_postEphemeral": frozenset({"chat:write"}),
    "chat_update": frozenset({"chat:write"}),
    "chat_delete": frozenset({"chat:write"}),
    "chat_getPermalink": frozenset(),
    "conversations_history": frozenset({"channels:history"}),
    "conversations_open": frozenset({"im:write"}),
    "conversations_replies": frozenset({"channels:history"}),
    "files_info": frozenset({"files:read"}),
    "files_upload_v2": frozenset({"files:write"}),
    "reactions_add": frozenset({"reactions:write"}),
    "usergroups_users_list": frozenset({"usergroups:read"}),
    "users_info": frozenset({"users:read"}),
    "views_open": frozenset(),
    "views_update": frozenset(),
    "views_push": frozenset(),
    "views_publish": frozenset(),
}
# https://docs.slack.dev/reference/events
EVENTS = {
    "app_home_opened": "",
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
}
# chat:write.public: a slash command works in any public channel, and so must its answer.
# im:write: who cannot be told where they are is told in a direct message.
BESIDES = {"commands", "chat:write.public", "im:write"}


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    """The manifest."""
    loaded: dict[str, Any] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return loaded


def calls() -> set[str]:
    """The Web API methods that the code calls on a client."""
    found: set[str] = set()
    for path in [*ROOT.glob("handlers/**/*.py"), *ROOT.glob("bot/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            owner = node.func.value
            name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
            if name == "client":
                found.add(node.func.attr)
    return found


def registered(kind: str) -> set[str]:
    """What the handlers listen to: the first argument of `@app.KIND(…)`."""
    heard: set[str] = set()

    class Recorder(AsyncApp):
        def __init__(self) -> None:
            super().__init__(token="xoxb-none", signing_secret="none")

        def __getattribute__(self, name: str) -> Any:
            known = super().__getattribute__(name)
            if name != kind:
                return known

            def record(constraint: Any, *more: Any, **named: Any) -> Any:
                if isinstance(constraint, dict):
                    constraint = constraint.get("type") or constraint.get("callback_id")
                heard.add(getattr(constraint, "pattern", constraint))
                return known(constraint, *more, **named)

            return record

    nothing: Any = None
    services = Services(jobs=nothing, reviews=nothing, history=nothing, templates=nothing, sectors=())
    register_all(Recorder(), services)
    return heard


def test_every_command_is_in_the_manifest_and_answered(manifest: dict[str, Any]) -> None:
    """Slack offers no command that nobody answers, and the app answers none that Slack does not offer."""
    assert {entry["command"] for entry in manifest["features"]["slash_commands"]} == registered("command")


def test_every_shortcut_is_in_the_manifest_and_answered(manifest: dict[str, Any]) -> None:
    """The same of shortcuts."""
    assert {entry["callback_id"] for entry in manifest["features"]["shortcuts"]} == registered("shortcut")


def test_every_event_is_subscribed_and_heard(manifest: dict[str, Any]) -> None:
    """The same of events; `message` stands for its kinds."""
    subscribed = set(manifest["settings"]["event_subscriptions"]["bot_events"])
    assert {name.split(".")[0] for name in subscribed} == registered("event")
    assert subscribed <= set(EVENTS)


def test_scopes_are_those_that_the_app_uses(manifest: dict[str, Any]) -> None:
    """None is missing for a call or an event, and none is asked for without need."""
    unknown = calls() - set(METHODS)
    assert not unknown, "add the methods' scopes to this test"
    needed = {scope for name in calls() for scope in METHODS[name]}
    needed |= {EVENTS[name] for name in manifest["settings"]["event_subscriptions"]["bot_events"]} - {""}
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == needed | BESIDES


def test_slack_takes_its_lengths(manifest: dict[str, Any]) -> None:
    """The limits of https://docs.slack.dev/reference/app-manifest."""
    display, features = manifest["display_information"], manifest["features"]
    assert len(display["name"]) <= 35
    assert len(display["description"]) <= 140
    assert 174 < len(display["long_description"]) <= 4000
    assert re.fullmatch(r"#[0-9a-f]{6}", display["background_color"])
    for command in features["slash_commands"]:
        assert set(command) <= {"command", "description", "usage_hint", "should_escape", "url"}
        assert len(command["command"]) <= 32
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000
    for shortcut in features["shortcuts"]:
        assert set(shortcut) == {"name", "type", "callback_id", "description"}
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150
    assert set(manifest) <= {"_metadata", "display_information", "features", "oauth_config", "settings"}
    assert set(manifest["settings"]) <= {
        *("event_subscriptions", "interactivity", "org_deploy_enabled", "socket_mode_enabled"),
        "token_rotation_enabled",
    }


def test_interactivity_and_home_are_on(manifest: dict[str, Any]) -> None:
    """Buttons, forms and the home tab need them."""
    assert manifest["settings"]["interactivity"]["is_enabled"] is True
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert manifest["features"]["app_home"]["home_tab_enabled"] is True
    assert manifest["features"]["app_home"]["messages_tab_read_only_enabled"] is False
