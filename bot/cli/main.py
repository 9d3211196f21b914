"""The `copydesk` group: commands load when they are called, errors become one line and an exit code."""

import difflib
import importlib
from collections.abc import Sequence

import click

from models.errors import CopydeskError

# The module of each command (`module:name` where it is not called `command`) and its line in `copydesk --help`; kept
# here so that help loads none of them.
_COMMANDS = {
    "try": ("bot.cli.trial", "Try the bot in a local workspace, without Slack."),
    "run": ("bot.cli.run", "Run the bot in Slack."),
    "setup": ("bot.cli.setup", "Fetch and verify the local model's weights."),
    "doctor": ("bot.cli.doctor", "Check tokens, engine, weights and databases; say what to fix."),
    "write": ("bot.cli.write", "Write copy from a brief, without Slack."),
    "optimize": ("bot.cli.optimise", "Measure a copy, and rewrite it towards an aim."),
    "reviews": ("bot.cli.reviews", "Read customer reviews: what people like, dislike and ask for."),
    "sentiment": ("bot.cli.read:sentiment", "Tell how texts feel, one a line."),
    "keywords": ("bot.cli.read:keywords", "Tell what texts are about."),
    "summarize": ("bot.cli.read:summarize", "Sum texts up in their own sentences."),
    "brand": ("bot.cli.brand", "Show, import, export and draft brand profiles."),
    "templates": ("bot.cli.templates", "List, show, check and test prompt templates."),
    "history": ("bot.cli.history", "Find copy that was written before."),
    "export": ("bot.cli.export", "Export the history as CSV or JSON Lines."),
}

INTERRUPTED = 130


class LazyGroup(click.Group):
    """A group whose commands' modules are imported only when a command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of the table."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module, which holds the command."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name or "command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; an unknown one is answered with the nearest."""
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], _COMMANDS, n=1)
            guess = f" Did you mean {near[0]}?" if near else ""
            raise click.UsageError(f"There is no command “{args[0]}”.{guess}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in _COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="copydesk", message="%(prog)s %(version)s")
@click.option(
    "--debug", is_flag=True, expose_value=False, help="Show the traceback of an error, and log all."
)
def cli() -> None:
    """Marketing copy, checked and scored.

    Start with `copydesk try`. Settings come from the environment, .env and copydesk.toml: see
    docs/configuration.md; commands and exit codes: docs/cli.md.
    """


def run(arguments: Sequence[str]) -> int:
    """Run the command line.

    Args:
        arguments: What stands after `copydesk`; `--debug` may stand anywhere.

    Returns:
        The exit code: 0 done, 2 bad input, 3 the engine cannot serve the brief, 4 the engine cannot be reached,
        5 the history, 130 interrupted, 1 all else.
    """
    end = list(arguments).index("--") if "--" in arguments else len(arguments)
    debug = "--debug" in arguments[:end]
    rest = [item for item in arguments[:end] if item != "--debug"] + list(arguments[end:])
    try:
        answer = cli.main(args=rest, prog_name="copydesk", standalone_mode=False, obj={"debug": debug})
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except SystemExit:
        # Without its standalone mode Click ends so only when the reader of our output is gone (`| head`): the rest
        # cannot be said, which is no failure of ours.
        return 0
    except Exception as error:
        if debug and not isinstance(error, click.ClickException):
            return _traceback(error)
        return _one_line(error)
    return answer if isinstance(answer, int) else 0


def _say(text: str) -> None:
    from bot.logs import redact

    click.echo(f"copydesk: {redact(' '.join(text.split()))}", err=True)


def _one_line(error: Exception) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return 2
    if isinstance(error, click.UsageError):
        path = error.ctx.command_path if error.ctx else "copydesk"
        _say(f"{error.format_message()} See `{path} --help`.")
        return 2
    if isinstance(error, click.ClickException):
        _say(error.format_message())
        return error.exit_code
    if isinstance(error, CopydeskError):
        _say(str(error))
        return error.exit_code
    _say(f"{type(error).__name__}: {error}. This should not happen; add --debug to see where it comes from.")
    return 1


def _traceback(error: Exception) -> int:
    import traceback

    from bot.logs import redact

    click.echo(redact("".join(traceback.format_exception(error))), err=True)
    return error.exit_code if isinstance(error, CopydeskError) else 1
