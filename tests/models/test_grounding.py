"""What a team would promise by mistake if copy could state more than its brief."""

import csv
import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.checks.grounding import FAMILIES, has_only_stated_claims, ungrounded
from models.checks.subject import Subject
from tests.factories import brief, parts

CORPUS = Path(__file__).parent.parent / "data" / "grounding.tsv"
LONG = 100_000


def rows() -> list[dict[str, str]]:
    with CORPUS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def is_held_out(row: dict[str, str]) -> bool:
    return int(hashlib.sha256(row["id"].encode()).hexdigest(), 16) % 3 == 0


def is_found(row: dict[str, str]) -> bool:
    facts = row["facts"].replace(" | ", "\n")
    return bool(ungrounded(row["copy"], facts, plan=row["family"] == "campaign"))


def precision_and_recall(examined: list[dict[str, str]]) -> tuple[float, float]:
    unfair = [row for row in examined if row["label"] == "unfair"]
    hits = sum(map(is_found, unfair))
    false = sum(is_found(row) for row in examined if row["label"] == "fair")
    return hits / (hits + false), hits / len(unfair)


def test_the_corpus_is_large_and_half_of_it_is_fair() -> None:
    examined = rows()
    fair = sum(row["label"] == "fair" for row in examined)
    assert len(examined) >= 250
    assert len({row["id"] for row in examined}) == len(examined)
    assert 0.4 < fair / len(examined) < 0.6
    assert {row["language"] for row in examined} == {"en", "zh"}


@pytest.mark.parametrize("held_out", [False, True])
def test_invented_claims_are_found_and_stated_ones_pass(held_out: bool) -> None:
    precision, recall = precision_and_recall([row for row in rows() if is_held_out(row) is held_out])
    assert precision >= 0.95
    assert recall >= 0.95


@pytest.mark.parametrize("column", ["facts", "copy"])
def test_a_text_that_repeats_its_facts_states_nothing_new(column: str) -> None:
    strange = {row["id"]: ungrounded(row[column], row[column]) for row in rows()}
    assert {key: value for key, value in strange.items() if value} == {}


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ("摄像头：1.08亿像素", "A 108-megapixel camera."),
        ("battery: 5000 mAh", "5000毫安时大电池。"),
        ("优惠：半价", "50% off."),
        ("优惠：第二件半价", "The second one is half price."),
        ("买一送一", "Buy one get one free."),
        ("全场八折", "20% off everything."),
        ("free shipping, 2-year warranty", "包邮，两年质保。"),
        ("产自云南", "Grown in Yunnan."),
        ("red dot award", "红点奖作品。"),
        ("weight: 500 g", "一斤。"),
    ],
)
def test_a_fact_in_the_other_language_is_a_fact(facts: str, text: str) -> None:
    assert ungrounded(text, facts) == ()


def test_an_offer_whose_condition_is_left_out_warns() -> None:
    assert [one.severity for one in ungrounded("立减50元。", "满300减50")] == ["soft"]
    assert ungrounded("满300减50。", "满300减50") == ()


def test_up_to_may_not_be_dropped_quietly() -> None:
    assert [one.severity for one in ungrounded("30 hours of play.", "battery life: up to 30 hours")] == [
        "soft"
    ]


def test_a_small_number_in_words_warns_and_one_with_a_unit_is_refused() -> None:
    assert [one.severity for one in ungrounded("Three ways to wear it.", "a scarf")] == ["soft"]
    assert [one.severity for one in ungrounded("Ready in three minutes.", "a scarf")] == ["hard"]


def test_the_day_a_span_begins_is_not_the_day_it_ends() -> None:
    facts = "2027-03-01 to 2027-03-14"
    assert ungrounded("Ends 14 March.", facts) == ()
    assert [one.family for one in ungrounded("Ends 1 March.", facts)] == ["date"]
    assert [one.family for one in ungrounded("From 14 March.", facts)] == ["date"]


def test_a_plan_may_name_days_within_the_dates_and_no_others() -> None:
    facts = "2027-03-01 to 2027-03-14"
    assert ungrounded("8 March: remind.", facts, plan=True) == ()
    assert [one.family for one in ungrounded("20 March: remind.", facts, plan=True)] == ["date"]


def test_a_finding_names_its_part_its_passage_and_what_it_is_in_both_languages() -> None:
    english = Subject(
        brief=brief(), parts=parts([("headline", "Fine"), ("headline", "Free shipping")]), facts=brief().facts
    )
    (check,) = has_only_stated_claims(english)
    assert check.index == 1
    assert check.part == "headline"
    assert check.reason == "Headline 2 states “Free shipping” (a promise), which the brief does not"
    chinese = brief(language="zh")
    (check,) = has_only_stated_claims(
        Subject(brief=chinese, parts=parts([("headline", "全国包邮")]), facts=chinese.facts)
    )
    assert "包邮" in check.reason
    assert "承诺" in check.reason


def test_every_family_has_unfair_copies_in_the_corpus() -> None:
    known = {row["family"] for row in rows() if row["label"] == "unfair"}
    assert {"place", "certification", "award", "comparison", "superlative", "availability"} <= known & set(
        FAMILIES
    )


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=200), facts=st.text(max_size=100), plan=st.booleans())
def test_no_text_makes_it_raise(text: str, facts: str, plan: bool) -> None:
    assert isinstance(ungrounded(text, facts, plan=plan), tuple)


_WORDS = """
    1 2.5 12 2027 half two 二十 亿 万 折 半 % off save buy get free for $ ¥ mAh 月 日 March until / - : 满 减 买 送
    第二件 半价 a more than 比 更 最 the best only made in Italy 产自 云南 up to 以上
"""
_PIECES = st.sampled_from(_WORDS.split())


@settings(max_examples=200, deadline=None)
@given(pieces=st.lists(_PIECES, max_size=14), glue=st.sampled_from(["", " "]))
def test_what_is_put_together_from_claims_is_read_and_is_grounded_in_itself(
    pieces: list[str], glue: str
) -> None:
    text = glue.join(pieces)
    ungrounded(text, "a mug")
    assert isinstance(ungrounded(text, text), tuple)


@pytest.mark.parametrize("piece", ["1", "1,", "a-", "满1", "个半", "free ", "\n", "1/1", "than ", "比"])
def test_a_text_without_end_is_read_through(piece: str) -> None:
    # Quadratic patterns take minutes here; the suite's time limit stops them.
    ungrounded(piece * (LONG // len(piece) // 4), "a mug")
