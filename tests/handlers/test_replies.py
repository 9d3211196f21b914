"""Which reply in a copy's thread is a rewrite: nobody's talk may become copy, and no wish may go unheard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store import Delivery
from handlers.replies import asks_for_change, chosen_variant


def showing(*variant_ids: str) -> Delivery:
    return Delivery("d1", "T1", "C1", "1.0", "1.0", variant_ids)


@pytest.mark.parametrize("by_asker", [True, False])
@pytest.mark.parametrize(
    "text",
    [
        "shorter, and mention the battery first",
        "Shorter please!",
        "can you make it a bit warmer?",
        "2: warmer",
        "#2 without the camera",
        "add the discount :fire:",
        "too long",
        "more playful",
        "don't say “best”",
        "再短一点",
        "更有活力",
        "把价格去掉",
        "第二个：换成轻松的语气",
        "不要提价格",
        "How about a warmer tone?",
        "please add the price",
        "again, but without the camera",
        "Nice, now make it shorter",
        "把语气改得轻松",
        "太长了",
    ],
)
def test_a_wish_is_heard_from_everybody(text: str, by_asker: bool) -> None:
    assert asks_for_change(text, by_asker=by_asker)


@pytest.mark.parametrize("by_asker", [True, False])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "thanks!",
        "Thank you so much",
        "ok, great",
        "perfect :tada:",
        ":+1: :+1::skin-tone-3:",
        "👍👍",
        "谢谢大家！",
        "好的，收到",
        "// shorter would be nicer, Ben",
        "<@U123> make it shorter?",
        "what do you think, <@U123>? shorter?",
        "!!!",
        "who wrote this?",
        "I think legal has to see it",
        "我觉得很好看",
        "when does it run?",
        "thanks again!",
        "nice try :smile:",
        "thanks for this, team",
        "太棒了，谢谢大家",
        "we have to wait",
    ],
)
def test_talk_is_no_wish_of_anybody(text: str, by_asker: bool) -> None:
    assert not asks_for_change(text, by_asker=by_asker)


@pytest.mark.parametrize(
    "text", ["for teenagers", "the offer at the top", "给年轻妈妈看的", "in French colours"]
)
def test_the_person_who_asked_needs_no_word_of_change(text: str) -> None:
    assert asks_for_change(text, by_asker=True)
    assert not asks_for_change(text, by_asker=False)


@pytest.mark.parametrize(
    "text",
    [
        "I will add it to the sheet",
        "we should mention the price",
        "let's use this one",
        "me too",
        "no problem",
        "加油",
        "现在更好了",
        "我们再看看",
        "legal said yes",
        "let me ask Ben, he knows more",
    ],
)
def test_other_peoples_talk_is_no_wish(text: str) -> None:
    assert not asks_for_change(text, by_asker=False)


@pytest.mark.parametrize("text", ["we have a warranty of two years", "for whom?", "我们有两年保修"])
def test_alone_with_the_bot_everything_said_is_for_it(text: str) -> None:
    assert asks_for_change(text, by_asker=True, alone=True)
    assert not asks_for_change("// note to self", by_asker=True, alone=True)
    assert not asks_for_change("thanks!", by_asker=True, alone=True)


@pytest.mark.parametrize(
    "text", ["嗯" * 3_000 + "x", "哈" * 3_000 + "？x", "ha" * 3_000 + "x", "good " * 3_000 + "x"]
)
def test_a_long_reply_is_judged_at_once(text: str) -> None:
    assert asks_for_change(text, by_asker=True)


@given(st.text(max_size=300), st.booleans())
def test_any_text_is_judged(text: str, by_asker: bool) -> None:
    assert asks_for_change(text, by_asker=by_asker) in (True, False)


@pytest.mark.parametrize(
    ("text", "variant_id", "instruction"),
    [
        ("shorter", "a", "shorter"),
        ("2: warmer", "b", "warmer"),
        ("#3 shorter", "c", "shorter"),
        ("variant 2, warmer", "b", "warmer"),
        ("第二个：更短", "b", "更短"),
        ("第3条 更短", "c", "更短"),
        ("2", "a", "2"),
        ("2.", "b", "2."),
        ("5: warmer", "a", "5: warmer"),
        ("3 words less", "a", "3 words less"),
        ("108 MP first", "a", "108 MP first"),
    ],
)
def test_a_number_names_a_variant_of_the_message(text: str, variant_id: str, instruction: str) -> None:
    assert chosen_variant(text, [showing("a", "b", "c")]) == (variant_id, instruction)


def test_without_a_number_the_latest_copy_is_rewritten_and_with_one_the_latest_list() -> None:
    shown = [showing("a", "b"), showing("c")]
    assert chosen_variant("shorter", shown) == ("c", "shorter")
    assert chosen_variant("2: shorter", shown) == ("b", "shorter")
    assert chosen_variant("1: shorter", [showing("c")]) == ("c", "shorter")
