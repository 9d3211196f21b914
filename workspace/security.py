"""Keeps the server to this machine: loopback addresses only, no requests in a foreign page's name."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def is_loopback(host: str | None) -> bool:
    """Whether a host name or address is this machine's own."""
    if host is None:
        return False
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _hostname(authority: str) -> str | None:
    try:
        return urlsplit(f"//{authority}").hostname
    except ValueError:
        return None


@web.middleware
async def only_loopback(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuses requests for another host name (DNS rebinding) and those that a foreign page makes (CSRF)."""
    if not is_loopback(_hostname(request.headers.get("Host", ""))):
        return web.Response(status=403, text="this local workspace answers on loopback addresses only")
    origin = request.headers.get("Origin")
    if origin is not None and not _is_ours(origin):
        return web.Response(status=403, text="requests from other origins are refused")
    if request.headers.get("Sec-Fetch-Site") == "cross-site" and request.method != "GET":
        return web.Response(status=403, text="requests from other sites are refused")
    return await handler(request)


def _is_ours(origin: str) -> bool:
    try:
        parts = urlsplit(origin)
        return parts.scheme in ("http", "https") and is_loopback(parts.hostname)
    except ValueError:
        return False
