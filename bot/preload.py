"""Loads the models ahead of the first brief."""

from typing import TYPE_CHECKING

import structlog

from models.errors import CopydeskError

if TYPE_CHECKING:
    from bot.desk import Desk

log = structlog.get_logger()


async def preload(desk: "Desk") -> None:
    """Load the local model and the sentiment weights; a problem is logged, and told by the first brief in words."""
    try:
        if desk.engine.info.ref.name == "local":
            log.info("preload.engine", answer=await desk.engine.check())
        if desk.sentiment:
            await desk.sentiment.score(["Good.", "很好。"])
    except CopydeskError as error:
        log.warning("preload.failed", code=error.code, problem=str(error))
    else:
        log.info("preload.done")
