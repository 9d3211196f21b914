"""api.test, auth.test, apps.connections.open, team.info, blocks.validate."""

from __future__ import annotations

from workspace.api.method import Method
from workspace.blocks import check_message_blocks, parse_blocks
from workspace.core import Core, Json
from workspace.errors import SlackError


async def api_test(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/api.test"""
    given = {name: value for name, value in arguments.items() if name != "token"}
    if given.get("error"):
        raise SlackError(str(given["error"]), extra={"args": given})
    return {"args": given} if given else {}


async def auth_test(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/auth.test"""
    state = core.state
    return {
        "url": state.team["url"],
        "team": state.team["name"],
        "user": state.users[state.bot.user_id].name,
        "team_id": state.team["id"],
        "user_id": state.bot.user_id,
        "bot_id": state.bot.id,
        "is_enterprise_install": False,
    }


async def connections_open(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/apps.connections.open"""
    address = core.url.replace("http://", "ws://", 1)
    return {"url": f"{address}/link/?ticket={core.socket.new_ticket()}&app_id={core.state.bot.app_id}"}


async def team_info(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/team.info"""
    return {"team": core.state.team}


async def blocks_validate(core: Core, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/blocks.validate, for ``blocks`` only."""
    if arguments.get("blocks") is None:
        raise SlackError("invalid_arguments", ["must provide `blocks`"])
    check_message_blocks(parse_blocks(arguments["blocks"]))
    return {}


METHODS = {
    "api.test": Method(api_test, needs_token=False),
    "auth.test": Method(auth_test),
    "apps.connections.open": Method(connections_open, app_level=True),
    "team.info": Method(team_info, ("team:read",)),
    "blocks.validate": Method(blocks_validate),
}
