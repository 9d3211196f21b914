"""Claims that a team would be fined for if they went through, and fair copy it could not publish if it were stopped."""

from pathlib import Path

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from models.brand import make_brand
from models.brief import Brief
from models.checks.claims import (
    claims_check,
    find_claims,
    has_no_unlawful_claims,
    known_markets,
    known_sectors,
    markets_for,
    sectors_of,
)
from models.checks.claims_files import load_rules
from models.checks.claims_fold import fold
from models.checks.claims_literals import needed_words
from models.checks.examine import examine
from models.checks.subject import Subject
from models.errors import SettingsError
from models.markets import MARKETS
from models.variant import Check
from tests.factories import brief, parts

RULE = """
[[rule]]
id = "acme-no-hype"
markets = ["us"]
family = "house"
severity = "block"
terms = ["wow factor"]
allow = ['wow factor card']
reason = { en = "is not our voice", zh = "不是我们的语气" }
instead = { en = "Say what changes.", zh = "写清楚改变了什么。" }
article = "House rules 4"
source = ["https://example.com/voice"]
"""


def checked(text: str, asked: Brief | None = None, facts: str = "") -> list[Check]:
    asked = asked or brief()
    subject = Subject(brief=asked, parts=parts([("headline", text)]), facts=facts or asked.facts)
    return [check for check in has_no_unlawful_claims(subject) if not check.passed]


def folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "ours.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_forbidden_claim_keeps_the_copy_from_being_ready_and_says_why_and_what_instead() -> None:
    found = checked("Guaranteed 12% returns every year")
    assert [(check.name, check.severity, check.index, check.part) for check in found] == [
        ("claims", "hard", 0, "headline")
    ]
    reason = found[0].reason
    for said in ("Headline", "“Guaranteed 12% returns every year”", "FINRA", "State the terms"):
        assert said in reason


def test_a_claim_that_needs_proof_warns() -> None:
    assert [check.severity for check in checked("Clinically proven comfort")] == ["soft"]


def test_reasons_are_in_the_language_of_the_brief() -> None:
    found = checked("全网第一的手机", brief(language="zh"))
    assert [check.severity for check in found] == ["hard"]
    assert "《广告法》第九条" in found[0].reason
    assert "绝对化用语" in found[0].reason


def test_fair_copy_passes_and_shows_that_it_was_looked_at() -> None:
    asked = brief()
    subject = Subject(brief=asked, parts=parts([("headline", "A 108 MP camera")]), facts=asked.facts)
    assert [(c.name, c.passed) for c in has_no_unlawful_claims(subject)] == [("claims", True)]


def test_a_fact_of_the_brief_lifts_what_needs_proof() -> None:
    award = brief(attributes={"award": "Red Dot 2026"})
    assert checked("The award-winning phone")
    assert not checked("The award-winning phone", award)
    offer = brief(offer="20 % off until 30 November")
    assert checked("20% off the Aurora X")
    assert not checked("20% off the Aurora X", offer)
    shipping = brief(offer="Free shipping over 50 dollars")
    assert not checked("Enjoy free shipping on orders over 50 dollars", shipping)
    assert checked("Enjoy a free case with every order", shipping)
    assert not checked("下单即送定制礼盒", brief(language="zh", offer="下单送定制礼盒一个"))


def test_a_fact_with_another_figure_lifts_nothing() -> None:
    assert checked("35% off the Aurora X", brief(offer="20 % off until 30 November"))


def test_no_fact_of_the_brief_lifts_what_is_forbidden() -> None:
    asked = brief(language="zh", attributes={"定位": "国家级品质"})
    assert [check.severity for check in checked("国家级品质", asked)] == ["hard"]


def test_a_wish_is_no_proof() -> None:
    asked = brief(goal="be seen as the best phone on the market", keywords=["best phone on the market"])
    assert checked("The best phone on the market", asked)
    facts = f"{asked.facts}\nsay that it is the best phone on the market"
    assert checked("The best phone on the market", asked, facts)


def test_a_fact_told_in_the_thread_is_proof() -> None:
    asked = brief()
    assert not checked("The award-winning phone", asked, f"{asked.facts}\naward: Red Dot 2026")


@pytest.mark.parametrize(
    "text",
    [
        "全網第一",
        "全 网 第 一",
        "全-网-第-一",
        "全.网.第.一",
        "全\u200b网\u200b第\u200b一",
        "全🔥网第一",
        "全网苐一",
        "全网diyi",
        "ＴＯＰ１品牌",
    ],
)
def test_a_chinese_claim_is_found_however_it_is_disguised(text: str) -> None:
    assert find_claims(text, markets=frozenset({"cn"}))


