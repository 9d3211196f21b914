"""users.info, users.list, bots.info, usergroups.users.list."""

from __future__ import annotations

from workspace.api.method import Method, page
from workspace.core import Core, Json
from workspace.errors import SlackError
from workspace.events import bot_profile, user_body


async def info(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/users.info"""
    return {"user": user_body(core.state, core.state.user(arguments.get("user")))}


async def listing(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/users.list"""
    found, cursor = page(list(core.state.users.values()), arguments)
    members = [user_body(core.state, user) for user in found]
    return {"members": members, "cache_ts": 1_700_000_000, "response_metadata": {"next_cursor": cursor}}


async def bot_info(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/bots.info"""
    if arguments.get("bot") not in (None, "", core.state.bot.id):
        raise SlackError("bot_not_found")
    return {"bot": bot_profile(core.state)}


async def group_members(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/usergroups.users.list"""
    members = core.state.usergroups.get(str(arguments.get("usergroup") or ""))
    if members is None:
        raise SlackError("no_such_subteam")
    return {"users": list(members)}


_READ = ("users:read",)
METHODS = {
    "users.info": Method(info, _READ),
    "users.list": Method(listing, _READ),
    "bots.info": Method(bot_info, _READ),
    "usergroups.users.list": Method(group_members, ("usergroups:read",)),
}
