"""Products in other number types than float32."""

import pytest
import torch

from models.sentiment_product import fastest_kind, float_kind, product


@pytest.mark.parametrize(
    ("kind", "bound"), [(torch.float32, 1e-5), (torch.bfloat16, 0.03), (torch.int8, 0.03)]
)
def test_a_product_is_that_of_the_matrix_within_what_its_type_can_tell(
    kind: torch.dtype, bound: float
) -> None:
    chosen = torch.Generator().manual_seed(4)
    weight, bias = torch.randn(96, 64, generator=chosen), torch.randn(96, generator=chosen)
    batch = torch.randn(3, 5, 64, generator=chosen)
    told = product(weight, bias, kind)(batch.to(float_kind(kind))).float()
    exact = torch.nn.functional.linear(batch, weight, bias)
    assert told.shape == (3, 5, 96)
    assert (told - exact).abs().max() <= bound * exact.abs().max()


def test_the_library_s_engine_is_left_as_it_was() -> None:
    before = torch.backends.quantized.engine
    product(torch.ones(8, 8), torch.ones(8), torch.int8)
    assert torch.backends.quantized.engine == before


def test_a_checkpoint_that_is_not_ours_is_computed_in_floating_point() -> None:
    assert fastest_kind(whole_numbers=False) in (torch.float32, torch.bfloat16)
