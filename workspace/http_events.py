"""Delivery over HTTP: signed requests to the app's request URL, as Slack sends them.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

import aiohttp

from workspace.socket_mode import Reply

Json = dict[str, Any]


def sign(secret: str, timestamp: int, body: str) -> str:
    """Slack's v0 signature of a request body."""
    base = f"v0:{timestamp}:{body}".encode()
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class HttpEvents:
    """Posts events, commands and interactions to a request URL.

    Args:
        signing_secret: the app's, as in its settings.
    """

    def __init__(self, signing_secret: str) -> None:
        self._secret = signing_secret
        self._session: aiohttp.ClientSession | None = None

    async def send(
        self, url: str, kind: str, payload: Json, seconds: float, attempt: int = 0, reason: str = ""
    ) -> Reply:
        """Posts once and returns what the app answered within the time.

        Args:
            url: the request URL.
            kind: ``events_api`` (JSON), ``slash_commands`` (a form), ``interactive`` (a form's ``payload``).
            payload: what the app gets.
            seconds: how long the app may take.
            attempt: the number of the redelivery, 0 for the first delivery.
            reason: why it is redelivered.
        """
        if kind == "events_api":
            body, content_type = json.dumps(payload, ensure_ascii=False), "application/json"
        elif kind == "slash_commands":
            body, content_type = urlencode(payload), "application/x-www-form-urlencoded"
        else:
            form = {"payload": json.dumps(payload, ensure_ascii=False)}
            body, content_type = urlencode(form), "application/x-www-form-urlencoded"
        timestamp = int(time.time())
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": str(timestamp),
            "X-Slack-Signature": sign(self._secret, timestamp, body),
        }
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
        if self._session is None:
            self._session = aiohttp.ClientSession()
        limit = aiohttp.ClientTimeout(total=seconds)
        try:
            async with self._session.post(
                url, data=body.encode(), headers=headers, timeout=limit
            ) as response:
                text = await response.text()
                no_retry = response.headers.get("X-Slack-No-Retry") == "1"
                if response.status // 100 != 2:
                    return Reply("http_error", no_retry=no_retry)
                return Reply("acked", _body(text, response.content_type), no_retry)
        except TimeoutError:
            return Reply("timeout")
        except aiohttp.ClientError:
            return Reply("not_connected")

    async def close(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def _body(text: str, content_type: str) -> Json | None:
    if not text.strip():
        return None
    if content_type == "application/json":
        parsed = json.loads(text)
        return parsed if isinstance(parsed, dict) and parsed else None
    return {"text": text}
