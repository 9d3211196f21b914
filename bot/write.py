"""Writes one brief's copy and keeps it in the history, without Slack."""

from bot.assembly import make_desk, make_history, make_profile
from bot.earlier import Earlier
from bot.settings import Settings
from models.brief import Brief
from models.errors import HistoryError
from models.generation.base import Progress
from models.variant import Draft


async def write_and_keep(
    settings: Settings, brief: Brief, progress: Progress | None = None
) -> tuple[Draft, HistoryError | None]:
    """Write with the settings' desk.

    Returns:
        The draft, and why it could not be kept, if it could not.

    Raises:
        BrandError: The settings' brand profile cannot be read.
        HistoryError: The history cannot be opened; nothing was written yet.
        EngineCannotServe: The engine works but not for this brief.
        EngineUnreachable: No usable answer came.
        CopydeskError: All else that the desk raises.
    """
    # A wrong profile is told before anything is opened.
    brand = make_profile(settings)
    history = make_history(settings)
    try:
        desk = make_desk(settings).with_earlier(await Earlier(history).of(""))
        try:
            draft = await desk.write(brief, brand, progress=progress)
        finally:
            await desk.close()
        try:
            await history.save_draft(draft, source="cli")
        except HistoryError as error:
            return draft, error
        return draft, None
    finally:
        await history.close()
