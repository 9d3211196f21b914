"""What is learned from and what is chosen on, and the figures that calibrate."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.quantised import (
    GROUP,
    dequantise_groups,
    dequantise_rows,
    quantise_groups,
    quantise_rows,
    rounded_groups,
)
from models.training.calibration import fit_neutral_band, fit_temperature, label_by_band, macro_f1
from models.training.sentiment_data import Learned, Rated, merge_spellings, pieces, slice_train, soft_target
from models.training.sentiment_zh import Review

SPELLINGS = [
    Rated("movie", "train", "1", 1.0, "It's a Fine, funny film."),
    Rated("sst2", "train", "9", 1.0, "it 's a fine , funny film ."),
]


def test_no_test_row_is_learned_from_or_chosen_on() -> None:
    rows = [Rated("sst2", "test" if i % 2 else "train", str(i), 1, f"text number {i}") for i in range(200)]
    learn, choose = slice_train(rows, 0.2, 7)
    assert {row.split for row in learn + choose} == {"train"}
    assert len(learn) + len(choose) == 100


def test_one_sentence_in_two_spellings_is_never_on_both_sides_of_the_slice() -> None:
    for seed in range(30):
        learn, choose = slice_train(SPELLINGS, 0.5, seed)
        assert {len(learn), len(choose)} == {0, 2}


def test_one_sentence_in_two_spellings_is_learned_once_with_its_mean_rating() -> None:
    (merged,) = merge_spellings(SPELLINGS, seed=1)
    assert merged.target == pytest.approx(np.mean([row.target for row in SPELLINGS], axis=0))
    assert len(merge_spellings(SPELLINGS, seed=1, keep_each=True)) == 2


@given(st.floats(-4, 4))
def test_a_rating_stands_for_probabilities(valence: float) -> None:
    target = soft_target(Rated("amazon", "train", "1", valence, "text"))
    assert sum(target) == pytest.approx(1, abs=1e-6)
    assert min(target) >= 0
    assert (target[2] > target[0]) == (valence > 0) or valence == pytest.approx(0, abs=1e-6)


def test_pieces_are_parts_of_their_texts_and_say_something() -> None:
    text = "The lamp is bright, but the switch broke and nobody at the shop answered my mails."
    found = pieces([Learned("amazon", text, (0.5, 0.0, 0.5))], 20, seed=3)
    assert len(found) == len(set(found)) > 3
    assert all(piece in text and len(piece.split()) >= 3 for piece in found)


@settings(deadline=None)
@given(st.integers(1, 6), st.integers(1, 40), st.integers(0, 10_000), st.floats(1e-4, 1e3))
def test_int8_weights_are_within_half_a_step_of_the_trained_ones(
    rows: int, columns: int, seed: int, size: float
) -> None:
    import torch

    weight = torch.randn(rows, columns, generator=torch.Generator().manual_seed(seed)) * size
    rounded, scale = quantise_rows(weight)
    assert ((dequantise_rows(rounded, scale) - weight).abs() <= scale[:, None] * 0.5001).all()


@settings(deadline=None)
@given(st.integers(1, 6), st.integers(1, 3), st.integers(0, 10_000), st.floats(1e-2, 1e2))
def test_weights_in_4_bits_are_within_a_step_and_are_those_that_training_saw(
    rows: int, groups: int, seed: int, size: float
) -> None:
    import torch

    weight = torch.randn(rows, groups * GROUP, generator=torch.Generator().manual_seed(seed)) * size
    bits, scale = quantise_groups(weight)
    assert bits.numel() * 2 == weight.numel()
    back = dequantise_groups(bits, scale)
    assert torch.equal(back, rounded_groups(weight))
    # The largest magnitude is a step of -8; on the other side there are only 7.
    step = scale.float().abs().repeat_interleave(GROUP, dim=1)
    assert ((back - weight).abs() <= step * 1.01).all()


def test_the_temperature_undoes_overconfidence() -> None:
    random = np.random.default_rng(5)
    logits = random.normal(0, 1.5, (4_000, 2))
    positive = 1 / (1 + np.exp(logits[:, 0] - logits[:, 1]))
    labels = (random.random(4_000) < positive).astype(int)
    rows = [Review("books", "text", 2 if label else 0) for label in labels]
    assert fit_temperature(logits * 3, rows) == pytest.approx(3, rel=0.15)


def test_the_neutral_band_is_found_between_the_labels() -> None:
    scores = np.concatenate(
        [np.linspace(-1, -0.4, 50), np.linspace(-0.25, 0.25, 50), np.linspace(0.4, 1, 50)]
    )
    truth = np.repeat([0, 1, 2], 50)
    band = fit_neutral_band(scores, truth)
    assert 0.25 <= band <= 0.42
    assert macro_f1(truth, label_by_band(scores, band)) > 0.98
