"""The slash command: `/copy` and its subcommands."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.jobs import Task
from handlers import approval, brand, optimise, reviews, templates
from handlers.answers import give_back, history_answer
from handlers.blocks import escape
from handlers.forms import MOST_INPUT, brief_view
from handlers.notices import EXAMPLE, FORM_BUTTON, HELP, help_blocks
from handlers.pressed import open_view
from handlers.services import Services
from handlers.slack_text import plain_text
from handlers.typed import read_command, read_leniently
from models.brief import Kind
from models.errors import BriefError, CopydeskError
from models.grammar import parse_brief


def register(app: AsyncApp, services: Services) -> None:
    """Listen to `/copy`, and to the button that opens what was typed in the form."""

    @app.command("/copy")
    async def copy(
        ack: AsyncAck, command: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        await ack()
        typed = plain_text(str(command.get("text") or "")).strip()
        word, rest = read_command(typed)
        if word == "help":
            await respond(text=HELP, blocks=help_blocks())
        elif word == "history":
            await respond(**await history_answer(services.history, rest, channel_id=command["channel_id"]))
        elif word == "reviews":
            await reviews.open_form(client, respond, command, rest)
        elif word == "optimize":
            await optimise.from_command(services, client, respond, command, rest)
        elif word == "brand":
            await brand.from_command(services, client, respond, command, rest)
        elif word == "templates":
            await templates.from_command(services, client, respond, command, rest)
        elif word == "approvers":
            _, raw = read_command(str(command.get("text") or "").strip())
            text, blocks = await approval.approvers(services, client, command, raw)
            if text:
                await respond(text=escape(text), blocks=blocks)
        elif isinstance(word, Kind) and rest:
            await _write(services, respond, command, word, rest, typed)
        else:
            await _open_form(client, respond, command, typed)

    @app.action(FORM_BUTTON)
    async def form(
        ack: AsyncAck,
        body: dict[str, Any],
        action: dict[str, Any],
        client: AsyncWebClient,
        respond: AsyncRespond,
    ) -> None:
        await ack()
        place = {
            "channel_id": body["channel"]["id"],
            "team_id": body["team"]["id"],
            "trigger_id": body["trigger_id"],
        }
        await _open_form(client, respond, place, action["value"])


async def _write(
    services: Services, respond: AsyncRespond, command: dict[str, Any], kind: Kind, text: str, typed: str
) -> None:
    try:
        brief = parse_brief(text, kind)
    except BriefError as error:
        await give_back(respond, error, f"/copy {typed}", form=typed)
        return
    task = Task(
        action="write",
        team_id=command["team_id"],
        channel_id=command["channel_id"],
        user_id=command["user_id"],
        brief=brief,
    )
    await services.jobs.submit(task, f"command:{command['trigger_id']}")


async def _open_form(
    client: AsyncWebClient, respond: AsyncRespond, place: dict[str, Any], typed: str
) -> None:
    """Open the form with what was typed; when that fails the person has it back."""
    where = {"channel_id": place["channel_id"], "team_id": place["team_id"]}
    word, rest = read_command(typed)
    if word == "optimize":
        await optimise.open_form(client, respond, place, rest)
        return
    kind = word if isinstance(word, Kind) else Kind.AD
    brief, problem = read_leniently(rest, kind) if rest else (None, "")
    if brief is None and len(rest) > MOST_INPUT:
        error = CopydeskError(problem or "That is too long for the form.", "Shorten it, and send it again.")
        await give_back(respond, error, f"/copy {typed}")
        return
    view = brief_view(kind, where, brief=brief, typed=typed if brief else rest, problem=problem)
    if reason := await open_view(client, place["trigger_id"], view):
        # An expired trigger, Slack's refusal or the network: the person keeps what was typed.
        problem_said = CopydeskError(
            f"Slack did not open the form ({reason}).", f"Try again, or type it at once: `{EXAMPLE}`."
        )
        await give_back(respond, problem_said, f"/copy {typed}" if typed else "", form=typed)
