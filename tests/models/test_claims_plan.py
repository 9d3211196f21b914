"""Claims in a campaign plan: customers' copy is advertising, the team's notes are not, and an offer is the brief's."""

import pytest

from models.brief import Brief
from models.checks.claims import has_no_unlawful_claims
from models.checks.grounding import has_only_stated_claims
from models.checks.subject import Subject
from models.variant import Check
from tests.factories import brief, parts

EN = brief(
    kind="campaign",
    platform="",
    product="Refill station for household cleaners",
    attributes={},
    goal="get 300 existing customers to try a refill",
    audience="existing customers in three stores",
    offer="second refill free",
    dates="2027-01-11 to 2027-02-07",
    channels=["email", "in-store"],
)
ZH = brief(
    kind="campaign",
    language="zh",
    platform="",
    product="清洁用品补充装",
    attributes={},
    goal="让300位老顾客试用补充装",
    audience="三家门店的老顾客",
    offer="第二份补充装免费",
    dates="2027-01-11至2027-02-07",
    channels=["微信朋友圈", "门店"],
)


def claims(text: str, name: str = "message", asked: Brief = EN) -> list[Check]:
    subject = Subject(brief=asked, parts=parts([(name, text)]), facts=asked.facts)
    return [check for check in has_no_unlawful_claims(subject) if not check.passed]


@pytest.mark.parametrize("name", ["goal", "audience", "channels", "phase", "measure"])
@pytest.mark.parametrize(
    ("text", "asked"),
    [(EN.goal, EN), ("统计2000位用户都在用的补充装，与目标对比", ZH)],
    ids=["English", "Chinese"],
)
def test_the_teams_own_notes_are_not_warned_of_as_advertising(text: str, asked: Brief, name: str) -> None:
    assert claims(text, name, asked) == []


@pytest.mark.parametrize("name", ["idea", "message", "promotion"])
@pytest.mark.parametrize(
    ("text", "asked"),
    [("300 customers love our refills", EN), ("2000位用户都在用的补充装", ZH)],
    ids=["English", "Chinese"],
)
def test_what_customers_read_is_judged_as_advertising(text: str, asked: Brief, name: str) -> None:
    assert claims(text, name, asked)


def test_a_notice_in_a_working_note_lifts_no_claim_that_customers_read() -> None:
    text = "实验数据显示，洗净力提升3倍"
    noted = Subject(
        brief=ZH, parts=parts([("message", text), ("measure", "检测机构：某某中心")]), facts=ZH.facts
    )
    shown = Subject(
        brief=ZH, parts=parts([("message", text), ("promotion", "检测机构：某某中心")]), facts=ZH.facts
    )
    assert any(not check.passed for check in has_no_unlawful_claims(noted))
    assert all(check.passed for check in has_no_unlawful_claims(shown))


@pytest.mark.parametrize(
    "text",
    [
        "Get a second refill free until 7 February",
        "Get your second refill free.",
        "The second refill is free.",
        "The second one is free.",
        "Your second refill is on us.",
        "Second refill free: bring the bottle back",
        "We give you a free second refill",
        "Buy one refill, get the second free",
        "The second refill costs nothing.",
        "Your second refill is free of charge, at no extra cost for the second refill.",
    ],
)
def test_the_briefs_own_free_offer_is_no_finding_in_other_words(text: str) -> None:
    assert claims(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Get a free bottle with every refill",
        "Get a second bottle free",
        "Your first refill is free",
        "Your first and second refill are free",
        "Every refill is free",
        "Claim your free refill today",
        "Refill and get a sponge free",
        "Complimentary coffee while you wait for the second refill",
        "A free tote bag on us",
        "The second refill is free. Get a free bottle too.",
    ],
)
def test_a_free_thing_that_the_brief_does_not_offer_is_warned_of(text: str) -> None:
    assert {check.severity for check in claims(text)} == {"soft"}


def test_an_offer_of_shipping_is_the_same_for_delivery_and_no_other_gift() -> None:
    shop = brief(kind="campaign", platform="", product="Running shoe", offer="free shipping on pre-orders")
    assert claims("Pre-order now: delivery is free.", asked=shop) == []
    assert claims("Pre-order now: the socks are on us.", asked=shop)


@pytest.mark.parametrize(
    "text", ["第二份免费", "第二份免费，2月7日截止", "买一份，第二份0元", "第二份补充装免费"]
)
def test_the_second_one_free_may_be_said_without_the_things_name(text: str) -> None:
    subject = Subject(brief=ZH, parts=parts([("message", text)]), facts=ZH.facts)
    assert all(check.passed for check in has_only_stated_claims(subject))
    assert claims(text, asked=ZH) == []
