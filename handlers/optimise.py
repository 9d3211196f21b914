"""Optimising copy: the command, the mention, the form, and the message shortcut “Optimise this copy”."""

import json
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.jobs import Task
from bot.optimise_request import FORM_FIELDS, MAX_TEXT, make_request, read_fields, read_request
from handlers.answers import give_back
from handlers.blocks import Block
from handlers.forms import submitted
from handlers.optimise_view import FORM, optimise_view, text_of_form
from handlers.places import Asker
from handlers.pressed import open_view
from handlers.services import Services
from handlers.slack_text import plain_text
from models.brief import clean_text
from models.errors import BriefError, CopydeskError, EngineCannotServe
from models.variant import Draft

_MOST_ERROR = 2_000
_NO_TEXT = "That message has no text. Use the shortcut on a message that holds copy."
_TOO_LONG = f"That message is too long; I optimise up to {MAX_TEXT:,} characters. Give me a piece of it."


def register(app: AsyncApp, services: Services) -> None:
    """Listen to the form and to the shortcut; the command and the mention are heard where all are."""
    _form(app, services)
    _shortcut(app, services)


async def from_command(
    services: Services, client: AsyncWebClient, respond: AsyncRespond, command: Mapping[str, Any], typed: str
) -> None:
    """Start a job for `/copy optimize TEXT | aim: …`, or open the form where there is no text."""
    if not typed:
        await open_form(client, respond, command)
        return
    where = Asker(
        team_id=command["team_id"], channel_id=command["channel_id"], user_id=command["user_id"], thread_ts=""
    )
    try:
        await start(services, where, typed, f"command:{command['trigger_id']}")
    except (BriefError, EngineCannotServe) as error:
        await give_back(respond, error, f"/copy optimize {typed}", form=f"optimize {typed}")


async def start(services: Services, where: Asker, typed: str, job_id: str) -> None:
    """Start a job for a text with its fields.

    Raises:
        BriefError: There is no text, it is too long, or a field is wrong.
        EngineCannotServe: The text is neither English nor Chinese.
    """
    request = read_request(typed)
    await services.jobs.submit(
        Task(action="optimise", brief=request.brief, instruction=request.aim, **where), job_id
    )


async def open_form(
    client: AsyncWebClient, respond: AsyncRespond, place: Mapping[str, Any], typed: str = ""
) -> None:
    """Open the form, with what was typed; when Slack does not, the person has it back.

    Args:
        client: Slack's.
        respond: Answers the person alone.
        place: The channel, the team and the trigger.
        typed: A text with its fields.
    """
    where = {"channel_id": place["channel_id"], "team_id": place["team_id"]}
    values = read_fields(typed)
    view = optimise_view(where, values | {"text": values["text"][:MAX_TEXT]})
    await _open(client, respond, place["trigger_id"], view, f"/copy optimize {typed}".strip())


async def _open(
    client: AsyncWebClient, respond: AsyncRespond, trigger_id: str, view: Block, typed: str
) -> None:
    if reason := await open_view(client, trigger_id, view):
        told = CopydeskError(
            f"Slack did not open the form ({reason}).",
            "Try again, or type `/copy optimize your copy | aim: warmer`.",
        )
        await give_back(respond, told, typed)


def _form(app: AsyncApp, services: Services) -> None:
    @app.view(FORM)
    async def optimise_submitted(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        fields, where = submitted(view), json.loads(view["private_metadata"])
        place = Asker(
            team_id=where["team_id"],
            channel_id=where["channel_id"],
            user_id=body["user"]["id"],
            thread_ts=where.get("thread_ts", ""),
        )
        variant_id = fields.get("variant") or where.get("variant_id", "")
        if variant_id:
            await ack()
            task = Task(
                action="optimise",
                variant_id=variant_id,
                instruction=clean_text(fields.get("aim", "")),
                **place,
            )
            await services.jobs.submit(task, f"view:{view['id']}")
            return
        try:
            given = {name: fields.get(name, "") for name in FORM_FIELDS}
            request = make_request(text_of_form(fields), **given)
        except (BriefError, EngineCannotServe) as error:
            # Slack keeps the form open with everything in it.
            field = error.field if isinstance(error, BriefError) and error.field in fields else "text"
            await ack(response_action="errors", errors={field: str(error)[:_MOST_ERROR]})
            return
        await ack()
        task = Task(action="optimise", brief=request.brief, instruction=request.aim, **place)
        await services.jobs.submit(task, f"view:{view['id']}")


def _shortcut(app: AsyncApp, services: Services) -> None:
    @app.shortcut("copy_optimise_message")
    async def optimise_message(
        ack: AsyncAck, shortcut: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        await ack()
        channel, message = shortcut["channel"]["id"], shortcut["message"]
        where = {
            "team_id": (shortcut.get("team") or {}).get("id", ""),
            "channel_id": channel,
            "thread_ts": message.get("thread_ts") or message["ts"],
        }
        delivery = await services.history.delivery(channel, message["ts"])
        draft: Draft | None = await services.history.draft(delivery.draft_id) if delivery else None
        if delivery and draft:
            variants = [one for one in draft.variants if one.id in delivery.variant_ids]
            await _open(client, respond, shortcut["trigger_id"], optimise_view(where, variants=variants), "")
            return
        text = clean_text(plain_text(str(message.get("text") or "")))
        if not text or len(text) > MAX_TEXT:
            # Not chat.postEphemeral: the message may stand in a channel that the bot is not in.
            await respond(text=_TOO_LONG if text else _NO_TEXT, replace_original=False)
            return
        await _open(client, respond, shortcut["trigger_id"], optimise_view(where, {"text": text}), "")
