import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.brief import Brief, Kind, clean_text
from models.errors import BriefError
from models.grammar import parse_brief, print_brief
from tests.factories import brief
from tests.models.strategies import briefs, typed

AD = Kind.AD
FIELDS = {*Brief.model_fields, "brief"}


def parse(text: str, kind: Kind = AD) -> Brief:
    return parse_brief(text, kind)


def problem(text: str, kind: Kind = AD) -> BriefError:
    with pytest.raises(BriefError) as caught:
        parse_brief(text, kind)
    return caught.value


def outcome(text: str, kind: Kind = AD) -> Brief | BriefError:
    try:
        return parse_brief(text, kind)
    except BriefError as error:
        return error


# -- what people type -------------------------------------------------------------------------------------------


def test_the_readmes_example_reads_as_product_attributes_and_audience() -> None:
    read = parse("Aurora X phone | battery: 5000 mAh | camera: 108 MP | audience: young travellers")
    assert read.product == "Aurora X phone"
    assert dict(read.attributes) == {"battery": "5000 mAh", "camera": "108 MP"}
    assert read.audience == "young travellers"


def test_a_chinese_brief_with_full_width_dividers_reads_the_same() -> None:
    read = parse(
        "极光X智能手机｜电池：5000毫安时｜受众：年轻旅行者｜平台：谷歌广告｜关键词：旅行手机、长续航｜语言：中文｜数量：5"
    )
    assert read.product == "极光X智能手机"
    assert dict(read.attributes) == {"电池": "5000毫安时"}
    assert (read.audience, read.platform, read.language, read.n) == ("年轻旅行者", "google_rsa", "zh", 5)
    assert read.keywords == ("旅行手机", "长续航")


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("for: young travellers", "audience", "young travellers"),
        ("目标人群：上班族", "audience", "上班族"),
        ("GOAL: sell 500", "goal", "sell 500"),
        ("目标：售出500套", "goal", "售出500套"),
        ("Promo: 15 % off", "offer", "15 % off"),
        ("促销：立减300元", "offer", "立减300元"),
        ("when: 1 to 14 March", "dates", "1 to 14 March"),
        ("日期：3月1日至14日", "dates", "3月1日至14日"),
        ("channel: email, in-store", "channels", ("email", "in-store")),
        ("渠道：门店、朋友圈", "channels", ("门店", "朋友圈")),
        ("tone of voice: calm", "tone", "calm"),
        ("风格：轻快", "tone", "轻快"),
        ("platform: Google Ads", "platform", "google_rsa"),
        ("lang: English", "language", "en"),
        ("keyword: fan; quiet fan", "keywords", ("fan", "quiet fan")),
        ("must-include: free returns", "must_include", ("free returns",)),
        ("Must_Have: free returns", "must_include", ("free returns",)),
        ("必须包含：包邮", "must_include", ("包邮",)),
        ("avoid: cure, miracle", "must_avoid", ("cure", "miracle")),
        ("禁用：根治，最好", "must_avoid", ("根治", "最好")),
        ("variants: 5", "n", 5),
        ("数量：三个", "n", 3),
    ],
)
def test_a_field_answers_to_the_names_people_use(part: str, name: str, value: object) -> None:
    assert getattr(parse(f"Aurora X | {part}"), name) == value


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("opens: 10:30", "opens", "10:30"),
        ("ratio: 2:1", "ratio", "2:1"),
        ("link: https://a.com/x?y=1", "link", "https://a.com/x?y=1"),
        (r"size: S\|M\|L", "size", "S|M|L"),
        ('size: "S|M|L"', "size", "S|M|L"),
        ("tagline: “Go | win”", "tagline", "Go | win"),
        ('screen: 6.1" OLED', "screen", '6.1" OLED'),
        ("maker: L'Oréal's own", "maker", "L'Oréal's own"),
        ("slogan: ‘Go | win’", "slogan", "Go | win"),
        (r"path: C:\temp", "path", r"C:\temp"),
        ("尺码：90-140", "尺码", "90-140"),
    ],
)
def test_a_value_keeps_its_colons_dividers_and_quotes(part: str, name: str, value: str) -> None:
    assert dict(parse(f"Aurora X | {part}").attributes) == {name: value}