@pytest.mark.parametrize(
    "text",
    [
        "Cures cancer",
        "Ｃｕｒｅｓ ｃａｎｃｅｒ",
        "Сurеs саncеr",
        "C u r e s cancer",
        "Cur3s canc3r",
        "cu\u200bres can\u00adcer",
        "Cúres cáncer",
    ],
)
def test_an_english_claim_is_found_however_it_is_disguised(text: str) -> None:
    found = find_claims(text, markets=frozenset({"us"}))
    assert [finding.rule.severity for finding in found] == ["block"]


def test_the_passage_is_given_as_it_was_written() -> None:
    text = "买它：全 網 第 一，真的"
    finding = find_claims(text, markets=frozenset({"cn"}))[0]
    assert finding.passage == "全 網 第 一"
    assert text[finding.start : finding.end] == finding.passage


@pytest.mark.parametrize(
    ("market", "text"),
    [
        ("cn", "第一步，打开包装"),
        ("cn", "第一次露营"),
        ("cn", "最后一页"),
        ("cn", "最近的门店"),
        ("cn", "每件都有唯一标识"),
        ("cn", "符合国家标准"),
        ("cn", "最大尺码到3XL"),
        ("cn", "100%纯棉"),
        ("cn", "安全第一，先断电"),
        ("us", "100% cotton"),
        ("us", "Post it with a first class stamp"),
        ("us", "Best before 3 May"),
        ("us", "Free of parabens"),
        ("us", "The No. 1 shade is ivory"),
        ("us", "The cure of this cheese takes ninety days"),
    ],
)
def test_words_that_only_look_like_claims_pass(market: str, text: str) -> None:
    assert not find_claims(text, markets=frozenset({market}))


def test_the_same_words_are_judged_by_what_is_sold() -> None:
    moisturiser = brief(product="Calm day serum", language="en", attributes={})
    assert "cosmetics" in sectors_of(moisturiser)
    text = "Zero risk, steady growth"
    assert (
        find_claims(text, markets=frozenset({"us"}), sectors=frozenset({"finance"}))[0].rule.severity
        == "block"
    )
    assert sectors_of(brief(product="果汁", language="zh", attributes={})) == {"food"}
    assert not sectors_of(brief())


def test_a_brief_can_name_its_sector() -> None:
    assert sectors_of(brief(attributes={"sector": "food, alcohol"})) == {"food", "alcohol"}
    assert sectors_of(brief(product="wine glass", attributes={"sector": "general"})) == frozenset()


def test_the_market_follows_the_language_unless_it_is_named() -> None:
    assert markets_for(brief()) == {"us"}
    assert markets_for(brief(language="zh")) == {"cn"}
    asked = brief()
    subject = Subject(brief=asked, parts=parts([("headline", "A climate neutral phone")]), facts=asked.facts)
    severities = {
        market: [c.severity for c in claims_check(markets=(market,))(subject) if not c.passed]
        for market in ("us", "eu")
    }
    assert severities == {"us": ["soft"], "eu": ["hard"]}


@pytest.mark.parametrize("name", ["mars", "china"])
def test_a_market_without_rules_is_refused_with_the_ones_that_have(name: str) -> None:
    with pytest.raises(SettingsError, match="cn, us, eu, uk"):
        known_markets([name])


def test_a_risk_notice_elsewhere_in_the_copy_counts() -> None:
    asked = brief(language="zh", product="安心基金", attributes={}, platform="")
    rate = ("headline", "年化收益率3.1%")
    notice = ("body", "投资有风险，入市需谨慎。")
    for shown, count in (((rate,), 1), ((rate, notice), 0)):
        subject = Subject(brief=asked, parts=parts(shown), facts="")
        assert sum(not check.passed for check in has_no_unlawful_claims(subject)) == count


