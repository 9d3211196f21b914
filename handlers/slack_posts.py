"""Posts and updates Slack messages, with Slack's refusals in words."""

import time
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.attempt import Attempt
from handlers.blocks import Block
from models.errors import DeliveryError

log = structlog.get_logger()

# https://docs.slack.dev/reference/methods/chat.postMessage#errors
_REMEDIES = {
    "not_in_channel": "Invite me there first: `/invite @Copydesk`. Then press Retry.",
    "channel_not_found": "Invite me there first: `/invite @Copydesk`. Then press Retry.",
    "is_archived": "Choose a channel that is not archived.",
    "restricted_action": "Ask an administrator to let apps post in that channel, or choose another.",
    "missing_scope": "Ask whoever runs me to reinstall the app from manifest.yml, so that it gets its scopes.",
    "invalid_auth": "Ask whoever runs me to check SLACK_BOT_TOKEN; `copydesk doctor` tells more.",
    "token_revoked": "Ask whoever runs me to reinstall the app; its token was revoked.",
    "account_inactive": "Ask whoever runs me to reinstall the app; its account was closed.",
    "ratelimited": "Slack is busy. Try again in a minute.",
}
# The metadata by which a job's first message is found again.
_JOB = "copydesk_job"

_CLOCKS_APART = 60.0
"""Seconds that this machine's clock may be before Slack's."""

# Apps outside of Slack's Marketplace get 15 messages and one call a minute
# (https://docs.slack.dev/changelog/2025/05/29/rate-limit-changes-for-non-marketplace-apps).
_PAGE, _MOST_PAGES = 15, 4

_SOON = 600.0
"""Seconds after a job is made within which its placeholder mostly stands. Slack gives the most recent messages of a
range first (https://docs.slack.dev/reference/methods/conversations.history), so that the end of the range is where a
busy channel is read from."""

_GONE = ("message_not_found", "cant_update_message", "edit_window_closed")


class Place(Protocol):
    """Where a message stands: a channel, and a thread in it or none."""

    @property
    def channel_id(self) -> str:
        """The channel."""
        ...

    @property
    def thread_ts(self) -> str:
        """The thread's first message; empty outside of threads."""
        ...


class SlackPosts:
    """Posts through one Slack client.

    Args:
        client: Slack's.
    """

    def __init__(self, client: AsyncWebClient) -> None:
        self.client = client

    async def _turn(self, place: Place, ts: str, blocks: list[Block], text: str) -> str:
        """Update a message, or post it anew when somebody deleted it; returns the ts it has now."""
        try:
            await self._call(
                self.client.chat_update, channel=place.channel_id, ts=ts, text=text, blocks=blocks
            )
        except DeliveryError as error:
            if error.__cause__ is None or code_of(error.__cause__) not in _GONE:
                raise
            return await self._post(place.channel_id, blocks, text, place.thread_ts)
        return ts

    async def _begin(
        self, attempt: Attempt, channel: str, blocks: list[Block], text: str, thread_ts: str
    ) -> str:
        """Post a job's first message, unless a try that was cut off has posted it; returns its ts.

        Slack takes no key that would make it post once (https://github.com/slackapi/java-slack-sdk/issues/852), so
        the message carries its job's id, and a second try looks for it:
        https://docs.slack.dev/messaging/message-metadata
        """
        if attempt.since is not None and (ts := await self._begun(attempt, channel, thread_ts)):
            return ts
        return await self._post(channel, blocks, text, thread_ts, job_id=attempt.job_id)

    async def _begun(self, attempt: Attempt, channel: str, thread_ts: str) -> str:
        """The message that an earlier try posted; "" when there is none, or Slack does not show it."""
        made = attempt.since or 0.0
        soon = f"{made + _SOON:.6f}"
        ranges = [{"oldest": f"{made - _CLOCKS_APART:.6f}", "latest": soon}]
        if time.time() > made + _SOON:
            ranges.append({"oldest": soon})
        for between in ranges:
            if ts := await self._found(attempt.job_id, channel, thread_ts, between):
                return ts
        return ""

    async def _found(self, job_id: str, channel: str, thread_ts: str, between: dict[str, str]) -> str:
        where: dict[str, Any] = {
            **between,
            "channel": channel,
            "limit": _PAGE,
            "include_all_metadata": True,
        }
        for _ in range(_MOST_PAGES):
            try:
                if thread_ts:
                    page = await self.client.conversations_replies(ts=thread_ts, **where)
                else:
                    page = await self.client.conversations_history(**where)
            except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
                # Rather twice than not at all. A public channel that the bot is not in it may post to but not read.
                log.warning("placeholder.not_sought", reason=code_of(error) or type(error).__name__)
                return ""
            for message in page["messages"]:
                if _job_of(message) == job_id:
                    return str(message["ts"])
            where["cursor"] = (page.get("response_metadata") or {}).get("next_cursor")
            if not where["cursor"]:
                break
        return ""

    async def _post(
        self, channel: str, blocks: list[Block], text: str, thread_ts: str, *, job_id: str = ""
    ) -> str:
        answer = await self._call(
            self.client.chat_postMessage,
            channel=channel,
            thread_ts=thread_ts or None,
            text=text,
            blocks=blocks,
            unfurl_links=False,
            unfurl_media=False,
            metadata={"event_type": _JOB, "event_payload": {"job_id": job_id}} if job_id else None,
        )
        return str(answer["ts"])

    async def _call(self, method: Callable[..., Awaitable[Any]], **arguments: Any) -> Any:
        """Call Slack, with its refusals in words.

        Raises:
            DeliveryError: Slack refuses, or cannot be reached.
        """
        try:
            return await method(**arguments)
        except SlackApiError as error:
            code = code_of(error)
            raise DeliveryError(f"Slack did not take my message ({code}).", remedy_of(code)) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise DeliveryError(
                f"Slack could not be reached ({type(error).__name__}).", "Try again in a moment."
            ) from error


def _job_of(message: dict[str, Any]) -> str:
    """The job whose first message it is; empty when it is none's."""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != _JOB:
        return ""
    return str((metadata.get("event_payload") or {}).get("job_id") or "")


def code_of(error: BaseException) -> str:
    """Slack's code of an error; empty when it is not Slack that refused."""
    return str(error.response.get("error", "unknown_error")) if isinstance(error, SlackApiError) else ""


def remedy_of(code: str) -> str:
    """What to do about a refusal of Slack's."""
    return _REMEDIES.get(code, "Try again.")
