"""Aspects: what people like, dislike and ask for, in their own words."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.aspect_tally import AspectTally, read_aspects
from models.aspects import AspectReport, split_review
from models.variant import Sentiment

GOOD = ("great", "love", "bright", "strong", "good", "好", "快", "漂亮", "喜欢")
BAD = ("weak", "dim", "crash", "slow", "bad", "差", "慢", "坏", "破")


def feel(text: str) -> Sentiment:
    """A plain stand-in for the sentiment engine: the clause's words decide."""
    text = text.lower()
    value = sum(word in text for word in GOOD) - sum(word in text for word in BAD)
    label = "positive" if value > 0 else "negative" if value < 0 else "neutral"
    score = max(-0.9, min(0.9, 0.6 * value))
    return Sentiment(label=label, score=score, confidence=0.9, language="en", scored_by="words")


async def score(texts: Sequence[str]) -> list[Sentiment | None]:
    """As `SentimentEngine.score`; one language is not scored."""
    return [None if "unscored" in text else feel(text) for text in texts]


def by_term(report: AspectReport, side: str) -> dict[str, tuple[int, int]]:
    """Positive and negative counts of each aspect on one side."""
    return {aspect.term: (aspect.positive, aspect.negative) for aspect in getattr(report, side)}


async def test_praise_and_blame_in_one_sentence_are_told_apart() -> None:
    """`The screen is great but the battery is weak` is no average."""
    report = await read_aspects(["The screen is great but the battery is weak."] * 3, score)
    assert by_term(report, "liked") == {"screen": (3, 0)}
    assert by_term(report, "disliked") == {"battery": (0, 3)}


async def test_chinese_clauses_are_told_apart() -> None:
    """Commas and 但是 divide praise from blame."""
    report = await read_aspects(["屏幕很漂亮，物流也快，但是客服很差"] * 3, score)
    assert by_term(report, "liked") == {"屏幕": (3, 0), "物流": (3, 0)}
    assert by_term(report, "disliked") == {"客服": (0, 3)}


async def test_inflections_and_other_names_are_one_aspect() -> None:
    """Battery and batteries; delivery and shipping; 电池 apart from its 续航."""
    texts = ["The battery is great.", "Great batteries!", "Delivery was slow.", "Slow shipping."] * 2
    report = await read_aspects(texts, score)
    assert by_term(report, "liked") == {"battery": (4, 0)}
    assert by_term(report, "disliked") == {"delivery": (0, 4)}
    chinese = await read_aspects(["电池续航很好", "续航时间好", "电池坏了"] * 2, score)
    assert by_term(chinese, "liked") == {"续航": (4, 0)}
    assert by_term(chinese, "disliked") == {"电池": (0, 2)}


async def test_rare_compounds_count_for_their_frequent_part() -> None:
    """Ten people who each praise another lens praise the lens."""
    texts = [f"The {kind} lens is great." for kind in ("zoom", "wide", "macro", "kit", "portrait")] + [
        "The lens is great."
    ] * 6
    report = await read_aspects(texts, score)
    assert by_term(report, "liked")["lens"] == (11, 0)


async def test_a_review_has_one_voice_however_often_it_says_it() -> None:
    """One angry customer is one."""
    report = await read_aspects(["Weak battery. The battery is weak. Bad battery!", "Strong battery."], score)
    (aspect,) = [item for item in report.disliked if item.term == "battery"]
    assert (aspect.positive, aspect.negative, aspect.count) == (1, 1, 2)


async def test_quotes_are_exact_pieces_of_the_reviews_named() -> None:
    """A quote can be checked against the review it names: rules on testimonials ask for it."""
    texts = ["Nothing here.", "The screen is great, and the app is slow!", "屏幕很漂亮，但是物流慢。"]
    report = await read_aspects(texts, score)
    quotes = [quote for aspect in report.liked for quote in aspect.praise]
    quotes += [quote for aspect in report.disliked for quote in aspect.blame]
    assert {quote.text for quote in quotes} >= {"The screen is great", "屏幕很漂亮", "但是物流慢。"}
    assert all(texts[quote.review][quote.start : quote.end] == quote.text for quote in quotes)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("I wish it had a headphone jack.", "headphone jack"),
        ("The screen is fine. Please add a carrying case!", "carrying case"),
        ("Would be nice to have a longer cable.", "cable"),
        ("It should come with a charger.", "charger"),
        ("I hope they fix the hinge soon.", "hinge"),
        ("希望增加耳机孔", "耳机孔"),
        ("屏幕不错，要是送个保护套就更好了", "保护套"),
        ("价格可以，包装有待改进。", "包装"),
        ("建议附一份中文说明书", "中文说明书"),
    ],
)
async def test_requests_are_found_with_what_they_are_about(text: str, term: str) -> None:
    """What customers ask for goes to the team."""
    report = await read_aspects([text], score)
    (request,) = report.requests
    assert (request.term, request.count) == (term, 1)
    assert request.quotes[0].text.strip(".!。") in text


