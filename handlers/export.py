"""“Export…” under approved copy: a form for what the platform wants to know, and the file in the thread."""

import json
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.export_formats import FORMATS, Format, format_for
from bot.platform_export import GENERIC, copy_of, export
from bot.store import Approval
from handlers.approval_view import EXPORT
from handlers.blocks import Block, rich, words
from handlers.forms import input_block, option, select, submitted
from handlers.places import place_of
from handlers.pressed import found, open_view
from handlers.services import Services
from models.errors import CopydeskError, DeliveryError
from models.variant import Variant

FORM = "copy_export_form"
_FIELD = "field_"


def register(app: AsyncApp, services: Services) -> None:
    """Listen to the button and to the form."""

    @app.action(EXPORT)
    async def ask(
        ack: AsyncAck,
        body: dict[str, Any],
        action: dict[str, Any],
        client: AsyncWebClient,
        respond: AsyncRespond,
    ) -> None:
        await ack()
        draft, variant = await found(services, action["value"])
        await _approved(services, variant)
        view = export_view(place_of(body), variant, format_for(draft.brief.platform))
        if await open_view(client, body["trigger_id"], view):
            await respond(text="Slack did not open the form. Press again.", replace_original=False)

    @app.view(FORM)
    async def write(
        ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], client: AsyncWebClient
    ) -> None:
        fields, where = submitted(view), json.loads(view["private_metadata"])
        draft, variant = await found(services, where["variant_id"])
        approval = await _approved(services, variant)
        form = FORMATS.get(fields["format"])
        given: dict[str, str] = {}
        if form:
            names = [fields.get(f"{_FIELD}{place}", "") for place in range(len(form.fields))]
            given = {name: text for name, text in zip(form.fields, names, strict=True) if text.strip()}
        try:
            exported = export(fields["format"], [copy_of(draft, variant, approval.user_id)], given)
        except CopydeskError as error:
            await ack(response_action="errors", errors={"format": str(error)[:2_000]})
            return
        if exported.left_out:
            problem = f"This copy cannot go into that file: {exported.left_out[0].reason}."
            await ack(response_action="errors", errors={"format": problem[:2_000]})
            return
        await ack()
        stem = "".join(letter if letter.isalnum() else "-" for letter in draft.brief.product).strip("-")[:40]
        try:
            await client.files_upload_v2(
                content=exported.content,
                filename=f"{stem}-{exported.name}",
                title=f"{draft.brief.product[:60]}: {form.name if form else 'CSV'}",
                channel=where["channel_id"],
                thread_ts=where["thread_ts"],
            )
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            reason = error.response.get("error") if isinstance(error, SlackApiError) else type(error).__name__
            raise DeliveryError(
                f"Slack did not take the file ({reason}).", "Invite me to the channel, and export it again."
            ) from error


def export_view(where: Mapping[str, Any], variant: Variant, form: Format | None) -> Block:
    """The form: the format, and the columns that copy does not fill."""
    options = [option("A table for people (CSV)", GENERIC)]
    fields: list[Block] = []
    notice: list[Block] = []
    if form:
        options.insert(0, option(f"{form.name}, to be imported there", form.id))
        fields = [
            input_block(f"{_FIELD}{place}", name, "", hint=hint.capitalize(), most=500)
            for place, (name, hint) in enumerate(form.fields.items())
        ]
        notice = rich(*words(f"What is uncertain about this format: {form.doubt}"))
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": json.dumps({**where, "variant_id": variant.id}),
        "title": {"type": "plain_text", "text": "Export"},
        "submit": {"type": "plain_text", "text": "Export"},
        "close": {"type": "plain_text", "text": "Cancel"},
        "blocks": [select("format", "Format", options, options[0]), *fields, *notice],
    }


async def _approved(services: Services, variant: Variant) -> Approval:
    approval = await services.history.approval(variant.id)
    if approval is None:
        raise CopydeskError("That copy is not approved any more.", "Have it approved, then export it.")
    return approval
