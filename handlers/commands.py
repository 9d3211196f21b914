"""The slash command: `/copy` and its subcommands."""

import json
from typing import Any

from models.grammar import parse_brief
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.jobs import Task
from handlers.blocks import EXAMPLE, HELP, brief_view, escape
from handlers.services import Services
from handlers.slack_text import plain_text
from models.brief import Kind
from models.errors import BriefError, CopydeskError

_KINDS = {kind.value: kind for kind in Kind} | {
    "广告": Kind.AD,
    "活动": Kind.CAMPAIGN,
    "描述": Kind.DESCRIPTION,
}


def refusal(error: CopydeskError, typed: str) -> str:
    """What went wrong, what to do, and what was typed, so that nothing is lost."""
    text = f":x: {escape(error.message)} {escape(error.remedy)}".strip()
    return f"{text}\nYou typed:\n```{escape(typed[:2500])}```" if typed else text


def register(app: AsyncApp, services: Services) -> None:
    """Listen to `/copy`."""

    @app.command("/copy")
    async def copy(
        ack: AsyncAck, command: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        await ack()
        typed = plain_text(str(command.get("text") or "")).strip()
        word, _, rest = typed.partition(" ")
        kind, rest = _KINDS.get(word.casefold()), rest.strip()
        if word.casefold() == "help":
            await respond(HELP)
        elif word.casefold() == "history":
            await respond(await _history(services, rest, command))
        elif kind is None and typed and word.casefold() not in _KINDS:
            await _open(client, respond, command, "ad", typed)
        elif kind is None or not rest:
            await _open(client, respond, command, kind.value if kind else "ad", "")
        else:
            try:
                brief = parse_brief(rest, kind)
            except BriefError as error:
                await respond(refusal(error, f"/copy {typed}"))
                return
            task = Task(
                action="write",
                team_id=command["team_id"],
                channel_id=command["channel_id"],
                user_id=command["user_id"],
                brief=brief,
            )
            await services.jobs.submit(task, f"command:{command['trigger_id']}")


async def _open(
    client: AsyncWebClient, respond: AsyncRespond, command: dict[str, Any], kind: str, typed: str
) -> None:
    metadata = json.dumps({"channel_id": command["channel_id"], "team_id": command["team_id"]})
    try:
        await client.views_open(trigger_id=command["trigger_id"], view=brief_view(kind, typed, metadata))
    except Exception as error:
        # Whatever refused the form (expired trigger, network), the person keeps what was typed.
        problem = CopydeskError(
            "Slack did not open the form.", f"Try again, or type it at once: `{EXAMPLE}`."
        )
        await respond(refusal(problem, f"/copy {typed}"))
        raise problem from error


async def _history(services: Services, query: str, command: dict[str, Any]) -> str:
    entries = await services.history.search(query, channel_id=command["channel_id"], limit=10)
    if not entries:
        return "No copy found in this channel." if query else "No copy in this channel yet."
    return "\n".join(
        f"• *{escape(entry.brief.product)}* ({entry.brief.kind.value}): {escape(entry.variant.text[:160])}"
        for entry in entries
    )
