"""Text in one Chinese script must be the text in the other, where a team writes for both sides."""

from hypothesis import given
from hypothesis import strategies as st

from models.scripts import converted, one_script_only, simplified


def test_a_phrase_is_converted_as_it_is_written_there() -> None:
    assert converted("头发发展", "traditional") == "頭髮發展"
    assert converted("頭髮發展", "simplified") == "头发发展"


def test_a_trick_with_traditional_characters_is_seen_through() -> None:
    assert simplified("國家級 best") == "国家级 best"


def test_a_character_that_both_scripts_use_accuses_nobody() -> None:
    traditional, plain = one_script_only()
    assert "國" in traditional
    assert "国" in plain
    assert not set("后里面乾著") & (traditional | plain)


@given(st.text(max_size=50))
def test_places_in_a_text_stay_where_they_are(text: str) -> None:
    assert len(simplified(text)) == len(text)
