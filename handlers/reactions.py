"""Reactions on copy: feedback, and its removal."""

from datetime import UTC, datetime
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.store import Delivery
from handlers.services import Services

_NUMBERS = {"one": 0, "two": 1, "three": 2, "four": 3, "five": 4, "six": 5, "seven": 6, "eight": 7}
_ALIASES = {"thumbsup": "+1", "thumbsdown": "-1"}


def reaction_name(name: str) -> str:
    """The reaction without skin tone and with aliases folded: `thumbsup::skin-tone-3` -> `+1`."""
    base = name.split("::")[0]
    return _ALIASES.get(base, base)


def variant_for(delivery: Delivery, name: str) -> str | None:
    """Which variant a reaction is about: a keycap names one, all else the lead."""
    position = _NUMBERS.get(name, 0)
    return delivery.variant_ids[position] if position < len(delivery.variant_ids) else None


def register(app: AsyncApp, services: Services) -> None:
    """Listen to reactions added and removed."""

    async def target(event: dict[str, Any]) -> tuple[str, str] | None:
        name = reaction_name(event["reaction"])
        item = event["item"]
        if item.get("type") != "message" or name not in services.rewards:
            return None
        delivery = await services.history.delivery(item["channel"], item["ts"])
        variant_id = variant_for(delivery, name) if delivery else None
        return (name, variant_id) if variant_id else None

    @app.event("reaction_added")
    async def added(event: dict[str, Any]) -> None:
        if found := await target(event):
            await services.history.add_feedback(
                variant_id=found[1],
                user_id=event["user"],
                reaction=found[0],
                reward=services.rewards[found[0]],
                source="reaction",
                at=datetime.now(UTC),
            )

    @app.event("reaction_removed")
    async def removed(event: dict[str, Any]) -> None:
        if found := await target(event):
            await services.history.remove_feedback(
                variant_id=found[1], user_id=event["user"], reaction=found[0]
            )
