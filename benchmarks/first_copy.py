"""From a clone to the first copy, and where the time goes: `python -m benchmarks.first_copy [REPOSITORY]`.

Clones into a temporary folder, installs into a fresh virtual environment, fetches the weights into an empty cache,
starts `copydesk try`, and types a brief as a person would. Prints a table. pip's own cache is left as it is.
"""

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from workspace.client import WorkspaceClient
from workspace.seed import MARKETING

BRIEF = "ad Aurora X phone | battery: 5000 mAh | camera: 108 MP | audience: young travellers"
PATIENCE = 300.0


def main() -> None:
    """Time each step."""
    repository = sys.argv[1] if len(sys.argv) > 1 else str(Path(__file__).resolve().parent.parent)
    rows: list[tuple[str, float]] = []
    with tempfile.TemporaryDirectory(prefix="copydesk-first-") as folder:
        clone = Path(folder) / "copydesk"
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("OPENAI_", "VIRTUAL_ENV"))
        }
        environment |= {"COPYDESK_CACHE_DIR": f"{folder}/cache", "COPYDESK_DATABASE": f"{folder}/copy.db"}

        def step(name: str, *command: str) -> None:
            began = time.monotonic()
            subprocess.run(
                command,
                cwd=clone if clone.exists() else folder,
                env=environment,
                check=True,
                stdout=sys.stderr,
            )
            rows.append((name, time.monotonic() - began))

        step("clone", "git", "clone", "--quiet", repository, str(clone))
        step("virtual environment and packages", "make", ".venv/.ready")
        step("weights: fetch, verify, convert", "make", "setup")
        rows += asyncio.run(_trial(clone, environment))
    total = sum(seconds for _, seconds in rows)
    print("| step | seconds |\n| --- | ---: |")
    for name, seconds in [*rows, ("**in all**", total)]:
        print(f"| {name} | {seconds:.1f} |")


async def _trial(clone: Path, environment: dict[str, str]) -> list[tuple[str, float]]:
    """`copydesk try` until it tells its address, then a command until its copy is posted."""
    began = time.monotonic()
    trial = await asyncio.create_subprocess_exec(
        str(clone / ".venv/bin/copydesk"),
        "try",
        "--port",
        "0",
        cwd=clone,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert trial.stdout is not None
        url = ""
        while not url and (line := await trial.stdout.readline()):
            found = re.search(r"http://\S+", line.decode())
            url = found.group() if found else ""
        ready = time.monotonic()
        async with WorkspaceClient(url) as people:
            await people.command(MARKETING, "/copy", BRIEF)
            await people.wait_for(lambda message: "copy_approve" in str(message.get("blocks")), PATIENCE)
        return [("`copydesk try` until its address", ready - began), ("first copy", time.monotonic() - ready)]
    finally:
        trial.terminate()
        await trial.wait()


if __name__ == "__main__":
    main()
