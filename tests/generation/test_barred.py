"""A term that a brief rules out must not be written, and words that only begin like it must not be lost."""

import pytest

from models.generation.barred import Barred


def written(barred: Barred, pieces: list[str]) -> str:
    """What is left of a text when the pieces that would complete a term are refused."""
    text = ""
    for piece in pieces:
        if not barred.completes(text, piece):
            text += piece
    return text


@pytest.mark.parametrize(
    ("pieces", "left"),
    [
        ([" post", " it", " on", " Facebook", " now"], " post it on now"),
        ([" Face", "book"], " Face"),
        ([" emails", " are"], " are"),
        ([" send", " text", " messages"], " send text"),
        ([" in", "-", "store"], " in-"),
        ([" mailbox", " blackmail", " text"], " mailbox blackmail text"),
        ([" instant", " coffee"], " instant coffee"),
        (["在", "抖", "音", "发布"], "在抖发布"),
        (["发", "送短", "信给"], "发送短"),
        (["小", "红", "书"], "小书"),
    ],
)
def test_a_term_is_refused_with_the_piece_that_completes_it(pieces: list[str], left: str) -> None:
    terms = ["facebook", "email", "mail", "text message", "in-store", "insta", "抖音", "短信", "小红"]
    assert written(Barred(terms), pieces) == left


def test_a_refusal_in_the_middle_of_a_name_is_told_from_one_at_its_beginning() -> None:
    barred = Barred(["facebook", "text message", "小红书"])
    assert barred.halves(" post on Face", "book")
    assert barred.halves("在小红", "书")
    assert barred.halves(" by text", " message")
    assert not barred.halves(" post on", " Facebook")
    assert not barred.halves(" post on Face", " cream")


def test_without_terms_everything_may_be_written() -> None:
    assert written(Barred(()), [" on", " Facebook"]) == " on Facebook"


def test_a_long_text_before_it_does_not_hide_a_term() -> None:
    assert Barred(["text message"]).completes("word " * 400 + "text", " message")


def test_a_name_by_its_capitals_is_refused_and_its_letters_in_other_words_are_not() -> None:
    barred = Barred((), ["on X", "IG"])
    assert written(barred, [" post", " on", " X", " now"]) == " post on now"
    assert written(barred, [" ig", "nite", " on", " x", "-ray"]) == " ignite on x-ray"
