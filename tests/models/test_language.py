"""Languages: a review in a language that is not scored must not be scored as English, and English never lost."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.language import LANGUAGES, UNDETERMINED, detect

LINES = [
    line.split("\t", 1)
    for line in (Path(__file__).parents[1] / "data/language.tsv").read_text(encoding="utf-8").splitlines()[1:]
]


def test_short_copy_in_many_languages_is_recognised() -> None:
    """At most one line in thirty is taken for another language."""
    wrong = [(code, detect(text).code, text) for code, text in LINES if detect(text).code != code]
    assert len(wrong) <= len(LINES) / 30, wrong


@pytest.mark.parametrize("code", ["en", "zh", "und"])
def test_no_line_that_is_scored_is_lost(code: str) -> None:
    """English and Chinese lines, and lines without words, are all recognised."""
    assert [text for known, text in LINES if known == code and detect(text).code != code] == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("屏幕不错 but the battery is really bad and I hate it", "en"),
        ("屏幕很好，拍照清晰，就是 battery 不行", "zh"),
        ("很好👍", "zh"),
        ("Great 👍👍👍", "en"),
        ("最高です！", "ja"),
        ("bad", "en"),
        ("OK", "en"),
        ("lol", "en"),
        ("SEHR GUT VERARBEITET", "de"),
        ("", "und"),
        ("  \n", "und"),
        ("\ud800", "und"),
        ("好の", "ja"),
        ("可爱の小熊，孩子很喜欢", "zh"),
    ],
)
def test_mixed_short_and_odd_texts_have_their_main_language(text: str, code: str) -> None:
    """The language with more words leads; emoji and marks count for nothing."""
    assert detect(text).code == code


def test_a_clear_text_is_surer_than_a_single_word() -> None:
    """The confidence can be used to ask instead of guessing."""
    assert detect("The battery lasts two days and the screen is bright.").confidence > 0.9
    assert detect("Top").confidence < 0.5


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    """No text makes it fail, and the answer is one of the documented ones."""
    found = detect(text)
    assert found.code in {*LANGUAGES, UNDETERMINED}
    assert 0 <= found.confidence <= 1
