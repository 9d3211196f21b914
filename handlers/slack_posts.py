"""Posts and updates Slack messages, with Slack's refusals in words."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.blocks import Block
from models.errors import DeliveryError

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

    async def _post(self, channel: str, blocks: list[Block], text: str, thread_ts: str) -> str:
        answer = await self._call(
            self.client.chat_postMessage,
            channel=channel,
            thread_ts=thread_ts or None,
            text=text,
            blocks=blocks,
            unfurl_links=False,
            unfurl_media=False,
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


def code_of(error: BaseException) -> str:
    """Slack's code of an error; empty when it is not Slack that refused."""
    return str(error.response.get("error", "unknown_error")) if isinstance(error, SlackApiError) else ""


def remedy_of(code: str) -> str:
    """What to do about a refusal of Slack's."""
    return _REMEDIES.get(code, "Try again.")