def test_a_quoted_product_keeps_its_colon() -> None:
    assert parse('"Halo: the phone" | battery: 5000 mAh').product == "Halo: the phone"


def test_a_product_with_a_time_or_an_emojis_name_needs_no_quotes() -> None:
    assert parse("Brunch 10:30 :rocket: | price: $12").product == "Brunch 10:30 :rocket:"


def test_a_quoted_name_is_a_fact_even_where_it_is_a_fields() -> None:
    read = parse('Serum | "for": dry skin | for: everyone')
    assert (dict(read.attributes), read.audience) == ({"for": "dry skin"}, "everyone")


def test_facts_without_a_name_are_kept_as_features() -> None:
    assert dict(parse("Aurora X | waterproof | 5000 mAh").attributes) == {
        "feature": "waterproof",
        "feature 2": "5000 mAh",
    }
    assert dict(parse("极光X｜防水").attributes) == {"特点": "防水"}


def test_the_product_may_come_after_named_parts() -> None:
    assert parse("audience: hikers | Trailhead 28L").product == "Trailhead 28L"


def test_lines_divide_as_bars_do_and_bullets_are_items() -> None:
    read = parse(
        "Aurora X\nbattery: 5000 mAh\nkeywords:\n- travel phone\n• camera\naudience:\nyoung travellers"
    )
    assert read.product == "Aurora X"
    assert read.keywords == ("travel phone", "camera")
    assert read.audience == "young travellers"


def test_lists_join_and_keep_quoted_commas() -> None:
    read = parse('Fan | keywords: fan, "quiet, small" | keyword: USB-C fan')
    assert read.keywords == ("fan", "quiet, small", "USB-C fan")


def test_flags_are_understood_where_they_name_a_field() -> None:
    read = parse("Aurora X -- the phone --n 5 --platform=google ads | note: soft --really")
    assert (read.product, read.n, read.platform) == ("Aurora X -- the phone", 5, "google_rsa")
    assert dict(read.attributes) == {"note": "soft --really"}


def test_the_kind_said_again_is_not_the_product() -> None:
    assert parse("ad | Aurora X | kind: ad").product == "Aurora X"
    assert parse("广告：极光X手机").product == "极光X手机"
    assert parse("Ad blocker").product == "Ad blocker"


def test_empty_fields_of_a_filled_in_template_are_left_out() -> None:
    read = parse("Aurora X | audience: | platform: | n: | keywords: , ,")
    assert read == brief(product="Aurora X", attributes={}, audience="", platform="", language=None)


# -- errors -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "field", "told", "remedy"),
    [
        ("", "product", "names no product", "/copy ad"),
        (" | ｜ \n", "product", "names no product", "/copy ad"),
        ('""| battery: 5000 mAh', "product", "names no product", "battery"),
        ("Halo: the phone | n: 3", "product", "names no product", "put it in quotes"),
        ("audience: hikers", "product", "names no product", "/copy ad"),
        ("Aurora X | product: Halo", "product", "twice", "Keep one"),
        ("Aurora X | battery:", "attributes", "“battery” has no value", "battery: value"),
        ('Aurora X | battery: ""', "attributes", "“battery” has no value", "battery: value"),
        ("Aurora X | size: S | size: M", "attributes", "“size” is given twice", "Keep one"),
        ("Aurora X | tone: calm | voice: loud", "tone", "“voice” is given twice", "Keep one"),
        ("Aurora X | platform: tiktokk", "platform", "tiktokk", "Did you mean tiktok"),
        ("Phone | platform: PC", "platform", "“PC” is not a platform", '"platform": PC'),
        ("Aurora X | language: French", "language", "French", "en or zh"),
        ("Aurora X | n: 0", "n", "n is 0", "1 to 8"),
        ("Aurora X | n: 50", "n", "n is 50", "1 to 8"),
        ("Aurora X | n: many", "n", "“many” is not a number", "1 to 8"),
        ("Tee | 数量：12支装", "n", "12支装", '"数量": 12支装'),
        ("Aurora X | kind: campaign", "kind", "campaign", "/copy campaign"),
        ("Aurora X | audience young people", "audience", "no colon", "audience: young people"),
        ("Aurora\x07 X", "product", "control character (U+0007)", "plain text"),
        ("Aurora X | tone: \x1b[31mred", "tone", "control character (U+001B)", "plain text"),
        ("Aurora X | battery: 5\x000", "attributes", "control character (U+0000)", "plain text"),
        ("x" * 50_000, "brief", "50,000 characters", "leave the rest out"),
        ("x" * 301, "product", "301 characters", "leave the rest out"),
        ("Aurora X | tone: " + "x" * 2001, "tone", "2,001 characters", "leave the rest out"),
        ("Aurora X" + "".join(f"|a{i}:1" for i in range(41)), "attributes", "more than 40", "most important"),
    ],
)
def test_a_wrong_part_is_named_with_what_to_write_instead(
    text: str, field: str, told: str, remedy: str
) -> None:
    error = problem(text)
    assert error.field == field
    assert told in error.message
    assert remedy in error.remedy


