"""What the commands share: settings with their warnings, logging, and a progress bar."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from bot.settings import Settings
    from models.generation.base import Progress


def read_settings(*, level: str = "error", **overrides: Any) -> "Settings":
    """Load the settings, warn about unknown ones, and set up logging.

    Args:
        level: The least level logged, since a command says itself what people need to know; "" for the settings'
            own. `--debug` logs everything.
        overrides: Settings by field name; None leaves a setting as it is.

    Raises:
        SettingsError: A setting is wrong.
    """
    from bot import logs
    from bot.settings import load_settings
    from bot.settings_words import unknown_settings

    settings = load_settings(**{name: value for name, value in overrides.items() if value is not None})
    logs.setup_from(settings, level="debug" if debugging() else level)
    for warning in unknown_settings():
        click.echo(f"copydesk: warning: {warning}", err=True)
    return settings


def debugging() -> bool:
    """Whether `--debug` was given."""
    context = click.get_current_context(silent=True)
    return bool(context and context.obj and context.obj.get("debug"))


@contextmanager
def progress(what: str) -> Iterator["Progress"]:
    """A progress bar on stderr, on a terminal only; gone when it is done."""
    from tqdm import tqdm

    bar = tqdm(
        desc=what, file=sys.stderr, disable=not sys.stderr.isatty(), leave=False, unit_scale=True, total=None
    )

    def step(done: int, total: int) -> None:
        if total and bar.total != total:
            bar.reset(total)
        bar.n = done
        bar.refresh()

    try:
        yield step
    finally:
        bar.close()
