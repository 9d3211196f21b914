"""Brand profiles in Slack: the form, its versions, files in and out, and a profile drafted from a team's copy."""

import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.brand import ENDINGS, MOST_BYTES, file_name, read_toml, to_toml
from bot.brand_draft import draft_brand
from bot.brand_style import split_texts
from bot.store import BrandVersion, History
from bot.templates_store import desk_for
from handlers.blocks import Block, button, escape, messages, plain, rich, words
from handlers.brand_view import (
    CHANNEL,
    DRAFT,
    OPEN,
    PROFILE,
    TEXTS,
    WORKSPACE,
    Where,
    brand_values,
    given_texts,
    profile_view,
    reading_view,
    texts_view,
    told_versions,
)
from handlers.forms import submitted
from handlers.pressed import open_view
from handlers.problems import tell
from handlers.reviews_files import download
from handlers.services import Services
from handlers.slack_posts import code_of
from models.brand import Brand, BrandError, make_brand
from models.errors import CopydeskError, DeliveryError

__all__ = ["HOW", "from_command", "how_blocks", "import_file", "means_workspace", "register", "toml_files"]

log = structlog.get_logger()

HOW = (
    "`/copy brand` shows this channel's brand profile; `/copy brand draft` makes one from your copy, "
    "`/copy brand export` sends it as a file, `/copy brand history` lists its versions, `/copy brand remove` ends this "
    "channel's own. `@Copydesk brand` with a TOML file saves that for the channel, `@Copydesk brand workspace` for the "
    "whole workspace."
)
_MOST_ERROR = 2_000
_WORDS = {
    **dict.fromkeys(["export", "导出"], "export"),
    **dict.fromkeys(["history", "versions", "历史", "版本"], "history"),
    **dict.fromkeys(["draft", "起草"], "draft"),
    **dict.fromkeys(["remove", "delete", "删除"], "remove"),
}
_WORKSPACE_WORDS = ("workspace", "工作区", "全部")
_SHOWN_AT = {"examples": "example_1", "": "voice"}


def register(app: AsyncApp, services: Services) -> None:
    """Listen to the forms and their buttons; the command and the mention are heard where all are."""
    _profile(app, services)
    _texts(app, services)
    _opening(app, services)


async def from_command(
    services: Services, client: AsyncWebClient, respond: AsyncRespond, command: Mapping[str, Any], typed: str
) -> None:
    """Do what `/copy brand …` asks."""
    word, _, rest = typed.partition(" ")
    asked = _WORDS.get(word.casefold(), "" if not typed else "?")
    team, channel, user = command["team_id"], command["channel_id"], command["user_id"]
    if asked == "export":
        await _export(services, client, respond, team, channel, user)
    elif asked == "history":
        await _tell_history(services.history, respond, team, channel)
    elif asked == "remove":
        place = "" if means_workspace(rest) else channel
        await _remove(services.history, respond, team, place, user)
    elif asked == "draft":
        await _open(
            client, respond, command["trigger_id"], texts_view(await _where(services.history, team, channel))
        )
    elif asked == "":
        view = await _current(services, team, channel)
        await _open(client, respond, command["trigger_id"], view)
    else:
        await respond(text=HOW, replace_original=False)


def how_blocks() -> list[Block]:
    """What can be done with profiles."""
    return rich(*words(HOW))


def means_workspace(text: str) -> bool:
    """Whether what follows the command asks for the whole workspace."""
    return text.strip().casefold() in _WORKSPACE_WORDS


