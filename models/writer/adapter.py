"""The files in which a tuned writer ships: what turns its base model into it."""

import hashlib
from functools import cache
from pathlib import Path

from models.errors import WeightsError

__all__ = ["ADAPTERS", "adapter_digest", "adapter_files"]

ADAPTERS = Path(__file__).parent / "weights"
"""One folder a base: `adapter.int8.safetensors` and `writer.json`."""


def adapter_files(base: str) -> tuple[Path, Path]:
    """The adapter's tensors and its description.

    Raises:
        WeightsError: They are not part of this installation.
    """
    folder = ADAPTERS / base
    tensors, about = folder / "adapter.int8.safetensors", folder / "writer.json"
    if not (tensors.is_file() and about.is_file()):
        raise WeightsError(
            f"The tuned writer for {base} is not part of this installation.",
            "Install Copydesk anew, or name another model with COPYDESK_LOCAL_MODEL.",
        )
    return tensors, about


@cache
def adapter_digest(base: str) -> str:
    """The SHA-256 of an adapter's files, which names the weights made with it.

    Raises:
        WeightsError: They are not part of this installation.
    """
    digest = hashlib.sha256()
    for file in adapter_files(base):
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
