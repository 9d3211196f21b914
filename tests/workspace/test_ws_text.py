"""What a person types must reach the app as Slack sends it, or the app parses the wrong text in its tests."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace.seed import ANA, BOT_USER, SHOP, seeded
from workspace.state import State
from workspace.text import as_sent, command_text, rich_text, unescape

STATE: State = seeded("http://127.0.0.1:1", "Copydesk")
_TOKEN = re.compile(r"<(?:@[A-Z0-9]+|#[A-Z0-9]+\|[a-z]+|!here|https?://[^<>]+)>")


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("@copydesk 短一点", f"<@{BOT_USER}> 短一点"),
        (f"<@{BOT_USER}> hi", f"<@{BOT_USER}> hi"),
        ("ask @ana, not me@ana.example", f"ask <@{ANA}>, not me@ana.example"),
        ("see #shop and #nowhere", f"see <#{SHOP}|shop> and #nowhere"),
        ("<!here> look", "<!here> look"),
        ("<script>", "&lt;script&gt;"),
        ("看https://x.example/a?b=1&c=2。好", "看<https://x.example/a?b=1&amp;c=2>。好"),
        ("(https://x.example).", "(<https://x.example>)."),
        ("“smart” ‘quotes’ ｜ ：", "“smart” ‘quotes’ ｜ ："),
    ],
)
def test_a_message_is_escaped_and_its_mentions_and_links_become_tokens(typed: str, sent: str) -> None:
    assert as_sent(typed, STATE) == sent


@given(st.text())
def test_no_angle_bracket_reaches_the_app_outside_a_token(typed: str) -> None:
    assert not re.search("[<>]", _TOKEN.sub("", as_sent(typed, STATE)))


@given(st.text())
def test_a_commands_text_can_be_read_back_exactly(typed: str) -> None:
    assert unescape(command_text(typed, STATE, should_escape=False)) == typed


@given(st.text(min_size=1))
def test_the_rich_text_beside_a_message_says_the_same_as_its_text(typed: str) -> None:
    sent = as_sent(typed, STATE)
    elements = rich_text(sent)[0]["elements"][0]["elements"]
    said = "".join(element["text"] for element in elements if element["type"] == "text")
    assert said == unescape(_TOKEN.sub("", sent))
