"""Answers to one person: what was refused with what was typed, and earlier copy."""

from typing import Any

from slack_bolt.async_app import AsyncRespond

from bot.store import History
from handlers.blocks import MOST_VALUE, Block, escape, messages, pieces, plain, rich
from handlers.labels import labels
from handlers.notices import refusal_blocks
from models.errors import CopydeskError

# A response URL takes five answers (https://docs.slack.dev/interactivity/handling-user-interaction); a message's
# text holds 40,000 characters where its blocks hold some 12,000.
_MOST_ANSWERS, _TEXT_PIECE = 5, 38_000
_SHOWN = 10


async def give_back(respond: AsyncRespond, error: CopydeskError, typed: str, *, form: str = "") -> None:
    """Say what is wrong, what to do, and all that was typed, in as many answers as it needs.

    Args:
        respond: Answers the person alone.
        error: What is wrong.
        typed: What was typed.
        form: What the form is opened with at a press; empty offers no form.
    """
    form = form if len(form) <= MOST_VALUE else ""
    text = escape(str(error))
    parts = messages(refusal_blocks(error.message, error.remedy, typed, form=form))
    if len(parts) <= _MOST_ANSWERS:
        for part in parts:
            await respond(text=text, blocks=part, replace_original=False)
        return
    await respond(text=text, blocks=refusal_blocks(error.message, error.remedy), replace_original=False)
    for piece in list(pieces(escape(typed), _TEXT_PIECE))[: _MOST_ANSWERS - 1]:
        await respond(text=piece, replace_original=False)


async def history_answer(history: History, query: str, *, channel_id: str) -> dict[str, Any]:
    """Earlier copy of a channel that has the words, as the arguments of an answer."""
    entries = await history.search(query, channel_id=channel_id, limit=_SHOWN)
    if not entries:
        text = f"No copy with “{query}” in this channel." if query else "No copy in this channel yet."
        return {"text": escape(text), "blocks": rich(plain(text[:2_000]))}
    blocks: list[Block] = []
    for entry in entries:
        said = labels(entry.brief.resolved_language)
        head = f" · {said.kinds[entry.brief.kind]} · {entry.created_at:%Y-%m-%d}"
        head += f" · {entry.reward:+g}" if entry.reward else ""
        excerpt = entry.variant.text if len(entry.variant.text) <= 400 else entry.variant.text[:399] + "…"
        blocks += rich(plain(entry.brief.product, bold=True), plain(f"{head}\n"), plain(excerpt))
    return {"text": f"{len(entries)} found.", "blocks": messages(blocks)[0]}
