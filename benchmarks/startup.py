"""How soon the command line answers and how small the idle bot is, beside a bare Python.

`python benchmarks/startup.py` prints a table in Markdown. The bot runs against a local workspace.
"""

import asyncio
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from workspace.server import LocalWorkspace

RUNS = 15
MANIFEST = Path(__file__).parents[1] / "manifest.yml"


def timed(*arguments: str) -> list[float]:
    """Milliseconds that a Python process takes, each run; the first, which fills the disk's cache, is left out."""
    taken = []
    for _ in range(RUNS + 1):
        began = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
        taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken[1:])


def resident(pid: int) -> float:
    """A process's resident memory in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found.group(1)) / 1000 if found else 0.0


async def memory_of(arguments: list[str], environment: dict[str, str]) -> float:
    """Resident memory of a process that has printed its first line and idled for two seconds."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=asyncio.subprocess.PIPE, env={**os.environ, **environment}
    )
    assert process.stdout
    await process.stdout.readline()
    await asyncio.sleep(2)
    size = resident(process.pid)
    process.terminate()
    await process.wait()
    return size


async def measure_memory() -> tuple[float, float]:
    """A bare Python's and the idle bot's memory."""
    bare = await memory_of(["-c", "import time; print(flush=True); time.sleep(60)"], {})
    with tempfile.TemporaryDirectory() as folder:
        async with LocalWorkspace(manifest_path=MANIFEST) as workspace:
            environment = {
                "SLACK_API_URL": workspace.api_url,
                "SLACK_BOT_TOKEN": workspace.bot_token,
                "SLACK_APP_TOKEN": workspace.app_token,
                "COPYDESK_DATABASE": f"{folder}/history.db",
                "COPYDESK_ENGINE": "local",
            }
            return bare, await memory_of(["-m", "bot", "run"], environment)


def main() -> None:
    """Measure and print."""
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {RUNS} runs each\n"
    )
    print("| process | median ms | slowest ms |")
    print("| --- | --- | --- |")
    rows = [("`python -c pass`", ("-c", "pass")), ("`copydesk --help`", ("-m", "bot", "--help"))]
    rows.append(("`copydesk write --help`", ("-m", "bot", "write", "--help")))
    for name, arguments in rows:
        taken = timed(*arguments)
        print(f"| {name} | {statistics.median(taken):.0f} | {taken[-1]:.0f} |")
    bare, bot = asyncio.run(measure_memory())
    print("\n| process, idle | resident MB |")
    print("| --- | --- |")
    print(f"| `python` | {bare:.0f} |")
    print(f"| `copydesk run`, no model loaded | {bot:.0f} |")


if __name__ == "__main__":
    main()