@pytest.mark.parametrize(
    "text",
    [
        "I should have bought the other phone.", "I hope to use it for years.", "You need a car for this.",
        "I love it.", "Hopefully they are giving him a refund.", "The headset plug needs force.",
        "不建议购买", "希望能用久一点", "建议大家购买",
        "它的性能不能再好了", "希望京东越来越好",
    ],
)  # fmt: skip
def test_hopes_and_advice_to_buyers_are_no_requests(text: str) -> None:
    """Only what the maker or seller could do counts."""
    assert split_review(text).requests == ()


async def test_a_complaint_stays_visible_when_most_praise() -> None:
    """Nine in ten like the screen and all else: the tenth complaints about the battery are still told."""
    texts = ["Great screen."] * 60 + ["Great battery."] * 12 + ["Weak battery."] * 8
    report = await read_aspects(texts, score)
    assert by_term(report, "disliked") == {"battery": (12, 8)}
    assert by_term(report, "liked") == {"screen": (60, 0), "battery": (12, 8)}


async def test_unscored_and_neutral_texts_move_nothing() -> None:
    """No score, no opinion; neutral mentions are counted as such."""
    report = await read_aspects(
        ["The unscored battery.", "The box holds a cable.", "👍", "", "Der Akku ist gut"], score
    )
    assert (report.liked, report.disliked) == ((), ())
    assert report.reviews == 5


def test_the_product_s_own_name_is_no_aspect_when_told() -> None:
    """People who love the Aurora X love no property of it."""
    parts = split_review("The Aurora X phone has a bright screen.", ignore=["Aurora X phone"])
    names = [name for clause in parts.clauses for _, name in clause.names]
    assert names == ["screen"]


def test_a_stopped_job_goes_on_from_its_state() -> None:
    """Half now, half after a restart, gives the same report."""
    texts = [f"The screen is great but the {part} is weak." for part in ("battery", "case", "app") * 7]
    whole, half = AspectTally(), AspectTally()
    for index, text in enumerate(texts):
        parts = split_review(text, index)
        sentiments = [feel(clause.text) for clause in parts.clauses]
        whole.add(parts, sentiments)
        half.add(parts, sentiments)
        if index == 10:
            half = AspectTally.from_state(json.loads(json.dumps(half.state())))
    assert half.report() == whole.report()


def test_a_review_without_end_is_read_as_far_as_it_says_something() -> None:
    """One review of a megabyte does not hold up the others."""
    assert len(split_review("The battery is weak, the screen is great. " * 25_000).clauses) == 400


def test_memory_is_bounded_and_the_frequent_stay() -> None:
    """A hundred thousand reviews with a new word each are no hundred thousand aspects."""
    tally = AspectTally(capacity=50)
    for index in range(1_500):
        parts = split_review(f"The battery is great, the zq{index}x is weak.", index, "en")
        tally.add(parts, [feel(clause.text) for clause in parts.clauses])
    assert len(tally._aspects) <= 101
    assert tally.report(1).liked[0].positive == 1_500


@given(
    st.lists(
        st.text(st.sampled_from(list("屏幕好差，。但是希望 ab.,!")) | st.characters(), max_size=60),
        max_size=5,
    )
)
@settings(deadline=None)
async def test_any_reviews_have_a_report_with_true_quotes(texts: list[str]) -> None:
    """No review makes it fail; every quote is where it says."""
    report = await read_aspects(texts, score)
    for aspect in [*report.liked, *report.disliked]:
        for quote in [*aspect.praise, *aspect.blame]:
            assert texts[quote.review][quote.start : quote.end] == quote.text


@pytest.mark.parametrize(
    "text", ["客服电话[phone]也没人接。", "Nobody answers [phone], the battery is weak."]
)
def test_masked_data_is_no_aspect(text: str) -> None:
    """A telephone number that was masked would be counted as a complaint about the phone."""
    named = {key for passage in split_review(text).clauses for key, _ in passage.names}
    assert not named & {"phone", "[phone]"}
    assert named
