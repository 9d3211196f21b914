"""`copydesk history`: copy that was written before."""

import asyncio
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from bot.cli.common import read_settings
from bot.cli.since import SINCE

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store import HistoryEntry


@click.command("history")
@click.argument("query", nargs=-1)
@click.option("--kind", type=click.Choice(["ad", "campaign", "description"]), help="Only this kind.")
@click.option("--channel", metavar="ID", help="Only from this Slack channel, by its id (C…).")
@click.option("--since", type=SINCE, help="Only newer: a date (2027-03-01), or 12h, 7d, 2w.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
def command(
    query: tuple[str, ...],
    kind: str | None,
    channel: str | None,
    since: datetime | None,
    limit: int,
    as_json: bool,
) -> None:
    """Find earlier copy by words of it or of its brief, best first; without words, the newest.

    English words match in all their forms, Chinese ones as they are.
    """
    settings = read_settings()
    filters = {"kind": kind, "channel_id": channel, "since": since, "limit": limit}
    entries = asyncio.run(_search(settings, " ".join(query), filters))
    if as_json:
        click.echo(json.dumps([_as_object(entry) for entry in entries], ensure_ascii=False, indent=2))
    elif entries:
        click.echo("\n\n".join(_as_text(entry) for entry in entries))
    else:
        click.echo("Nothing found.", err=True)


async def _search(settings: "Settings", query: str, filters: dict[str, Any]) -> "list[HistoryEntry]":
    from bot.assembly import make_history

    history = make_history(settings)
    try:
        return await history.search(query, **filters)
    finally:
        await history.close()


def _as_object(entry: "HistoryEntry") -> dict[str, Any]:
    variant = entry.variant
    return {
        "created_at": entry.created_at.isoformat(),
        "kind": entry.brief.kind.value,
        "product": entry.brief.product,
        "language": entry.brief.resolved_language,
        "platform": entry.brief.platform,
        "channel_id": entry.channel_id,
        "user_id": entry.user_id,
        "engine": entry.engine.model_dump(mode="json"),
        "reward": entry.reward,
        "variant": {**variant.model_dump(mode="json"), "text": variant.text, "ready": variant.ready},
    }


def _as_text(entry: "HistoryEntry") -> str:
    variant = entry.variant
    facts = [
        f"{entry.created_at.astimezone():%Y-%m-%d %H:%M}",
        entry.brief.kind.value,
        *([entry.channel_id] if entry.channel_id else []),
        "ready" if variant.ready else "not ready",
        *([f"liked {entry.reward:+g}"] if entry.reward else []),
    ]
    text = variant.text.replace("\n", "\n  ")
    return (
        f"{click.style(entry.brief.product, bold=True)}  {click.style(', '.join(facts), dim=True)}\n  {text}"
    )
