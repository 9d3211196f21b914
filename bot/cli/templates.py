"""`copydesk templates`: the prompt templates, shipped and a workspace's own."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.common import progress, read_settings

if TYPE_CHECKING:
    from bot.prompts import Prompts
    from bot.settings import Settings
    from bot.store import TemplateVersion
    from bot.template_trial import Tried
    from models.brief import Brief

_TEAM = click.option(
    "--team", default="", metavar="ID", help="With this Slack workspace's own templates, by its id (T…)."
)


@click.group("templates")
def command() -> None:
    """List, show, check and test prompt templates (docs/templates.md)."""


@command.command("list")
@_TEAM
def list_command(team: str) -> None:
    """List every template with its digest and where it comes from."""
    from bot.templates_store import list_templates

    settings = read_settings()
    prompts, own = _prompts(settings), asyncio.run(_own(settings, team))
    for one in list_templates(prompts, own):
        origin = f"workspace, version {one.version}" if one.version else one.origin
        click.echo(f"{one.place.path:<36} {one.sha256[:12]}  {origin}")


@command.command("show")
@click.argument("path")
@_TEAM
def show_command(path: str, team: str) -> None:
    """Print a template's text."""
    from bot.templates_store import Place, sources_of

    settings = read_settings()
    prompts = _prompts(settings).with_own(sources_of(asyncio.run(_own(settings, team))))
    click.echo(prompts.source(Place.of(path).path).rstrip("\n"))


@command.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--as", "path", required=True, metavar="PATH", help="What it is to be, e.g. ad/en/large-own.j2."
)
def check_command(file: Path, path: str) -> None:
    """Check whether a file can be a workspace's template."""
    from bot.templates_store import Place, check

    settings = read_settings()
    digest, prompt = check(path, _read(file), _prompts(settings))
    size = sum(len(message.content) for message in prompt.messages)
    click.echo(
        f"{Place.of(path).path}: {len(prompt.messages)} messages, {size:,} characters, digest {digest[:12]}."
    )


@command.command("test")
@click.argument("path")
@click.option(
    "--file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Test this file in its place.",
)
@click.option("--brief", "typed", metavar="TEXT", help="The brief, as in Slack; else a sample.")
@click.option("--render", is_flag=True, help="Only render the prompt; no model is asked.")
@_TEAM
def test_command(path: str, file: Path | None, typed: str | None, render: bool, team: str) -> None:
    """Show the prompt that a template makes, and what the model answers.

    \b
      copydesk templates test ad/en/large-own.j2 --file own.j2 --brief "Desk fan | noise: 22 dB"
    """
    from bot.template_trial import Tried as Rendered
    from bot.templates_store import Place, brief_for, check, context_for, sources_of

    settings = read_settings()
    place = Place.of(path)
    brief = brief_for(place, typed)
    own = sources_of(asyncio.run(_own(settings, team)))
    source = _read(file) if file else ""
    if render:
        prompts = _prompts(settings).with_own(own)
        if source:
            check(place.path, source, prompts)
            prompts = prompts.with_own({**own, place.path: source})
        prompt = prompts.render(place.path, context_for(place, brief))
        tried = Rendered(path=place.path, sha256=prompt.ref.sha256, messages=prompt.messages)
    else:
        with progress("Writing"):
            tried = asyncio.run(_tried(settings, place.path, brief, source, own))
    for message in tried.messages:
        click.echo(f"{click.style(f'[{message.role}]', bold=True)}\n{message.content}\n")
    for number, text in enumerate(tried.texts, 1):
        click.echo(f"{click.style(f'[result {number}]', bold=True)}\n{text}\n")
    for note in tried.notes:
        click.echo(note, err=True)


async def _tried(
    settings: "Settings", path: str, brief: "Brief", source: str, own: "dict[str, str]"
) -> "Tried":
    from bot.assembly import make_desk
    from bot.template_trial import try_template

    desk = make_desk(settings)
    try:
        return await try_template(desk.with_prompts(desk.prompts.with_own(own)), path, brief, source=source)
    finally:
        await desk.close()


def _prompts(settings: "Settings") -> "Prompts":
    from bot.prompts import Prompts

    return Prompts(settings.templates)


def _read(file: Path) -> str:
    from models.errors import TemplateError

    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise TemplateError(f"{file} is no text in UTF-8.", "Save it as UTF-8.") from error
    except OSError as error:
        raise TemplateError(
            f"{file} cannot be read: {error.strerror or error}.", "Choose another file."
        ) from error


async def _own(settings: "Settings", team: str) -> "dict[str, TemplateVersion]":
    """A workspace's own templates; without a workspace no history is opened."""
    if not team:
        return {}
    from bot.assembly import make_history

    history = make_history(settings)
    try:
        return await history.templates(team)
    finally:
        await history.close()
