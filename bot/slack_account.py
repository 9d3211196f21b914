"""What Slack says about the tokens: whose they are, and what they may do."""

from dataclasses import dataclass
from pathlib import Path

import aiohttp
import yaml
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import Settings
from models.errors import CopydeskError, SettingsError

MANIFEST = Path(__file__).resolve().parent.parent / "manifest.yml"

_BOT_REMEDY = "Copy the Bot User OAuth Token (xoxb-…) again from your app's page OAuth & Permissions."
_APP_REMEDY = (
    "Make an app-level token (xapp-…) with the scope connections:write on your app's page Basic Information."
)


@dataclass(frozen=True)
class Account:
    """Whose token it is; `scopes` is None when Slack did not tell."""

    team: str
    team_id: str
    user: str
    scopes: frozenset[str] | None


def make_client(settings: Settings) -> AsyncWebClient:
    """A Web API client that tries again when Slack is busy, broken or cut off."""
    from slack_sdk.http_retry.builtin_async_handlers import (
        AsyncConnectionErrorRetryHandler,
        AsyncRateLimitErrorRetryHandler,
        AsyncServerErrorRetryHandler,
    )

    token = settings.slack_bot_token
    return AsyncWebClient(
        token=token.get_secret_value() if token else None,
        base_url=settings.slack_api_url,
        retry_handlers=[
            AsyncConnectionErrorRetryHandler(max_retry_count=2),
            AsyncRateLimitErrorRetryHandler(max_retry_count=5),
            AsyncServerErrorRetryHandler(max_retry_count=2),
        ],
    )


def manifest_scopes() -> frozenset[str]:
    """The bot scopes that manifest.yml asks for; none where the package is installed without the file."""
    if not MANIFEST.is_file():
        return frozenset()
    document = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return frozenset(document["oauth_config"]["scopes"]["bot"])


async def account(client: AsyncWebClient) -> Account:
    """Whose bot token the client has.

    Raises:
        SettingsError: Slack refuses the token.
        CopydeskError: Slack cannot be reached.
    """
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        raise _refused("SLACK_BOT_TOKEN", error, _BOT_REMEDY) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise _unreachable(client, error) from error
    told = {name.lower(): value for name, value in answer.headers.items()}.get("x-oauth-scopes")
    return Account(
        team=str(answer.get("team", "")),
        team_id=str(answer.get("team_id", "")),
        user=str(answer.get("user", "")),
        scopes=frozenset(filter(None, (scope.strip() for scope in told.split(","))))
        if told is not None
        else None,
    )


def missing_scopes(found: Account) -> list[str]:
    """The manifest's scopes that the token lacks; empty when Slack did not tell."""
    return [] if found.scopes is None else sorted(manifest_scopes() - found.scopes)


def scopes_error(missing: list[str]) -> SettingsError:
    """That scopes are missing, and how to get them."""
    return SettingsError(
        f"SLACK_BOT_TOKEN lacks {'a scope' if len(missing) == 1 else 'scopes'} that Copydesk needs: "
        f"{', '.join(missing)}.",
        "Put manifest.yml into your app's page App Manifest, and reinstall the app.",
    )


async def check_app_token(client: AsyncWebClient, app_token: str) -> None:
    """Try to open a Socket Mode connection; the address got is not used and runs out by itself.

    Raises:
        SettingsError: Slack refuses the token, or Socket Mode is off.
        CopydeskError: Slack cannot be reached.
    """
    try:
        await client.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        raise _refused("SLACK_APP_TOKEN", error, _APP_REMEDY) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise _unreachable(client, error) from error


def _refused(variable: str, error: SlackApiError, remedy: str) -> SettingsError:
    code = str(error.response.get("error", "unknown_error"))
    if code == "missing_scope":
        return SettingsError(f"{variable} lacks the scope {error.response.get('needed', '')}.", remedy)
    if code in ("account_inactive", "token_revoked", "token_expired"):
        remedy = f"Reinstall the app in Slack. {remedy}"
    if code == "socket_mode_disabled":
        remedy = "Turn on Socket Mode on your app's page Socket Mode, or put manifest.yml into App Manifest."
    return SettingsError(f"Slack does not take {variable} ({code}).", remedy)


def _unreachable(client: AsyncWebClient, error: Exception) -> CopydeskError:
    return CopydeskError(
        f"Slack cannot be reached at {client.base_url} ({type(error).__name__}).",
        "Check the network, a proxy, and SLACK_API_URL.",
    )
