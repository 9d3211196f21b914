"""Tells a person that something went wrong, when a listener raised."""

import secrets
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.blocks import escape
from handlers.forms import submitted
from handlers.slack_text import plain_text
from models.errors import CopydeskError

log = structlog.get_logger()


def _place(body: dict[str, Any], context: AsyncBoltContext) -> tuple[str, str, str]:
    """The channel, the person and the thread that a request is about; empty where it names none."""
    event = body.get("event") or {}
    item = event.get("item") or {}
    channel = context.channel_id or item.get("channel") or ""
    user = context.actor_user_id or context.user_id or ""
    message = body.get("message") or event
    return channel, user, message.get("thread_ts") or ""


def _typed(body: dict[str, Any]) -> str:
    """What the person typed, where Slack keeps it nowhere for them: a command, and a form that is closed now."""
    if command := body.get("command"):
        return plain_text(f"{command} {body.get('text') or ''}").strip()
    if body.get("type") == "view_submission":
        fields = submitted(body["view"])
        return "\n".join(f"{name.replace('_', ' ')}: {text}" for name, text in fields.items() if text)
    return ""


def register(app: AsyncApp) -> None:
    """Answer every error of every listener."""

    @app.error
    async def failed(
        error: Exception, body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> BoltResponse:
        if isinstance(error, CopydeskError):
            log.warning("listener.refused", code=error.code, request=body.get("type") or body.get("command"))
            text = f":x: {escape(error.message)} {escape(error.remedy)}".strip()
        else:
            number = secrets.token_hex(4)
            log.error("listener.failed", error_id=number, exc_info=error)
            text = f":x: Something went wrong on my side. Who runs me finds it in the log under `{number}`."
        if typed := _typed(body):
            text += f"\nYou typed:\n{escape(typed)}"
        channel, user, thread_ts = _place(body, context)
        await tell(client, channel, user, text, thread_ts)
        # Bolt withdraws the acknowledgement of a listener that fails soon after it. The person is told, so Slack
        # need not say that the app did not respond, nor deliver the event again.
        return BoltResponse(status=200)


async def tell(client: AsyncWebClient, channel: str, user: str, text: str, thread_ts: str = "") -> None:
    """Say something to one person: where they are, or in a direct message where that is refused."""
    if not user:
        return
    try:
        if channel:
            await client.chat_postEphemeral(
                channel=channel, user=user, text=text, thread_ts=thread_ts or None
            )
            return
    except SlackApiError as error:
        log.info("listener.ephemeral_refused", channel=channel, error=error.response.get("error"))
    try:
        await client.chat_postMessage(channel=user, text=text)
    except SlackApiError as error:
        log.warning("listener.untold", error=error.response.get("error"))
