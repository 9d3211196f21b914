"""The rules of a line, on plain text."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.generation.base import Line
from models.generation.shape import Facts, Numbers, Written, clean_end, close_line, dangling, rank
from models.platforms import measure

BRIEF = (
    "Product: Aurora X\nbattery: 5000 mAh\ncamera: 108 MP\ntank: 1.8 L\nprice: $399\nspeeds: 5\npower: 5 W"
)
NUMBERS = Numbers({"5000", "108", "1.8", "399", "5"}, BRIEF)


@pytest.mark.parametrize(
    ("text", "piece", "fits"),
    [
        ("", "5", True),
        ("5", "0", True),
        ("50", "0", True),
        ("5000", "0", False),
        ("10", "9", False),
        ("", "7", False),
        ("1", ".", True),
        ("1.", "8", True),
        ("1.", "9", False),
        ("108", ".", True),
        ("$", "3", True),
        ("", "399", False),
        ("$", "108", False),
        ("", "½", False),
        ("no digits", " here", True),
    ],
)
def test_a_number_is_written_only_as_the_brief_has_it(text: str, piece: str, fits: bool) -> None:
    assert NUMBERS.may_follow(text, piece) is fits


def test_half_a_number_cannot_stand() -> None:
    assert NUMBERS.unfinished("up to 50")
    assert NUMBERS.unfinished("from $")
    assert NUMBERS.unfinished("a tank of 1.")
    assert not NUMBERS.unfinished("up to 5000")
    assert clean_end("Now up to 50", NUMBERS) == "Now"


def test_a_number_takes_the_unit_it_has_in_the_brief() -> None:
    assert NUMBERS.due("a battery of 5000") == (" mAh",)
    assert NUMBERS.due("speeds: 5") == ()  # 5 stands alone as well
    assert clean_end("A battery of 5000", NUMBERS) == "A battery"


def test_without_a_set_any_number_may_be_written() -> None:
    free = Numbers(None, BRIEF)
    assert free.may_follow("7", "77")
    assert free.due("5000") == ()
    assert not free.unfinished("12")


@settings(deadline=None)
@given(
    st.text(alphabet="0123456789., a$", max_size=14),
    st.sets(st.from_regex(r"[1-9][0-9]{0,3}", fullmatch=True)),
)
def test_whatever_is_appended_bit_by_bit_holds_members_only(text: str, allowed: set[str]) -> None:
    numbers = Numbers(allowed)
    written = ""
    for character in text:
        if numbers.may_follow(written, character):
            if numbers.unfinished(written) and not re.match(r"[0-9.,]", character):
                break
            written += character
    ended = clean_end(written, numbers)
    assert set(re.findall(r"[0-9]+", ended)) <= allowed


@pytest.mark.parametrize("text", ["Made for the", "Light,", "Open (here", "", "More than"])
def test_a_line_never_stops_where_it_was_about_to_go_on(text: str) -> None:
    assert dangling(text)


@settings(deadline=None)
@given(
    st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=0x9FFF), max_size=80),
    st.integers(min_value=1, max_value=40),
    st.sampled_from(["characters", "double_width", "gbk_bytes", "utf16", "graphemes", "x_weighted"]),
    st.booleans(),
)
def test_a_closed_line_is_within_its_limit_and_one_line(text: str, limit: int, unit: str, cut: bool) -> None:
    closed = close_line(text, Line(name="headline", label="Headline", limit=limit, unit=unit), NUMBERS, cut)
    assert measure(closed, unit) <= limit
    assert "\n" not in closed


def test_a_cut_headline_ends_before_the_phrase_it_could_not_finish() -> None:
    line = Line(name="headline", label="Headline", limit=22)
    assert close_line("108 MP Camera for Young Travellers", line, NUMBERS, True) == "108 MP Camera"


def test_a_cut_paragraph_ends_at_its_last_sentence() -> None:
    line = Line(name="description", label="Description", limit=60)
    text = "Young travellers carry it everywhere. The camera is made for those who"
    assert close_line(text, line, NUMBERS, True) == "Young travellers carry it everywhere."


def test_the_kept_candidate_speaks_of_the_brief_and_repeats_nothing() -> None:
    line = Line(name="headline", label="Headline", limit=30)
    facts = Facts.read(BRIEF, ["Headline: Sleep on Every Flight"])
    candidates = [
        Written("Sleep on Every Flight", -0.1, False),
        Written("The Best Thing Ever Made", -0.2, False),
        Written("Aurora X With 5000 mAh Camera", -0.5, False),
        Written("A 108 MP Camera for Travel", -0.6, False),
    ]
    assert rank(candidates, line, facts)[0].text == "A 108 MP Camera for Travel"


STAND = "Product: music stand\nheight: 55-150 cm\nweight: 1.1 kg\nbag: included\nFor: players"
CHESS = "产品：木制象棋\n材质：榉木\n棋盘：折叠\n棋子直径：4 cm\n人群：老人"


@pytest.mark.parametrize(
    ("facts", "text", "wrong"),
    [
        (STAND, "The bag holds 1.1 kg.", 1),
        (STAND, "The stand weighs 1.1 kg and its bag is included.", 0),
        (STAND, "It is 55-150 cm high, and the 1.1 kg bag is included.", 1),
        (STAND, "Music Stand, Bag, 1.1 kg", 0),
        (CHESS, "棋盘直径4 cm", 1),
        (CHESS, "棋盘可以折叠，棋子直径4 cm。", 0),
        (CHESS, "4 cm棋子", 0),
        ("", "12 of 13", 0),
    ],
)
def test_a_figure_beside_another_facts_name_is_told_from_one_beside_its_own(
    facts: str, text: str, wrong: int
) -> None:
    assert Facts.read(facts).misplaced(text) == wrong


def test_a_thousand_is_written_whole_with_its_comma_though_a_ten_may_stand_as_well() -> None:
    numbers = Numbers({"1000", "10", "1"}, "goal: 1,000 pre-orders", units=False)
    text = "the goal of 1"
    for piece in (",", "0", "0", "0"):
        assert numbers.may_follow(text, piece), text + piece
        text += piece
    assert not numbers.unfinished(text)
    assert not numbers.may_follow("the goal of 1,0", ".")
    assert numbers.unfinished("the goal of 1,0")
