"""The command line: finds the command, and turns what goes wrong into one line and an exit code."""

from bot.cli.main import cli, run

__all__ = ["cli", "run"]
