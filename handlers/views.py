"""Submitted forms: the brief, and the instruction for a rewrite."""

import json
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.jobs import Task
from handlers.services import Services
from models.brief import clean_text, make_brief
from models.errors import BriefError


def _values(view: dict[str, Any]) -> dict[str, str]:
    state = view["state"]["values"]
    found: dict[str, str] = {}
    for block_id, actions in state.items():
        element = actions["value"]
        option = element.get("selected_option")
        found[block_id] = option["value"] if option else element.get("value") or ""
    return found


def _attributes(text: str) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for line in clean_text(text).splitlines():
        name, colon, value = line.replace("：", ":").partition(":")
        if line.strip() and not (colon and value.strip()):
            raise BriefError(f"“{line[:60]}” has no value; write name: value.", "", "attributes")
        if line.strip():
            attributes[name.strip()] = value.strip()
    return attributes


def register(app: AsyncApp, services: Services) -> None:
    """Listen to both forms."""

    @app.view("copy_brief")
    async def brief_submitted(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        values = _values(view)
        where = json.loads(view["private_metadata"])
        try:
            n = values.get("n") or "3"
            if not n.strip().lstrip("-").isdecimal():
                raise BriefError("The number of variants is a whole number, 1 to 8.", "", "n")
            brief = make_brief(
                {**values, "n": int(n), "attributes": _attributes(values.pop("attributes", ""))}
            )
        except BriefError as error:
            field = error.field if error.field in view["state"]["values"] else "product"
            await ack(response_action="errors", errors={field: str(error)[:2000]})
            return
        await ack()
        task = Task(action="write", user_id=body["user"]["id"], brief=brief, **where)
        await services.jobs.submit(task, f"view:{view['id']}:{view['hash']}")

    @app.view("copy_instruction")
    async def instruction_submitted(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        await ack()
        task = Task(
            action="rewrite",
            user_id=body["user"]["id"],
            instruction=clean_text(_values(view)["instruction"]),
            **json.loads(view["private_metadata"]),
        )
        await services.jobs.submit(task, f"view:{view['id']}:{view['hash']}")
