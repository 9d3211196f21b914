"""Files that people share in Slack: which of them are read, and their download."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.reviews.errors import ReviewsError
from bot.reviews.reading import check_size
from models.errors import DeliveryError

__all__ = ["MOST_BYTES", "download", "may_carry_token", "readable"]

MOST_BYTES = 50 * 1024 * 1024
"""A larger file is refused by its size, before anything is downloaded."""

_ENDINGS = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".txt", ".text")
_SECONDS = 180
_PIECE = 1 << 16
_REMEDY = (
    "Invite me into the channel of the file, and ask whoever runs me whether I have the scope files:read."
)


def readable(files: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The files that may hold reviews, by their names."""
    return [one for one in files if str(one.get("name") or "").casefold().endswith(_ENDINGS)]


def may_carry_token(url: str, base_url: str) -> bool:
    """Whether the bot's token may go to an address: Slack's own over https, or the server that the bot is set to.

    https://docs.slack.dev/reference/objects/file-object: `url_private` is on files.slack.com.
    """
    target, own = urlsplit(url), urlsplit(base_url)
    host = target.hostname or ""
    if target.scheme == "https" and host.endswith((".slack.com", ".slack-gov.com")):
        return target.port in (None, 443)
    return bool(host) and (target.scheme, target.netloc) == (own.scheme, own.netloc)


async def download(client: AsyncWebClient, file_id: str, target: Path) -> str:
    """Download a file with the bot's token.

    Returns:
        Its name.

    Raises:
        ReviewsError: It is too large, lies outside of Slack, or is gone.
        DeliveryError: Slack cannot be reached.
    """
    try:
        file = (await client.files_info(file=file_id))["file"]
    except SlackApiError as error:
        code = str(error.response.get("error", ""))
        raise ReviewsError(f"Slack does not show me that file ({code}).", _REMEDY) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise _unreachable(error) from error
    name = str(file.get("name") or "the file")
    check_size(int(file.get("size") or 0), name, MOST_BYTES)
    url = str(file.get("url_private_download") or file.get("url_private") or "")
    if file.get("is_external") or not may_carry_token(url, client.base_url):
        raise ReviewsError(f"{name} lies outside of Slack.", "Upload the file itself.")
    try:
        await _get(client, url, name, target)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise _unreachable(error) from error
    return name


async def _get(client: AsyncWebClient, url: str, name: str, target: Path) -> None:
    headers = {"Authorization": f"Bearer {client.token}"}
    async with (
        aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=_SECONDS), trust_env=client.trust_env_in_session
        ) as session,
        # Not followed: a redirection could lead the token to another server.
        session.get(url, headers=headers, proxy=client.proxy, allow_redirects=False) as response,
    ):
        # Slack answers with its sign-in page, and status 200, where it does not take the token.
        if response.status != 200 or response.content_type == "text/html":
            raise ReviewsError(f"Slack does not give me {name} (status {response.status}).", _REMEDY)
        size = 0
        # One piece at a time to a local disk: a thread for each would take longer.
        with target.open("wb") as stream:
            async for piece in response.content.iter_chunked(_PIECE):
                size += len(piece)
                check_size(size, name, MOST_BYTES)
                stream.write(piece)


def _unreachable(error: Exception) -> DeliveryError:
    return DeliveryError(
        f"Slack could not be reached for the file ({type(error).__name__}).", "Try again in a moment."
    )
