"""`python -m workspace`: runs the local workspace until it is interrupted."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys

from workspace.manifest import ManifestError
from workspace.server import LocalWorkspace


def main(arguments: list[str] | None = None) -> int:
    """Reads the command line and serves; returns the exit code (2: bad input, 1: the port is taken)."""
    parser = argparse.ArgumentParser(
        prog="python -m workspace", description="A local Slack for trying and testing."
    )
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8765, help="0 takes a free one (default: %(default)s)")
    parser.add_argument("--manifest", help="the app's manifest.yml: commands, shortcuts, scopes, events")
    parser.add_argument("--app-token", default="xapp-local", help="what the app gives for Socket Mode")
    parser.add_argument("--bot-token", default="xoxb-local", help="what the app gives for the Web API")
    parser.add_argument(
        "--signing-secret", default="local-signing-secret", help="signs what goes to --request-url"
    )
    parser.add_argument("--request-url", help="deliver over HTTP to this address instead of over Socket Mode")
    given = parser.parse_args(arguments)
    try:
        workspace = LocalWorkspace(
            given.port,
            given.host,
            given.manifest,
            given.app_token,
            given.bot_token,
            given.signing_secret,
            given.request_url,
        )
    except (ValueError, ManifestError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    try:
        asyncio.run(_serve(workspace))
    except OSError as error:
        print(f"error: cannot listen on {given.host}:{given.port}: {error}", file=sys.stderr)
        return 1
    return 0


async def _serve(workspace: LocalWorkspace) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    async with workspace:
        print(f"Local workspace: {workspace.url}")
        print(f"For the app:     SLACK_API_URL={workspace.api_url}", flush=True)
        await stopping.wait()


if __name__ == "__main__":
    sys.exit(main())
