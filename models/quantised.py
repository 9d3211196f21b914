"""Quantised weights in safetensors: matrix rows in int8 with a scale each, or groups of 64 weights in 4 bits."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

FORMAT = "int8-rows, int4-groups"
FILE_NAME = "model.int8.safetensors"
"""Not `model.safetensors`: a library that reads only plain weights must not take this file for such."""

GROUP = 64
"""How many neighbours in a row share the scale of their 4 bits: 4.25 bits a weight."""

_SCALE = ".row_scale"
_GROUP_SCALE = ".group_scale"


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


def quantise_groups(weight: "Tensor") -> tuple["Tensor", "Tensor"]:
    """Rounds a matrix to 4 bits, scaled so that the largest magnitude of each group becomes -8.

    Args:
        weight: Floating point, (rows, columns); the columns are a multiple of `GROUP`.

    Returns:
        The bits, two weights a byte, (rows, columns / 2) in uint8, and the half-precision scales,
        (rows, columns / GROUP).
    """
    import torch

    levels, scale = _levels(weight)
    bits = (levels + 8).to(torch.uint8).reshape(weight.shape)
    return bits[:, 0::2] | (bits[:, 1::2] << 4), scale.squeeze(-1)


def dequantise_groups(bits: "Tensor", scale: "Tensor") -> "Tensor":
    """The float32 matrix that `quantise_groups` stored."""
    import torch

    levels = torch.stack((bits & 15, bits >> 4), dim=-1).reshape(*scale.shape, GROUP)
    return ((levels.float() - 8) * scale.float()[..., None]).reshape(len(bits), -1)


def rounded_groups(weight: "Tensor") -> "Tensor":
    """What is left of a matrix after `quantise_groups` and back: for training that knows of the rounding."""
    levels, scale = _levels(weight)
    return (levels * scale.float()).reshape(weight.shape)


def in_groups(weight: "Tensor") -> bool:
    """Whether a matrix's rows make whole groups."""
    return weight.shape[1] % GROUP == 0


def scale_name(name: str) -> str:
    """The name under which the scales of the rows of a matrix are stored."""
    return name + _SCALE


def group_scale_name(name: str) -> str:
    """The name under which the scales of the groups of a matrix are stored."""
    return name + _GROUP_SCALE


def save_quantised(
    state: Mapping[str, "Tensor"], path: Path, *, four_bits: Callable[[str], bool] = lambda name: False
) -> None:
    """Writes a state dict: matrices as int8 rows with scales, everything else as it is.

    Args:
        state: The tensors.
        path: The file to write.
        four_bits: Whether the matrix of a name is stored in groups of 4 bits instead, if its rows make whole groups.
    """
    from safetensors.torch import save_file

    stored: dict[str, Tensor] = {}
    for name, tensor in state.items():
        if tensor.ndim == 2 and tensor.is_floating_point():
            if four_bits(name) and in_groups(tensor):
                rounded, scale = quantise_groups(tensor)
                stored[group_scale_name(name)] = scale.contiguous()
            else:
                rounded, scale = quantise_rows(tensor)
                stored[scale_name(name)] = scale.contiguous()
            stored[name] = rounded.contiguous()
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
    return {name: whole(stored, name) for name in stored if not name.endswith((_SCALE, _GROUP_SCALE))}


def whole(stored: Mapping[str, "Tensor"], name: str) -> "Tensor":
    """The tensor of a name as floating point, however it is stored.

    Raises:
        KeyError: There is none.
    """
    tensor = stored[name]
    if scale_name(name) in stored:
        return dequantise_rows(tensor, stored[scale_name(name)])
    if group_scale_name(name) in stored:
        return dequantise_groups(tensor, stored[group_scale_name(name)])
    return tensor


def _levels(weight: "Tensor") -> tuple["Tensor", "Tensor"]:
    """Whole numbers -8..7 in groups, (rows, groups, GROUP), and the half-precision scale of each, (rows, groups, 1)."""
    import torch

    groups = weight.float().reshape(len(weight), -1, GROUP)
    most, least = groups.amax(dim=-1, keepdim=True), groups.amin(dim=-1, keepdim=True)
    # A half is coarser than a float: the scale that is stored is the scale that is rounded by.
    scale = (torch.where(most > -least, most, least) / -8).half()
    safe = torch.where(scale == 0, torch.ones_like(scale), scale).float()
    return torch.round(groups / safe).clamp(-8, 7), scale
