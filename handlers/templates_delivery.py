"""Shows a template's trial to the person who asked, in a direct message."""

from bot.attempt import Attempt
from bot.jobs import Failure
from bot.template_job import TemplateTask
from bot.template_trial import Tried
from handlers.blocks import escape, messages, plain, rich
from handlers.notices import refusal_blocks
from handlers.slack_posts import SlackPosts
from handlers.templates_view import trial_blocks


class SlackTrials(SlackPosts):
    """Posts through one Slack client."""

    async def begin_trial(self, task: TemplateTask, attempt: Attempt) -> tuple[str, str]:
        """Tell the person that it is being tried, or find where an earlier try told them.

        Raises:
            DeliveryError: Slack refuses.
        """
        opened = await self._call(self.client.conversations_open, users=task.user_id)
        channel = str(opened["channel"]["id"])
        blocks = rich(plain("⏳ Testing "), plain(task.path, bold=True), plain(" …"))
        return channel, await self._begin(attempt, channel, blocks, f"Testing {task.path}…", "")

    async def show_trial(self, task: TemplateTask, channel_id: str, ts: str, tried: Tried) -> None:
        """Turn that message into prompt and result; what it does not hold goes on in its thread.

        Raises:
            DeliveryError: Slack refuses.
        """
        first, *rest = messages(trial_blocks(tried))
        text = escape(f"{task.path}: {tried.texts[0] if tried.texts else 'rendered'}"[:700])
        await self._call(self.client.chat_update, channel=channel_id, ts=ts, text=text, blocks=first)
        for blocks in rest:
            await self._post(channel_id, blocks, text, ts)

    async def fail_trial(self, task: TemplateTask, channel_id: str, ts: str, failure: Failure) -> None:
        """Turn that message into the reason.

        Raises:
            DeliveryError: Slack refuses.
        """
        blocks = refusal_blocks(f"{task.path}: {failure.message}", failure.remedy)
        await self._call(
            self.client.chat_update, channel=channel_id, ts=ts, text=escape(failure.message), blocks=blocks
        )
