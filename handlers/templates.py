"""Prompt templates in Slack: `/copy templates`, its forms, and a file shared with a mention."""

import json
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.prompts import Prompts
from bot.store import TemplateVersion
from bot.template_job import TemplateTask
from bot.templates_store import (
    MAX_SOURCE,
    Place,
    brief_for,
    check,
    list_templates,
    roll_back,
    sample_brief,
    save,
    sources_of,
)
from handlers.blocks import Block, escape, messages, rich, words
from handlers.forms import submitted
from handlers.notices import refusal_blocks
from handlers.pressed import open_view
from handlers.problems import tell
from handlers.reviews_files import download
from handlers.services import Services
from handlers.templates_view import (
    BACK,
    BACK_FORM,
    CHOOSE,
    EDIT,
    EDIT_FORM,
    TRY,
    TRY_FORM,
    back_view,
    edit_view,
    joined,
    list_blocks,
    template_blocks,
    try_view,
)
from models.brief import Brief
from models.errors import BriefError, CopydeskError, TemplateError
from models.grammar import print_brief

HOW = (
    "`/copy templates` lists them; `/copy templates show ad/en/large-benefit.j2` shows one, and `edit`, `test`, "
    "`versions` and `rollback NAME 2` (or `shipped`) do what they say. `@Copydesk templates ad/en/large-own.j2` with a "
    ".j2 file saves that."
)
_WORDS = {
    **dict.fromkeys(["show", "查看"], "show"),
    **dict.fromkeys(["edit", "编辑", "修改"], "edit"),
    **dict.fromkeys(["test", "try", "测试"], "test"),
    **dict.fromkeys(["versions", "history", "版本"], "show"),
    **dict.fromkeys(["rollback", "revert", "回滚", "恢复"], "rollback"),
}
_MOST_ERROR = 2_000
# A response URL takes five answers.
_MOST_ANSWERS = 5


def register(app: AsyncApp, services: Services) -> None:
    """Listen to the choice, the buttons and the forms; the command and the mention are heard where all are."""
    _buttons(app, services)
    _forms(app, services)


async def from_command(
    services: Services, client: AsyncWebClient, respond: AsyncRespond, command: Mapping[str, Any], typed: str
) -> None:
    """Do what `/copy templates …` asks."""
    prompts, team = _shipped(services), command["team_id"]
    own = await services.history.templates(team)
    if not typed:
        listed = list_templates(prompts, own)
        await _answer(respond, "Prompt templates", list_blocks(listed))
        return
    head, _, rest = typed.partition(" ")
    asked = _WORDS.get(head.casefold())
    path, _, more = (rest if asked else typed).strip().partition(" ")
    try:
        place = Place.of(path.strip("|｜"))
        if asked == "rollback":
            if not more.strip():
                raise TemplateError("To which version?", f"`/copy templates rollback {place.path} shipped`.")
            kept = await roll_back(
                services.history, prompts, team, place.path, more, user_id=command["user_id"]
            )
            await _answer(respond, "Rolled back.", rich(*words(_confirmed(kept))))
        elif asked == "edit":
            await _open(client, command["trigger_id"], await _edit_form(services, _where(command), place))
        elif asked == "test":
            sample = more.strip().lstrip("|｜").strip()
            if sample:
                task = _task(command, place, brief_for(place, sample))
                await services.templates.submit(task, f"command:{command['trigger_id']}")
                await _answer(
                    respond, "Testing.", rich(*words(f"Testing `{place.path}`: see our direct messages."))
                )
            else:
                await _open(client, command["trigger_id"], _try_form(_where(command), place))
        else:
            await _show(services, respond, team, place)
    except (TemplateError, BriefError) as error:
        await _answer(
            respond, str(error), [*refusal_blocks(error.message, error.remedy, f"/copy templates {typed}")]
        )


async def import_file(
    services: Services,
    client: AsyncWebClient,
    file: Mapping[str, Any],
    path: str,
    *,
    team_id: str,
    user_id: str,
) -> str:
    """Save a file that somebody shared as a workspace's template; what the person is told.

    Raises:
        CopydeskError: Slack does not give the file, or it is no template.
    """
    place = Place.of(path)
    name, size = str(file.get("name") or "The file"), int(file.get("size") or 0)
    if size > MAX_SOURCE * 4:
        raise TemplateError(
            f"{name} has {size:,} bytes; a template has at most {MAX_SOURCE:,} characters.", "Shorten it."
        )
    with tempfile.TemporaryDirectory(prefix="copydesk-template-") as folder:
        target = Path(folder) / "template.j2"
        await download(client, str(file["id"]), target)
        try:
            source = target.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise TemplateError(f"{name} is no text in UTF-8.", "Save it as UTF-8.") from error
    prompts = _shipped(services)
    kept = await save(
        services.history, prompts, team_id, place.path, source, user_id=user_id, note=f"from {name[:80]}"
    )
    return _confirmed(kept)


