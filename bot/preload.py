"""Loads models, rules and earlier copy ahead of the first brief."""

import asyncio
from typing import TYPE_CHECKING

import structlog

from models.errors import CopydeskError

if TYPE_CHECKING:
    from bot.desk import Desk
    from bot.earlier import Earlier

log = structlog.get_logger()


async def preload(desk: "Desk", earlier: "Earlier", team_id: str) -> None:
    """Load what the first brief would wait for; a problem is logged, and told by that brief in words.

    Args:
        desk: Its local model, sentiment weights and rules.
        earlier: The earlier copy.
        team_id: Whose.
    """
    try:
        await earlier.of(team_id)
        await asyncio.to_thread(_check_once, desk)
        if desk.engine.info.ref.name == "local":
            log.info("preload.engine", answer=await desk.engine.check())
        if desk.sentiment:
            await desk.sentiment.score(["Good.", "很好。"])
    except CopydeskError as error:
        log.warning("preload.failed", code=error.code, problem=str(error))
    else:
        log.info("preload.done")


def _check_once(desk: "Desk") -> None:
    """Run the checks, which read rules and dictionaries when they are first needed."""
    from models.brief import Brief, Kind
    from models.checks.examine import examine
    from models.checks.subject import Subject
    from models.variant import Part

    for text in ("A lamp for your desk.", "照亮书桌的台灯。"):
        brief = Brief(kind=Kind.AD, product=text)
        subject = Subject(brief=brief, parts=(Part(name="body", text=text),), facts=brief.facts)
        examine(subject, desk.house.checks(brief))
