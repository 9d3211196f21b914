"""Loads the models ahead of the first brief."""

from typing import TYPE_CHECKING

import structlog

from models.errors import CopydeskError
from models.generation.base import GenerationRequest
from models.variant import Message

if TYPE_CHECKING:
    from bot.desk import Desk

log = structlog.get_logger()


async def preload(desk: "Desk") -> None:
    """Write one token and score one word; a problem is logged and met again, in words, by the first brief."""
    try:
        if desk.engine.info.ref.name == "local":
            request = GenerationRequest(messages=(Message(role="user", content="Hello"),), max_tokens=1)
            await desk.engine.generate(request)
        if desk.sentiment:
            await desk.sentiment.score(["Good."])
    except CopydeskError as error:
        log.warning("preload.failed", code=error.code, problem=str(error))
    else:
        log.info("preload.done")
