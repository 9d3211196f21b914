"""What people type to have copy optimised must be understood, kept whole, and refused with the reason."""

import pytest

from bot.optimise_aims import named_aims
from bot.optimise_request import (
    MAX_TEXT,
    original_of,
    print_request,
    read_fields,
    read_request,
    request_of,
)
from models.errors import BriefError, EngineCannotServe

COPY = "The Oakwell lamp is a lamp for desks of every kind. It has 12 W. It costs $49."


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "There is no copy"),
        (" | aim: warmer", "There is no copy"),
        ("😀😀 🎉", "no words"),
        ("https://aurora.com 123", "no words"),
        ("x" * 50_000, "50,000 characters long; the limit is 6,000"),
        (f"{COPY} | platform: myspace", "“myspace” is not a platform"),
        (f"{COPY} | n: 20", "n is 20"),
        (f"{COPY} | aim: {'very ' * 200}warm", "The aim is"),
    ],
)
def test_what_cannot_be_optimised_is_refused_with_the_reason(typed: str, message: str) -> None:
    with pytest.raises(BriefError) as caught:
        read_request(typed)
    assert message in caught.value.message
    assert caught.value.remedy


def test_another_language_is_named_and_can_be_overruled() -> None:
    with pytest.raises(EngineCannotServe, match="French") as caught:
        read_request("Notre lampe éclaire votre bureau avec douceur.")
    assert "language: en" in caught.value.remedy
    assert read_request("Notre lampe éclaire votre bureau. | language: en").brief.language == "en"


def test_dividers_and_colons_in_the_copy_stay() -> None:
    request = read_request("Oakwell: light | warm | 12 W\nOnly today: $49 | aim: warmer")
    assert request.parts[0].text == "Oakwell: light | warm | 12 W\nOnly today: $49"
    assert request.aim == "warmer"
    assert read_request(print_request(request)) == request


@pytest.mark.parametrize("length", [1_999, 2_000, 2_001, 4_500, MAX_TEXT])
def test_a_long_copy_is_held_whole(length: int) -> None:
    text = ("The lamp is good and bright. \n" * 300)[:length].strip()
    request = read_request(f"{text} | aim: clearer")
    assert original_of(request.brief).split() == text.split()
    assert request_of(request.brief, request.aim) == request


@pytest.mark.parametrize(
    ("typed", "platform", "parts"),
    [
        ("Our lamp", "plain_text", ["text"]),
        ("Our lamp | platform: general", "plain_text", ["text"]),
        ("Our lamp | platform: google", "google_rsa/headline", ["headline"]),
        (f"{COPY} | platform: google ads", "google_rsa/description", ["description"]),
        ("Our lamp | platform: twitter", "x_post", ["text"]),
        (
            "Headline: Our lamp\nPrimary text: Good light | platform: meta",
            "meta_feed",
            ["primary_text", "headline"],
        ),
        ("Our lamp | platform: meta_feed/primary_text", "meta_feed/primary_text", ["primary_text"]),
    ],
)
def test_a_copy_is_taken_for_the_part_that_it_suits(typed: str, platform: str, parts: list[str]) -> None:
    request = read_request(typed)
    assert (request.brief.platform, [part.name for part in request.parts]) == (platform, parts)


def test_a_form_gets_what_was_typed_unchecked() -> None:
    typed = f"{COPY} | aim: warmer | platform: myspace | must avoid: cheap, poor"
    assert read_fields(typed) == {
        "text": COPY,
        "aim": "warmer",
        "platform": "myspace",
        "must_avoid": "cheap, poor",
    }


@pytest.mark.parametrize(
    ("asked", "aims"),
    [
        ("warmer", ("warmer",)),
        ("more positive and shorter", ("warmer", "shorter")),
        ("calmer", ("calmer",)),
        ("less excited, please", ("calmer",)),
        ("easier to read", ("clearer",)),
        ("a bit longer", ("longer",)),
        ("更温暖一些", ("warmer",)),
        ("更平实，短一点", ("calmer", "shorter")),
        ("通俗易懂", ("clearer",)),
        ("more luxurious", ()),
        ("like a pirate", ()),
    ],
)
def test_aims_are_read_in_both_languages(asked: str, aims: tuple[str, ...]) -> None:
    assert named_aims(asked) == aims
