"""What a brand rules out does not reach the reader, what it requires does, and everything else stays as written."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.brand import MAX_BRAND_CHARACTERS, Brand, BrandError, make_brand
from models.brand_emoji import emoji_in
from models.brand_rules import corrected, findings
from models.brief import Brief
from models.checks.brand import has_disclaimer, keeps_to_brand
from models.checks.examine import examine
from models.checks.subject import Subject
from models.platforms import measure, parts_for_brief
from models.repair import mend
from models.spelling import respellings
from models.variant import Check
from tests.factories import brief, parts


def brand(**values: Any) -> Brand:
    return make_brand(values)


def subject(pairs: list[tuple[str, str]], held: Brand | None, asked: Brief | None = None) -> Subject:
    asked = asked or brief()
    facts = "\n".join([asked.facts, held.vouched(asked) if held else ""])
    return Subject(brief=asked, parts=parts(pairs), facts=facts, brand=held)


def failures(text: str, held: Brand, asked: Brief | None = None) -> list[Check]:
    return [one for one in keeps_to_brand(subject([("description", text)], held, asked)) if not one.passed]


# -- the value --


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"voise": "warm"}, "", "Did you mean voice?"),
        ({"Banned_words": {}}, "", "Did you mean banned?"),
        ({"voice": 3}, "voice", "must be text"),
        ({"banned": "cheap"}, "banned", "what to say instead"),
        ({"banned": {"cheap": 3}}, "banned", "other than text for “cheap”"),
        ({"banned": {"cheap": "a cheap one"}}, "banned", "“cheap” in it is banned"),
        ({"banned": {"a -> b": ""}}, "banned", "->"),
        ({"preferred": ["cheaply made"], "banned": {"cheap": ""}}, "banned", "is banned"),
        ({"spelling": "canadian"}, "spelling", '"us" or "uk"'),
        ({"emoji": "lots"}, "emoji", '"none", "few" or "free"'),
        ({"allowed_emoji": ["star"]}, "allowed_emoji", "not one emoji"),
        ({"max_exclamations": 99}, "max_exclamations", "0 to 20"),
        ({"max_exclamations": "1"}, "max_exclamations", "whole number"),
        ({"max_exclamations": True}, "max_exclamations", "whole number"),
        ({"examples": ["a", "b", "c", "d"]}, "examples", "the limit is 3"),
        ({"preferred": "soft"}, "preferred", "must be a list"),
        ({"facts": ["x" * 600]}, "facts", "the limit is 500"),
        ({"disclaimers": ["Terms apply."]}, "disclaimers", "must be a table"),
        ({"disclaimers": [{"txt": "a"}]}, "disclaimers", "Did you mean text?"),
        ({"disclaimers": [{"kinds": ["ad"]}]}, "disclaimers", "text is missing"),
        ({"disclaimers": [{"text": "a", "kinds": ["advert"]}]}, "disclaimers", "ad, campaign or description"),
        ({"disclaimers": [{"text": "a", "platforms": ["amazn"]}]}, "disclaimers", "Did you mean amazon?"),
        ({"markets": ["uk", "fr"]}, "markets", "markets 2: “fr” is not known. Known: cn, us, eu, uk."),
        ({"markets": "uk"}, "markets", "must be a list"),
        ({"sectors": ["food", "fish"]}, "sectors", "“fish” is not known. Known: food, general."),
        ({"name": "Hearth", "competitors": ["hearth"]}, "competitors", "the brand itself"),
        ({"facts": [f"{n} {'x' * 480}" for n in range(60)]}, "", f"{MAX_BRAND_CHARACTERS:,}"),
    ],
)
def test_a_wrong_profile_says_where_and_what_to_write(values: dict[str, Any], field: str, says: str) -> None:
    with pytest.raises(BrandError) as caught:
        make_brand(values, sectors=("food", "general"))
    assert caught.value.field == field
    assert says in str(caught.value)


def test_markets_and_sectors_are_named_in_capitals_or_not() -> None:
    held = brand(markets=["UK", "eu"], sectors=["Food"])
    assert (held.markets, held.sectors) == (("uk", "eu"), ("food",))


def test_a_disclaimer_is_due_where_the_profile_says() -> None:
    held = brand(
        disclaimers=[
            {"text": "Terms apply.", "kinds": ["ad"], "platforms": ["Google Ads"]},
            {"text": "Batteries not included.", "kinds": ["description"]},
            {"text": "广告", "languages": ["zh"]},
            {"text": "Werbung 广告", "languages": ["en", "zh"], "platforms": ["meta_feed"]},
        ]
    )
    assert held.due(brief()) == ("Terms apply.",)
    assert held.due(brief(platform="google_rsa/headline")) == ("Terms apply.",)
    assert held.due(brief(kind="description", platform="amazon")) == ("Batteries not included.",)
    assert held.due(brief(language="zh")) == ("广告",)
    assert held.due(brief(platform="meta_feed")) == ("Werbung 广告",)


# -- corrections --

HEARTH = {"cheap": "affordable", "buy now": "have a look", "solution": "answer", "gadget": "", "便宜": "实惠"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("A cheap phone", "An affordable phone"),
        ("an affordable, CHEAP lamp", "an affordable, AFFORDABLE lamp"),
        ("Cheap solutions", "Affordable answers"),
        ("Buy Now and smile", "Have A Look and smile"),
        ("buy-now", "have a look"),
        ("这款手机很便宜", "这款手机很实惠"),
        ("cheapest", "cheapest"),
        ("a gadget", "a gadget"),
    ],
)
def test_a_banned_word_becomes_the_preferred_one_with_its_capitals_and_article(
    text: str, wanted: str
) -> None:
    assert corrected(text, brand(banned=HEARTH), brief()) == wanted


def test_what_cannot_be_replaced_exactly_is_told_with_what_to_say() -> None:
    held = brand(banned=HEARTH)
    [cheaply] = failures("Made cheaply", held)
    assert cheaply.severity == "hard"
    assert "say “affordable”" in cheaply.reason
    [gadget] = failures("A gadget for all", held)
    assert "“gadget”" in gadget.reason
    assert failures("ＣＨＥＡＰ and good", held), "full-width letters are the same word"


def test_names_and_required_words_are_never_changed() -> None:
    held = brand(banned={"cheap": "affordable", "color": "tint"}, spelling="uk", name="Harbor & Co")
    asked = brief(product="Cheap Monday jeans", must_include=["color pop"], keywords=["favorite jeans"])
    text = "Cheap Monday jeans by Harbor & Co: color pop in your favorite jeans"
    assert corrected(text, held, asked) == text
    assert failures(text, held, asked) == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Better than BrandZ", True),
        ("better than BRANDZ", True),
        ("Better than brandz phones", True),
        ("As crisp as an apple", False),
        ("Unlike Apple", True),
        ("APPLE's way", True),
        ("比三 星更好", True),
        ("BrandZero", False),
    ],
)
def test_a_competitor_is_not_named_and_a_common_word_is_no_name(text: str, named: bool) -> None:
    found = failures(text, brand(competitors=["BrandZ", "Apple", "三星"]))
    assert bool(found) is named
    assert all(one.severity == "hard" for one in found)


def test_english_gets_the_brands_spelling_and_only_that() -> None:
    american = (
        "My favorite gray color, organized in the theater 5 meters away; advertise, size, #color, color.com"
    )
    british = (
        "My favourite grey colour, organised in the theatre 5 metres away; advertise, size, #color, color.com"
    )
    assert corrected(american, brand(spelling="uk"), brief()) == british
    assert corrected(british, brand(spelling="us"), brief()) == american
    [finding] = failures("Grey and gray", brand(spelling="uk"))
    assert (finding.severity, "“grey”" in finding.reason) == ("soft", True)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80), st.sampled_from(["us", "uk"]))
def test_spelling_is_settled_after_one_pass(text: str, to: str) -> None:
    for one in reversed(list(respellings(text, to))):  # type: ignore[arg-type]
        text = text[: one.start] + one.instead + text[one.end :]
    assert list(respellings(text, to)) == []  # type: ignore[arg-type]


def test_chinese_gets_the_brands_characters_address_and_spacing() -> None:
    asked = brief(language="zh")
    held = brand(script="simplified", address="您", spacing="spaced")
    assert (
        corrected("極光手機，讓你用5G上網，你们的迷你机", held, asked)
        == "极光手机，让您用 5G 上网，您的迷你机"
    )
    traditional = brand(script="traditional", address="你", spacing="tight")
    assert corrected("让您用 5G 上网", traditional, asked) == "讓你用5G上網"
    assert failures("皇后在公里以外的台灣", traditional, asked) == [], "what both scripts have is no fault"


def test_mixed_address_is_a_warning_where_the_brand_says_nothing() -> None:
    [mixed] = failures("为您准备，让你放心", brand(name="光"), brief(language="zh"))
    assert mixed.severity == "soft"
    assert failures("迷你身材，为您准备", brand(name="光"), brief(language="zh")) == []


def test_emoji_follow_the_policy() -> None:
    text = "Hello ✨ world 🎉 and 👩‍👩‍👧 you 👍🏽"
    assert emoji_in(corrected(text, brand(emoji="none"), brief())) == []
    assert corrected(text, brand(allowed_emoji=["✨", "👍"]), brief()) == "Hello ✨ world and you 👍🏽"
    asked = brief(platform="meta_feed")
    mended = mend(parts([("primary_text", text)]), asked, trim=False, brand=brand(emoji="few"))
    assert emoji_in("".join(one.text for one in mended)) == ["✨", "🎉"]
    assert failures(text, brand(emoji="few"), asked)


def test_no_more_exclamation_marks_than_the_brand_wants() -> None:
    asked = brief(platform="")
    pairs = [
        ("headline", "Now!!"),
        ("headline", "Wow! And more!"),
        ("body", "It is here! Come, see it, and stay a while!"),
    ]
    mended = mend(parts(pairs), asked, trim=False, brand=brand(max_exclamations=1))
    assert [one.text for one in mended] == [
        "Now!",
        "Wow. And more",
        "It is here. Come, see it, and stay a while.",
    ]


# -- disclaimers --


def test_a_required_text_is_added_where_it_fits_and_counted_in_the_limit() -> None:
    held = brand(disclaimers=[{"text": "Terms apply"}])
    pairs = [
        ("headline", "Pack light"),
        ("description", "One phone for the whole journey."),
        ("description", "x" * 85),
    ]
    mended = mend(parts(pairs), brief(), trim=False, brand=held)
    assert mended[1].text == "One phone for the whole journey. Terms apply."
    assert mend(mended, brief(), trim=True, brand=held) == mended, "it is there once"


def test_room_is_made_for_a_required_text_at_last() -> None:
    held = brand(disclaimers=[{"text": "Terms and conditions apply."}])
    full = "Two days of battery for every long trip. Charge it once, pack it and forget it till then."
    pairs = [("headline", "Pack light"), ("description", full), ("description", full.replace("Two", "2"))]
    before = mend(parts(pairs), brief(), trim=False, brand=held)
    assert "Terms" not in "".join(one.text for one in before)
    after = mend(parts(pairs), brief(), trim=True, brand=held)
    assert after[-1].text == "2 days of battery for every long trip. Terms and conditions apply."
    assert after[-2].text == full


def test_a_required_text_that_fits_nowhere_keeps_the_copy_from_being_ready() -> None:
    long = "These statements have not been evaluated by anybody, " * 3
    held = brand(disclaimers=[{"text": long}])
    examined = examine(subject([("headline", "Pack light"), ("description", "x")], held))
    assert any("is required and missing" in one.reason for one in examined if one.severity == "hard")


def test_a_disclaimer_may_state_what_the_brief_does_not() -> None:
    held = brand(disclaimers=[{"text": "Call 0800 123 456 for terms."}], facts=["founded: 1998"])
    pairs = [("headline", f"Since {n}") for n in ("1998", "1998, quietly", "1998, at home")]
    pairs += [("description", "Call 0800 123 456 for terms."), ("description", "Founded in 1998.")]
    assert all(one.passed for one in examine(subject(pairs, held)) if one.name == "numbers")


def test_without_a_brand_nothing_is_said_of_one() -> None:
    assert not [one for one in examine(subject([("headline", "Cheap!")], None)) if one.name == "brand"]


# -- properties --

WORDS = st.sampled_from(
    [
        "cheap",
        "Cheaply",
        "color",
        "BrandZ",
        "✨",
        "!",
        "！",
        "你",
        "您们",
        "極光",
        "5G",
        "a",
        "\x00",
        "É",
        "迷你",
        "...",
    ]
)
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(WORDS, max_size=12).map(" ".join),
    st.lists(WORDS, max_size=12).map("".join),
)
STRICT = brand(
    name="Hearth",
    banned={"cheap": "affordable", "你好": "您好", "5G": ""},
    competitors=["BrandZ", "Apple"],
    spelling="uk",
    script="simplified",
    address="您",
    spacing="spaced",
    emoji="few",
    allowed_emoji=["✨"],
    max_exclamations=1,
    disclaimers=[{"text": "Terms apply."}],
)


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.sampled_from(["en", "zh"]))
def test_no_text_makes_a_rule_raise_and_all_that_can_be_corrected_is(text: str, language: str) -> None:
    asked = brief(language=language)
    settled = corrected(corrected(text, STRICT, asked), STRICT, asked)
    assert [one for one in findings(settled, STRICT, asked) if one.instead is not None] == []
    list(keeps_to_brand(subject([("description", text)], STRICT, asked)))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["headline", "description"]), TEXTS), min_size=1, max_size=5))
def test_repairs_never_break_a_limit_and_never_lose_a_required_text(pairs: list[tuple[str, str]]) -> None:
    asked = brief()
    specs = {spec.name: spec for spec in parts_for_brief(asked)}
    mended = mend(parts(pairs), asked, trim=True, brand=STRICT)
    for one in mended:
        spec = specs[one.name]
        assert measure(one.text, spec.unit) <= spec.limit
    # One word that fills the part leaves no place to cut; then the check says that the text is missing.
    described = [
        one for one in mended if one.name == "description" and len(max(one.text.split(), key=len)) < 40
    ]
    assert not described or any(has_disclaimer(one.text, "Terms apply.") for one in mended)
