"""Terms found in text: what a must-include or must-avoid word counts as."""

import pytest

from models.matching import has_term


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("700W功率，五分钟加热", "700W"),
        ("这款USB-C风扇很安静", "usb-c"),
        ("采用A2牛奶", "A2"),
        ("采用 A2 牛奶", "A2牛奶"),
    ],
)
def test_a_latin_word_between_chinese_characters_is_found_so_that_no_ruled_out_word_slips_through(
    text: str, term: str
) -> None:
    assert has_term(text, term)


@pytest.mark.parametrize(
    ("text", "term"), [("1700W功率", "700W"), ("X700Watts", "700W"), ("scooter", "coot")]
)
def test_a_part_of_a_longer_word_is_not_taken_for_the_word(text: str, term: str) -> None:
    assert not has_term(text, term)
