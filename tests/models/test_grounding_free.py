"""What copy gives away: nobody may be promised for nothing what the brief does not give."""

import pytest

from models.checks.claims import has_no_unlawful_claims
from models.checks.grounding import ungrounded
from models.checks.grounding_free import free_things
from models.checks.subject import Subject
from tests.factories import brief, parts

SHIPPING = "Spring running shoe\nfree shipping on pre-orders"
REFILL = "Refill station\nsecond refill free"


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("let them know that they can purchase it for free", SHIPPING),
        ("give them a free box of running shoes", SHIPPING),
        ("sell it for free and offer it for a small fee", SHIPPING),
        ("Get a free package with every bottle.", REFILL),
        ("It is free, today only.", "Desk lamp\npower: 12 W"),
        ("免费送跑鞋一双", "清洁用品\n第二份补充装免费"),
        ("免费领保温杯", "旅行枕\n前100名免费领取收纳袋"),
        ("下单即送电饭煲", "旅行枕\n前100名免费领取收纳袋"),
        ("免费领一台电视", "旅行枕\n收纳袋免费"),
        ("免费领收纳袋", "旅行枕\n满300元免费配送"),
    ],
)
def test_what_the_brief_does_not_give_is_not_free(text: str, facts: str) -> None:
    assert ("offer", "hard") in {(one.family, one.severity) for one in ungrounded(text, facts, plan=True)}


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("Free shipping on pre-orders.", SHIPPING),
        ("Shipping is free for pre-orders.", SHIPPING),
        ("Free delivery when you pre-order.", SHIPPING),
        ("Your second refill is free.", REFILL),
        ("Bring your bottle back and refill it for free the second time.", REFILL),
        ("Come for a refill: the second one, we give you for free.", REFILL),
        ("Gift wrap for free", "Gift card\ngift wrap: free"),
        ("Feel free to ask, in your free time.", "Desk lamp"),
        ("A fragrance-free serum for stress-free mornings", "serum\nfragrance: none"),
        ("第二份补充装免费，欢迎到店。", "清洁用品\n第二份补充装免费"),
        ("免费得到第二份补充装", "清洁用品\n第二份补充装免费"),
        ("免费领！", "旅行枕\n前100名免费领取收纳袋"),
        ("前100名免费领收纳袋", "旅行枕\n前100名送收纳袋"),
        ("免费领收纳袋一个", "旅行枕\n收纳袋0元领"),
        ("免费领7天试用", "词典\n免费试用7天"),
        ("赠送收纳袋", "旅行枕\n前100名免费领取收纳袋"),
        ("免费领收纳袋", "pillow\nfree pouch"),
        ("免费领一个", "旅行枕\n买一送一"),
        ("第二份免费，2月7日截止", "清洁用品\n第二份补充装免费"),
        ("补充装买一送一", "清洁用品\n第二份补充装免费"),
        ("Buy one, get one free.", REFILL),
    ],
)
def test_what_the_brief_gives_may_be_said_in_other_words(text: str, facts: str) -> None:
    assert not [one for one in ungrounded(text, facts) if one.family == "offer"]


def test_many_gifts_in_a_long_text_are_read_in_time() -> None:
    assert len(free_things("free shoes for free " * 2_000)) == 4_000


@pytest.mark.parametrize(
    ("text", "failed"),
    [
        ("People can take this serum as a daily supplement.", True),
        ("Has 15 % of the recommended daily value of vitamin C.", True),
        ("A natural and effective remedy for people with sensitive skin.", True),
        ("A serum with 15 % vitamin C for sensitive skin.", False),
        ("Take the serum with you on every trip.", False),
    ],
)
def test_a_cosmetic_is_neither_food_nor_medicine(text: str, failed: bool) -> None:
    asked = brief(product="BrightRoot vitamin C serum", attributes={"vitamin C": "15 %"})
    subject = Subject(brief=asked, parts=parts([("headline", text)]), facts=asked.facts)
    assert failed is any(not check.passed for check in has_no_unlawful_claims(subject))


def test_a_plan_that_speaks_of_parents_urges_no_child() -> None:
    asked = brief(product="Stationery bundle", audience="parents", kind="campaign", attributes={})
    for text, failed in (
        ("Parents: the bundle is here.", False),
        ("Ask your parents to buy it!", True),
    ):
        subject = Subject(brief=asked, parts=parts([("message", text)]), facts=asked.facts)
        hard = [
            check
            for check in has_no_unlawful_claims(subject)
            if not check.passed and check.severity == "hard"
        ]
        assert bool(hard) is failed