def template_files(files: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The files that may hold a template, by their names."""
    return [
        one for one in files if re.search(r"\.(?:j2|jinja2?|txt)$", str(one.get("name") or "").casefold())
    ]


def how_blocks() -> list[Block]:
    """How to use templates."""
    return rich(*words(HOW))


def _buttons(app: AsyncApp, services: Services) -> None:
    @app.action(re.compile(rf"{CHOOSE}(?:_\d+)?"))
    async def chosen(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond
    ) -> None:
        await ack()
        await _show(services, respond, body["team"]["id"], Place.of(action["selected_option"]["value"]))

    @app.action(EDIT)
    async def edit(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], client: AsyncWebClient
    ) -> None:
        await ack()
        view = await _edit_form(services, _pressed(body), Place.of(action["value"]))
        await _open(client, body["trigger_id"], view)

    @app.action(TRY)
    async def try_(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], client: AsyncWebClient
    ) -> None:
        await ack()
        await _open(client, body["trigger_id"], _try_form(_pressed(body), Place.of(action["value"])))

    @app.action(BACK)
    async def back(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], client: AsyncWebClient
    ) -> None:
        await ack()
        where = _pressed(body)
        versions = await services.history.template_versions(where["team_id"], action["value"])
        await _open(client, body["trigger_id"], back_view(where, action["value"], versions))


def _forms(app: AsyncApp, services: Services) -> None:
    @app.view(EDIT_FORM)
    async def edited(
        ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], client: AsyncWebClient
    ) -> None:
        fields, where, user = submitted(view), json.loads(view["private_metadata"]), body["user"]["id"]
        source = joined(fields)
        try:
            place = Place.of(fields["path"])
        except TemplateError as error:
            await ack(response_action="errors", errors={"path": str(error)[:_MOST_ERROR]})
            return
        try:
            if fields["then"] == "try":
                check(place.path, source, _shipped(services))
            else:
                kept = await save(
                    services.history, _shipped(services), where["team_id"], place.path, source, user_id=user
                )
        except TemplateError as error:
            await ack(response_action="errors", errors={"source_00": str(error)[:_MOST_ERROR]})
            return
        await ack()
        if fields["then"] != "save":
            task = _task({**where, "user_id": user}, place, sample_brief(place), source)
            await services.templates.submit(task, f"view:{view['id']}")
        if fields["then"] != "try":
            await tell(client, where["channel_id"], user, escape(_confirmed(kept)))

    @app.view(TRY_FORM)
    async def tried(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        fields, where = submitted(view), json.loads(view["private_metadata"])
        place = Place.of(where["path"])
        try:
            brief = brief_for(place, fields["brief"])
        except BriefError as error:
            await ack(response_action="errors", errors={"brief": str(error)[:_MOST_ERROR]})
            return
        await ack()
        task = _task({**where, "user_id": body["user"]["id"]}, place, brief)
        await services.templates.submit(task, f"view:{view['id']}")

    @app.view(BACK_FORM)
    async def rolled(
        ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], client: AsyncWebClient
    ) -> None:
        fields, where, user = submitted(view), json.loads(view["private_metadata"]), body["user"]["id"]
        try:
            kept = await roll_back(
                services.history,
                _shipped(services),
                where["team_id"],
                where["path"],
                fields["to"],
                user_id=user,
            )
        except TemplateError as error:
            await ack(response_action="errors", errors={"to": str(error)[:_MOST_ERROR]})
            return
        await ack()
        await tell(client, where["channel_id"], user, escape(_confirmed(kept)))


def _shipped(services: Services) -> Prompts:
    return services.jobs.desk.prompts


async def _used(services: Services, team_id: str) -> Prompts:
    """The templates that a workspace uses."""
    return _shipped(services).with_own(sources_of(await services.history.templates(team_id)))


async def _show(services: Services, respond: AsyncRespond, team_id: str, place: Place) -> None:
    used = await _used(services, team_id)
    versions = await services.history.template_versions(team_id, place.path)
    blocks = template_blocks(place.path, used.source(place.path), used.digest(place.path), versions)
    await _answer(respond, place.path, blocks)


async def _edit_form(services: Services, where: Mapping[str, str], place: Place) -> Block:
    used = await _used(services, where["team_id"])
    source = used.source(place.path) if place.path in used.paths() else _beginning(place)
    view = edit_view(where, place.path, source)
    if view is None:
        raise TemplateError(
            "That template is too long for a form.",
            f"Attach it as a .j2 file: `@Copydesk templates {place.path}`.",
        )
    return view


def _beginning(place: Place) -> str:
    """What a new template begins with."""
    rules = f"shared/rules.{place.language}.j2"
    return (
        f'{{% block system %}}\n{{% include "{rules}" %}}\n{{% endblock %}}\n'
        '{% block user %}\n{% include "shared/brief.j2" %}\n{% endblock %}\n'
    )


def _try_form(where: Mapping[str, str], place: Place) -> Block:
    return try_view(where, place.path, print_brief(sample_brief(place)))


def _task(where: Mapping[str, Any], place: Place, brief: Brief, source: str = "") -> TemplateTask:
    return TemplateTask(
        team_id=where["team_id"],
        channel_id=where["channel_id"],
        user_id=where["user_id"],
        path=place.path,
        brief=brief,
        source=source,
    )


def _where(command: Mapping[str, Any]) -> dict[str, str]:
    return {"team_id": command["team_id"], "channel_id": command["channel_id"]}


def _pressed(body: Mapping[str, Any]) -> dict[str, str]:
    return {"team_id": body["team"]["id"], "channel_id": body["channel"]["id"]}


def _confirmed(kept: TemplateVersion) -> str:
    if kept.source is None:
        return f"✅ {kept.path} is as shipped again (version {kept.version} of this workspace)."
    return (
        f"✅ {kept.path} is version {kept.version} of this workspace ({kept.sha256[:8]}), used from now on."
    )


async def _open(client: AsyncWebClient, trigger_id: str, view: Block) -> None:
    if await open_view(client, trigger_id, view):
        raise CopydeskError("Slack did not open the form.", "Try again.")


async def _answer(respond: AsyncRespond, text: str, blocks: list[Block]) -> None:
    for part in messages(blocks)[:_MOST_ANSWERS]:
        await respond(text=escape(text)[:3_000], blocks=part, replace_original=False)
