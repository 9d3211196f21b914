"""How fast commands are acknowledged while the local model writes: `python -m benchmarks.ack`.

Commands are typed at a steady rate in a local workspace, over Socket Mode, and the workspace measures how long
each acknowledgement takes. Side by side in one run: an app that only acknowledges, the same app while another
process computes as the local engine does, and Copydesk while its own local engine writes the commands' copy.
Slack shows an error after 3,000 ms; the target is a 99th percentile below 500 ms. Prints Markdown.
"""

import asyncio
import os
import platform
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import click

from workspace.client import WorkspaceClient
from workspace.seed import MARKETING, SHOP
from workspace.server import LocalWorkspace

ROOT = Path(__file__).resolve().parent.parent
TARGET_MS = 500
PATIENCE = 240.0

# An app that does nothing but acknowledge: the floor that Slack's client library and the machine set.
BARE = """
import asyncio, os
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

token = os.environ.pop("SLACK_BOT_TOKEN")

async def main():
    app = AsyncApp(client=AsyncWebClient(token=token, base_url=os.environ["SLACK_API_URL"]))

    @app.command("/copy")
    async def copy(ack):
        await ack()

    await AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).start_async()

asyncio.run(main())
"""

# Writes without end, as the bot's worker thread does while briefs wait.
BURN = """
import asyncio, sys
from pathlib import Path
from models.generation.base import GenerationRequest
from models.generation.local import LocalEngine
from models.variant import Message

async def main():
    engine = LocalEngine(cache_dir=Path(sys.argv[1]))
    messages = (Message(role="user", content="Write an ad for a phone."),)
    request = GenerationRequest(messages=messages, n=8, max_tokens=200)
    while True:
        await engine.generate(request)
        print("wrote", flush=True)

asyncio.run(main())
"""


@click.command(help=__doc__)
@click.option("--commands", default=50, show_default=True, help="How many commands are typed in each row.")
@click.option("--rate", default=10.0, show_default=True, help="Commands a second.")
@click.option("--cache", type=click.Path(path_type=Path), help="Where the local weights are kept.")
def main(commands: int, rate: float, cache: Path | None) -> None:
    rows = asyncio.run(measure(commands, rate, cache))
    click.echo(f"`python -m benchmarks.ack {' '.join(sys.argv[1:])}`, {date.today()}, {machine()}\n")
    click.echo(f"Acknowledgements of {commands} commands at {rate:g} a second, milliseconds.\n")
    click.echo("| app | acked | median | p90 | p99 | slowest |")
    click.echo("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, times in rows:
        cells = [percentile(times, share) for share in (0.9, 0.99)]
        click.echo(
            f"| {name} | {len(times)} | {median(times):.0f} | {cells[0]:.0f} | {cells[1]:.0f} | {max(times):.0f} |"
        )
    worst = percentile(rows[-1][1], 0.99)
    missed = commands - len(rows[-1][1])
    click.echo(
        f"\nTarget for Copydesk: p99 below {TARGET_MS} ms: {'met' if worst < TARGET_MS and not missed else 'missed'}."
    )


async def measure(commands: int, rate: float, cache: Path | None) -> list[tuple[str, list[float]]]:
    """Each row's name and its acknowledgements' times in milliseconds."""
    from bot.settings import load_settings

    cache = cache or load_settings().cache_dir
    rows: list[tuple[str, list[float]]] = []
    with tempfile.TemporaryDirectory() as folder:
        async with stage(folder, cache) as (people, env), process(["-c", BARE], env):
            await listening(people)
            rows.append(("only acknowledges", await typed(people, commands, rate)))
            async with process(["-c", BURN, str(cache)], env) as burning:
                assert burning.stdout is not None
                await asyncio.wait_for(burning.stdout.readline(), PATIENCE)
                rows.append(
                    (
                        "only acknowledges, beside a process that generates",
                        await typed(people, commands, rate),
                    )
                )
        async with stage(folder, cache) as (people, env), process(["-m", "bot", "run"], env):
            await listening(people)
            # The first copy waits for the weights; the measure begins when the engine is warm.
            await people.command(SHOP, "/copy", f"ad {WARM}")
            await people.wait_for(lambda one: "copy_text" in str(one["blocks"]), timeout=PATIENCE)
            rows.append(("Copydesk, its local engine writing", await typed(people, commands, rate)))
    return rows


WARM = "Aurora X phone | battery: 5000 mAh | camera: 108 MP | audience: young travellers"


@asynccontextmanager
async def stage(folder: str, cache: Path) -> AsyncIterator[tuple[WorkspaceClient, dict[str, str]]]:
    """A workspace, a person in it, and the environment of a bot for it."""
    async with (
        LocalWorkspace(manifest_path=ROOT / "manifest.yml") as workspace,
        WorkspaceClient(workspace.url) as people,
    ):
        env = {
            "PATH": os.environ["PATH"],
            "HOME": folder,
            "PYTHONPATH": str(ROOT),
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_APP_TOKEN": workspace.app_token,
            "SLACK_API_URL": workspace.api_url,
            "COPYDESK_ENGINE": "local",
            "COPYDESK_CACHE_DIR": str(cache),
            "COPYDESK_DATABASE": str(Path(folder) / "copydesk.db"),
            "COPYDESK_LOG_LEVEL": "error",
        }
        yield people, env


@asynccontextmanager
async def process(arguments: list[str], env: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """A Python process that is ended at the end."""
    started = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, env=env, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
        await started.communicate()


async def listening(people: WorkspaceClient) -> None:
    """Waits until the app is connected."""
    async with asyncio.timeout(PATIENCE):
        while not (await people.state())["bot"]["connected"]:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)


async def typed(people: WorkspaceClient, commands: int, rate: float) -> list[float]:
    """Types commands at a steady rate; the times of those that were acknowledged."""
    before = len((await people.control("deliveries"))["deliveries"])
    loop = asyncio.get_running_loop()
    began = loop.time()
    sent = []
    for number in range(commands):
        await asyncio.sleep(max(0.0, began + number / rate - loop.time()))
        text = f"ad {WARM} | number: {number}"
        sent.append(asyncio.create_task(people.command(MARKETING, "/copy", text)))
    await asyncio.gather(*sent)
    records: list[dict[str, Any]] = (await people.control("deliveries"))["deliveries"][before:]
    return [float(one["ack_ms"]) for one in records if one["type"] == "/copy" and one["acked"]]


def percentile(times: list[float], share: float) -> float:
    """The smallest time that this share of the times does not exceed."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def machine() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
