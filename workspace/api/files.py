"""files.getUploadURLExternal, completeUploadExternal, info, and where bytes go to and come from."""

from __future__ import annotations

import json
import mimetypes
import time

from aiohttp import web

from workspace import activity, compose
from workspace.api.chat import writable
from workspace.api.method import Method, required
from workspace.core import Core, Json
from workspace.errors import SlackError
from workspace.events import file_body
from workspace.state import File, Message

LARGEST = 20 * 1024 * 1024


def new_file(core: Core, name: str, user: str, title: str = "") -> File:
    """A file without content yet."""
    kind = mimetypes.guess_type(name)[0] or (
        "text/plain" if name.endswith((".md", ".txt")) else "application/octet-stream"
    )
    file = File(core.state.new_id("F"), name, title or name, kind, user, created=int(time.time()))
    core.state.files[file.id] = file
    return file


async def get_upload_url(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/files.getUploadURLExternal"""
    required(arguments, "filename", "length")
    try:
        length = int(arguments["length"])
    except ValueError:
        raise SlackError("invalid_arguments", ["must be an integer [json-pointer:/length]"]) from None
    if not 0 < length <= LARGEST:
        raise SlackError("file_upload_size_restricted" if length > LARGEST else "invalid_arguments")
    name = str(arguments["filename"]).replace("/", "_")
    file = new_file(core, name, core.state.bot.user_id)
    return {"upload_url": f"{core.url}/upload/v1/{file.id}", "file_id": file.id}


async def complete(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/files.completeUploadExternal"""
    required(arguments, "files")
    given = arguments["files"]
    try:
        entries = json.loads(given) if isinstance(given, str) else given
        wanted = [(core.state.files[str(entry["id"])], entry.get("title")) for entry in entries]
    except (ValueError, TypeError, AttributeError):
        raise SlackError("invalid_arguments", ["must be an array [json-pointer:/files]"]) from None
    except KeyError:
        raise SlackError("file_not_found") from None
    if any(not file.content for file, _ in wanted):
        raise SlackError("file_not_found")
    references = [
        one for one in (arguments.get("channel_id"), *str(arguments.get("channels") or "").split(",")) if one
    ]
    channels = [writable(core, {"channel": reference}) for reference in references]
    for file, title in wanted:
        file.title = str(title or file.title)
        file.complete = True
    for channel in channels:
        text = str(arguments.get("initial_comment") or "")
        _, blocks = (
            compose.content({"blocks": arguments["blocks"]}) if arguments.get("blocks") else (None, None)
        )
        message = Message(
            ts=core.state.new_ts(),
            channel=channel.id,
            text=text,
            username=core.state.bot.name,
            user=core.state.bot.user_id,
            bot_id=core.state.bot.id,
            blocks=blocks or [],
            thread_ts=compose.thread_of(core, channel, arguments.get("thread_ts")),
            files=[file.id for file, _ in wanted],
        )
        for file, _ in wanted:
            file.channels.append(channel.id)
        activity.post(core, message)
    return {"files": [file_body(core.state, file) for file, _ in wanted]}


async def info(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/files.info"""
    file = core.state.files.get(str(arguments.get("file")))
    if file is None or not file.complete:
        raise SlackError("file_not_found")
    return {"file": file_body(core.state, file), "comments": [], "response_metadata": {"next_cursor": ""}}


async def receive(core: Core, request: web.Request) -> web.Response:
    """Takes the bytes, raw or as a form, at the address that files.getUploadURLExternal gave."""
    file = core.state.files.get(request.match_info["file_id"])
    if file is None or file.complete:
        return web.Response(status=404, text="unknown upload")
    if request.content_type.startswith("multipart/"):
        field = next((one for one in (await request.post()).values() if isinstance(one, web.FileField)), None)
        file.content = field.file.read() if field is not None else b""
    else:
        file.content = await request.read()
    return web.Response(text=f"OK - {len(file.content)}")


async def download(core: Core, request: web.Request) -> web.Response:
    """Serves ``url_private`` to the bot's token with ``files:read``, and to a person's browser here.

    Without either Slack answers with a sign-in page and status 200, and so does this.
    """
    file = core.state.files.get(request.match_info["file_id"].rpartition("-")[2])
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    viewer = request.query.get("viewer") in core.state.users
    allowed = token == core.bot_token and "files:read" in core.scopes
    if not (allowed or viewer):
        return web.Response(text="<!DOCTYPE html><title>Sign in</title>", content_type="text/html")
    if file is None:
        return web.Response(status=404, text="file_not_found")
    # What people upload must not run as a page of this origin.
    inline = file.mimetype.startswith("image/") and file.mimetype != "image/svg+xml"
    headers = {
        "Content-Disposition": "inline" if inline else "attachment",
        "Content-Security-Policy": "sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(body=file.content, content_type=file.mimetype, headers=headers)


_WRITE = ("files:write",)
METHODS = {
    "files.getUploadURLExternal": Method(get_upload_url, _WRITE),
    "files.completeUploadExternal": Method(complete, _WRITE),
    "files.info": Method(info, ("files:read",)),
}
