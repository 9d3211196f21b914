"""The message shortcut “Rewrite this copy”."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from handlers.actions import open_rewrite
from handlers.services import Services


def register(app: AsyncApp, services: Services) -> None:
    """Listen to the shortcut."""

    @app.shortcut("copy_rewrite_message")
    async def rewrite(
        ack: AsyncAck, shortcut: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        await ack()
        channel = shortcut["channel"]["id"]
        delivery = await services.history.delivery(channel, shortcut["message"]["ts"])
        draft = await services.history.draft(delivery.draft_id) if delivery else None
        if delivery is None or draft is None:
            # Not chat.postEphemeral: the message may stand in a channel that the bot is not in.
            text = "That message is not copy of mine. Use the shortcut on a message that shows copy."
            await respond(text=text, replace_original=False)
            return
        where = {"team_id": delivery.team_id, "channel_id": channel, "thread_ts": delivery.thread_ts}
        variants = [one for one in draft.variants if one.id in delivery.variant_ids]
        await open_rewrite(client, respond, shortcut["trigger_id"], where, variants)
