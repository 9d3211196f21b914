"""Builds the JSON in which Slack's API and events, and our client API, show messages, people and channels."""

from __future__ import annotations

from typing import Any

from workspace.state import Channel, File, Message, State, User
from workspace.text import rich_text

Json = dict[str, Any]


def message_body(state: State, message: Message) -> Json:
    """A message as the Web API returns it and events carry it (https://docs.slack.dev/reference/events/message)."""
    body: Json = {"type": "message", "ts": message.ts, "text": message.text, "team": state.team["id"]}
    if message.tombstone:
        return body | {"subtype": "tombstone", "user": "USLACKBOT", "hidden": True} | _thread(state, message)
    if message.bot_id:
        body |= {"bot_id": message.bot_id, "app_id": state.bot.app_id}
        if message.via_response_url:
            body |= {"subtype": "bot_message", "username": message.username}
        else:
            body |= {"user": message.user, "bot_profile": bot_profile(state)}
        if message.blocks:
            body["blocks"] = message.blocks
    else:
        body |= {"user": message.user, "client_msg_id": f"local-{message.ts}"}
        if message.text:
            body["blocks"] = rich_text(message.text)
    if message.files:
        body |= {"files": [file_body(state, state.files[one]) for one in message.files], "upload": False}
    if message.edited:
        body["edited"] = message.edited
    if message.metadata:
        body["metadata"] = message.metadata
    if message.reactions:
        body["reactions"] = [
            {"name": name, "users": list(users), "count": len(users)}
            for name, users in message.reactions.items()
        ]
    return body | _thread(state, message)


def _thread(state: State, message: Message) -> Json:
    if message.thread_ts and message.thread_ts != message.ts:
        parent = state.messages[message.channel].get(message.thread_ts)
        extra: Json = {"thread_ts": message.thread_ts}
        if parent is not None and parent.user:
            extra["parent_user_id"] = parent.user
        return extra
    replies = state.replies(message)
    if not replies:
        return {}
    users = list(dict.fromkeys(reply.user or state.bot.user_id for reply in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users": users,
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
    }


def message_event(state: State, message: Message, channel: Channel) -> Json:
    """The ``message`` event of a new message."""
    body = message_body(state, message)
    for unknown in ("reply_count", "reply_users", "reply_users_count", "latest_reply", "reactions"):
        body.pop(unknown, None)
    if message.files and not message.bot_id:
        body["subtype"] = "file_share"
    return body | {"channel": channel.id, "channel_type": channel.kind, "event_ts": message.ts}


def bot_profile(state: State) -> Json:
    """The bot as a message shows it."""
    return {
        "id": state.bot.id,
        "app_id": state.bot.app_id,
        "user_id": state.bot.user_id,
        "name": state.bot.name,
        "deleted": False,
        "team_id": state.team["id"],
    }


def user_body(state: State, user: User) -> Json:
    """A user as ``users.info`` returns them."""
    return {
        "id": user.id,
        "team_id": state.team["id"],
        "name": user.name,
        "deleted": False,
        "color": user.color,
        "real_name": user.real_name,
        "locale": user.locale,
        "tz": user.tz,
        "profile": {
            "real_name": user.real_name,
            "real_name_normalized": user.real_name,
            "display_name": user.name,
            "display_name_normalized": user.name,
            "team": state.team["id"],
            **({"bot_id": state.bot.id, "api_app_id": state.bot.app_id} if user.is_bot else {}),
        },
        "is_admin": False,
        "is_owner": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 1_700_000_000,
    }


def channel_body(state: State, channel: Channel) -> Json:
    """A conversation as ``conversations.info`` returns it."""
    body: Json = {
        "id": channel.id,
        "created": channel.created,
        "is_im": channel.is_im,
        "is_org_shared": False,
        "context_team_id": state.team["id"],
        "is_archived": False,
    }
    if channel.is_im:
        person = next((member for member in channel.members if member != state.bot.user_id), "")
        return body | {"user": person, "is_user_deleted": False, "is_open": True}
    return body | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": True,
        "is_group": False,
        "is_mpim": False,
        "is_private": False,
        "is_general": False,
        "is_member": state.has_bot(channel),
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def file_body(state: State, file: File) -> Json:
    """A file as ``files.info`` returns it."""
    url = f"{str(state.team['url']).rstrip('/')}/files/{state.team['id']}-{file.id}/{file.name}"
    extension = file.name.rsplit(".", 1)[-1].lower() if "." in file.name else "text"
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": extension,
        "pretty_type": extension.upper(),
        "user": file.user,
        "size": len(file.content),
        "mode": "hosted",
        "is_external": False,
        "is_public": True,
        "channels": list(file.channels),
        "url_private": url,
        "url_private_download": url,
        "permalink": url,
    }


def client_message(state: State, message: Message) -> Json:
    """A message as the client API shows it."""
    replies = [] if message.ephemeral_to else state.replies(message)
    shown: Json = {
        "ts": message.ts,
        "channel": message.channel,
        "username": message.username,
        "text": message.text,
        "blocks": message.blocks,
        "reply_count": len(replies),
        "reply_users": list(dict.fromkeys(reply.user or state.bot.user_id for reply in replies)),
        "reactions": [{"name": name, "users": list(users)} for name, users in message.reactions.items()],
        "edited": message.edited is not None,
        "files": [client_file(state, state.files[one], message) for one in message.files],
        "streaming": message.streaming,
    }
    for name in ("user", "bot_id", "thread_ts", "metadata", "ephemeral_to"):
        value = getattr(message, name)
        if value is not None:
            shown[name] = value
    return shown


def client_file(state: State, file: File, message: Message | None = None) -> Json:
    """A file as the client API shows it; the address opens without a token, for a browser on this machine."""
    body = file_body(state, file)
    viewer = file.user if message is None else (message.user or file.user)
    return {
        "id": file.id,
        "name": file.name,
        "mimetype": file.mimetype,
        "size": len(file.content),
        "url_private": f"{body['url_private']}?viewer={viewer}",
    }
