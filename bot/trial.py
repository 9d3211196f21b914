"""Runs the bot against a local workspace, both in this process."""

import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path

import platformdirs
from pydantic import SecretStr

from bot.app import Bot
from bot.assembly import make_own_folder
from bot.server import until_told_to_stop
from bot.settings import Settings
from bot.slack_account import MANIFEST
from models.errors import CopydeskError
from workspace.server import LocalWorkspace

DEFAULT_PORT = 8765
PORTS_TRIED = 20


async def run_trial(settings: Settings, port: int | None, ready: Callable[[str], None]) -> int:
    """Start the workspace and the bot, and wait to be told to stop.

    Args:
        settings: The settings; Slack's own are replaced by the workspace's.
        port: The workspace's port; None takes 8765 or the next free one.
        ready: Told the page's address when both run.

    Returns:
        The exit code: 130 after Ctrl-C, else 0.

    Raises:
        CopydeskError: The port is taken, or the bot cannot start.
    """
    _reach_loopback_directly()
    # The workspace forgets its messages when it stops, so unfinished jobs must not outlive it either.
    with tempfile.TemporaryDirectory(prefix="copydesk-try-") as jobs_folder:
        workspace = await _workspace(port)
        try:
            own = _settings(settings, workspace, Path(jobs_folder))
            async with Bot(own) as bot:
                bot.preload()
                ready(workspace.url)
                return await until_told_to_stop()
        finally:
            await workspace.stop()


def _reach_loopback_directly() -> None:
    """Hide the proxy from slack_sdk, which would send even loopback through it, and leave it to all others.

    https://github.com/slackapi/python-slack-sdk/blob/main/slack_sdk/proxy_env_variable_loader.py
    """
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        if proxy := os.environ.pop(name, ""):
            os.environ.setdefault("ALL_PROXY", proxy)


def _settings(settings: Settings, workspace: LocalWorkspace, jobs_folder: Path) -> Settings:
    changes = {
        "slack_bot_token": SecretStr(workspace.bot_token),
        "slack_app_token": SecretStr(workspace.app_token),
        "slack_signing_secret": None,
        "slack_api_url": workspace.api_url,
        "jobs_database": jobs_folder / "jobs.db",
    }
    if "database" not in settings.model_fields_set:
        folder = Path(platformdirs.user_data_dir("copydesk", appauthor=False)) / "try"
        make_own_folder(folder)
        changes["database"] = str(folder / "copydesk.db")
    return settings.model_copy(update=changes)


async def _workspace(port: int | None) -> LocalWorkspace:
    tried = [port] if port is not None else [*range(DEFAULT_PORT, DEFAULT_PORT + PORTS_TRIED)]
    for number in tried:
        workspace = LocalWorkspace(
            number,
            manifest_path=MANIFEST,
            app_token=f"xapp-try-{secrets.token_hex(8)}",
            bot_token=f"xoxb-try-{secrets.token_hex(8)}",
        )
        try:
            await workspace.start()
        except OSError as error:
            problem = error
        else:
            return workspace
    shown = str(port) if port is not None else f"{tried[0]} to {tried[-1]}"
    raise CopydeskError(
        f"The local workspace cannot listen on port {shown}: {problem.strerror or problem}.",
        "Choose a free one with --port; 0 takes any.",
    )
