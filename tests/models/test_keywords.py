"""Keywords: what a copy is about, without words that say nothing, each thing once."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.keywords import KeywordTally, keywords
from models.terms import stem

DATA = Path(__file__).parents[1] / "data"


def terms_of(text: str | list[str], top: int = 10) -> list[str]:
    """The keywords' spellings."""
    return [item.term for item in keywords(text, top=top)]


@pytest.mark.parametrize(("language", "least"), [("en", 0.75), ("zh", 0.65)])
def test_most_of_the_first_five_are_what_a_reader_would_name(language: str, least: float) -> None:
    """Precision of the first five on the labelled texts, both halves."""

    def normal(term: str) -> str:
        return " ".join(map(stem, term.split())) if language == "en" else term.lower()

    rows = [json.loads(line) for line in (DATA / f"keywords_{language}.jsonl").open(encoding="utf-8")]
    right = sum(
        normal(item.term) in {normal(term) for term in row["keywords"]}
        for row in rows
        for item in keywords(row["text"], top=5)
    )
    assert right / (5 * len(rows)) >= least


def test_inflections_are_one_keyword_in_its_usual_form() -> None:
    """Battery and batteries are counted together."""
    found = keywords("The battery is strong. Batteries can be swapped, and a spare battery is in the box.")
    batteries = [item for item in found if "batter" in item.term]
    assert [(item.term, item.count) for item in batteries] == [("battery", 3)]


def test_abbreviations_have_plurals_too() -> None:
    """DVDs and a DVD are one thing."""
    found = keywords(["DVDs play well.", "The DVD skips.", "My dvds skip."])
    assert {item.term.lower(): item.count for item in found if "dvd" in item.term.lower()}.popitem()[1] == 3


def test_judgements_and_figures_are_no_keywords() -> None:
    """What is great is the point, not that it is great; nor are 5000 and mAh."""
    found = " ".join(
        terms_of("A great camera, really amazing! The 5000 mAh battery is excellent and very good.")
    )
    assert "camera" in found
    assert "battery" in found
    assert not {"great", "amazing", "excellent", "good", "5000", "mah", "really"} & set(found.lower().split())


def test_phrases_win_over_their_pieces_and_names_keep_their_capitals() -> None:
    """`Noise cancelling` says more than `noise`; a name is not put in small letters."""
    found = terms_of("Noise cancelling is superb on the Aurora headphones. I use noise cancelling daily.")
    assert found[0] == "noise cancelling"
    assert "noise" not in found
    assert any("Aurora" in term for term in found)


def test_chinese_phrases_are_found_in_a_text() -> None:
    """Words are put together where they name one thing."""
    found = terms_of("这款手机支持快速充电，加载时间短，就是电池续航一般，客服回复很慢。")
    assert {"快速充电", "加载时间", "电池续航"} <= set(found)
    assert not {"这款", "很慢", "一般", "就是"} & set(found)


def test_a_corpus_counts_the_reviews_that_hold_a_term() -> None:
    """Saying it three times in one review is one customer."""
    reviews = ["Battery, battery, battery!", "The battery died.", "The screen is dim.", "Weak battery."] * 5
    found = {item.term: item for item in keywords(reviews)}
    assert found["battery"].count == 15
    assert found["screen"].count == 5
    assert found["battery"].score == 1.0


def test_languages_are_read_each_in_its_own_way() -> None:
    """A shop with reviews in both languages gets keywords of both, none of a language that is not read."""
    found = terms_of(
        ["The battery died after a week"] * 3 + ["电池用了一周就坏了"] * 3 + ["Die Batterie ist leer"] * 3
    )
    assert {"battery", "电池"} <= set(found)
    assert "Batterie" not in found


def test_a_tally_stays_small_and_keeps_what_is_frequent() -> None:
    """Memory does not grow with the corpus, and the frequent terms survive the forgetting."""
    tally = KeywordTally("en", capacity=100)
    for number in range(2_000):
        tally.add(f"The battery of the zq{number}a phone and the wx{number}b strap")
    assert len(tally._counts) <= 203
    assert {"battery", "phone", "strap"} <= {item.term for item in tally.keywords(20)}


def test_many_threads_read_at_once_alike() -> None:
    """Jobs of two workspaces do not disturb each other's words."""
    texts = [
        f"{word}s of the travelling cameras and batteries {number}"
        for number in range(300)
        for word in ("zip", "lens")
    ]
    alone = [[item.term for item in keywords(text, "en")] for text in texts]
    stem.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda text: [item.term for item in keywords(text, "en")], texts))
    assert together == alone


@pytest.mark.parametrize("text", ["", "   ", "👍👍", "5000 mAh", "the and of", "的了吗"])
def test_texts_without_content_have_no_keywords(text: str) -> None:
    """Nothing is made up."""
    assert keywords(text) == []


@given(st.text(), st.sampled_from([None, "en", "zh"]), st.integers(0, 12))
@settings(deadline=None)
def test_any_text_has_ranked_keywords_that_stand_in_it(text: str, language: None, top: int) -> None:
    """No text makes it fail; every keyword is the text's own, best first."""
    found = keywords(text, language, top)
    assert len(found) <= top
    assert all(item.term.lower() in text.lower() for item in found)
    assert [item.score for item in found] == sorted((item.score for item in found), reverse=True)
