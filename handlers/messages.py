"""Messages: mentions and direct messages write, rewrite or help; replies in a copy's thread are rewrites."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.jobs import Task
from handlers import approval, brand, optimise, reviews, templates
from handlers.answers import history_answer
from handlers.blocks import Block, escape, plain, rich
from handlers.notices import HELP, help_blocks, refusal_blocks
from handlers.places import Asker
from handlers.replies import asks_for_change, chosen_variant
from handlers.reviews_files import readable
from handlers.services import Services
from handlers.slack_text import mentions, plain_text, without_mention
from handlers.typed import read_command
from models.brief import MAX_FIELD_CHARACTERS, Kind, clean_text
from models.errors import BriefError, CopydeskError, EngineCannotServe
from models.grammar import parse_brief

# A file's comment and a reply that is shown in the channel too are messages of people like any other. All else
# with a subtype is an edit, a deletion, a join or a bot's: https://docs.slack.dev/reference/events/message
_SUBTYPES = (None, "file_share", "thread_broadcast")


@dataclass(frozen=True)
class Said:
    """One message of a person.

    `raw` is the text as Slack sends it and `text` as it was typed, both without the bot's mention; `alone` says
    that it stands in a direct message with the bot; `files` are those that it shares.
    """

    team_id: str
    channel_id: str
    user_id: str
    ts: str
    thread_ts: str
    raw: str
    text: str
    mentioned: bool
    alone: bool
    files: tuple[dict[str, Any], ...] = ()

    @property
    def job_id(self) -> str:
        """The job that the message starts: one, however often Slack delivers it, and under whatever event."""
        return f"message:{self.channel_id}:{self.ts}"


def register(app: AsyncApp, services: Services) -> None:
    """Listen to messages.

    A mention in a channel comes twice, as `app_mention` and as `message`; the first is taken. In a direct message
    there is no `app_mention`.
    """

    @app.event("app_mention")
    async def mentioned(event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient) -> None:
        if said := read(event, context):
            await _addressed(services, client, said)

    @app.event("message")
    async def heard(event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient) -> None:
        said = read(event, context)
        if said is None:
            return
        if said.alone:
            await _addressed(services, client, said)
        elif said.thread_ts and not said.mentioned:
            await _overheard(services, client, said)
        elif said.mentioned and readable(said.files) and read_command(said.text)[0] == "reviews":
            # With a file Slack now and then sends no app_mention (https://github.com/slackapi/bolt-python/issues/925);
            # where it sends both, they are one job.
            await _read_reviews(services, client, said, read_command(said.text)[1])
        elif said.mentioned and said.files and read_command(said.text)[0] == "templates":
            await _import_template(services, client, said)
        elif said.mentioned and brand.toml_files(said.files) and read_command(said.text)[0] == "brand":
            await _import_brand(services, client, said)


def read(event: dict[str, Any], context: AsyncBoltContext) -> Said | None:
    """A person's message; None for bots, ourselves, edits, deletions and all that nobody said."""
    if event.get("bot_id") or event.get("bot_profile") or event.get("subtype") not in _SUBTYPES:
        return None
    if not event.get("user") or event["user"] == context.bot_user_id:
        return None
    text, bot = event.get("text") or "", context.bot_user_id or ""
    raw = without_mention(text, bot)
    return Said(
        team_id=context.team_id or "",
        channel_id=event["channel"],
        user_id=event["user"],
        ts=event["ts"],
        thread_ts=event.get("thread_ts") or "",
        raw=raw,
        text=clean_text(plain_text(raw)),
        mentioned=mentions(text, bot),
        alone=event.get("channel_type") == "im",
        files=tuple(event.get("files") or ()),
    )


async def _addressed(services: Services, client: AsyncWebClient, said: Said) -> None:
    """What was said to the bot: a rewrite, a new brief, a search, or a need of help."""
    word, rest = read_command(said.text)
    shown = await services.history.thread(said.channel_id, said.thread_ts) if said.thread_ts else []
    # “reviews say it is loud” in a copy's thread is about that copy; with a file, or alone, it asks for a reading.
    if word == "reviews" and (said.files or not shown or not rest):
        await _read_reviews(services, client, said, rest)
        return
    if word == "templates" and (said.files or not shown):
        await _import_template(services, client, said)
        return
    # “brand voice is off” in a copy's thread is about that copy.
    if word == "brand" and (brand.toml_files(said.files) or not shown):
        if not brand.toml_files(said.files):
            await _tell(client, said, brand.HOW, brand.how_blocks())
        elif said.alone:
            # In a channel the same file comes as a message, too, and that one is read.
            await _import_brand(services, client, said)
        return
    # “optimize it for teenagers” in a copy's thread is about that copy; a text of one's own has fields.
    if word == "optimize" and rest and (not shown or "|" in rest or "｜" in rest):
        await _optimise(services, client, said, rest)
        return
    # “ad is too long” in a copy's thread is about that copy; a new brief has fields.
    new = isinstance(word, Kind) and rest and (not shown or "|" in rest or "｜" in rest)
    if shown and not new:
        if said.mentioned or asks_for_change(said.raw, by_asker=True, alone=said.alone):
            await _rewrite(services, client, said)
        return
    if isinstance(word, Kind) and rest:
        try:
            brief = parse_brief(rest, word)
        except BriefError as error:
            await _tell(client, said, str(error), refusal_blocks(error.message, error.remedy))
            return
        await services.jobs.submit(Task(action="write", brief=brief, **_asker(said)), said.job_id)
    elif word == "approvers":
        place = {"team_id": said.team_id, "channel_id": said.channel_id, "user_id": said.user_id}
        text, blocks = await approval.approvers(services, client, place, read_command(said.raw.strip())[1])
        if text:
            await _tell(client, said, text, blocks)
    elif word == "history":
        answer = await history_answer(services.history, rest, channel_id=said.channel_id)
        await _tell(client, said, answer["text"], answer["blocks"])
    else:
        await _tell(client, said, HELP, help_blocks())


