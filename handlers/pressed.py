"""What answering a press takes: the copy that it is about, and the form that it opens."""

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.blocks import Block
from handlers.services import Services
from handlers.slack_posts import code_of
from models.errors import CopydeskError
from models.variant import Draft, Variant

__all__ = ["NOT_KEPT", "found", "open_view"]

log = structlog.get_logger()

NOT_KEPT = CopydeskError("That copy is not in my history any more.", "Start again with `/copy`.")


async def found(services: Services, variant_id: str) -> tuple[Draft, Variant]:
    """A variant and its draft.

    Raises:
        CopydeskError: They are not kept any more.
    """
    held = await services.history.variant(variant_id)
    if held is None:
        raise NOT_KEPT
    return held


async def open_view(client: AsyncWebClient, trigger_id: str, view: Block, *, on_top: bool = False) -> str:
    """Open a form: "", or why it did not open, which the person has to be told.

    Args:
        client: Slack's.
        trigger_id: What the press gave; it expires after three seconds.
        view: The form.
        on_top: Over the form in which the press was, which stays open with what was typed.

    Returns:
        Slack's code of its refusal, or the kind of the network's error.
    """
    try:
        if on_top:
            await client.views_push(trigger_id=trigger_id, view=view)
        else:
            await client.views_open(trigger_id=trigger_id, view=view)
    except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
        reason = code_of(error) or type(error).__name__
        log.warning("form.not_opened", reason=reason)
        return reason
    return ""
