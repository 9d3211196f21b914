"""Reviews: the form, the mention with a file, the message shortcut, and the buttons under a report."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.reviews.emphasis import confirmed
from bot.reviews.job import ReviewsTask
from bot.reviews.pipeline import masked
from bot.reviews.values import Report
from bot.store import History
from handlers.blocks import Block, button
from handlers.forms import brief_values, brief_view, submitted
from handlers.notices import refusal_blocks, retried_blocks
from handlers.places import Asker
from handlers.pressed import open_view
from handlers.reviews_files import readable
from handlers.reviews_view import DESCRIBE, FORM, RETRY, reviews_view
from handlers.services import Services
from models.brief import MAX_PRODUCT_CHARACTERS, Brief, Kind, Language, clean_text, make_brief
from models.errors import BriefError, CopydeskError

NO_FILE = CopydeskError(
    "I see no file of reviews here.",
    "Say `@Copydesk reviews` with a CSV, TSV, XLSX or text file, or as a reply to one; `/copy reviews` opens a form.",
)
_NOT_KEPT = CopydeskError("That report is not in my history any more.", "Read the file again.")
_MOST_FILES = 3
_LANGUAGES: dict[str, Language] = {"en": "en", "zh": "zh"}
_KEYWORDS = 8


def register(app: AsyncApp, services: Services) -> None:
    """Listen to the form, the shortcut and the buttons."""
    _form(app, services)
    _shortcut(app, services)
    _buttons(app, services)


async def open_form(
    client: AsyncWebClient, respond: AsyncRespond, place: Mapping[str, Any], product: str = ""
) -> None:
    """Open the form; when Slack does not, the person is told what else they can do."""
    where = {"channel_id": place["channel_id"], "team_id": place["team_id"]}
    if await open_view(client, place["trigger_id"], reviews_view(where, product=product)):
        text = "Slack did not open the form. Try again, or say `@Copydesk reviews` with a file of reviews."
        await respond(text=text, replace_original=False)


async def read_files(
    services: Services,
    where: Asker,
    files: Iterable[Mapping[str, Any]],
    job_id: str,
    product: str = "",
) -> None:
    """Start a job for each file that may hold reviews.

    Raises:
        CopydeskError: There is none.
    """
    held = list(files)
    chosen = readable(held)[:_MOST_FILES]
    if not chosen and held:
        names = ", ".join(str(one.get("name") or "a file")[:60] for one in held[:3])
        raise CopydeskError(
            f"{names} is no file that I read reviews from.",
            "Attach a CSV, TSV, XLSX or text file (one review a line).",
        )
    if not chosen:
        raise NO_FILE
    for file in chosen:
        task = ReviewsTask(
            team_id=where["team_id"],
            channel_id=where["channel_id"],
            user_id=where["user_id"],
            thread_ts=where["thread_ts"],
            file_id=str(file["id"]),
            file_name=str(file.get("name") or ""),
            product=clean_text(product)[:MAX_PRODUCT_CHARACTERS],
        )
        await services.reviews.submit(task, f"{job_id}:{file['id']}")


async def files_of_thread(client: AsyncWebClient, channel_id: str, thread_ts: str) -> list[Mapping[str, Any]]:
    """The files of the nearest message of a thread that has one which may hold reviews, else its first file.

    Raises:
        CopydeskError: Slack does not show the thread.
    """
    try:
        # Apps outside of Slack's Marketplace get 15 messages and one call a minute
        # (https://docs.slack.dev/changelog/2025/05/29/rate-limit-changes-for-non-marketplace-apps); the thread's
        # first message, which most likely has the file, comes first.
        thread = await client.conversations_replies(channel=channel_id, ts=thread_ts, limit=15)
    except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
        raise CopydeskError(
            "Slack does not show me that thread.",
            "Say `@Copydesk reviews` in the comment of the file itself.",
        ) from error
    with_files: list[list[Mapping[str, Any]]] = [
        list(message["files"])
        for message in thread["messages"]
        # A chart and scored rows of mine are no reviews to read.
        if message.get("files") and not message.get("bot_id")
    ]
    latest_first = with_files[::-1]
    return next((files for files in latest_first if readable(files)), latest_first[0] if latest_first else [])


def refused_blocks(error: CopydeskError) -> list[Block]:
    """Why nothing is read, and the form."""
    blocks = refusal_blocks(error.message, error.remedy)
    return [*blocks, {"type": "actions", "elements": [button(FORM, "Open the form", "open")]}]


def _form(app: AsyncApp, services: Services) -> None:
    @app.view(FORM)
    async def given(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        fields = submitted(view)
        files = view["state"]["values"].get("file", {}).get("value", {}).get("files") or []
        text = fields.get("reviews", "").strip()
        if not text and not files:
            errors = {"reviews": "Paste reviews, one a line, or choose a file below."}
            await ack(response_action="errors", errors=errors)
            return
        try:
            facts = brief_values({"attributes": fields.get("attributes", "")})["attributes"]
        except BriefError as error:
            await ack(response_action="errors", errors={"attributes": str(error)[:2_000]})
            return
        await ack()
        task = ReviewsTask(
            **json.loads(view["private_metadata"]),
            user_id=body["user"]["id"],
            # Personal data goes no further than this: not into the jobs' database either.
            text="" if files else masked(text),
            file_id=str(files[0]["id"]) if files else "",
            file_name=str(files[0].get("name") or "") if files else "",
            product=clean_text(fields.get("product", ""))[:MAX_PRODUCT_CHARACTERS],
            language=_LANGUAGES.get(fields.get("language", "")),
            facts=facts,
        )
        await services.reviews.submit(task, f"view:{view['id']}")


def _shortcut(app: AsyncApp, services: Services) -> None:
    @app.shortcut("copy_reviews_message")
    async def read(ack: AsyncAck, shortcut: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        message = shortcut["message"]
        where: Asker = {
            "team_id": (shortcut.get("team") or {}).get("id", ""),
            "channel_id": shortcut["channel"]["id"],
            "user_id": shortcut["user"]["id"],
            "thread_ts": message.get("thread_ts") or message["ts"],
        }
        try:
            job_id = f"shortcut:{shortcut['trigger_id']}"
            await read_files(services, where, message.get("files") or [], job_id)
        except CopydeskError as error:
            # Not chat.postEphemeral: the message may stand in a channel that the bot is not in.
            await respond(text=str(error), replace_original=False)


def _buttons(app: AsyncApp, services: Services) -> None:
    @app.action(FORM)
    async def form(
        ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        await ack()
        place = {
            "channel_id": body["channel"]["id"],
            "team_id": body["team"]["id"],
            "trigger_id": body["trigger_id"],
        }
        await open_form(client, respond, place)

    @app.action(RETRY)
    async def retry(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], client: AsyncWebClient
    ) -> None:
        await ack()
        task, _ = await _kept(services.history, action["value"])
        message, channel = body["message"], body["channel"]["id"]
        # By the message: two people who press at once start one job.
        await services.reviews.submit(task, f"retry:{channel}:{message['ts']}")
        await client.chat_update(
            channel=channel,
            ts=message["ts"],
            text=message.get("text") or "",
            blocks=retried_blocks(message.get("blocks") or [], body["user"]["id"], task.language or "en"),
        )

    @app.action(DESCRIBE)
    async def describe(
        ack: AsyncAck,
        body: dict[str, Any],
        action: dict[str, Any],
        client: AsyncWebClient,
        respond: AsyncRespond,
    ) -> None:
        await ack()
        task, report = await _kept(services.history, action["value"])
        if report is None:
            raise _NOT_KEPT
        channel, user = body["channel"]["id"], body["user"]["id"]
        earlier = await _earlier(services.history, report.product, channel, user)
        brief, notice = description_brief(
            report, task.facts or (earlier.attributes if earlier else {}), earlier
        )
        where = {"channel_id": channel, "team_id": (body.get("team") or {}).get("id", "")}
        view = brief_view(Kind.DESCRIPTION, where, brief=brief, problem=notice)
        if await open_view(client, body["trigger_id"], view):
            text = "Slack did not open the form. Press the report's button again."
            await respond(text=text, replace_original=False)


def description_brief(
    report: Report, facts: Mapping[str, str], earlier: Brief | None
) -> tuple[Brief | None, str]:
    """The brief for a description, and what the person is told about it.

    The liked aspects that the product's facts confirm become its keywords; what no fact confirms is named to the
    person alone, and complaints are not in it at all.

    Args:
        report: The report.
        facts: The product's attributes.
        earlier: An earlier brief of the product, whose audience, tone and platform are taken over.
    """
    names = [aspect.name for aspect in report.liked]
    sure = confirmed(names, facts)[:_KEYWORDS]
    unsure = [name for name in names if name not in sure][:_KEYWORDS]
    chinese = report.language == "zh"
    comma = "、" if chinese else ", "
    notes = []
    if sure:
        said = (
            "已放入关键词（商品信息可证实）：{}。"
            if chinese
            else "Liked, and confirmed by the facts (now keywords): {}."
        )
        notes.append(said.format(comma.join(sure)))
    if unsure:
        said = (
            "大家也喜欢：{}。属实的话请写进“Facts”，否则不要写进文案。"
            if chinese
            else "Also liked: {}. Add a fact for each that is true; without one it does not belong in the copy."
        )
        notes.append(said.format(comma.join(unsure)))
    notice = " ".join(notes)
    if not report.product:
        return None, notice
    kept = earlier.model_dump(include={"audience", "tone", "platform", "must_avoid"}) if earlier else {}
    return (
        make_brief(
            {
                **kept,
                "kind": Kind.DESCRIPTION,
                "product": report.product[:MAX_PRODUCT_CHARACTERS],
                "attributes": dict(facts),
                "keywords": sure,
                "language": report.language,
            }
        ),
        notice,
    )


async def _earlier(history: History, product: str, channel_id: str, user_id: str) -> Brief | None:
    """The latest brief of a product, from this channel or by this person: other channels may be private."""
    if not product:
        return None
    here = await history.search(product, channel_id=channel_id, limit=50)
    own = await history.search(product, user_id=user_id, limit=50)
    found = [
        entry
        for entry in (*here, *own)
        if clean_text(entry.brief.product).casefold() == product.casefold() and entry.brief.attributes
    ]
    return max(found, key=lambda entry: entry.created_at).brief if found else None


async def _kept(history: History, key: str) -> tuple[ReviewsTask, Report | None]:
    body = await history.kept_task(key)
    if body is None:
        raise _NOT_KEPT
    value = json.loads(body)
    report = value["report"]
    return ReviewsTask.model_validate(value["task"]), Report.model_validate(report) if report else None