async def _read_reviews(services: Services, client: AsyncWebClient, said: Said, product: str) -> None:
    """Read the file that the message shares, or the one that it answers."""
    try:
        files: Iterable[Mapping[str, Any]] = said.files
        if not files:
            # Of a mention Slack may leave out the files: the message itself is looked at, too.
            files = await reviews.files_of_thread(client, said.channel_id, said.thread_ts or said.ts)
        await reviews.read_files(services, _asker(said), files, said.job_id, product)
    except CopydeskError as error:
        await _tell(client, said, str(error), reviews.refused_blocks(error))


async def _import_template(services: Services, client: AsyncWebClient, said: Said) -> None:
    """Save the file that the message shares as a template of the workspace."""
    files = templates.template_files(said.files)
    if not files:
        await _tell(client, said, templates.HOW, templates.how_blocks())
        return
    path = read_command(said.text)[1].strip()
    try:
        told = await templates.import_file(
            services, client, files[0], path, team_id=said.team_id, user_id=said.user_id
        )
    except CopydeskError as error:
        await _tell(client, said, str(error), refusal_blocks(error.message, error.remedy))
        return
    await _tell(client, said, told, rich(plain(told)))


async def _import_brand(services: Services, client: AsyncWebClient, said: Said) -> None:
    """Save the file that the message shares as a brand profile: the channel's, or as asked the workspace's."""
    rest = read_command(said.text)[1]
    try:
        told = await brand.import_file(
            services,
            client,
            brand.toml_files(said.files)[0],
            team_id=said.team_id,
            channel_id="" if said.alone or brand.means_workspace(rest) else said.channel_id,
            user_id=said.user_id,
            origin=said.job_id,
        )
    except CopydeskError as error:
        await _tell(client, said, str(error), refusal_blocks(error.message, error.remedy))
        return
    await _tell(client, said, told, rich(plain(told)))


async def _optimise(services: Services, client: AsyncWebClient, said: Said, typed: str) -> None:
    try:
        await optimise.start(services, _asker(said), typed, said.job_id)
    except (BriefError, EngineCannotServe) as error:
        await _tell(client, said, str(error), refusal_blocks(error.message, error.remedy))


def _asker(said: Said) -> Asker:
    """Who said it, and the thread in which the answer goes; alone with the bot there need be none."""
    return Asker(
        team_id=said.team_id,
        channel_id=said.channel_id,
        user_id=said.user_id,
        thread_ts=said.thread_ts or ("" if said.alone else said.ts),
    )


async def _overheard(services: Services, client: AsyncWebClient, said: Said) -> None:
    """A reply that does not mention the bot: a rewrite when it answers copy."""
    shown = await services.history.thread(said.channel_id, said.thread_ts)
    if not shown:
        return
    if asks_for_change(said.raw, by_asker=said.user_id in {one.user_id for one in shown}):
        await _rewrite(services, client, said)
        return
    # What people say to each other is context for later rewrites.
    await services.history.add_thread_message(
        said.channel_id, said.thread_ts, said.ts, said.user_id, said.text[:MAX_FIELD_CHARACTERS]
    )


async def _rewrite(services: Services, client: AsyncWebClient, said: Said) -> None:
    if not said.text:
        await _tell(client, said, HELP, help_blocks())
        return
    if len(said.text) > MAX_FIELD_CHARACTERS:
        problem = f"That instruction has {len(said.text):,} characters; I take {MAX_FIELD_CHARACTERS:,}."
        await _tell(client, said, problem, refusal_blocks(problem, "Say it shorter."))
        return
    await services.history.add_thread_message(
        said.channel_id, said.thread_ts, said.ts, said.user_id, said.text
    )
    shown = await services.history.thread(said.channel_id, said.thread_ts)
    variant_id, instruction = chosen_variant(said.text, shown)
    task = Task(
        action="rewrite",
        team_id=said.team_id,
        channel_id=said.channel_id,
        user_id=said.user_id,
        thread_ts=said.thread_ts,
        variant_id=variant_id,
        instruction=instruction,
    )
    await services.jobs.submit(task, said.job_id)


async def _tell(client: AsyncWebClient, said: Said, text: str, blocks: list[Block]) -> None:
    """Answer the person alone, where they spoke."""
    if said.alone:
        await client.chat_postMessage(
            channel=said.channel_id, thread_ts=said.thread_ts or None, text=escape(text), blocks=blocks
        )
        return
    await client.chat_postEphemeral(
        channel=said.channel_id,
        user=said.user_id,
        thread_ts=said.thread_ts or None,
        text=escape(text),
        blocks=blocks,
    )
