"""Logging: one line an event on stderr, with every secret taken out."""

import logging
import re
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

if TYPE_CHECKING:
    from bot.settings import Settings

HIDDEN = "***"

# Slack's and OpenAI's tokens, bearer headers, passwords in addresses, Socket Mode tickets, webhook paths.
_SECRET = re.compile(
    r"""
    \b(?:xox[a-z](?:\.xox[a-z])?|xapp)-[\w-]+
    | \bsk-[\w-]{8,}
    | (?<=Bearer\s)[^\s'",}]+
    | (?<=://)[^/\s:@]+:[^/\s@]+(?=@)
    | (?<=[?&]ticket=)[^&\s'"]+
    | (?<=hooks\.slack\.com/)[\w/-]+
    """,
    re.VERBOSE,
)
_known: frozenset[str] = frozenset()


def redact(text: str) -> str:
    """The text without anything that is, or looks like, a secret."""
    for secret in _known:
        text = text.replace(secret, HIDDEN)
    return _SECRET.sub(HIDDEN, text)


def know_secrets(secrets: Iterable[str]) -> None:
    """Hide these texts too, whatever they look like; one so short that it is in every word is left alone."""
    global _known
    _known = frozenset(secret for secret in secrets if len(secret) >= 6)


class _Redacted:
    """A renderer whose line has no secrets, tracebacks included."""

    def __init__(self, renderer: Processor) -> None:
        self.renderer = renderer

    def __call__(self, logger: WrappedLogger, name: str, event: EventDict) -> str:
        return redact(str(self.renderer(logger, name, event)))


# What other libraries say about their own start and stop is of no use to who runs the bot.
_QUIET = {"dbos": "WARNING", "aiohttp.access": "WARNING", "uvicorn.access": "WARNING", "slack_sdk": "WARNING"}
_QUIET |= {
    "slack_bolt": "WARNING",
    "httpx": "WARNING",
    "httpx2": "WARNING",
    "httpcore2": "WARNING",
    "openai": "WARNING",
    "sqlalchemy": "WARNING",
}


def setup(
    *,
    level: str = "warning",
    style: str = "auto",
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Send structlog's and the standard library's events to one stream, in one form.

    Args:
        level: The least level that is shown.
        style: `json`, `console`, or `auto`: console on a terminal.
        secrets: Texts to hide, besides what looks like a token.
        stream: Where to, stderr when absent.
    """
    know_secrets(secrets)
    target = stream or sys.stderr
    terminal = target.isatty()
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # Rich's tracebacks show local variables: tokens and people's briefs among them.
    console = style == "console" or (style == "auto" and terminal)
    renderer: list[Processor] = (
        [
            _Redacted(
                structlog.dev.ConsoleRenderer(
                    colors=terminal, exception_formatter=structlog.dev.plain_traceback
                )
            )
        ]
        if console
        else [
            structlog.processors.format_exc_info,
            _Redacted(structlog.processors.JSONRenderer(ensure_ascii=False)),
        ]
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel("DEBUG" if level == "debug" else least)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def setup_from(settings: "Settings", *, level: str = "") -> None:
    """Logging as the settings say; `level` overrides theirs."""
    setup(level=level or settings.log_level, style=settings.log_format, secrets=settings.secrets)
