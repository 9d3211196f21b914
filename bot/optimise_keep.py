"""Optimises one copy and keeps it in the history, without Slack."""

from bot.assembly import make_desk, make_history, make_profile
from bot.earlier import Earlier
from bot.optimise import Optimised, optimise
from bot.optimise_request import Request
from bot.settings import Settings
from models.errors import HistoryError
from models.generation.base import Progress

__all__ = ["optimise_and_keep"]


async def optimise_and_keep(
    settings: Settings, request: Request, n: int, progress: Progress | None = None
) -> tuple[Optimised, HistoryError | None]:
    """Optimise with the settings' desk.

    Returns:
        What came of it, and why it could not be kept, if it could not.

    Raises:
        BrandError: The settings' brand profile cannot be read.
        HistoryError: The history cannot be opened; nothing was written yet.
        CopydeskError: All that `bot.optimise.optimise` raises.
    """
    brand = make_profile(settings)
    history = make_history(settings)
    try:
        desk = make_desk(settings).with_earlier(await Earlier(history).of(""))
        try:
            optimised = await optimise(desk, request, n=n, brand=brand, progress=progress)
        finally:
            await desk.close()
        try:
            for draft in optimised.new:
                await history.save_draft(draft, source="cli")
        except HistoryError as error:
            return optimised, error
        return optimised, None
    finally:
        await history.close()
