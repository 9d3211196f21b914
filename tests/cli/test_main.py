"""The command line as a whole: help, errors, exit codes, and what it imports."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from bot.cli import cli, run
from tests.cli.conftest import Copydesk

HEAVY = ("torch", "transformers", "openai", "dbos", "slack_bolt", "pydantic", "sqlite_utils")


def imported_by(code: str) -> list[str]:
    """Which heavy packages are loaded after some code."""
    program = f"{code}\nimport sys; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1].split()


async def test_help_lists_every_command(copydesk: Copydesk) -> None:
    """A newcomer sees what there is."""
    result = await copydesk("--help")
    assert result.code == 0
    for name in ("try", "run", "setup", "doctor", "write", "history", "export"):
        assert f"\n  {name} " in result.out


def test_help_loads_nothing_heavy() -> None:
    """`copydesk --help` answers at once."""
    code = "from bot.cli import run; run(['--help'])"
    assert imported_by(code) == []


def test_the_bot_loads_no_model_library() -> None:
    """An idle bot stays small: torch and transformers come with the first copy."""
    assert {"torch", "transformers", "openai"}.isdisjoint(
        imported_by("import bot.server, bot.trial, bot.doctor")
    )


def test_help_lines_are_the_commands_own() -> None:
    """The table that spares importing the commands does not drift from them."""
    context = click.Context(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert command.help


async def test_version_is_told(copydesk: Copydesk) -> None:
    """For bug reports."""
    result = await copydesk("--version")
    assert result.code == 0
    assert result.out.startswith("copydesk 0.")


async def test_mistyped_command_is_answered_with_the_nearest(copydesk: Copydesk) -> None:
    """One line, exit code 2."""
    result = await copydesk("wirte")
    assert result.code == 2
    assert "Did you mean write?" in result.err
    assert result.err.count("\n") == 1


async def test_wrong_setting_is_one_line(copydesk: Copydesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong variable stops any command that reads settings, with exit code 2."""
    monkeypatch.setenv("COPYDESK_PORT", "abc")
    result = await copydesk("history")
    assert result.code == 2
    assert result.err.startswith("copydesk: COPYDESK_PORT “abc”")
    assert result.err.count("\n") == 1


async def test_unknown_setting_is_warned_about(copydesk: Copydesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command goes on, and says which name was meant."""
    monkeypatch.setenv("COPYDESK_DATABSE", "x")
    result = await copydesk("history")
    assert result.code == 0
    assert "did you mean COPYDESK_DATABASE?" in result.err


async def test_unexpected_error_is_one_line_unless_debugging(
    copydesk: Copydesk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nobody is shown a traceback who did not ask for one."""

    def broken(**_: object) -> None:
        raise RuntimeError("a bug with xoxb-1234-secret in it")

    monkeypatch.setattr("bot.settings.load_settings", broken)
    result = await copydesk("history")
    assert result.code == 1
    assert result.err.count("\n") == 1
    assert "--debug" in result.err
    shown = await copydesk("history", "--debug")
    assert shown.code == 1
    assert "Traceback" in shown.err
    assert "secret" not in result.err + shown.err


def test_interrupt_is_quiet(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C ends with 130 and says nothing."""

    def interrupted(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.settings.load_settings", interrupted)
    assert run(["history"]) == 130
    assert capfd.readouterr().err.strip() == ""


@pytest.mark.parametrize("command", ["try", "run", "setup", "doctor", "write", "history", "export"])
async def test_each_command_explains_itself(copydesk: Copydesk, command: str) -> None:
    """`copydesk X --help` works without any setting."""
    result = await copydesk(command, "--help")
    assert result.code == 0
    assert result.out.startswith(f"Usage: copydesk {command}")


def test_documentation_names_every_command_and_option() -> None:
    """docs/cli.md is complete."""
    text = (Path(__file__).parents[2] / "docs/cli.md").read_text(encoding="utf-8")
    context = click.Context(cli)
    for name in cli.list_commands(context):
        assert f"## {name}" in text
        command = cli.get_command(context, name)
        assert command is not None
        for parameter in command.params:
            for option in parameter.opts:
                assert not option.startswith("-") or f"`{option}" in text, (name, option)
