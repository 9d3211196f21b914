"""A rewrite that repeats itself or leaves a sign without its figure is a small model's rambling, not copy."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.checks.rambling import does_not_ramble
from models.checks.subject import Subject
from models.variant import Part
from tests.factories import brief


def reasons(before: str, after: str, language: str = "en") -> list[str]:
    """What is found in a rewrite."""
    subject = Subject(brief=brief(language=language), parts=(Part(name="text", text=after),), facts=before)
    return [check.reason for check in does_not_ramble(subject, before) if not check.passed]


@pytest.mark.parametrize(
    ("after", "found"),
    [
        ("A good lamp for $49, or 20 % off. £5, 5 €, US$ 5, ¥199.", []),
        ("A good lamp. Its price is $.", ["a “$” has no figure"]),
        ("A good lamp with % off.", ["a “%” has no figure"]),
        (
            "Choose the light you love, then choose the light you love.",
            ["it says “choose the light you” twice"],
        ),
        ("Good light, good mood, good desk, good price.", []),
    ],
)
def test_repeats_and_bare_signs_are_found(after: str, found: list[str]) -> None:
    assert reasons("A lamp for $49.", after) == found


def test_chinese_is_read_by_characters() -> None:
    assert reasons("台灯199元。", "点亮你的书桌台灯，点亮你的书桌台灯。", "zh") == ["重复写了“点亮你的书桌”"]
    assert reasons("台灯199元。", "点亮书桌，也点亮夜晚，只要¥199。", "zh") == []


def test_what_the_original_says_twice_may_be_said_twice() -> None:
    twice = "Buy one lamp today. Buy one lamp today for $."
    assert reasons(twice, twice) == []


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_a_text_does_not_ramble_against_itself(text: str) -> None:
    assert reasons(text, text) == []
