"""The delivery that shows copy in Slack: placeholder, then an update of that same message."""

import hashlib

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.attempt import Attempt
from bot.jobs import Failure, Task
from bot.optimise import Optimised
from bot.store import History
from handlers.blocks import escape, messages, preformatted
from handlers.copy_view import Page, copy_pages, notification
from handlers.kept import token_for, typed_of
from handlers.labels import labels
from handlers.notices import failure_blocks, placeholder_blocks, task_language
from handlers.optimise_view import optimised_pages
from handlers.slack_posts import SlackPosts
from models.errors import HistoryError
from models.variant import Draft, Variant

log = structlog.get_logger()


class SlackDelivery(SlackPosts):
    """Posts through one Slack client.

    Args:
        client: Slack's.
        history: Where tasks too long for a button are kept, where what a rewrite started from is found, and where
            further messages of long copy are noted.
    """

    def __init__(self, client: AsyncWebClient, history: History) -> None:
        super().__init__(client)
        self.history = history

    async def placeholder(self, task: Task, attempt: Attempt) -> str:
        """Post the placeholder, or find the one that an earlier try posted.

        Raises:
            DeliveryError: Slack refuses a message there; the remedy says why.
        """
        return await self._begin(
            attempt,
            task.channel_id,
            placeholder_blocks(task),
            "Writing copy…" if task_language(task) == "en" else "正在撰写文案…",
            task.thread_ts,
        )

    async def deliver(self, task: Task, ts: str, draft: Draft) -> None:
        """Turn the placeholder into the copy; what one message does not hold goes on in its thread.

        Raises:
            DeliveryError: Slack refuses the message.
        """
        await self._show(task, ts, draft, copy_pages(task, draft, await self._parent(task)))

    async def deliver_optimised(self, task: Task, ts: str, optimised: Optimised) -> None:
        """Turn the placeholder into a copy's figures and its rewrites.

        Raises:
            DeliveryError: Slack refuses the message.
        """
        await self._show(task, ts, optimised.shown, optimised_pages(task, optimised))

    async def _show(self, task: Task, ts: str, draft: Draft, pages: list[Page]) -> None:
        first, *rest = pages
        text = notification(draft)
        shown = await self._turn(task, ts, first.blocks, text)
        thread_ts = task.thread_ts or shown
        if shown != ts:
            await self._note(task, draft, shown, thread_ts, first)
        if rest:
            noted = {one.variant_ids for one in await self.history.thread(task.channel_id, thread_ts)}
            for page in rest:
                # A job that a crash interrupted here comes again: what was posted is not posted twice.
                if tuple(page.variant_ids) not in noted or not page.variant_ids:
                    posted = await self._post(task.channel_id, page.blocks, text, thread_ts)
                    await self._note(task, draft, posted, thread_ts, page)

    async def fail(self, task: Task, ts: str, failure: Failure) -> None:
        """Turn the placeholder into the reason, with a Retry button.

        Raises:
            DeliveryError: Slack refuses the message.
        """
        token = await self._token(task, ts)
        blocks = failure_blocks(task, failure, token)
        shown = await self._turn(task, ts, blocks, escape(f"{failure.message} {failure.remedy}")[:3_000])
        if not token and task.brief:
            # No button can carry the brief: it is given back to be sent again.
            for part in messages(preformatted(typed_of(task))):
                await self._post(task.channel_id, part, labels("en").edit, task.thread_ts or shown)

    async def refuse(self, task: Task, failure: Failure) -> None:
        """Tell the person in a direct message, the one place that is always open.

        Raises:
            DeliveryError: Slack refuses that, too.
        """
        typed = typed_of(task)
        token = await self._token(task, f"refused:{hashlib.sha256(typed.encode()).hexdigest()[:16]}")
        for part in messages(failure_blocks(task, failure, token, typed)):
            await self._post(task.user_id, part, escape(failure.message), "")

    async def _parent(self, task: Task) -> Variant | None:
        if task.action != "rewrite":
            return None
        try:
            found = await self.history.variant(task.variant_id)
        except HistoryError as error:
            # The copy is here and is shown; only what changed in it cannot be.
            log.warning("delivery.no_parent", reason=error.message)
            return None
        return found[1] if found else None

    async def _token(self, task: Task, key: str) -> str:
        try:
            return await token_for(task, self.history, f"{task.channel_id}:{key}")
        except HistoryError as error:
            log.warning("delivery.not_kept", reason=error.message)
            return ""

    async def _note(self, task: Task, draft: Draft, ts: str, thread_ts: str, page: Page) -> None:
        """Keep that a message beside the placeholder shows copy, so that reactions on it count."""
        if not page.variant_ids:
            return
        try:
            await self.history.save_delivery(
                draft.id,
                team_id=task.team_id,
                channel_id=task.channel_id,
                ts=ts,
                thread_ts=thread_ts,
                variant_ids=page.variant_ids,
            )
        except HistoryError as error:
            log.error("history.failed", reason=error.message)
