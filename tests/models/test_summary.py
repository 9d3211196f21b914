"""Summaries: the text's own sentences, in order, without saying a thing twice."""

from hypothesis import given, settings
from hypothesis import strategies as st

from models.summary import SummaryPool, summarise

COPY = (
    "Meet the desk fan that lets you think. At 22 dB it is quieter than a whisper, and the brushless motor of the fan "
    "sips power. Tilt it, clip it to a shelf, or run it from any USB-C port. Free shipping until Sunday! "
    "The fan comes with a two-year warranty and a spare filter. Thanks."
)


def test_sentences_are_quoted_whole_and_in_order() -> None:
    """Nothing is rewritten, so nothing can be wrong in it."""
    found = summarise(COPY, sentences=3)
    assert len(found) == 3
    places = [COPY.index(sentence) for sentence in found]
    assert places == sorted(places)
    assert found[0] == "Meet the desk fan that lets you think."
    assert "Thanks." not in found


def test_chinese_is_cut_at_its_own_marks() -> None:
    """A Chinese copy gives Chinese sentences, not the whole paragraph."""
    text = "这款风扇只有22分贝，比耳语还轻。无刷电机省电耐用！可夹在书架上；周日前包邮。风扇质保两年，附赠滤网一片。"
    found = summarise(text, sentences=2)
    assert len(found) == 2
    assert all(sentence in text and len(sentence) < 25 for sentence in found)


def test_what_many_say_leads_and_is_said_once() -> None:
    """Of many reviews the summary tells the common points, each in one voice."""
    reviews = (
        [f"The battery of the phone lasts {n} days without charging." for n in range(12)]
        + [f"Delivery of my order took {n} weeks, much too slow." for n in range(8)]
        + ["My cat sleeps a lot.", "Bought on a Tuesday."]
    )
    found = summarise(reviews, sentences=2)
    assert sum("battery" in sentence for sentence in found) == 1
    assert sum("Delivery" in sentence for sentence in found) == 1


def test_the_same_review_twice_is_one_voice() -> None:
    """Copied reviews do not fill the summary."""
    found = summarise(
        ["Great phone, the screen is bright."] * 5 + ["The battery is weak after a year."], sentences=3
    )
    assert len(found) == len(set(found)) == 2


def test_a_text_without_full_stops_is_not_given_back_whole() -> None:
    """A rant of a megabyte does not become a summary of a megabyte."""
    assert all(len(piece) <= 400 for piece in summarise("so then the battery died again " * 3_000))
    assert all(len(piece) <= 400 for piece in summarise("电池又坏了，" * 10_000))


def test_nothing_is_made_of_nothing() -> None:
    """Empty texts, emoji and figures have no summary."""
    assert summarise("") == summarise([]) == summarise("👍👍 5/5") == summarise(COPY, sentences=0) == []


def test_a_pool_stays_small_however_many_texts_come() -> None:
    """Memory is bounded, and the common point is still found."""
    pool = SummaryPool("en", capacity=20)
    for number in range(600):
        pool.add(
            f"The battery lasts {number} hours."
            if number % 2
            else f"Word{number} another{number} thing{number}x."
        )
    assert len(pool._pool) <= 40
    assert "battery" in pool.summarise(1)[0]


@given(st.lists(st.text(max_size=60), max_size=6), st.integers(0, 4))
@settings(deadline=None)
def test_every_sentence_stands_in_one_of_the_texts(texts: list[str], count: int) -> None:
    """Any texts: at most so many sentences, each an exact piece."""
    found = summarise(texts, sentences=count)
    assert len(found) <= count
    assert all(any(sentence in text for text in texts) for sentence in found)
