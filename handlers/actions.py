"""Buttons under copy: rewrites, approval, feedback, copy as text, retry."""

import json
from datetime import UTC, datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.jobs import Task
from handlers.blocks import escape, rewrite_view
from handlers.services import Services

INSTRUCTIONS = {
    "copy_shorter": {"en": "Make it shorter.", "zh": "更短一些。"},
    "copy_longer": {"en": "Make it longer, with more of the facts.", "zh": "更长一些，多用给出的事实。"},
    "copy_warmer": {"en": "Make it warmer and friendlier.", "zh": "语气更温暖亲切。"},
}


def _place(body: dict[str, Any]) -> dict[str, str]:
    message = body["message"]
    return {
        "team_id": (body.get("team") or {}).get("id", ""),
        "channel_id": body["channel"]["id"],
        "thread_ts": message.get("thread_ts") or message["ts"],
    }


def register(app: AsyncApp, services: Services) -> None:
    """Listen to every button that copy carries."""

    async def quick(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        found = await services.history.variant(action["value"])
        language = found[0].brief.resolved_language if found else "en"
        task = Task(
            action="rewrite",
            user_id=body["user"]["id"],
            variant_id=action["value"],
            instruction=INSTRUCTIONS[action["action_id"]][language],
            **_place(body),
        )
        await services.jobs.submit(task, f"action:{body['trigger_id']}")

    for action_id in INSTRUCTIONS:
        app.action(action_id)(quick)

    @app.action("copy_rewrite")
    async def rewrite(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], client: AsyncWebClient
    ) -> None:
        await ack()
        metadata = json.dumps({**_place(body), "variant_id": action["value"]})
        await client.views_open(trigger_id=body["trigger_id"], view=rewrite_view(metadata))

    @app.action("copy_retry")
    async def retry(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        task = Task.model_validate_json(action["value"])
        await services.jobs.submit(task, f"action:{body['trigger_id']}")

    @app.action("copy_approve")
    async def approve(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], client: AsyncWebClient
    ) -> None:
        await ack()
        user_id = body["user"]["id"]
        found = await services.history.variant(action["value"])
        place = _place(body)
        if found is None or not found[1].ready:
            reason = (
                "It is no longer in my history." if found is None else "It fails a check; rewrite it first."
            )
            await client.chat_postEphemeral(
                channel=place["channel_id"], user=user_id, text=f":warning: Not approved. {reason}"
            )
            return
        await services.history.approve(action["value"], user_id)
        await client.chat_postMessage(
            channel=place["channel_id"],
            thread_ts=place["thread_ts"],
            text=f":white_check_mark: <@{user_id}> approved variant {found[1].position}.",
        )

    @app.action("copy_text")
    async def as_text(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], client: AsyncWebClient
    ) -> None:
        await ack()
        found = await services.history.variant(action["value"])
        if found is None:
            return
        draft, variant = found
        place = _place(body)
        posted = await client.chat_postMessage(
            channel=place["channel_id"], thread_ts=place["thread_ts"], text=escape(variant.text)
        )
        # A message of its own: reactions on it and replies after it are about this variant alone.
        await services.history.save_delivery(
            draft.id, **place, ts=str(posted["ts"]), variant_ids=[variant.id]
        )

    @app.action("copy_feedback")
    async def feedback(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        sign, variant_id = action["value"][0], action["value"][1:]
        user_id = body["user"]["id"]
        good = sign == "+"
        await services.history.remove_feedback(
            variant_id=variant_id, user_id=user_id, reaction="-1" if good else "+1"
        )
        await services.history.add_feedback(
            variant_id=variant_id,
            user_id=user_id,
            reaction="+1" if good else "-1",
            reward=1.0 if good else -1.0,
            source="button",
            at=datetime.now(UTC),
        )
