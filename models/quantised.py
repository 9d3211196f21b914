"""Int8 weights in safetensors: each row of a matrix is stored as int8 with its own scale."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

FORMAT = "int8-rows"
FILE_NAME = "model.int8.safetensors"
"""Not `model.safetensors`: a library that reads only plain weights must not take this file for such."""

_SCALE = ".row_scale"


def quantise_rows(weight: "Tensor") -> tuple["Tensor", "Tensor"]:
    """Rounds a matrix to int8, scaled row by row so that a row's largest magnitude becomes 127.

    Args:
        weight: Floating point, (rows, columns).

    Returns:
        The int8 matrix and the float32 scale of each row, (rows,). `dequantise_rows` of both is within
        half a scale of the original everywhere.
    """
    import torch

    scale = weight.float().abs().amax(dim=1).clamp(min=1e-12) / 127.0
    rounded = torch.round(weight.float() / scale[:, None]).clamp(-127, 127).to(torch.int8)
    return rounded, scale


def dequantise_rows(rounded: "Tensor", scale: "Tensor") -> "Tensor":
    """The float32 matrix that `quantise_rows` stored."""
    return rounded.float() * scale[:, None]


def scale_name(name: str) -> str:
    """The name under which the scales of a matrix are stored."""
    return name + _SCALE


def save_quantised(state: Mapping[str, "Tensor"], path: Path) -> None:
    """Writes a state dict: matrices as int8 rows with scales, everything else as it is."""
    from safetensors.torch import save_file

    stored: dict[str, Tensor] = {}
    for name, tensor in state.items():
        if tensor.ndim == 2 and tensor.is_floating_point():
            rounded, scale = quantise_rows(tensor)
            stored[name] = rounded.contiguous()
            stored[scale_name(name)] = scale.contiguous()
        else:
            stored[name] = tensor.detach().clone().contiguous()
    save_file(stored, path, metadata={"format": FORMAT})
    # The library writes files that only their owner may read; installed ones are for everybody.
    path.chmod(0o644)


def load_quantised(path: Path) -> dict[str, "Tensor"]:
    """Reads what `save_quantised` wrote, as float32.

    Raises:
        safetensors.SafetensorError: The file is truncated or no safetensors file.
        OSError: It cannot be read.
    """
    from safetensors.torch import load_file

    stored = load_file(path)
    return {
        name: dequantise_rows(tensor, stored[scale_name(name)]) if scale_name(name) in stored else tensor
        for name, tensor in stored.items()
        if not name.endswith(_SCALE)
    }
