"""No rewrite may lose a fact of the copy it starts from, nor bring one in: a wrong price or date is costly."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.checks.facts import chinese_number, facts_in
from models.checks.facts_kept import keeps_every_fact, lost_facts, new_facts
from models.checks.subject import Subject
from models.variant import Check, Part
from tests.factories import brief

EN = (
    "Meet the Aurora X phone: a 5,000 mAh battery, a 108 MP camera and a two-year warranty for $349.90. "
    "20 % off until 30 November 2027 at www.aurora.com/x, free delivery to London."
)
ZH = (
    "极光X智能手机，5000毫安时电池，三天续航，两年质保，售价1999元，3月1日起8折，包邮，适配iPhone配件，"
    "附送《手机摄影入门》。"
)


def checked(before: str, after: str, **over: object) -> tuple[Check, ...]:
    """The findings on a rewrite."""
    language = over.pop("language", "en")
    asked = brief(product="phone", attributes={}, audience="", language=language, **over)
    subject = Subject(brief=asked, parts=(Part(name="text", text=after),), facts=before)
    return tuple(keeps_every_fact(subject, before))


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("5,000mAh, 5000 mAh", ["5000 mah"]),
        ("$49.90", ["49.9 $"]),
        ("US$ 5 and 5 dollars", ["5 $"]),
        ("¥199, 199元, 199 yuan", ["199 ¥"]),
        ("12-hour, 12 hours, twelve hours, 12小时, 十二小时", ["12 h"]),
        ("20%, 20 percent, 百分之二十", ["20 %"]),
        ("24 h, twenty-four hours, 二十四小时", ["24 h"]),
        ("1.08亿像素", ["108000000 像素"]),
        ("三天, 3天, three days", ["3 day"]),
        ("two, 两个", ["2"]),
        ("1st place", ["1"]),
        ("at 9:30", ["9:30"]),
        ("one of us, one day", []),
        ("每一天，一种新体验", []),
        ("30 November, Nov 30th, November 30, 11月30日", ["11-30"]),
        ("2027-03-01, 2027年3月1日, 1 March 2027", ["3-1", "2027"]),
        ("《红楼梦》", ["《红楼梦》"]),
        ("see https://Aurora.com/X/.", ["aurora.com/x"]),
        ("mail hello@aurora.com now", ["hello@aurora.com"]),
        ("free shipping, free of charge", ["free"]),
        ("包邮，免费", ["free"]),
        ("sugar-free and hands-free", []),
        ("It holds IPX7 and USB-C.", ["ipx7", "usb-c"]),
        ("适配iPhone的外壳", ["iphone"]),
        ("Made in London by Anna.", ["london", "anna"]),
        ("Light For Every Single Desk", []),
        ("NEW AND BETTER", []),
        ("We love it. You will, too.", []),
        ("Aurora X lasts", ["aurora", "x"]),
    ],
)
def test_a_fact_is_one_however_it_is_written(text: str, keys: list[str]) -> None:
    assert sorted(fact.key for fact in facts_in(text)) == sorted(keys)


@pytest.mark.parametrize(
    ("numeral", "value"), [("十", 10), ("二十四", 24), ("两千", 2000), ("三万五千", 35000)]
)
def test_chinese_numerals_are_read(numeral: str, value: int) -> None:
    assert chinese_number(numeral) == value


@pytest.mark.parametrize(
    ("before", "after", "lost", "new"),
    [
        ("A 5000 mAh battery.", "A battery of 5,000mAh.", [], []),
        ("A 5000 mAh battery.", "A big battery.", ["5000 mAh"], []),
        ("A 5000 mAh battery.", "It runs 5000 hours.", ["5000 mAh"], ["5000 hours"]),
        ("Only $49.", "Only $39.", ["$49"], ["$39"]),
        ("Lasts two years.", "Lasts 2 years.", [], []),
        ("Ends on 30 November.", "Ends on 1 December.", ["30 November"], ["1 December"]),
        ("Made by Anna in Oslo.", "Made by Anna.", ["Oslo"], []),
        ("Made by Anna.", "Anna makes it in Oslo.", [], ["Oslo"]),
        ("Our earbuds are light.", "Earbuds so light.", [], []),
        ("Read more at aurora.com.", "Read more at lunar.com.", ["aurora.com"], ["lunar.com"]),
        ("A good lamp.", "A good lamp with free delivery.", [], ["free delivery"]),
        ("三天续航，199元。", "续航3天，只要¥199。", [], []),
        ("三天续航，199元。", "五天续航，199元。", ["三天"], ["五天"]),
        ("配《手册》。", "配手册。", ["《手册》"], []),
        ("适配手机。", "适配iPhone。", [], ["iPhone"]),
    ],
)
def test_what_is_lost_and_what_is_new_is_named(
    before: str, after: str, lost: list[str], new: list[str]
) -> None:
    assert [fact.shown for fact in lost_facts(before, after)] == lost
    assert [fact.shown for fact in new_facts(before, after)] == new


def test_the_reasons_are_in_the_briefs_language() -> None:
    assert [check.reason for check in checked("Only $49.", "Only $39.")] == [
        "“$49” of the original is missing",
        "“$39” is not in the original",
    ]
    assert [check.reason for check in checked("只要49元。", "只要39元。", language="zh")] == [
        "缺少原文中的“49元”",
        "“39元”不在原文中",
    ]
    assert all(not check.passed and check.severity == "hard" for check in checked("Only $49.", "Only $39."))


def test_a_required_word_that_was_there_stays() -> None:
    found = checked("It is hand made.", "It is made well.", must_include=["hand made"])
    assert [check.reason for check in found] == ["“hand made” of the original is missing"]


def test_a_fact_that_the_brief_gives_may_come_in() -> None:
    subject = Subject(
        brief=brief(), parts=(Part(name="text", text="A lamp of 12 W in Oslo."),), facts="power: 12 W\nOslo"
    )
    assert [check.passed for check in keeps_every_fact(subject, "A lamp.")] == [True]


@pytest.mark.parametrize("text", [EN, ZH])
def test_each_fact_left_out_is_found(text: str) -> None:
    facts = [fact for fact in facts_in(text) if fact.certain]
    assert len(facts) >= 8
    for fact in facts:
        shorter = text.replace(fact.shown, "")
        assert shorter == text or lost_facts(text, shorter), fact


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_a_text_keeps_its_own_facts(text: str) -> None:
    assert lost_facts(text, text) == []
    assert new_facts(text, text) == []


PIECES = st.sampled_from(
    [
        "12 W",
        "$49.90",
        "5,000 mAh",
        "三天",
        "199元",
        "20 %",
        "3月1日",
        "iPhone",
        "《手册》",
        "aurora.com",
        "IPX7",
    ]
)


@given(st.lists(PIECES, min_size=1, max_size=6, unique=True), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_order_does_not_matter_and_each_loss_shows(pieces: list[str], random: object) -> None:
    before = "; ".join(pieces)
    shuffled = list(pieces)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert lost_facts(before, "。 ".join(shuffled)) == []
    assert lost_facts(before, "; ".join(pieces[1:]))
    assert new_facts("; ".join(pieces[1:]), before)


@pytest.mark.parametrize("unit", ["一", "a.b", "1,000", "Aa-", "《", "aa@", "twenty-", "$", "1", "百分之"])
def test_a_text_without_end_is_read(unit: str) -> None:
    assert facts_in(unit * 20_000) is not None
