"""`copydesk templates`: the templates without Slack."""

from __future__ import annotations

from pathlib import Path

from bot.assembly import make_history
from bot.prompts import Prompts
from bot.settings import load_settings
from bot.templates_store import save
from tests.cli.conftest import Copydesk

PATH = "ad/en/large-own.j2"
GOOD = '{% block user %}\n{% include "shared/brief.j2" %}\nWrite like a friend.\n{% endblock %}\n'


async def keep() -> None:
    history = make_history(load_settings())
    await save(history, Prompts(), "T1", PATH, GOOD, user_id="UANA")
    await history.close()


async def test_templates_are_listed_with_a_workspaces_own(copydesk: Copydesk) -> None:
    await keep()
    result = await copydesk("templates", "list", "--team", "T1")
    assert any(line.startswith(PATH) and "workspace, version 1" in line for line in result.out.splitlines())
    result = await copydesk("templates", "list")
    assert PATH not in result.out
    assert result.out.count("shipped") == len(Prompts().paths())
    assert (await copydesk("templates", "show", PATH, "--team", "T1")).out == GOOD
    result = await copydesk("templates", "show", PATH)
    assert (result.code, "There is no template" in result.err) == (2, True)


async def test_a_file_is_checked_before_anybody_uses_it(copydesk: Copydesk, tmp_path: Path) -> None:
    (tmp_path / "own.j2").write_text(GOOD, encoding="utf-8")
    result = await copydesk("templates", "check", "own.j2", "--as", PATH)
    assert (result.code, "1 messages" in result.out) == (0, True)
    (tmp_path / "bad.j2").write_text(GOOD.replace("friend", "{{ friend }}"), encoding="utf-8")
    result = await copydesk("templates", "check", "bad.j2", "--as", PATH)
    assert result.code == 2
    assert "friend" in result.err


async def test_a_template_is_tried_on_a_brief_without_a_model(copydesk: Copydesk, tmp_path: Path) -> None:
    (tmp_path / "own.j2").write_text(GOOD, encoding="utf-8")
    result = await copydesk(
        "templates", "test", PATH, "--file", "own.j2", "--render", "--brief", "Desk fan | noise: 22 dB"
    )
    assert result.code == 0
    assert "noise: 22 dB" in result.out
    assert "Write like a friend." in result.out
    assert (await copydesk("templates", "test", PATH, "--render")).code == 2
