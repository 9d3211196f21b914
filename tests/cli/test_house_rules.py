"""A team's markets, rules and reference texts must hold on the command line, and be refused where they are wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Copydesk
from tests.servers.openai_server import OpenAIServer

SLOGAN = "Leave the queue behind and carry your own quiet morning."
RULE = """
[[rule]]
id = "acme-no-hype"
markets = ["us"]
family = "house"
severity = "block"
terms = ["wow factor"]
reason = { en = "is not our voice", zh = "不是我们的语气" }
instead = { en = "Say what changes.", zh = "写清楚改变了什么。" }
article = "House rules 4"
source = ["https://example.com/voice"]
"""


def writes(server: OpenAIServer, description: str) -> None:
    ad = {"headline": ["Aurora X", "5000 mAh", "Go far"], "description": [description, "It is a phone."]}
    server.reply = lambda body: [json.dumps(ad)] * int(body.get("n") or 1)


async def written(copydesk: Copydesk, product: str = "Aurora X") -> dict[str, Any]:
    result = await copydesk(
        "write", "ad", f"{product} | battery: 5000 mAh | platform: google_rsa", "-n", "1", "--json"
    )
    assert result.code == 0, result.err
    found: dict[str, Any] = json.loads(result.out)["variants"][0]
    return found


def reasons(variant: dict[str, Any]) -> str:
    return "; ".join(check["reason"] for check in variant["checks"] if not check["passed"])


async def test_a_competitors_line_from_the_references_file_is_not_ready(
    copydesk: Copydesk, writer: OpenAIServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mugly.txt").write_text(f"{SLOGAN}\n", encoding="utf-8")
    monkeypatch.setenv("COPYDESK_REFERENCES", str(tmp_path / "mugly.txt"))
    writes(writer, SLOGAN)
    variant = await written(copydesk)
    assert not variant["ready"]
    assert "is a reference text (mugly)" in reasons(variant)


async def test_what_the_command_line_wrote_before_is_known_to_it(
    copydesk: Copydesk, writer: OpenAIServer
) -> None:
    writes(writer, "Pack one phone for maps, calls and photographs of the way home.")
    first = await written(copydesk, "Nimbus pillow")
    assert "earlier copy" not in reasons(first)
    again = await written(copydesk, "Oakwell lamp")
    assert "is earlier copy (Nimbus pillow, " in reasons(again)
    assert again["ready"]


async def test_a_teams_own_claim_rule_holds(
    copydesk: Copydesk, writer: OpenAIServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "house.toml").write_text(RULE, encoding="utf-8")
    monkeypatch.setenv("COPYDESK_CLAIM_RULES", str(folder))
    writes(writer, "A phone with wow factor for the road.")
    assert "is not our voice (House rules 4)" in reasons(await written(copydesk))


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("COPYDESK_MARKETS", "us, fr", "“fr”"),
        ("COPYDESK_SECTORS", "fish", "“fish”"),
        ("COPYDESK_CLAIM_RULES", "rules", "house.toml, rule “acme-no-hype” are not valid: severity"),
        ("COPYDESK_REFERENCES", "nowhere.txt", "nowhere.txt"),
    ],
)
async def test_a_wrong_rule_is_told_before_anything_is_written(
    copydesk: Copydesk,
    writer: OpenAIServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
    says: str,
) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/house.toml").write_text(RULE.replace('"block"', '"blok"'), encoding="utf-8")
    monkeypatch.setenv(variable, value)
    result = await copydesk("write", "ad", "Aurora X")
    assert result.code == 2
    assert says in result.err
    assert "Traceback" not in result.err
    assert not writer.requests