def toml_files(files: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The files that may hold a profile, by their names."""
    return [one for one in files if str(one.get("name") or "").casefold().endswith(ENDINGS)]


async def import_file(
    services: Services,
    client: AsyncWebClient,
    file: Mapping[str, Any],
    *,
    team_id: str,
    channel_id: str,
    user_id: str,
    origin: str,
) -> str:
    """Save a file that somebody shared as the next version of a profile; what the person is told.

    Raises:
        CopydeskError: Slack does not give the file, or it is no profile.
    """
    name = str(file.get("name") or "The file")
    size = int(file.get("size") or 0)
    if size > MOST_BYTES:
        raise BrandError(f"{name} has {size:,} bytes; a brand profile has at most {MOST_BYTES:,}.")
    with tempfile.TemporaryDirectory(prefix="copydesk-brand-") as folder:
        target = Path(folder) / "brand.toml"
        await download(client, str(file["id"]), target)
        brand = read_toml(target.read_bytes(), name, sectors=services.sectors)
    saved = await services.history.save_brand(
        brand, team_id=team_id, channel_id=channel_id, user_id=user_id, source="file", origin=origin
    )
    return _confirmed(saved)


def _confirmed(saved: BrandVersion) -> str:
    place = "this channel's own brand profile" if saved.channel_id else "the workspace's brand profile"
    name = f" ({saved.brand.name})" if saved.brand and saved.brand.name else ""
    return f"✅ Saved as version {saved.version} of {place}{name}. Copy is written under it from now on."


async def _where(history: History, team_id: str, channel_id: str, source: str = "form") -> Where:
    own = await history.brand_versions(team_id, channel_id)
    whole = await history.brand_versions(team_id)
    return {
        "team_id": team_id,
        "channel_id": channel_id,
        "versions": {CHANNEL: _latest(own), WORKSPACE: _latest(whole)},
        "source": source,
    }


def _latest(versions: Sequence[BrandVersion]) -> int:
    return versions[0].version if versions else 0


async def _current(services: Services, team_id: str, channel_id: str) -> Block:
    """The form with the profile that is in force."""
    kept = await services.history.brand(team_id, channel_id)
    scope = CHANNEL if kept and kept.channel_id else WORKSPACE
    notice = "There is no profile yet. Fill in what matters to you; everything may stay empty."
    if kept:
        whose = "This channel's own profile" if scope == CHANNEL else "The workspace's profile"
        notice = f"{whose}, version {kept.version}."
    where = await _where(services.history, team_id, channel_id)
    return profile_view(where, scope, kept.brand if kept else None, services.sectors, notice)


async def _open(client: AsyncWebClient, respond: AsyncRespond, trigger_id: str, view: Block) -> None:
    if reason := await open_view(client, trigger_id, view):
        await respond(text=f"Slack did not open the form ({reason}). Try again.", replace_original=False)


async def _export(
    services: Services, client: AsyncWebClient, respond: AsyncRespond, team: str, channel: str, user: str
) -> None:
    kept = await services.history.brand(team, channel)
    if kept is None or kept.brand is None:
        await respond(text=f"There is no brand profile here yet. {HOW}", replace_original=False)
        return
    name = file_name(kept.brand)
    try:
        opened = await client.conversations_open(users=[user])
        await client.files_upload_v2(
            content=to_toml(kept.brand),
            filename=name,
            title=f"Brand profile, version {kept.version}",
            channel=opened["channel"]["id"],
        )
    except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
        reason = code_of(error) or type(error).__name__
        raise DeliveryError(f"Slack did not take the file {name} ({reason}).", "Try again.") from error
    await respond(text=f"I sent you {escape(name)} in a direct message.", replace_original=False)


async def _tell_history(history: History, respond: AsyncRespond, team: str, channel: str) -> None:
    blocks: list[Block] = []
    for scope, place in ((CHANNEL, channel), (WORKSPACE, "")):
        if versions := await history.brand_versions(team, place):
            blocks += told_versions(versions, scope)
    if not blocks:
        await respond(text=f"There is no brand profile here yet. {HOW}", replace_original=False)
        return
    await respond(text="Versions of the brand profile", blocks=messages(blocks)[0], replace_original=False)


async def _remove(history: History, respond: AsyncRespond, team: str, place: str, user: str) -> None:
    versions = await history.brand_versions(team, place)
    whose = "This channel" if place else "The workspace"
    if not versions or versions[0].brand is None:
        await respond(text=f"{whose} has no brand profile of its own.", replace_original=False)
        return
    await history.save_brand(None, team_id=team, channel_id=place, user_id=user, source="removed")
    after = "copy here is written under the workspace's again" if place else "copy is written without one"
    text = f"✅ {whose}'s brand profile has ended; {after}. `/copy brand history` brings it back."
    await respond(text=text, replace_original=False)


def _profile(app: AsyncApp, services: Services) -> None:
    history = services.history

    @app.view(PROFILE)
    async def saved(
        ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], client: AsyncWebClient
    ) -> None:
        fields = submitted(view)
        try:
            brand = make_brand(brand_values(fields), sectors=services.sectors)
        except BrandError as error:
            # Slack keeps the form open with everything in it.
            field = _SHOWN_AT.get(error.field, error.field)
            message = str(error)[:_MOST_ERROR]
            await ack(response_action="errors", errors={field if field in fields else "voice": message})
            return
        where: Where = json.loads(view["private_metadata"])
        scope = fields["scope"]
        place = where["channel_id"] if scope == CHANNEL else ""
        versions = await history.brand_versions(where["team_id"], place)
        if _latest(versions) != where["versions"][scope]:
            again = await _overtaken(services, where, scope, brand, versions[0])
            await ack(response_action="update", view=again)
            return
        if versions and versions[0].brand == brand:
            errors = {"scope": f"Nothing is changed: this is version {versions[0].version} as it stands."}
            await ack(response_action="errors", errors=errors)
            return
        user = body["user"]["id"]
        kept = await history.save_brand(
            brand,
            team_id=where["team_id"],
            channel_id=place,
            user_id=user,
            source=where["source"],
            origin=f"view:{view['id']}:{view['hash']}",
        )
        await ack(response_action="clear")
        await tell(client, where["channel_id"], user, escape(_confirmed(kept)))

    @app.action(DRAFT)
    async def draft(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        where: Where = json.loads(body["view"]["private_metadata"])
        if reason := await open_view(client, body["trigger_id"], texts_view(where), on_top=True):
            kept = "Press again; what you typed is in the form that is open."
            text = f"Slack did not open the form ({reason}). {kept}"
            await tell(client, where["channel_id"], body["user"]["id"], text)


async def _overtaken(
    services: Services, where: Where, scope: str, brand: Brand, latest: BrandVersion
) -> Block:
    """The form with what was typed, and that somebody else saved meanwhile."""
    now = await _where(services.history, where["team_id"], where["channel_id"], where["source"])
    who = "somebody else" if latest.brand else "somebody else, who ended it,"
    notice = (
        f"While you were writing {who} saved version {latest.version}. Save again to put yours over it, or close the "
        "form to keep theirs; `/copy brand history` has both."
    )
    return profile_view(now, scope, brand, services.sectors, notice)


def _texts(app: AsyncApp, services: Services) -> None:
    @app.view(TEXTS)
    async def pasted(
        ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], client: AsyncWebClient
    ) -> None:
        fields = submitted(view)
        where: Where = json.loads(view["private_metadata"])
        try:
            texts = split_texts(*given_texts(fields))
            make_brand({"name": fields.get("name", "")})
        except BrandError as error:
            field = error.field if error.field in fields else "texts"
            await ack(response_action="errors", errors={field: str(error)[:_MOST_ERROR]})
            return
        await ack(response_action="update", view=reading_view(where))
        desk = await desk_for(services.jobs.desk, services.history, where["team_id"])
        brand = await draft_brand(texts, desk, name=fields.get("name", ""))
        drafted = await _drafted(services, where, brand, len(texts))
        try:
            await client.views_update(view_id=view["id"], view=drafted)
        except SlackApiError as error:
            # The person closed the form meanwhile.
            log.info("brand.form_gone", reason=code_of(error))
            await _offer(services.history, client, body["user"]["id"], where, brand, view["id"])


async def _drafted(services: Services, where: Where, brand: Brand, texts: int) -> Block:
    kept = await services.history.brand(where["team_id"], where["channel_id"])
    scope = CHANNEL if kept and kept.channel_id else WORKSPACE
    now = await _where(services.history, where["team_id"], where["channel_id"], "draft")
    many = f"from {texts} texts" if texts else "from your texts"
    notice = f"Drafted {many}. Nothing is saved yet: read it, correct it, save it."
    return profile_view(now, scope, brand, services.sectors, notice)


async def _offer(
    history: History, client: AsyncWebClient, user: str, where: Where, brand: Brand, view_id: str
) -> None:
    """The draft in a direct message, to be opened at a press."""
    key = f"brand:{view_id}"
    body = {"user_id": user, "where": where, "brand": brand.model_dump(mode="json", exclude_defaults=True)}
    await history.keep_task(key, json.dumps(body, ensure_ascii=False))
    text = "The brand profile drafted from your copy is ready."
    blocks = rich(plain(text))
    blocks.append(
        {
            "type": "actions",
            "elements": [button(OPEN, "Open the draft", json.dumps({"kept": key}), "primary")],
        }
    )
    await client.chat_postMessage(channel=user, text=text, blocks=blocks)


def _opening(app: AsyncApp, services: Services) -> None:
    history = services.history

    @app.action(OPEN)
    async def opened(
        ack: AsyncAck,
        body: dict[str, Any],
        action: dict[str, Any],
        client: AsyncWebClient,
        respond: AsyncRespond,
    ) -> None:
        await ack()
        value = json.loads(action["value"])
        if key := value.get("kept"):
            view = await _kept_draft(services, key)
        else:
            team, here = (body.get("team") or {}).get("id", ""), body["channel"]["id"]
            versions = await history.brand_versions(team, value["channel_id"])
            brand = next((one.brand for one in versions if one.version == value["version"]), None)
            scope = CHANNEL if value["channel_id"] else WORKSPACE
            notice = f"Version {value['version']}. Save it to bring it back, changed or as it is."
            # A channel's profile may be opened from where its list was asked for, which is that channel.
            where = await _where(history, team, value["channel_id"] or here)
            view = profile_view(where, scope, brand, services.sectors, notice)
        await _open(client, respond, body["trigger_id"], view)


async def _kept_draft(services: Services, key: str) -> Block:
    body = await services.history.kept_task(key)
    if body is None:
        raise CopydeskError(
            "That draft is not in my history any more.", "Draft it again: `/copy brand draft`."
        )
    kept = json.loads(body)
    return await _drafted(services, kept["where"], make_brand(kept["brand"]), 0)
