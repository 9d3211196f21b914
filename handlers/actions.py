"""Buttons under copy: rewrites, feedback, copy as text; and those under a failure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.jobs import Task
from handlers.answers import give_back
from handlers.blocks import escape, messages, preformatted, renewed
from handlers.copy_view import plain_copy
from handlers.forms import brief_view, fits_form, rewrite_view
from handlers.kept import as_command, task_of, typed_of
from handlers.notices import refusal_blocks, retried_blocks, task_language
from handlers.optimise_view import optimise_form
from handlers.places import place_of
from handlers.pressed import NOT_KEPT, found, open_view
from handlers.reactions import reward_for
from handlers.services import Services
from models.errors import CopydeskError
from models.variant import Variant

INSTRUCTIONS = {
    "copy_shorter": {"en": "Make it shorter.", "zh": "更短一些。"},
    "copy_longer": {"en": "Make it longer, with more of the facts.", "zh": "更长一些，多用给出的事实。"},
    "copy_warmer": {"en": "Make it warmer and friendlier.", "zh": "语气更温暖亲切。"},
}


def register(app: AsyncApp, services: Services) -> None:
    """Listen to every button that copy and failures carry."""
    _rewrites(app, services)
    _judgements(app, services)
    _failures(app, services)


async def open_rewrite(
    client: AsyncWebClient,
    respond: AsyncRespond,
    trigger_id: str,
    where: Mapping[str, Any],
    variants: Sequence[Variant],
) -> None:
    """Open the form for an instruction; when Slack does not, say what else the person can do."""
    if await open_view(client, trigger_id, rewrite_view(where, variants)):
        text = (
            "Slack did not open the form. Press again, or reply in the copy's thread with what should change."
        )
        await respond(text=text, replace_original=False)


def _rewrites(app: AsyncApp, services: Services) -> None:
    async def quick(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        draft, variant = await found(services, action["value"])
        task = Task(
            action="rewrite",
            user_id=body["user"]["id"],
            variant_id=variant.id,
            instruction=INSTRUCTIONS[action["action_id"]][draft.brief.resolved_language],
            **place_of(body),
        )
        await services.jobs.submit(task, f"action:{body['trigger_id']}")

    for action_id in INSTRUCTIONS:
        app.action(action_id)(quick)

    @app.action("copy_rewrite")
    async def rewrite(
        ack: AsyncAck,
        body: dict[str, Any],
        action: dict[str, Any],
        client: AsyncWebClient,
        respond: AsyncRespond,
    ) -> None:
        await ack()
        _, variant = await found(services, action["value"])
        await open_rewrite(client, respond, body["trigger_id"], place_of(body), [variant])

    @app.action("copy_text")
    async def as_text(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], client: AsyncWebClient
    ) -> None:
        await ack()
        draft, variant = await found(services, action["value"])
        place = place_of(body)
        for blocks in messages(preformatted(plain_copy(draft.brief, variant))):
            posted = await client.chat_postMessage(
                channel=place["channel_id"],
                thread_ts=place["thread_ts"],
                text=escape(variant.text[:700]),
                blocks=blocks,
            )
            # A message of its own: reactions on it and replies after it are about this variant alone.
            await services.history.save_delivery(
                draft.id, **place, ts=str(posted["ts"]), variant_ids=[variant.id]
            )


def _judgements(app: AsyncApp, services: Services) -> None:
    @app.action("copy_feedback")
    async def feedback(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        good, variant_id = action["value"][0] == "+", action["value"][1:]
        await found(services, variant_id)
        kept, ended = ("+1", "-1") if good else ("-1", "+1")
        key = {"variant_id": variant_id, "user_id": body["user"]["id"]}
        await services.history.remove_feedback(**key, reaction=ended)
        reward = reward_for(kept, services.rewards)
        await services.history.add_feedback(
            **key,
            reaction=kept,
            reward=(1.0 if good else -1.0) if reward is None else reward,
            source="button",
            at=datetime.now(UTC),
        )


def _failures(app: AsyncApp, services: Services) -> None:
    @app.action("copy_retry")
    async def retry(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], client: AsyncWebClient
    ) -> None:
        await ack()
        task = await task_of(action["value"], services.history)
        message, channel = body["message"], body["channel"]["id"]
        # By the message: two people who press at once start one job.
        await services.jobs.submit(task, f"retry:{channel}:{message['ts']}")
        await client.chat_update(
            channel=channel,
            ts=message["ts"],
            text=message.get("text") or "",
            blocks=retried_blocks(
                renewed(message.get("blocks") or []), body["user"]["id"], task_language(task)
            ),
        )

    @app.action("copy_edit")
    async def edit(
        ack: AsyncAck,
        body: dict[str, Any],
        action: dict[str, Any],
        client: AsyncWebClient,
        respond: AsyncRespond,
    ) -> None:
        await ack()
        task = await task_of(action["value"], services.history)
        if task.brief is None:
            raise NOT_KEPT
        if task.action == "optimise":
            view = optimise_form(task)
        elif fits_form(task.brief):
            where = {"channel_id": task.channel_id, "team_id": task.team_id}
            view = brief_view(task.brief.kind, where, brief=task.brief)
        else:
            typed = as_command(task.brief)
            for blocks in messages(
                refusal_blocks("The brief is too long for a form.", "Change it and send it.", typed)
            ):
                await respond(text="The brief is too long for a form.", blocks=blocks, replace_original=False)
            return
        if reason := await open_view(client, body["trigger_id"], view):
            error = CopydeskError(
                f"Slack did not open the form ({reason}).", "Press again, or change this and send it."
            )
            await give_back(respond, error, typed_of(task))
