"""Messages: replies in a copy's thread are rewrites; mentions write, rewrite or help."""

import re
from typing import Any

from models.grammar import parse_brief
from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.jobs import Task
from handlers.blocks import HELP
from handlers.commands import refusal
from handlers.services import Services
from handlers.slack_text import is_instruction, plain_text, without_mention
from models.brief import Kind
from models.errors import BriefError

_NAMED = re.compile(r"^\s*(?:#|variant\s*|第)?([1-8])\s*(?:[:：.、]|个[:：,，]?)\s*")


def register(app: AsyncApp, services: Services) -> None:
    """Listen to messages; a mention also arrives as a message, and the job id by channel and ts makes them one."""

    @app.event("app_mention")
    async def mentioned(event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient) -> None:
        if await _rewrite(services, event, context, addressed=True):
            return
        text = plain_text(without_mention(event.get("text", ""), context.bot_user_id or "")).strip()
        place = {"channel": event["channel"], "thread_ts": event.get("thread_ts") or event["ts"]}
        word, _, rest = text.partition(" ")
        if word.casefold() not in set(Kind) or not rest.strip():
            await client.chat_postEphemeral(user=event["user"], text=HELP, channel=event["channel"])
            return
        try:
            brief = parse_brief(rest, Kind(word.casefold()))
        except BriefError as error:
            await client.chat_postEphemeral(
                user=event["user"], text=refusal(error, text), channel=event["channel"]
            )
            return
        task = Task(
            action="write",
            team_id=context.team_id or "",
            channel_id=event["channel"],
            user_id=event["user"],
            thread_ts=place["thread_ts"],
            brief=brief,
        )
        await services.jobs.submit(task, f"message:{event['channel']}:{event['ts']}")

    @app.event("message")
    async def said(event: dict[str, Any], context: AsyncBoltContext) -> None:
        mention = f"<@{context.bot_user_id}" in event.get("text", "")
        if not mention:
            await _rewrite(services, event, context, addressed=False)


async def _rewrite(
    services: Services, event: dict[str, Any], context: AsyncBoltContext, *, addressed: bool
) -> bool:
    """Start a rewrite when the message answers copy; False when it is about something else."""
    if event.get("bot_id") or event.get("subtype") not in (None, "file_share", "thread_broadcast"):
        return False
    thread_ts = event.get("thread_ts")
    if not thread_ts or not event.get("user"):
        return False
    shown = await services.history.thread(event["channel"], thread_ts)
    if not shown:
        return False
    text = without_mention(event.get("text", ""), context.bot_user_id or "")
    instruction = plain_text(text).strip()
    await services.history.add_thread_message(
        event["channel"], thread_ts, event["ts"], event["user"], instruction
    )
    if not instruction or not (addressed or is_instruction(text)):
        return addressed
    named = _NAMED.match(instruction)
    variants = shown[-1].variant_ids
    if named and int(named.group(1)) <= len(shown[0].variant_ids):
        variants, instruction = shown[0].variant_ids, instruction[named.end() :] or instruction
        variant_id = variants[int(named.group(1)) - 1]
    else:
        variant_id = variants[0]
    task = Task(
        action="rewrite",
        team_id=context.team_id or "",
        channel_id=event["channel"],
        user_id=event["user"],
        thread_ts=thread_ts,
        variant_id=variant_id,
        instruction=instruction,
    )
    await services.jobs.submit(task, f"message:{event['channel']}:{event['ts']}")
    return True
