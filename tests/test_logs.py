"""Logging: what is told, and what never is."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import logs


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Logging as other tests expect it."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers, root.level = handlers, level
    logs.know_secrets(())
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "text",
    [
        "xoxb-12-34-abcSECRET",
        "xoxe.xoxp-1-SECRET",
        "xapp-1-A0-12-SECRET",
        "sk-proj-SECRET-1234",
        "Authorization: Bearer SECRET.x.y",
        "{'Authorization': 'Bearer SECRET'}",
        "postgresql://copydesk:SECRET@host/db",
        "wss://wss.slack.com/link/?ticket=SECRET-1&app_id=2",
        "https://hooks.slack.com/commands/T0/1/SECRET",
    ],
)
def test_tokens_are_hidden_whatever_line_they_are_in(text: str) -> None:
    """A log can be pasted into an issue."""
    assert "SECRET" not in logs.redact(f"before {text} after")
    assert logs.redact(f"before {text} after").startswith("before ")


def test_ordinary_text_is_left_as_it_is() -> None:
    """Redaction does not eat what helps."""
    text = "task-list of https://host/v1 at 12:30 for user@host, sk-1"
    assert logs.redact(text) == text


@pytest.mark.parametrize("style", ["json", "console"])
def test_known_secrets_are_hidden_in_events_and_tracebacks(style: str) -> None:
    """Whatever a secret looks like, and wherever an exception carries it."""
    stream = io.StringIO()
    logs.setup(level="info", style=style, secrets=["plain-looking"], stream=stream)
    held_locally = "plain-looking-local"
    try:
        raise ValueError("refused: plain-looking")
    except ValueError:
        structlog.get_logger().exception("it.failed", key="plain-looking")
    logging.getLogger("another.library").error("got %s", held_locally)
    said = stream.getvalue()
    assert "it.failed" in said
    assert "ValueError: refused: ***" in said
    assert "plain-looking" not in said


def test_json_lines_are_objects_with_level_and_time() -> None:
    """A log collector reads them, those of other libraries too."""
    stream = io.StringIO()
    logs.setup(level="info", style="json", stream=stream)
    structlog.get_logger().info("copy.generated", variant="v1", tokens=12)
    logging.getLogger("another.library").warning("careful")
    ours, theirs = (json.loads(line) for line in stream.getvalue().splitlines())
    assert ours["event"] == "copy.generated"
    assert ours["tokens"] == 12
    assert {"level", "timestamp"} <= set(ours)
    assert theirs["logger"] == "another.library"


def test_levels_are_kept() -> None:
    """`warning` says no more than that."""
    stream = io.StringIO()
    logs.setup(level="warning", style="json", stream=stream)
    structlog.get_logger().info("not.shown")
    logging.getLogger("another.library").info("not shown")
    assert stream.getvalue() == ""