def test_a_team_adds_a_rule_replaces_one_and_switches_one_off(tmp_path: Path) -> None:
    rules = load_rules(folder(tmp_path, RULE + '\n[off]\nrules = ["en-price"]\n'))
    us = frozenset({"us"})
    assert [f.rule.id for f in rules.find("The real Wow-Factor", markets=us)] == ["acme-no-hype"]
    assert not rules.find("The wow factor card deck", markets=us)
    assert find_claims("Up to 70% off", markets=us)
    assert not rules.find("Up to 70% off", markets=us)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("not toml", "ours.toml"),
        ("[[rules]]\nid = 'x'", "rules"),
        (RULE.replace('severity = "block"', 'severity = "fatal"'), "severity"),
        (RULE.replace('article = "House rules 4"\n', ""), "article"),
        (RULE.replace('terms = ["wow factor"]\n', ""), "neither terms nor patterns"),
        (RULE.replace('terms = ["wow factor"]', "patterns = ['(wow']"), "no regular expression"),
        (RULE.replace('terms = ["wow factor"]', "patterns = ['x*']"), "matches the empty text"),
        (RULE.replace('terms = ["wow factor"]', "patterns = ['{nowhere} x']"), "nowhere"),
        (RULE.replace('markets = ["us"]', 'markets = ["moon"]'), "markets"),
        (RULE.replace("https://example.com/voice", "our-handbook"), "our-handbook"),
        (RULE + RULE, "twice"),
        ('[off]\nrules = ["no-such-rule"]', "no-such-rule"),
        ("[words]\nx = 'y'", "list of texts"),
    ],
)
def test_a_rule_file_with_a_fault_is_refused_and_the_fault_is_named(
    tmp_path: Path, text: str, says: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load_rules(folder(tmp_path, text))
    assert "ours.toml" in caught.value.message
    assert says in caught.value.message
    assert caught.value.remedy


def test_the_example_in_the_documentation_is_valid(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "claims.md").read_text(encoding="utf-8")
    example = page.split("```toml\n")[1].split("```")[0]
    rules = load_rules(folder(tmp_path, example))
    assert [f.rule.id for f in rules.find("Mind-blowing sound", markets=frozenset({"us"}))] == [
        "acme-no-hype"
    ]


def test_a_missing_folder_is_refused() -> None:
    with pytest.raises(SettingsError, match="no folder"):
        load_rules("/nowhere/at/all")


def test_a_pattern_that_would_hang_is_cut_short_and_left_to_a_person(tmp_path: Path) -> None:
    slow = RULE.replace('terms = ["wow factor"]', "patterns = ['(?:a|aa)+$b']").replace("block", "evidence")
    rules = load_rules(folder(tmp_path, slow))
    found = rules.find("a" * 60 + "c", markets=frozenset({"us"}))
    assert [f.rule.id for f in found] in ([], ["acme-no-hype"])


def test_every_shipped_rule_is_sound_and_tells_its_reason_source_and_a_better_wording(tmp_path: Path) -> None:
    # With a folder of a team every pattern is compiled at once.
    for rule in load_rules(tmp_path):
        assert all((rule.reason.en, rule.reason.zh, rule.instead.en, rule.instead.zh, rule.article))
        assert all(link.startswith("https://") for link in rule.source)


@settings(max_examples=200, deadline=None)
@given(
    text=st.one_of(
        st.text(max_size=200),
        st.text(alphabet="最第一全网国家级100%有效 .-\u200b免费cureguantd\n\"'", max_size=120),
        st.text(alphabet=st.characters(), max_size=60),
    ),
    market=st.sampled_from(MARKETS),
    sector=st.sampled_from(["", "food", "alcohol", "medical", "finance"]),
)
def test_no_text_makes_the_check_raise_and_passages_are_exact(text: str, market: str, sector: str) -> None:
    for finding in find_claims(text, markets=frozenset({market}), sectors=frozenset({sector} - {""})):
        assert text[finding.start : finding.end] == finding.passage
        assert finding.passage


@pytest.mark.parametrize("offer", ["前100名免费领取收纳袋", "前100名送收纳袋", "收纳袋0元领"])
def test_a_gift_that_the_brief_gives_is_no_false_alarm(offer: str) -> None:
    asked = brief(language="zh", offer=offer)
    assert not checked("前100名免费领收纳袋", asked)
    assert checked("前100名免费领收纳袋", brief(language="zh"))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "免费领收纳袋"),
        ("zh", "八折优惠"),
        ("en", "20% off until Friday"),
        ("en", "A bonus gift inside"),
    ],
)
def test_one_passage_is_told_once_by_the_check_that_refuses_it(language: str, text: str) -> None:
    asked = brief(language=language)
    subject = Subject(brief=asked, parts=parts([("headline", text)]), facts=asked.facts)
    failed = {(check.name, check.severity) for check in examine(subject) if not check.passed}
    assert ("grounding", "hard") in failed
    assert "claims" not in {name for name, _ in failed}


