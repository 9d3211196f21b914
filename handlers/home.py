"""The home tab: how to, and recent copy."""

from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from handlers.blocks import home_view
from handlers.services import Services


def register(app: AsyncApp, services: Services) -> None:
    """Listen to the home tab being opened."""

    @app.event("app_home_opened")
    async def opened(event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient) -> None:
        if event.get("tab") != "home":
            return
        entries = await services.history.search(team_id=context.team_id or None, limit=15)
        recent = [
            (f"{entry.brief.product} ({entry.brief.kind.value})", entry.variant.text) for entry in entries
        ]
        await client.views_publish(user_id=event["user"], view=home_view(recent))
