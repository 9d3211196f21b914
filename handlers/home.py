"""The home tab: how to, what writes, and the person's own recent copy."""

from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.store import HistoryEntry
from handlers.blocks import Block, context, divider, plain, rich, section
from handlers.labels import labels
from handlers.notices import help_blocks
from handlers.services import Services
from models.generation.base import EngineInfo

_RECENT, _EXCERPT = 15, 600
_LANGUAGES = {"en": "English", "zh": "中文"}


def register(app: AsyncApp, services: Services) -> None:
    """Listen to the home tab being opened."""

    @app.event("app_home_opened")
    async def opened(event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient) -> None:
        if event.get("tab") != "home":
            return
        # One's own alone: the team's other copy may stand in channels that this person is not in.
        recent = await services.history.search(
            team_id=context.team_id or None, user_id=event["user"], limit=_RECENT
        )
        await client.views_publish(user_id=event["user"], view=home_view(recent, services.engine))


def home_view(recent: list[HistoryEntry], engine: EngineInfo | None) -> Block:
    """The home tab."""
    blocks: list[Block] = help_blocks()
    if engine:
        languages = ", ".join(_LANGUAGES.get(code, code) for code in sorted(engine.languages))
        blocks += context(f"Written by {engine.ref.name}, {engine.ref.model}", languages)
    blocks += [divider(), section("*Your recent copy*")]
    if not recent:
        blocks += context("Nothing yet. Try the example above in a channel.")
    for entry in recent:
        said, text = labels(entry.brief.resolved_language), entry.variant.text
        excerpt = text if len(text) <= _EXCERPT else text[: _EXCERPT - 1] + "…"
        head = f" · {said.kinds[entry.brief.kind]} · {entry.created_at:%Y-%m-%d}\n"
        blocks += rich(plain(entry.brief.product, bold=True), plain(head), plain(excerpt))
        blocks += context(said.ready if entry.variant.ready else said.not_ready)
    return {"type": "home", "blocks": blocks}
