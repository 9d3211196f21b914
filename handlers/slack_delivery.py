"""The delivery that shows copy in Slack: placeholder, then an update of that same message."""

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.jobs import Failure, Task
from handlers.blocks import copy_blocks, copy_text, failure_blocks, placeholder_blocks
from models.errors import DeliveryError
from models.variant import Draft

_REMEDIES = {
    "not_in_channel": "Invite me first: /invite @Copydesk.",
    "channel_not_found": "Invite me first: /invite @Copydesk.",
    "is_archived": "Choose a channel that is not archived.",
    "missing_scope": "Reinstall the app from manifest.yml, so that it gets its scopes.",
    "invalid_auth": "Check SLACK_BOT_TOKEN; `copydesk doctor` tells more.",
    "token_revoked": "Reinstall the app; its token was revoked.",
}


class SlackDelivery:
    """Posts through one Slack client."""

    def __init__(self, client: AsyncWebClient) -> None:
        self.client = client

    async def placeholder(self, task: Task) -> str:
        """Post the placeholder.

        Raises:
            DeliveryError: Slack refuses a message there; the remedy says why.
        """
        try:
            answer = await self.client.chat_postMessage(
                channel=task.channel_id,
                thread_ts=task.thread_ts or None,
                text="Writing copy…",
                blocks=placeholder_blocks(task),
            )
        except SlackApiError as error:
            code = str(error.response.get("error", "unknown_error"))
            raise DeliveryError(
                f"Slack did not take my message here ({code}).", _REMEDIES.get(code, "")
            ) from error
        return str(answer["ts"])

    async def deliver(self, task: Task, ts: str, draft: Draft) -> None:
        """Turn the placeholder into the copy."""
        await self.client.chat_update(
            channel=task.channel_id, ts=ts, text=copy_text(draft), blocks=copy_blocks(task, draft)
        )

    async def fail(self, task: Task, ts: str, failure: Failure) -> None:
        """Turn the placeholder into the reason, with a Retry button."""
        await self.client.chat_update(
            channel=task.channel_id, ts=ts, text=failure.message, blocks=failure_blocks(task, failure)
        )

    async def refuse(self, task: Task, failure: Failure) -> None:
        """Tell the person in a direct message, the one place that is always open."""
        await self.client.chat_postMessage(
            channel=task.user_id, text=failure.message, blocks=failure_blocks(task, failure)
        )
