"""Checks what the bot needs, one finding each, with what to fix."""

import platform
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from bot.settings import Settings
from models.errors import CopydeskError, HistoryError

State = Literal["ok", "problem", "not configured"]

_TASKS = ("ad", "campaign", "description", "rewrite")


@dataclass(frozen=True)
class Finding:
    """What one check found; only a `problem` must be fixed."""

    check: str
    state: State
    message: str
    remedy: str = ""

    def as_dict(self) -> dict[str, str]:
        """For `--json`."""
        return asdict(self)


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Every finding, as each check ends."""
    yield Finding("python", "ok", f"Python {platform.python_version()}")
    async for finding in _slack(settings):
        yield finding
    async for finding in _writing(settings):
        yield finding
    checks: list[tuple[str, Callable[[Settings], Awaitable[str]]]] = [
        ("sentiment", _sentiment),
        ("history", _history),
        ("jobs", _jobs),
        ("templates", _templates),
        ("brand profile", _brand),
        ("rules", _rules),
    ]
    for name, check in checks:
        yield await _guarded(name, check, settings)


async def _writing(settings: Settings) -> AsyncIterator[Finding]:
    from bot.assembly import fetched_model

    if fetched_model(settings):
        weights = await _guarded("weights", _weights, settings)
        yield weights
        if weights.state == "problem":
            # The engine would fetch the weights, which is more than to look.
            return
    yield await _guarded("engine", _engine, settings)


async def _guarded(name: str, check: Callable[[Settings], Awaitable[str]], settings: Settings) -> Finding:
    try:
        return Finding(name, "ok", await check(settings))
    except CopydeskError as error:
        return Finding(name, "problem", error.message, error.remedy)
    except Exception as error:
        # A doctor that falls ill helps nobody: whatever a check meets is told, and the next one runs.
        return Finding(name, "problem", f"{type(error).__name__}: {error}", "Run with --debug to see more.")


async def _slack(settings: Settings) -> AsyncIterator[Finding]:
    from bot.slack_account import account, check_app_token, make_client, missing_scopes, scopes_error

    client = make_client(settings)
    if settings.slack_bot_token is None:
        yield Finding(
            "slack bot token",
            "not configured",
            "SLACK_BOT_TOKEN is not set; `copydesk run` needs it.",
            "docs/operate.md tells how to install the app; `copydesk try` works without.",
        )
    else:
        try:
            found = await account(client)
        except CopydeskError as error:
            yield Finding("slack bot token", "problem", error.message, error.remedy)
        else:
            yield Finding("slack bot token", "ok", f"{found.user} in the workspace {found.team}")
            if missing := missing_scopes(found):
                problem = scopes_error(missing)
                yield Finding("slack scopes", "problem", problem.message, problem.remedy)
            elif found.scopes is None:
                yield Finding("slack scopes", "ok", "Slack did not tell the token's scopes.")
            else:
                yield Finding("slack scopes", "ok", "All that manifest.yml asks for.")
    yield await _transport(settings, check_app_token, client)


async def _transport(settings: Settings, check: Callable[..., Awaitable[None]], client: object) -> Finding:
    if settings.slack_app_token:
        try:
            await check(client, settings.slack_app_token.get_secret_value())
        except CopydeskError as error:
            return Finding("slack connection", "problem", error.message, error.remedy)
        return Finding("slack connection", "ok", "Socket Mode opens.")
    if settings.slack_signing_secret:
        return Finding("slack connection", "ok", f"HTTP on {settings.host}:{settings.port}, with signatures.")
    return Finding(
        "slack connection",
        "problem" if settings.slack_bot_token else "not configured",
        "Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set; `copydesk run` needs one.",
        "Set SLACK_APP_TOKEN (xapp-…) for Socket Mode, or SLACK_SIGNING_SECRET to be called over HTTP.",
    )


async def _weights(settings: Settings) -> str:
    import asyncio

    from bot.assembly import fetched_model
    from models.generation.weights import verify_weights

    folder = await asyncio.to_thread(verify_weights, settings.cache_dir, fetched_model(settings))
    return f"The local model's weights are whole: {folder}"


async def _engine(settings: Settings) -> str:
    from bot.assembly import make_engine

    engine = make_engine(settings)
    try:
        return f"{settings.chosen_engine}: {await engine.check()}"
    finally:
        await engine.close()


async def _sentiment(settings: Settings) -> str:
    from bot.assembly import UNSCORED
    from models.sentiment import SentimentEngine

    if settings.sentiment_model == UNSCORED:
        return "COPYDESK_SENTIMENT_MODEL is none: copy is not scored."
    engine = SentimentEngine(settings.sentiment_model)
    try:
        scored = dict(zip(("en", "zh"), await engine.score(["I love it.", "我很喜欢。"]), strict=True))
    finally:
        await engine.close()
    languages = [language for language, sentiment in scored.items() if sentiment]
    return f"{engine.name} scores {' and '.join(languages) or 'no language yet'}."


async def _history(settings: Settings) -> str:
    from bot.assembly import make_history

    history = make_history(settings)
    try:
        await history.search(limit=1)
    finally:
        await history.close()
    _write_lock(history.path)
    return f"{history.path} can be read and written."


def _write_lock(path: Path) -> None:
    from bot.store.connection import history_error

    try:
        with closing(sqlite3.connect(path, timeout=5)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.rollback()
    except sqlite3.Error as error:
        raise history_error(error, path) from error


async def _jobs(settings: Settings) -> str:
    from bot.assembly import make_own_folder

    path = settings.jobs_file
    make_own_folder(path.parent)
    if not path.parent.is_dir():
        raise HistoryError(
            f"The folder of the jobs' database, {path.parent}, does not exist.",
            "Make the folder, or set COPYDESK_JOBS_DATABASE to another path.",
        )
    if path.exists():
        _write_lock(path)
        return f"{path} can be read and written."
    return f"{path} will be made by the first `copydesk run`."


async def _templates(settings: Settings) -> str:
    from bot.assembly import make_engine
    from bot.prompts import Prompts

    prompts, info = Prompts(settings.templates), make_engine(settings).info
    languages = sorted(info.languages & {"en", "zh"})
    paths = [
        path
        for task in _TASKS
        for language in languages
        for path in prompts.arms(task, language, info.ability)  # type: ignore[arg-type]
    ]
    for path in paths:
        prompts.digest(path)
    return f"{len(paths)} templates for {', '.join(languages)} ({info.ability.value} models)."


async def _brand(settings: Settings) -> str:
    from bot.assembly import make_profile

    profile = make_profile(settings)
    if profile is None:
        return "COPYDESK_BRAND is not set: the command line writes without a profile, in Slack `/copy brand` has it."
    name = profile.brand.name
    return f"{settings.brand} holds a profile{f' of {name}' if name else ''}."


async def _rules(settings: Settings) -> str:
    import asyncio

    from bot.assembly import make_house_rules

    house = await asyncio.to_thread(make_house_rules, settings)
    markets = ", ".join(settings.markets) or "the copy's language says which market"
    own = f"with {settings.claim_rules}" if settings.claim_rules else "as shipped"
    return f"Claim rules {own} ({markets}); {len(house.references)} reference texts."
