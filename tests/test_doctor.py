"""`copydesk doctor`: what it finds well, and what it says to fix."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cli import run
from bot.doctor import Finding, examine
from bot.settings import load_settings
from bot.slack_account import MANIFEST
from tests.servers.openai_server import OpenAIServer
from workspace.client import WorkspaceClient
from workspace.server import LocalWorkspace


@pytest.fixture(autouse=True)
def clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting from the developer's machine; databases and cache of the test's own."""
    for name in list(os.environ):
        if name.startswith(("COPYDESK_", "SLACK_", "OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COPYDESK_DATABASE", str(tmp_path / "history.db"))
    monkeypatch.setenv("COPYDESK_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
async def slack(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LocalWorkspace]:
    """A local workspace whose tokens are set."""
    async with LocalWorkspace(manifest_path=MANIFEST) as workspace:
        monkeypatch.setenv("SLACK_API_URL", workspace.api_url)
        monkeypatch.setenv("SLACK_BOT_TOKEN", workspace.bot_token)
        monkeypatch.setenv("SLACK_APP_TOKEN", workspace.app_token)
        yield workspace


@pytest.fixture
async def writer(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[OpenAIServer]:
    """A server that writes, set as the engine."""
    async with OpenAIServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("COPYDESK_MAX_RETRIES", "0")
        yield server


async def found() -> dict[str, Finding]:
    """The findings by check."""
    return {finding.check: finding async for finding in examine(load_settings())}


async def test_all_is_well(slack: LocalWorkspace, writer: OpenAIServer) -> None:
    """With right tokens and a server that answers nothing of Slack, engine and databases is to fix."""
    findings = await found()
    for check in (
        "python",
        "slack bot token",
        "slack scopes",
        "slack connection",
        "engine",
        "history",
        "jobs",
    ):
        assert findings[check].state == "ok", findings[check]
    assert findings["templates"].state == "ok", findings["templates"]
    assert "Local workspace" in findings["slack bot token"].message


async def test_nothing_set_is_no_fault(writer: OpenAIServer) -> None:
    """Before Slack is set up, it is named as not configured."""
    findings = await found()
    assert findings["slack bot token"].state == "not configured"
    assert findings["slack connection"].state == "not configured"
    assert "copydesk try" in findings["slack bot token"].remedy


async def test_wrong_tokens_are_told_apart(
    slack: LocalWorkspace, writer: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each token that Slack refuses is named, with where to get it; its text is not shown."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1-zebra")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1-zebra")
    findings = await found()
    assert "SLACK_BOT_TOKEN (invalid_auth)" in findings["slack bot token"].message
    assert "SLACK_APP_TOKEN (invalid_auth)" in findings["slack connection"].message
    assert all("zebra" not in finding.message + finding.remedy for finding in findings.values())


async def test_missing_scope_is_named(slack: LocalWorkspace, writer: OpenAIServer) -> None:
    """After an upgrade that needs more scopes, it says which."""
    async with WorkspaceClient(slack.url) as people:
        await people.control("scopes", scopes=["chat:write", "commands"])
        findings = await found()
    assert findings["slack scopes"].state == "problem"
    assert "reactions:read" in findings["slack scopes"].message
    assert "manifest.yml" in findings["slack scopes"].remedy


async def test_slack_out_of_reach_is_told(monkeypatch: pytest.MonkeyPatch, writer: OpenAIServer) -> None:
    """A network problem is not taken for a wrong token."""
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:9/api/")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    finding = (await found())["slack bot token"]
    assert finding.state == "problem"
    assert "cannot be reached at http://127.0.0.1:9/api/" in finding.message


async def test_dead_engine_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's address is named."""
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("COPYDESK_MAX_RETRIES", "0")
    finding = (await found())["engine"]
    assert finding.state == "problem"
    assert "127.0.0.1" in finding.message


async def test_databases_that_cannot_be_written_are_told(
    monkeypatch: pytest.MonkeyPatch, writer: OpenAIServer, tmp_path: Path
) -> None:
    """A missing folder, and a file that is no database."""
    monkeypatch.setenv("COPYDESK_DATABASE", "/nowhere/history.db")
    findings = await found()
    assert findings["history"].state == findings["jobs"].state == "problem"
    (tmp_path / "text.db").write_text("no database, but long enough to be taken for one" * 30)
    monkeypatch.setenv("COPYDESK_DATABASE", str(tmp_path / "text.db"))
    assert "not a SQLite database" in (await found())["history"].message


async def test_missing_weights_say_how_to_get_them() -> None:
    """On a fresh machine the remedy is one command, and looking fetches nothing."""
    findings = await found()
    assert findings["weights"].state == "problem"
    assert "copydesk setup" in findings["weights"].remedy
    assert "engine" not in findings


async def test_broken_template_is_told(
    monkeypatch: pytest.MonkeyPatch, writer: OpenAIServer, tmp_path: Path
) -> None:
    """A team's own template that does not parse is found before a brief meets it."""
    folder = tmp_path / "templates/ad/en"
    folder.mkdir(parents=True)
    (folder / "large-ours.j2").write_text("{% block user %}{{ brief.")
    monkeypatch.setenv("COPYDESK_TEMPLATES", str(tmp_path / "templates"))
    assert (await found())["templates"].state == "problem"


async def test_exit_code_and_json(
    slack: LocalWorkspace, writer: OpenAIServer, capfd: pytest.CaptureFixture[str]
) -> None:
    """Monitoring reads the array, and 1 means that something must be fixed."""
    async with WorkspaceClient(slack.url) as people:
        await people.control("scopes", scopes=["chat:write"])
        code = await asyncio.to_thread(run, ["doctor", "--json"])
    findings = json.loads(capfd.readouterr().out)
    assert code == 1
    assert {"check", "state", "message", "remedy"} == set(findings[0])
    assert "problem" in {finding["state"] for finding in findings}


async def test_a_broken_brand_profile_is_found_before_copy_is_written(
    writer: OpenAIServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file that COPYDESK_BRAND names is read, and what is wrong in it is told."""
    assert (await found())["brand profile"].state == "ok"
    profile = tmp_path / "hearth.toml"
    monkeypatch.setenv("COPYDESK_BRAND", str(profile))
    assert (await found())["brand profile"].state == "problem"
    profile.write_text('nam = "Hearth"', encoding="utf-8")
    finding = (await found())["brand profile"]
    assert "“nam” is not part of a brand profile" in finding.message
    assert "name" in finding.remedy
    profile.write_text('name = "Hearth"', encoding="utf-8")
    assert "a profile of Hearth" in (await found())["brand profile"].message


async def test_a_broken_rule_or_reference_file_is_found(
    writer: OpenAIServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rules and reference texts of one's own are read as the bot reads them."""
    (tmp_path / "lines.txt").write_text("Your morning, your mug.", encoding="utf-8")
    monkeypatch.setenv("COPYDESK_REFERENCES", str(tmp_path / "lines.txt"))
    assert "1 reference texts" in (await found())["rules"].message
    (tmp_path / "house.toml").write_text("[[rule]]\nid = 'x'", encoding="utf-8")
    monkeypatch.setenv("COPYDESK_CLAIM_RULES", str(tmp_path))
    finding = (await found())["rules"]
    assert finding.state == "problem"
    assert "house.toml, rule “x”" in finding.message
