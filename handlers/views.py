"""Submitted forms: the brief, and the instruction for a rewrite."""

import json
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.jobs import Task
from handlers.blocks import escape
from handlers.forms import brief_values, submitted
from handlers.problems import tell
from handlers.services import Services
from models.brief import clean_text, make_brief
from models.errors import BriefError

# https://docs.slack.dev/surfaces/modals#displaying_errors does not tell a limit; labels have this one.
_MOST_ERROR = 2_000
# Where the form has no input of the field's name.
_SHOWN_AT = {"brief": "attributes"}


def register(app: AsyncApp, services: Services) -> None:
    """Listen to both forms, and to the brief's being closed."""

    @app.view("copy_brief")
    async def brief_submitted(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        fields = submitted(view)
        try:
            brief = make_brief(brief_values(fields))
        except BriefError as error:
            # Slack keeps the form open with everything in it.
            field = _SHOWN_AT.get(error.field, error.field)
            errors = {field if field in fields else "product": str(error)[:_MOST_ERROR]}
            await ack(response_action="errors", errors=errors)
            return
        await ack()
        where = json.loads(view["private_metadata"])
        task = Task(
            action="write",
            user_id=body["user"]["id"],
            team_id=where["team_id"],
            channel_id=where["channel_id"],
            brief=brief,
        )
        await services.jobs.submit(task, f"view:{view['id']}")

    @app.view_closed("copy_brief")
    async def brief_closed(
        ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], client: AsyncWebClient
    ) -> None:
        await ack()
        where = json.loads(view["private_metadata"])
        if typed := where.get("typed"):
            text = f"You closed the form. You typed:\n{escape(f'/copy {typed}')}"
            await tell(client, where["channel_id"], body["user"]["id"], text)

    @app.view("copy_instruction")
    async def instruction_submitted(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        fields = submitted(view)
        instruction = clean_text(fields["instruction"])
        if not instruction:
            await ack(response_action="errors", errors={"instruction": "Say what should change."})
            return
        await ack()
        where = json.loads(view["private_metadata"])
        task = Task(
            action="rewrite",
            user_id=body["user"]["id"],
            instruction=instruction,
            **{**where, "variant_id": fields.get("variant") or where["variant_id"]},
        )
        await services.jobs.submit(task, f"view:{view['id']}")
