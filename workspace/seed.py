"""The workspace's first day: one team, three people, three channels and direct messages with the bot."""

from __future__ import annotations

from workspace.state import Bot, Channel, State, User

ANA, BEN, LIN = "U0ANA0001", "U0BEN0002", "U0LIN0003"
BOT_USER, BOT, APP = "U0COPYBOT", "B0COPYBOT", "A0COPYDESK"
TEAM = "T0LOCALWS"
MARKETING, SHOP, RANDOM = "C0MARKETING", "C0SHOP", "C0RANDOM"
EDITORS = "S0EDITORS"
DM_ANA, DM_BEN, DM_LIN = "D0ANA0001", "D0BEN0002", "D0LIN0003"


def seeded(url: str, bot_name: str) -> State:
    """A fresh workspace; the bot is in #marketing and #shop but not in #random. Ben and 小林 are a user group.

    Args:
        url: the server's address, which is the team's address too.
        bot_name: the app's name.
    """
    people = [
        User(ANA, "ana", "Ana Ortega", color="9b3b6a"),
        User(BEN, "ben", "Ben Carter", color="2f7f5f", tz="Europe/London"),
        User(LIN, "kobayashi", "小林", color="3b5f9b", locale="zh-CN", tz="Asia/Shanghai"),
    ]
    handle = bot_name.lower().replace(" ", "")
    bot_user = User(BOT_USER, handle, bot_name, is_bot=True, color="c2571a")
    everyone = [person.id for person in people]
    channels = [
        Channel(MARKETING, "marketing", [*everyone, BOT_USER], topic="Campaigns and copy"),
        Channel(SHOP, "shop", [*everyone, BOT_USER], topic="Product pages and offers"),
        Channel(RANDOM, "random", list(everyone), topic="Everything else; the bot is not in here"),
        *(
            Channel(channel_id, "", [user_id, BOT_USER], is_im=True)
            for channel_id, user_id in ((DM_ANA, ANA), (DM_BEN, BEN), (DM_LIN, LIN))
        ),
    ]
    team = {"id": TEAM, "name": "Local workspace", "domain": "local-workspace", "url": f"{url}/"}
    state = State(team, Bot(BOT, BOT_USER, APP, bot_name), [*people, bot_user], channels)
    state.usergroups[EDITORS] = [BEN, LIN]
    return state
