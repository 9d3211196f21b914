"""What a team would publish unfinished, or by a model's slip, if nobody looked."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.checks.leftovers import has_no_leftovers, is_about_the_brief, leftovers
from models.checks.subject import Subject
from tests.factories import brief, parts


@pytest.mark.parametrize(
    "text",
    [
        "Sure! Here is your headline",
        "Here are three headlines for the Aurora X",
        "以下是为您写的广告文案",
        "好的，标题如下",
        "As an AI, I cannot say",
        "作为AI助手，我无法提供",
        "**Bold** claim",
        "Meet [Product Name] today",
        "【产品名】来了",
        "Headline 1: Long trips",
        "标题：轻装上路",
        "Long trips (25 characters)",
        "希望这对您有帮助。",
        "Write an ad for a phone",
        "不超过30个字",
        "Your {{product}} is here",
        "A phone for long trips and",
        "A phone for long trips,",
        "A phone with your",
        "出门旅行，",
        "一部手机和",
        "A phone (",
        "What the fuck",
        "真他妈的好",
        "A ph\u043ene for trips",
        "A phone \ufffd for trips",
        "HACKED HACKED HACKED",
        "A lamp for your desk. A lamp for your desk. A lamp for your desk.",
        "照亮你的书桌吧。照亮你的书桌吧。照亮你的书桌吧。",
        "You idiots need a lamp",
        "你们这群笨蛋快来买",
        "@channel free shipping on the desk lamp",
        "@所有人 台灯包邮",
    ],
)
def test_what_is_no_copy_keeps_it_from_being_ready(text: str) -> None:
    assert "hard" in {one.severity for one in leftovers(text)}, text


@pytest.mark.parametrize(
    "text",
    [
        "The the phone for trips",
        "What are dreams made of (and more",
        "The road to",
        "這款手機的相機很好，让你记录每个远处的细节",
        "为了",
    ],
)
def test_what_may_be_meant_warns(text: str) -> None:
    assert {one.severity for one in leftovers(text)} == {"soft"}, text


@pytest.mark.parametrize(
    "text",
    [
        "Aurora X for long trips",
        "Here is to long trips.",
        "Of course it floats.",
        "Great! Now pack.",
        "Sure-footed on ice",
        "Scunthorpe cocktails, assets and a shiitake class",
        "A very, very long day",
        "That that is, is.",
        "Note the date.",
        "Made by hand, made to stay: USB-C",
        "5 * 3 packs",
        "一款温和的面霜，柔和不刺激",
        "好的设计，不必多说",
        "当然要带上它",
        "这是你的夏天",
        "这款手机拍得远，后面的山也看得清",
        "著名的乾隆瓷",
        "Smile :( or smile :)",
        "Pack light. Stay out late.",
        "请一起出发",
        "我靠近你一点",
        "牛肉面，暖胃",
        "Ready when you are",
        "Rich in vitamin A",
        "邀你一起参与",
        "好设计，人人可及",
        "送给妈妈的第一束花，爸妈的最爱",
        "温和去死皮，我靠它过冬",
        "让智能走向普及",
    ],
)
def test_ordinary_copy_passes(text: str) -> None:
    assert leftovers(text) == [], text


@pytest.mark.parametrize(
    "text",
    [
        "Put your hand cream on",
        "Food you can cook in",
        "Warm up the evenings in",
        "Built to put weight on",
        "Come in",
        "Width 2 1/8 in",
        "The chair you sit on",
        "A brush to dry on",
        "What it is made of",
        "Who is it for",
        "Switch it on",
        "Bath time has enough going on",
        "Book online or walk in",
        "Shoes off, pan on",
        "Worth it for a good while",
        "This is the jumper for that",
        "一次订了600把",
        "给梳妆台添一把",
        "乌梅山楂陈皮都在",
        "早上舍不得掀被",
        "每周与目标核对",
        "捏着软和",
    ],
)
def test_a_sentence_that_ends_in_a_small_word_is_whole(text: str) -> None:
    # A warning here sends finished headlines back to the writer.
    assert leftovers(text) == [], text


@pytest.mark.parametrize(
    "text",
    [
        "Made for",
        "Perfect for",
        "Available in",
        "A lamp for",
        "Comes with",
        "Designed by",
        "Come with us to",
        "Save 20% on",
        "It is ready to",
        "Warm wool socks in",
        "我们把",
        "好茶在",
    ],
)
def test_a_sentence_cut_before_its_object_still_warns(text: str) -> None:
    assert {one.severity for one in leftovers(text)} == {"soft"}, text


def test_what_the_brief_itself_says_may_stand() -> None:
    assert not leftovers("Shop our __init__ shirts", facts="our __init__ shirts")
    assert not leftovers("The The on tour", facts="band: The The")


def test_copy_about_something_else_warns() -> None:
    def topic(text: str) -> list[bool]:
        subject = Subject(brief=brief(), parts=parts([("headline", text)]), facts=brief().facts)
        return [check.passed for check in is_about_the_brief(subject)]

    assert topic("Fresh bread every Sunday") == [False]
    assert topic("Batteries for travelling") == [True]


def test_a_finding_names_its_part_and_passage() -> None:
    subject = Subject(
        brief=brief(), parts=parts([("headline", "Fine"), ("headline", "Sure! Here is")]), facts=""
    )
    (check,) = [check for check in has_no_leftovers(subject) if check.severity == "hard"][:1]
    assert check.index == 1
    assert "remark of the model" in check.reason


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=200), facts=st.text(max_size=60))
def test_no_text_makes_it_raise(text: str, facts: str) -> None:
    assert isinstance(leftovers(text, facts=facts), list)


@pytest.mark.parametrize("piece", ["a ", "(", "\n", "[your ", "here is a ", "{{ ", "the ", "好"])
def test_a_text_without_end_is_read_through(piece: str) -> None:
    leftovers(piece * (100_000 // len(piece)))


@pytest.mark.parametrize(
    "text",
    [
        "Location, location, location.",
        "Very very very soft.",
        "Win! Win! Win!",
        "One for you. One for me. One for the shelf.",
        "An idiot-proof timer that you set once.",
        "Write to hello@here.com or find @heretics online.",
        "You are never too small for a big idea.",
        "给小傻瓜相机的贴纸。",
        "One lamp. One desk. One lamp. One night.",
    ],
)
def test_figures_of_speech_addresses_and_names_are_no_slip(text: str) -> None:
    assert not leftovers(text), text


def test_a_call_to_everybody_is_taken_from_no_brief() -> None:
    assert leftovers("@here free shipping", facts="offer: free shipping @here")
