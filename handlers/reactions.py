"""Reactions on copy: feedback, and its removal."""

from datetime import UTC, datetime
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.store import Delivery
from handlers.services import Services

_KEYCAPS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
_ALIASES = {"thumbsup": "+1", "thumbsdown": "-1"}
_LIKE = "+1"


def reaction_name(name: str) -> str:
    """The reaction without skin tone and with aliases folded: `thumbsup::skin-tone-3` -> `+1`."""
    base = name.strip(":").split("::")[0]
    return _ALIASES.get(base, base)


def reward_for(name: str, rewards: dict[str, float]) -> float | None:
    """What a reaction is worth, None when it says nothing; a keycap is worth what 👍 is, unless told."""
    known = {reaction_name(given): reward for given, reward in rewards.items()}
    return known.get(name, known.get(_LIKE) if name in _KEYCAPS else None)


def variant_for(delivery: Delivery, name: str) -> str | None:
    """Which variant a reaction is about: a keycap names one, all else is about the message's lead."""
    place = _KEYCAPS.get(name, 1)
    return delivery.variant_ids[place - 1] if place <= len(delivery.variant_ids) else None


def register(app: AsyncApp, services: Services) -> None:
    """Listen to reactions added and removed."""

    async def variant(event: dict[str, Any], name: str) -> str | None:
        item = event["item"]
        if item.get("type") != "message" or reward_for(name, services.rewards) is None:
            return None
        delivery = await services.history.delivery(item["channel"], item["ts"])
        return variant_for(delivery, name) if delivery else None

    @app.event("reaction_added")
    async def added(event: dict[str, Any]) -> None:
        name = reaction_name(event["reaction"])
        reward = reward_for(name, services.rewards)
        variant_id = await variant(event, name)
        if variant_id and reward is not None:
            await services.history.add_feedback(
                variant_id=variant_id,
                user_id=event["user"],
                reaction=name,
                reward=reward,
                source="reaction",
                at=_moment(event),
            )

    @app.event("reaction_removed")
    async def removed(event: dict[str, Any]) -> None:
        name = reaction_name(event["reaction"])
        if variant_id := await variant(event, name):
            await services.history.remove_feedback(
                variant_id=variant_id, user_id=event["user"], reaction=name, at=_moment(event)
            )


def _moment(event: dict[str, Any]) -> datetime:
    """When it happened, by Slack's clock: Slack may deliver events late and out of order."""
    return datetime.fromtimestamp(float(event["event_ts"]), UTC)
