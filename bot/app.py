"""The application, wired: Slack's client and surfaces, the jobs, the desk and the history."""

import asyncio
import logging
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Self

import structlog
from filelock import FileLock, Timeout
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import durable
from bot.assembly import make_desk, make_engine, make_history, make_own_folder, team_sectors
from bot.desk import Desk
from bot.jobs import Jobs
from bot.reviews.job import ReviewJobs
from bot.reviews.runs import Runs
from bot.settings import Settings
from bot.slack_account import account, check_app_token, make_client, missing_scopes, scopes_error
from bot.store import SqliteHistory
from bot.template_job import TemplateJobs
from handlers import (
    actions,
    approval,
    brand,
    commands,
    export,
    home,
    messages,
    optimise,
    problems,
    reactions,
    reviews,
    shortcuts,
    templates,
    views,
)
from handlers.reviews_delivery import SlackReviews
from handlers.services import Services
from handlers.slack_delivery import SlackDelivery
from handlers.templates_delivery import SlackTrials
from models.errors import HistoryError, SettingsError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Bot", "make_desk", "make_engine", "make_history"]

log = structlog.get_logger()

KEPT_JOBS = timedelta(days=30)
"""How long done jobs are kept: the history has the copy, and Slack redelivers for minutes."""

_BOLT_LOGGER = logging.getLogger("slack_bolt")
# Bolt warns that it does not use the environment's SLACK_BOT_TOKEN; our client has it from the settings.
_BOLT_LOGGER.addFilter(lambda record: not record.getMessage().startswith("As you gave `client`"))

_SURFACES = (
    approval,
    export,
    templates,
    commands,
    views,
    messages,
    reactions,
    actions,
    shortcuts,
    home,
    reviews,
    optimise,
    brand,
)


def register_all(app: AsyncApp, services: Services) -> None:
    """Let every surface listen."""
    for surface in _SURFACES:
        surface.register(app, services)
    problems.register(app)


class Bot:
    """The bot: everything between Slack's requests and the history.

    `async with Bot(settings)` checks the tokens, goes on with unfinished jobs and, when SLACK_APP_TOKEN is set,
    listens over Socket Mode; over HTTP `bot.server.HttpServer` feeds `app`. One runs in a process at a time; after
    `stop` another, or the same again, can start.

    Args:
        settings: The settings.
        desk: The desk, instead of the one that the settings choose.
    """

    settings: Settings
    client: AsyncWebClient
    app: AsyncApp
    history: SqliteHistory
    desk: Desk
    jobs: Jobs
    reviews: ReviewJobs
    trials: TemplateJobs

    def __init__(self, settings: Settings, *, desk: Desk | None = None) -> None:
        self.settings = settings
        self._given_desk = desk
        self._socket: AsyncSocketModeHandler | None = None
        self._preloading: asyncio.Task[None] | None = None
        self._team_id = ""
        self._closing: AsyncExitStack | None = None

    @property
    def connected(self) -> bool:
        """Whether a Socket Mode connection is open."""
        session = self._socket.client.current_session if self._socket else None
        return session is not None and not session.closed

    async def start(self) -> None:
        """Start everything; on an error nothing stays running.

        Raises:
            SettingsError: A token is missing or refused, or lacks a scope.
            HistoryError: A database cannot be opened, or another Copydesk uses it.
            CopydeskError: Slack cannot be reached.
        """
        async with AsyncExitStack() as stack:
            await self._start(stack)
            self._closing = stack.pop_all()

    async def _start(self, stack: AsyncExitStack) -> None:
        settings = self.settings
        if settings.slack_bot_token is None:
            raise SettingsError(
                "SLACK_BOT_TOKEN is not set.",
                "Install the app from manifest.yml and set it (docs/operate.md), or run `copydesk try` without Slack.",
            )
        self.client = make_client(settings)
        found = await account(self.client)
        self._team_id = found.team_id
        if missing := missing_scopes(found):
            raise scopes_error(missing)
        if settings.slack_app_token:
            await check_app_token(self.client, settings.slack_app_token.get_secret_value())

        self.history = make_history(settings)
        stack.push_async_callback(self.history.close)
        self.desk = self._given_desk or make_desk(settings)
        if self._given_desk is None:
            stack.push_async_callback(self.desk.close)
        await self._start_jobs(stack)
        self.app = self._make_app()
        if settings.slack_app_token:
            self._socket = AsyncSocketModeHandler(self.app, settings.slack_app_token.get_secret_value())
            stack.push_async_callback(self._disconnect)
            await self._socket.connect_async()  # type: ignore[no-untyped-call]
        log.info(
            "bot.started",
            team=found.team,
            mode="socket" if self._socket else "http",
            engine=settings.chosen_engine,
        )

    async def _start_jobs(self, stack: AsyncExitStack) -> None:
        path = self.settings.jobs_file
        make_own_folder(path.parent)
        stack.enter_context(_alone(path))
        durable.configure(path)
        self.jobs = Jobs(self.desk, self.history, SlackDelivery(self.client, self.history))
        runs = Runs(path.with_name(f"{path.stem}-reviews"))
        runs.sweep()
        self.reviews = ReviewJobs(self.desk, SlackReviews(self.client, self.history), runs, self.history)
        stack.callback(durable.forget, self.reviews)
        self.trials = TemplateJobs(self.desk, self.history, SlackTrials(self.client))
        stack.callback(durable.forget, self.trials)
        stack.push_async_callback(durable.end, self.jobs, self.settings.stop_seconds)
        await self.jobs.start(self.settings.concurrency)
        await self.reviews.open()
        await self.trials.open()
        await durable.forget_done(datetime.now(UTC) - KEPT_JOBS)

    def _make_app(self) -> AsyncApp:
        secret = self.settings.slack_signing_secret
        app = AsyncApp(
            client=self.client,
            signing_secret=secret.get_secret_value() if secret else "",
            # Bolt gives loggers that it makes itself the root's level.
            logger=_BOLT_LOGGER,
        )
        services = Services(
            jobs=self.jobs,
            reviews=self.reviews,
            history=self.history,
            templates=self.trials,
            sectors=team_sectors(self.settings),
            rewards=dict(self.settings.rewards),
            engine=self.desk.engine.info,
        )
        register_all(app, services)
        return app

    async def _disconnect(self) -> None:
        if self._socket:
            await self._socket.close_async()  # type: ignore[no-untyped-call]
            self._socket = None

    def preload(self) -> None:
        """Load models, rules and earlier copy in the background, so that the first copy does not wait for them."""
        from bot.preload import preload

        self._preloading = asyncio.create_task(preload(self.desk, self.jobs.earlier, self._team_id))

    async def stop(self) -> None:
        """Stop: take no more requests, let jobs at work finish in time, close everything. Again does nothing."""
        if self._preloading:
            self._preloading.cancel()
            await asyncio.gather(self._preloading, return_exceptions=True)
            self._preloading = None
        closing, self._closing = self._closing, None
        if closing:
            await closing.aclose()
            log.info("bot.stopped")

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


def _alone(path: "Path") -> FileLock:
    """The lock that keeps a second Copydesk from doing the first one's unfinished jobs over again."""
    lock = FileLock(f"{path}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise HistoryError(
            f"Another Copydesk is running with the jobs' database {path}.",
            "Stop it first, or set COPYDESK_DATABASE to another file for this one.",
        ) from error
    except OSError as error:
        raise HistoryError(
            f"The jobs' database {path} cannot be locked: {error.strerror or error}.",
            "Set COPYDESK_DATABASE to a file in a folder that exists and that this user can write.",
        ) from error
    return lock
