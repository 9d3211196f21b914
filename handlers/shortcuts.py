"""The message shortcut “Rewrite this copy”."""

import json
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from handlers.blocks import rewrite_view
from handlers.services import Services


def register(app: AsyncApp, services: Services) -> None:
    """Listen to the shortcut."""

    @app.shortcut("copy_rewrite_message")
    async def rewrite(ack: AsyncAck, shortcut: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        message, channel = shortcut["message"], shortcut["channel"]["id"]
        delivery = await services.history.delivery(channel, message["ts"])
        if delivery is None:
            text = "That message is not copy of mine. Use the shortcut on a message that I wrote."
            await client.chat_postEphemeral(channel=channel, user=shortcut["user"]["id"], text=text)
            return
        metadata = {
            "team_id": delivery.team_id,
            "channel_id": channel,
            "thread_ts": delivery.thread_ts,
            "variant_id": delivery.variant_ids[0],
        }
        await client.views_open(trigger_id=shortcut["trigger_id"], view=rewrite_view(json.dumps(metadata)))
