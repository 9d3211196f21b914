"""What a person asks for in the thread must be recognised where it can be measured."""

import pytest

from models.checks.subject import Subject
from models.instruction import Wish, follows_wish, read_wish
from tests.factories import brief, parts


@pytest.mark.parametrize(
    ("instruction", "wish"),
    [
        ("shorter, and mention the battery first", Wish(length=-1, first="battery")),
        ("Make it longer, with more of the facts.", Wish(length=1)),
        ("lead with the camera", Wish(first="camera")),
        ("put its price at the top", Wish(first="price")),
        ("drop the price", Wish(dropped="price")),
        ("please don't mention the weight", Wish(dropped="weight")),
        ("warmer", Wish()),
        ("更短一些，先说电池", Wish(length=-1, first="电池")),
        ("写长一点", Wish(length=1)),
        ("把价格放在最前面", Wish(first="价格")),
        ("不要提价格", Wish(dropped="价格")),
        ("以电池开头", Wish(first="电池")),
        ("不要太长", Wish()),
        ("", Wish()),
    ],
)
def test_the_measurable_part_of_a_wish_is_read(instruction: str, wish: Wish) -> None:
    assert read_wish(instruction) == wish


BEFORE = "The Aurora X has a 108 MP camera and a 5000 mAh battery for young travellers."


def reasons(text: str, wish: Wish) -> list[str]:
    asked = brief()
    subject = Subject(brief=asked, parts=parts([("description", text)]), facts=asked.facts)
    checks = list(follows_wish(subject, wish, BEFORE))
    assert all(check.passed or check.severity == "soft" for check in checks)
    return [check.reason for check in checks if not check.passed]


def test_a_rewrite_that_is_not_shorter_says_so() -> None:
    assert reasons("A 5000 mAh battery.", Wish(length=-1)) == []
    assert "shorter" in reasons(BEFORE + " And more.", Wish(length=-1))[0]


def test_naming_an_attribute_or_its_value_both_count_as_mentioning_it_first() -> None:
    wish = Wish(first="battery")
    assert reasons("5000 mAh for long days, and a camera that keeps up.", wish) == []
    assert reasons("A battery for long days, and a camera that keeps up.", wish) == []
    assert reasons("A camera that keeps up with long days and a battery.", wish) == [
        "“battery” does not come first"
    ]


def test_what_should_be_dropped_and_is_still_there_is_told() -> None:
    assert reasons("A 5000 mAh battery.", Wish(dropped="battery")) == ["“battery” is still there"]
    assert reasons("A 108 MP camera.", Wish(dropped="battery")) == []


def test_what_is_said_of_a_dropped_thing_may_stay_without_it() -> None:
    # “Drop the battery capacity” takes the figure out, and the battery may be named.
    assert reasons("A battery for long days.", Wish(dropped="battery capacity")) == []
    assert reasons("A 5000 mAh battery.", Wish(dropped="battery capacity")) != []


def test_a_wish_that_cannot_be_measured_makes_no_finding() -> None:
    asked = brief()
    subject = Subject(brief=asked, parts=parts([("description", "Hello")]), facts=asked.facts)
    assert list(follows_wish(subject, Wish(), BEFORE)) == []
