"""Stars and days as people write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reviews.cells import parse_day, parse_stars, says_day_first
from bot.reviews.reading import in_stars
from bot.spreadsheet import safe_cell


@pytest.mark.parametrize(
    ("cell", "stars"),
    [
        *[("4", 4), ("4.5", 4.5), ("4,5", 4.5), ("4/5", 4), ("8 out of 10", 4), ("80%", 4.2)],
        *[("★★★★☆", 4), ("⭐⭐⭐", 3), ("5 stars", 5), ("1 star", 1), ("四星", 4), ("5星", 5), ("３", 3)],
        *[("好评", 5), ("中评", 3), ("差评", 2), ("Excellent", 5)],
    ],
)  # fmt: skip
def test_a_rating_is_understood_in_many_spellings(cell: str, stars: float) -> None:
    read = parse_stars(cell)
    assert read is not None
    assert in_stars(read[0], read[1] or 5) == pytest.approx(stars)


@pytest.mark.parametrize("cell", ["", "great", "0", "-1", "12/5", "four hundred", "2027-03-01", "x" * 50])
def test_what_is_no_rating_is_not_taken_for_one(cell: str) -> None:
    read = parse_stars(cell)
    assert read is None or in_stars(read[0], read[1] or 5) is None


@pytest.mark.parametrize(
    "cell",
    [
        *["2027-03-01", "2027/3/1", "2027.03.01 10:20", "2027年3月1日", "２０２７年３月１日", "20270301"],
        *["1 Mar 2027", "March 1, 2027", "1st March 2027", "Reviewed in the UK on 1 March 2027"],
        *["2027-03-01T08:00:00Z", "03/01/2027", "1803859200", "1803859200000"],
    ],
)  # fmt: skip
def test_a_day_is_understood_in_many_spellings(cell: str) -> None:
    assert parse_day(cell) == date(2027, 3, 1)


def test_a_column_tells_whether_the_day_comes_first() -> None:
    assert says_day_first(["03/04/2027", "25/04/2027"])
    assert not says_day_first(["03/04/2027", "04/25/2027"])
    assert parse_day("03/04/2027", day_first=True) == date(2027, 4, 3)
    assert parse_day("25/04/2027") == date(2027, 4, 25), "only one reading is a date"


@given(st.text(max_size=80))
def test_any_cell_can_be_asked(cell: str) -> None:
    parse_day(cell)
    read = parse_stars(cell)
    if read is not None and (stars := in_stars(read[0], read[1] or 5)) is not None:
        assert 1 <= stars <= 5


@given(st.text(max_size=40))
def test_no_cell_that_is_written_begins_a_formula(cell: str) -> None:
    written = str(safe_cell(cell))
    assert not written.startswith(("=", "@", "\t", "\r"))
    assert not written.startswith(("+", "-")) or written[1:].replace(".", "").isdecimal()
