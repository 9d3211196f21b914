"""The product with a weight matrix, in the number type that this machine multiplies fastest."""

import warnings
from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from torch import Tensor

Product = Callable[["Tensor"], "Tensor"]
"""Activations in, (..., columns); activations out, (..., rows)."""

_TRIAL_TOKENS = 256


def product(weight: "Tensor", bias: "Tensor", kind: "torch.dtype") -> Product:
    """The product with a matrix.

    Args:
        weight: float32, (rows, columns).
        bias: float32, (rows,).
        kind: float32, bfloat16, or int8: weights with a scale a row, activations rounded batch by batch; what goes
            in and comes out is float32 then.
    """
    import torch

    if kind != torch.int8:
        return partial(torch.nn.functional.linear, weight=weight.to(kind), bias=bias.to(kind))
    scale = weight.abs().amax(dim=1).clamp(min=1e-12) / 127
    before = torch.backends.quantized.engine
    with warnings.catch_warnings():
        # The library is to give up tensors of this type for another form some day; the product itself stays.
        warnings.simplefilter("ignore")
        rounded = torch.quantize_per_channel(
            weight, scale.double(), torch.zeros(len(weight), dtype=torch.long), 0, torch.qint8
        )
        torch.backends.quantized.engine = "onednn"
        try:
            packed = torch.ops.quantized.linear_prepack(rounded, bias)
        finally:
            torch.backends.quantized.engine = before
    return partial(torch.ops.quantized.linear_dynamic, W_prepack=packed)


def half_product(weight: "Tensor", bias: "Tensor") -> Product:
    """The product in bfloat16 of float32 activations, for the matrix that int8 activations would cost accuracy."""
    import torch

    multiply = product(weight, bias, torch.bfloat16)
    return lambda batch: multiply(batch.to(torch.bfloat16)).float()


def float_kind(kind: "torch.dtype") -> "torch.dtype":
    """The type of what goes in and comes out."""
    import torch

    return torch.float32 if kind == torch.int8 else kind


def fastest_kind(*, whole_numbers: bool) -> "torch.dtype":
    """The fastest of the types on this machine: processors without bfloat16 only imitate it.

    Found by multiplying matrices of the size that a small batch has, which takes some milliseconds.

    Args:
        whole_numbers: Whether int8 may be taken. It is left out all the same where the processor has no VNNI: there
            sums of two products overflow.
    """
    import torch

    kinds = [torch.bfloat16, torch.float32]
    if whole_numbers and _sums_int8():
        kinds.append(torch.int8)
    weight, bias = torch.ones(1536, 384), torch.ones(1536)
    seconds = {}
    with torch.inference_mode():
        for kind in kinds:
            multiply = product(weight, bias, kind)
            batch = torch.ones(_TRIAL_TOKENS, 384, dtype=float_kind(kind))
            runs = []
            for _ in range(6):
                began = perf_counter()
                multiply(batch)
                runs.append(perf_counter() - began)
            seconds[kind] = min(runs)
    return min(seconds, key=lambda kind: seconds[kind])


def _sums_int8() -> bool:
    import torch

    asked = getattr(torch.cpu, "_is_vnni_supported", None)
    return "onednn" in torch.backends.quantized.supported_engines and asked is not None and bool(asked())
