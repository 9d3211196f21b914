"""A plan from a small model must keep the brief's own words and days."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.platforms import parts_for_brief
from models.skeleton import given_parts, phase_days, prefixes
from tests.factories import brief

PLAN = {
    "kind": "campaign",
    "platform": "",
    "goal": "1000 pre-orders",
    "dates": "2027-03-01 to 2027-03-14",
    "channels": ["email", "shop window"],
}


def test_what_the_brief_says_is_not_left_to_the_model() -> None:
    asked = brief(**PLAN)
    found = given_parts(asked, parts_for_brief(asked))
    assert found["goal"] == "1000 pre-orders"
    assert found["audience"] == "young travellers"
    assert found["channels"].endswith(", shop window")


def test_phases_cover_the_briefs_dates_without_gap_or_overlap() -> None:
    asked = brief(**PLAN)
    assert prefixes(asked, parts_for_brief(asked))["phase"] == [
        "1 Mar – 5 Mar, announce: ",
        "6 Mar – 9 Mar, sell: ",
        "10 Mar – 14 Mar, close: ",
    ]


def test_messages_begin_with_their_channel() -> None:
    asked = brief(**PLAN)
    assert [text.endswith(": ") for text in prefixes(asked, parts_for_brief(asked))["message"]] == [
        True,
        True,
    ]


def test_an_offer_is_stated_word_for_word() -> None:
    asked = brief(**PLAN, offer="15 % off until 30 November")
    assert prefixes(asked, parts_for_brief(asked))["promotion"] == ["15 % off until 30 November: "]


def test_chinese_spans_are_written_in_chinese() -> None:
    assert phase_days("2027-03-01至2027-03-14", 3, "zh")[0] == "3月1日—3月5日"


@pytest.mark.parametrize(
    "dates", ["", "next spring", "2027-03-01", "2027-13-01 to 2027-13-09", "2027-03-14 to 2027-03-01"]
)
def test_dates_that_cannot_be_cut_are_left_to_the_team(dates: str) -> None:
    assert phase_days(dates, 3, "en") == []


@given(st.dates(), st.integers(0, 400), st.integers(1, 9))
def test_any_span_is_cut_into_that_many_phases_or_none(start: object, days: int, phases: int) -> None:
    from datetime import date, timedelta

    assert isinstance(start, date)
    try:
        end = start + timedelta(days=days)
    except OverflowError:
        return
    found = phase_days(f"{start.isoformat()} – {end.isoformat()}", phases, "en")
    assert len(found) == (phases if days + 1 >= phases else 0)


def test_an_ad_has_no_skeleton() -> None:
    asked = brief(goal="sell", channels=["email"])
    assert given_parts(asked, parts_for_brief(asked)) == {}
    assert prefixes(asked, parts_for_brief(asked)) == {}


@pytest.mark.parametrize(
    ("channel", "language", "called"),
    [
        ("instagram", "en", "Instagram"),
        ("meta_feed", "en", "Facebook and Instagram feed"),
        ("微信", "zh", "微信"),
        ("wechat_moments", "zh", "微信朋友圈"),
        ("posters at the tram stops", "en", "posters at the tram stops"),
    ],
)
def test_a_message_is_for_the_channel_that_was_named_and_no_wider_one(
    channel: str, language: str, called: str
) -> None:
    asked = brief(kind="campaign", language=language, channels=[channel])
    (begun,) = prefixes(asked, parts_for_brief(asked))["message"]
    assert begun.rstrip(": ：") == called
