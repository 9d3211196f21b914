"""Sentences and clauses: cut where a reader would, and nowhere else."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.sentences import clauses, sentences


def cut(text: str) -> list[str]:
    """The sentences as texts."""
    return [span.of(text) for span in sentences(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "Dr. Smith paid $3.50, e.g. in the U.S. market. It runs at 2.4 GHz! See https://a.b/c.d?e. Fine?",
            [
                "Dr. Smith paid $3.50, e.g. in the U.S. market.",
                "It runs at 2.4 GHz!",
                "See https://a.b/c.d?e.",
                "Fine?",
            ],
        ),
        ("It costs approx. 5 dollars. Good.", ["It costs approx. 5 dollars.", "Good."]),
        (
            "很好。不错！屏幕3.5英寸；音质差……快递慢？是的",
            ["很好。", "不错！", "屏幕3.5英寸；", "音质差……", "快递慢？", "是的"],
        ),
        ("“真的好！”她说。下一句", ["“真的好！”", "她说。", "下一句"]),
        ("Love it!!! 太好了!!!", ["Love it!!!", "太好了!!!"]),
        ("Line one\nLine two\r\n\r\n  Line three. ", ["Line one", "Line two", "Line three."]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, wanted: list[str]) -> None:
    """Abbreviations, decimals, addresses and quotes hold together."""
    assert cut(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "物流很快，包装也好，但是屏幕有划痕，不过客服不错",
            ["物流很快，", "包装也好，", "但是屏幕有划痕，", "不过客服不错"],
        ),
        ("屏幕很好可是电池不行", ["屏幕很好", "可是电池不行"]),
        (
            "I like the screen but the battery is weak and the app crashes; however it is cheap (1,299 dollars).",
            [
                "I like the screen",
                "but the battery is weak",
                "and the app crashes;",
                "however it is cheap",
                "(1,299 dollars).",
            ],
        ),
        ("At 19:30, yes, it works: see https://a.b/c", ["At 19:30,", "yes, it works:", "see https://a.b/c"]),
    ],
)
def test_clauses_part_praise_from_blame(text: str, wanted: list[str]) -> None:
    """A word of contrast begins its clause; commas in numbers and colons in times and addresses do not cut."""
    assert [span.of(text) for span in clauses(text)] == wanted


@given(st.text(st.sampled_from(list("ab 好，。.!?(),;\n：but但是")) | st.characters(), max_size=80))
@settings(deadline=None)
def test_nothing_but_space_is_lost(text: str) -> None:
    """Sentences and clauses are the text's own pieces, in order, and hold all of it."""
    for spans in (sentences(text), clauses(text)):
        assert "".join("".join(span.of(text) for span in spans).split()) == "".join(text.split())
        assert all(one.end <= other.start for one, other in pairwise(spans))
