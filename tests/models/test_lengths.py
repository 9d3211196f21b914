import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.lengths import UNITS, fit, measure
from tests.models.strategies import typed

# Copy as it is written: words, figures with units, prices, links, marks and emoji in both languages.
copy = st.lists(
    st.sampled_from(
        [
            *["A", "battery", "camera", "it’s", "USB-C", "café", "for", "travellers", "naïve", "e\u0301tude"],
            *[
                "5000 mAh",
                "108 MP",
                "$399.90",
                "US$ 4",
                "399 €",
                "15 %",
                "30 °C",
                "10 years",
                "2:1",
                "1,000",
                "24/7",
            ],
            *[
                "极光X智能手机",
                "电池5000毫安时",
                "1.08亿像素",
                "2999元",
                "100%有机棉",
                "11月30日",
                "保温12小时",
                "的",
            ],
            *["https://example.com/a?b=1", "example.com", "👩‍👩‍👧", "🇨🇳", "1️⃣", "カメラ", "한국", "𠮷"],
            *[" ", " ", " ", ", ", "，", "。", ". ", "!", " – ", " (", ")", "“", "”", "\n", "…"],
        ]
    ),
    max_size=25,
).map("".join)
FIGURE = regex.compile(r"\p{Sc}? ?\p{Nd}+(?:[.,:/]\p{Nd}+)*")


@pytest.mark.parametrize(
    ("text", "unit", "length"),
    [
        ("Aurora X", "characters", 8),
        ("极光X", "double_width", 5),
        ("“极光”…", "double_width", 7),
        ("“极光”…", "double_width_ambiguous", 10),
        ("ｘ！", "double_width", 4),
        ("极光X", "gbk_bytes", 5),
        ("，·€", "gbk_bytes", 6),
        ("𠮷", "gbk_bytes", 4),
        ("😀", "gbk_bytes", 4),
        ("한", "gbk_bytes", 4),
        ("\ud800", "gbk_bytes", 4),
        ("a😀", "utf16", 3),
        ("\ud800", "utf16", 1),
        ("👩‍👩‍👧e\u0301", "graphemes", 2),
    ],
)
def test_each_platform_counts_in_its_own_way(text: str, unit: str, length: int) -> None:
    assert measure(text, unit) == length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("café", 4),
        ("cafe\u0301", 4),
        ("极光", 4),
        ("👩‍👩‍👧", 2),
        ("🇨🇳", 2),
        ("1️⃣", 2),
        ("🙋🏽", 2),
        ("©", 1),
        ("See https://example.com/a/very/long/path?with=a&query=1", 27),
        ("See example.com.", 28),
        ("https://example.com/极光", 27),
        ("v2.5 e.g. 10.30", 15),
    ],
)
def test_x_weighs_emoji_links_and_chinese_as_its_own_counter_does(text: str, length: int) -> None:
    assert measure(text, "x_weighted") == length


def test_a_text_message_holds_160_of_its_alphabet_or_70_of_anything_else() -> None:
    assert measure("a" * 160, "sms") == 160
    assert measure("a" * 159 + "€", "sms") == 161
    assert measure("极" * 70, "sms") == 160
    assert measure("极" * 71, "sms") > 160
    assert measure("a" * 70 + "’", "sms") > 160
    assert measure("😀" * 35, "sms") == 160


def test_an_unknown_unit_is_an_error_and_not_a_length() -> None:
    with pytest.raises(ValueError, match="parsecs"):
        measure("x", "parsecs")


@pytest.mark.parametrize(
    ("text", "limit", "unit", "kept"),
    [
        ("A 5000 mAh battery", 18, "characters", "A 5000 mAh battery"),
        ("A 5000 mAh battery", 15, "characters", "A 5000 mAh"),
        ("A 5000 mAh battery", 8, "characters", "A"),
        ("Only $399.90 today", 9, "characters", "Only"),
        ("Light, strong, small", 14, "characters", "Light, strong"),
        ("See it (in blue)", 8, "characters", "See it"),
        ("Read https://example.com/a/b now", 20, "characters", "Read"),
        ("保温12小时的316不锈钢保温杯", 20, "double_width", "保温12小时的"),
        ("保温12小时的316不锈钢保温杯", 11, "double_width", "保温12小时"),
        ("保温12小时的316不锈钢保温杯", 8, "double_width", "保温"),
        ("电池5000毫安时", 12, "double_width", "电池"),
        ("年轻旅行者的手机", 8, "double_width", "年轻"),
        ("Extraordinarily", 5, "characters", ""),
        ("anything", 0, "characters", "anything"),
        ("👩‍👩‍👧👩‍👩‍👧", 5, "characters", "👩‍👩‍👧"),
    ],
)
def test_a_trim_ends_after_a_whole_word_or_figure(text: str, limit: int, unit: str, kept: str) -> None:
    assert fit(text, limit, unit) == kept


@settings(max_examples=300, deadline=None)
@given(st.one_of(copy, typed), st.integers(1, 60), st.sampled_from(UNITS))
@example("averyveryverylongdomainnameindeed.com is it", 25, "x_weighted")
@example("\r\n\u0600-a", 2, "characters")
def test_a_trim_keeps_the_limit_and_the_beginning_of_the_text(text: str, limit: int, unit: str) -> None:
    kept = fit(text, limit, unit)
    assert measure(kept, unit) <= limit
    assert text.startswith(kept)


@settings(max_examples=300, deadline=None)
@given(st.one_of(copy, typed), st.integers(1, 60), st.sampled_from(UNITS))
@example("5\ufe0f\u20e3 x", 2, "characters")
@example("Aurora X10:30", 10, "characters")
def test_a_trim_cuts_no_grapheme_word_figure_or_price(text: str, limit: int, unit: str) -> None:
    kept = fit(text, limit, unit)
    cut = len(kept)
    if kept == text:
        return
    assert cut == 0 or cut in {match.end() for match in regex.finditer(r"\X", text)}
    assert not any(match.start() < cut < match.end() for match in FIGURE.finditer(text))
    words = regex.finditer(r"\p{Latin}[\p{Latin}\p{M}]*", text)
    assert not any(match.start() < cut < match.end() for match in words)