# -- properties -------------------------------------------------------------------------------------------------


@settings(max_examples=400, deadline=None)
@given(typed, st.sampled_from(Kind))
@example("\x00", Kind.AD)
@example("n: ²", Kind.AD)
@example("X|n:" + "9" * 5000, Kind.AD)
@example("\ud800|a:\udfff", Kind.AD)
def test_any_text_reads_or_names_the_part_at_fault(text: str, kind: Kind) -> None:
    read = outcome(text, kind)
    if isinstance(read, BriefError):
        assert read.field in FIELDS
        assert read.message
        assert read.remedy
    else:
        assert read.product
        assert parse_brief(print_brief(read), kind) == read


@settings(max_examples=150, deadline=None)
@given(briefs())
@example(brief(product="ad", attributes={"n": "x", "kind": "ad", "10": "30", "\u200d": "\u200d"}))
@example(brief(product='"quoted"', attributes={'"a": b': '"', "'": "'", "a|b": "\\", "--n 3": "--n 3"}))
@example(brief(product="- x", keywords=["- a", "a,b", '"', "\\"], audience="a\nb: c", offer="x --n 3"))
def test_a_printed_brief_reads_back_equal(written: Brief) -> None:
    assert parse_brief(print_brief(written), written.kind) == written


words = st.text(st.characters(categories=["Lu", "Ll", "Lo", "Nd"]), min_size=1, max_size=8).map(clean_text)


@settings(max_examples=80, deadline=None)
@given(words, st.lists(words, min_size=2, max_size=4), words)
def test_smart_quotes_and_full_width_marks_read_as_straight_ones(
    product: str, items: list[str], value: str
) -> None:
    straight = (
        f'"{product}: 1 | 2" | keywords: "{items[0]}, x", {", ".join(items)} | tone: "{value} | {value}"'
    )
    smart = f"“{product}: 1 | 2”　｜\u00a0Keywords：“{items[0]}, x”，{'、'.join(items)}\u200b"
    smart += f"｜tone ：‘{value} | {value}’"
    read = parse(straight)
    assert (read.product, read.tone) == (f"{product}: 1 | 2", f"{value} | {value}")
    assert parse(smart) == read


@pytest.mark.parametrize(
    "unit",
    [
        "|",
        '"',
        "'",
        "\\",
        '"a|',
        "'a,",
        "a:",
        ":",
        "--n ",
        " --n",
        "\n",
        "\n- ",
        " ",
        '\\"',
        "“”:",
        ":a:",
        "a:\n",
        "，",
    ],
)
@pytest.mark.parametrize("start", ["", "X|keywords:"])
def test_forty_thousand_hostile_characters_are_read_in_one_pass(start: str, unit: str) -> None:
    text = (start + unit * 40_000)[:40_000]
    read = outcome(text)
    assert isinstance(read, Brief) or read.field in FIELDS