def test_a_claim_that_the_law_forbids_is_told_whatever_grounding_says() -> None:
    asked = brief(language="zh")
    subject = Subject(brief=asked, parts=parts([("headline", "全网第一的手机")]), facts=asked.facts)
    assert {"grounding", "claims"} <= {check.name for check in examine(subject) if not check.passed}


def test_no_pattern_is_left_out_that_would_have_found_something() -> None:
    """Words choose which patterns are tried: what is found must be what all of them together find."""
    from benchmarks.claims import read_corpus

    for one in load_rules()._compiled:
        needs = [needed_words(pattern) for pattern in one.alternatives]
        together = regex.compile("|".join(f"(?:{pattern})" for pattern in one.alternatives), regex.ASCII)
        for copy in read_corpus()[::7]:
            text = fold(copy.text).text
            chosen = [at for at, words in enumerate(needs) if words is None or any(w in text for w in words)]
            assert one.spans(text, chosen) == [match.span() for match in together.finditer(text)]


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"\bcur(?:e|es|ed)\b", {"cure", "cures", "cured"}),
        (r"(?:全网|全国)第一", {"全网第一", "全国第一"}),
        (r"[^.]{0,9}free\s+gift", {"free", "gift"}),
        (r"no\.?\s?1", {"no", "no.", "1"}),
        (r"(?<!not )best(?! before)", {"best"}),
        (r"a?b*", None),
        (r"(?i)cure", None),
        (r"(?:cure){e<=1}", None),
        (r"[[:alpha:]]x", None),
        (r"\p{Han}+", None),
        (r"(", None),
    ],
)
def test_words_that_a_pattern_cannot_do_without(pattern: str, words: set[str] | None) -> None:
    found = needed_words(pattern)
    assert found is None if words is None else found is not None and found <= words


def test_a_teams_goods_hold_where_the_brief_does_not_name_its_own() -> None:
    check = claims_check(sectors=("finance",))

    def failed(asked: Brief) -> bool:
        subject = Subject(brief=asked, parts=parts([("headline", "Zero risk, every day")]), facts=asked.facts)
        return any(not one.passed for one in check(subject))

    assert failed(brief(product="Harbour", attributes={}))
    assert not failed(brief(product="Harbour", attributes={"sector": "general"}))
    with pytest.raises(SettingsError, match="COPYDESK_SECTORS"):
        claims_check(sectors=("fish",))


def under(profile: dict[str, object], asked: Brief | None = None, **team: tuple[str, ...]) -> list[str]:
    """How severe the findings are on copy that British food may not have and American copy may."""
    asked = asked or brief(product="Harbour", attributes={})
    subject = Subject(
        brief=asked,
        parts=parts([("headline", "Endorsed by nutritionists")]),
        facts=asked.facts,
        brand=make_brand(profile),
    )
    return [check.severity for check in claims_check(**team)(subject) if not check.passed]


def test_a_profiles_markets_and_sectors_stand_in_place_of_the_teams() -> None:
    assert under({"markets": ["uk"], "sectors": ["food"]}) == ["hard"]
    assert under({}) == []
    assert under({}, markets=("uk",), sectors=("food",)) == ["hard"]
    assert under({"markets": ["us"]}, markets=("uk",), sectors=("food",)) == []
    assert under({"sectors": ["cosmetics"]}, markets=("uk",), sectors=("food",)) == []
    assert under({"sectors": ["general"]}, markets=("uk",), sectors=("food",)) == []
    assert under({"markets": ["uk"]}, sectors=("food",)) == ["hard"], "what it does not say, the team says"


def test_the_goods_that_a_brief_names_stand_before_the_profiles() -> None:
    named = brief(product="Harbour", attributes={"sector": "food"})
    assert under({"markets": ["uk"], "sectors": ["cosmetics"]}, named) == ["hard"]
    jam = brief(product="Plum jam", attributes={})
    assert under({"markets": ["uk"]}, jam) == ["hard"]
    assert under({"markets": ["uk"], "sectors": ["general"]}, jam) == []


def test_a_sector_that_the_rules_no_longer_have_counts_as_not_said() -> None:
    assert under({"markets": ["uk"], "sectors": ["fish"]}, sectors=("food",)) == ["hard"]


def test_a_teams_own_sector_may_be_named(tmp_path: Path) -> None:
    own = folder(tmp_path, '[[sector]]\nid = "fish"\nterms = ["cod"]')
    assert set(known_sectors(own)) - set(known_sectors()) == {"fish"}
    assert "general" in known_sectors()
