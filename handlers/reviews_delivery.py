"""The delivery of reports of reviews in Slack: files in; placeholder, progress, report, chart and rows out."""

import json
from pathlib import Path
from time import monotonic

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.attempt import Attempt
from bot.jobs import Failure
from bot.reviews.job import ReviewsTask
from bot.reviews.values import Report
from bot.store import History
from handlers.blocks import escape, messages
from handlers.reviews_files import download
from handlers.reviews_view import (
    failure_blocks,
    notification,
    progress_blocks,
    report_blocks,
    spoken,
)
from handlers.slack_posts import SlackPosts, code_of, remedy_of
from models.errors import DeliveryError, HistoryError

log = structlog.get_logger()

SECONDS_BETWEEN = 3.0
"""An update of the progress at most so often: Slack takes about one message a second in a channel."""


class SlackReviews(SlackPosts):
    """Posts through one Slack client.

    Args:
        client: Slack's.
        history: Where what the buttons need is kept.
    """

    def __init__(self, client: AsyncWebClient, history: History) -> None:
        super().__init__(client)
        self.history = history
        self._updated: dict[str, float] = {}

    async def begin_reviews(self, task: ReviewsTask, attempt: Attempt) -> str:
        """Post that the reviews are being read, or find where an earlier try said it."""
        text = spoken(task.language).reading.format(name=task.name)
        blocks = progress_blocks(task, 0, 0)
        return await self._begin(attempt, task.channel_id, blocks, escape(text), task.thread_ts)

    async def fetch_file(self, task: ReviewsTask, target: Path) -> None:
        """Download the task's file."""
        await download(self.client, task.file_id, target)

    async def progress_reviews(self, task: ReviewsTask, ts: str, done: int, total: int) -> None:
        """Show how far the reading is, at most every three seconds."""
        now = monotonic()
        if done >= total:
            self._updated.pop(ts, None)
            return
        if now - self._updated.setdefault(ts, now - SECONDS_BETWEEN) < SECONDS_BETWEEN:
            return
        self._updated[ts] = now
        try:
            await self._call(
                self.client.chat_update,
                channel=task.channel_id,
                ts=ts,
                text=escape(spoken(task.language).reading.format(name=task.name)),
                blocks=progress_blocks(task, done, total),
            )
        except DeliveryError as error:
            # The reading goes on; the report is what must arrive.
            log.info("reviews.progress_not_shown", reason=error.message)

    async def show_report(self, task: ReviewsTask, ts: str, report: Report) -> str:
        """Turn the placeholder into the report; what one message does not hold goes on in the thread."""
        key = await self._keep(f"reviews:{task.channel_id}:{ts}", task, report)
        first, *rest = messages(report_blocks(task, report, key))
        text = escape(notification(report))
        shown = await self._turn(task, ts, first, text)
        for part in rest:
            await self._post(task.channel_id, part, text, task.thread_ts or shown)
        return shown

    async def attach(
        self, task: ReviewsTask, ts: str, path: Path, name: str, title: str, *, again: bool
    ) -> None:
        """Post a file in the report's thread."""
        thread_ts = task.thread_ts or ts
        if again and await self._posted(task.channel_id, thread_ts, ts, name):
            return
        try:
            await self.client.files_upload_v2(
                file=str(path),
                filename=name,
                title=title,
                alt_txt=title,
                channel=task.channel_id,
                thread_ts=thread_ts,
            )
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            reason = code_of(error) or type(error).__name__
            raise DeliveryError(
                f"Slack did not take the file {name} ({reason}).", remedy_of(reason)
            ) from error

    async def fail_reviews(self, task: ReviewsTask, ts: str, failure: Failure) -> None:
        """Turn the placeholder into the reason, with a way to try again."""
        key = await self._keep(f"reviews:{task.channel_id}:{ts}", task, None)
        await self._turn(task, ts, failure_blocks(task, failure, key), escape(failure.message))

    async def refuse_reviews(self, task: ReviewsTask, failure: Failure) -> None:
        """Tell the person in a direct message, the one place that is always open."""
        await self._post(task.user_id, failure_blocks(task, failure, ""), escape(failure.message), "")

    async def _keep(self, key: str, task: ReviewsTask, report: Report | None) -> str:
        """What the buttons need, kept; returns its key, empty when it cannot be kept."""
        body = {
            "task": task.model_dump(mode="json"),
            "report": report.model_dump(mode="json") if report else None,
        }
        try:
            await self.history.keep_task(key, json.dumps(body, ensure_ascii=False))
        except HistoryError as error:
            log.warning("reviews.not_kept", reason=error.message)
            return ""
        return key

    async def _posted(self, channel: str, thread_ts: str, since: str, name: str) -> bool:
        """Whether an interrupted try got as far as the thread."""
        try:
            thread = await self.client.conversations_replies(
                channel=channel, ts=thread_ts, oldest=since, limit=15
            )
        except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
            # Rather twice than not at all.
            log.info("reviews.thread_not_read", reason=type(error).__name__)
            return False
        return any(
            file.get("name") == name
            for message in thread["messages"]
            if message.get("bot_id") and float(message["ts"]) > float(since)
            for file in message.get("files") or []
        )
