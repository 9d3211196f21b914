"""`copydesk brand`: brand profiles, without Slack."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot.cli.common import progress, read_settings

if TYPE_CHECKING:
    from bot.store import BrandVersion, SqliteHistory
    from models.brand import Brand

Result = TypeVar("Result")

_TEAM = click.option(
    "--team", metavar="ID", help="The Slack workspace (T…); needed when the history has several."
)
_CHANNEL = click.option("--channel", metavar="ID", default="", help="A Slack channel's own profile (C…).")


@click.group("brand")
def command() -> None:
    """Show, import, export and draft brand profiles.

    A profile is a TOML file (docs/brand.md). `copydesk write --brand FILE` writes under one; in Slack each workspace
    and each channel can have its own, which these commands read and write in the history.
    """


@command.command("show")
@_TEAM
@_CHANNEL
@click.option("--versions", is_flag=True, help="Every version: who saved it, when and how.")
def show(team: str | None, channel: str, versions: bool) -> None:
    """Show which profiles there are, or one place's versions."""
    if versions:
        found = _run(lambda history: _versions(history, team, channel))
    elif team or channel:
        one = _run(lambda history: _in_force(history, team, channel))
        found = [one] if one else []
    else:
        found = _run(lambda history: history.brands())
    for one in found:
        click.echo(_line(one))
    if not found:
        click.echo("No brand profile.", err=True)


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@_TEAM
@_CHANNEL
def import_(file: Path, team: str | None, channel: str) -> None:
    """Check a TOML file and save it as the next version of a workspace's or a channel's profile."""
    from bot.assembly import team_sectors
    from bot.brand import profile_from_file

    brand = profile_from_file(file, sectors=team_sectors(read_settings())).brand

    async def save(history: "SqliteHistory") -> "BrandVersion":
        place = await _team(history, team)
        return await history.save_brand(brand, team_id=place, channel_id=channel, source="file")

    click.echo(_line(_run(save)))


@command.command("export")
@_TEAM
@_CHANNEL
@click.option("--version", type=click.IntRange(1), help="An earlier version; the latest when absent.")
def export(team: str | None, channel: str, version: int | None) -> None:
    """Print a profile as TOML."""
    from bot.brand import to_toml
    from models.brand import BrandError

    async def find(history: "SqliteHistory") -> "BrandVersion | None":
        if version is None:
            return await _in_force(history, team, channel)
        return next((one for one in await _versions(history, team, channel) if one.version == version), None)

    found = _run(find)
    if found is None or found.brand is None:
        raise BrandError("There is no such brand profile.", "`copydesk brand show` lists those there are.")
    click.echo(to_toml(found.brand), nl=False)


@command.command("draft")
@click.argument("file", metavar="FILE|-")
@click.option("--name", default="", help="The brand's name.")
@click.option(
    "--engine",
    type=click.Choice(["local", "openai"]),
    help="What describes the voice, instead of the settings' choice.",
)
def draft(file: str, name: str, engine: str | None) -> None:
    """Draft a profile from a file with 5 to 50 texts of yours; prints TOML to edit.

    The texts are divided by empty lines, or are one a line; - reads standard input. An able engine describes the
    voice; without one the profile has what is measured.
    """
    from bot.brand_style import split_texts
    from bot.cli.text_input import open_lines, whole_text

    with open_lines(file) as lines:
        texts = split_texts(whole_text(lines))
    settings = read_settings(engine=engine)
    from bot.brand import to_toml

    with progress("Reading"):
        brand = asyncio.run(_drafted(settings, texts, name))
    click.echo(to_toml(brand), nl=False)


async def _drafted(settings: Any, texts: list[str], name: str) -> "Brand":
    from bot.assembly import make_desk
    from bot.brand_draft import draft_brand

    desk = make_desk(settings)
    try:
        return await draft_brand(texts, desk, name=name)
    finally:
        await desk.close()


def _run(work: "Callable[[SqliteHistory], Awaitable[Result]]") -> Result:
    """Do something with the settings' history."""
    settings = read_settings()

    async def run() -> Result:
        from bot.assembly import make_history

        history = make_history(settings)
        try:
            return await work(history)
        finally:
            await history.close()

    return asyncio.run(run())


async def _team(history: "SqliteHistory", team: str | None) -> str:
    """The workspace that is meant."""
    from models.brand import BrandError

    if team:
        return team
    known = await history.teams()
    if len(known) == 1:
        return known[0]
    several = f"It has {', '.join(known[:5])}." if known else "It has none yet."
    raise BrandError(
        f"The history does not tell which Slack workspace is meant. {several}", "Name it: --team T…."
    )


async def _in_force(history: "SqliteHistory", team: str | None, channel: str) -> "BrandVersion | None":
    return await history.brand(await _team(history, team), channel)


async def _versions(history: "SqliteHistory", team: str | None, channel: str) -> "list[BrandVersion]":
    return await history.brand_versions(await _team(history, team), channel)


def _line(one: "BrandVersion") -> str:
    place = f"{one.team_id} {one.channel_id or '(workspace)'}"
    name = one.brand.name or "(no name)" if one.brand else "(ended)"
    who = f" by {one.user_id}" if one.user_id else ""
    return f"{place}  v{one.version}  {name}  {one.at.astimezone():%Y-%m-%d %H:%M}  {one.source}{who}"
