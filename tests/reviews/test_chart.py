"""The chart: a real PNG, with Chinese that the font can draw."""

import struct
import warnings

import pytest

from bot.reviews.chart import draw
from bot.reviews.values import Aspect, ColumnsRead, Counts, Period, Report
from models.brief import Language


def report(
    language: Language = "zh", product: str = "极光台灯", names: tuple[str, ...] = ("续航", "屏幕显示")
) -> Report:
    return Report(
        name="r.csv",
        product=product,
        language=language,
        columns=ColumnsRead(text="评价"),
        rows=10,
        reviews=10,
        empty=0,
        duplicates=0,
        counts=Counts(positive=6, neutral=1, negative=3),
        mean=0.3,
        languages={"zh": 10},
        period="month",
        trend=tuple(
            Period(name=f"2027-0{month}", starts="", counts=Counts(positive=month, negative=2))
            for month in range(1, 5)
        ),
        liked=(Aspect(name=names[0], liked=5, disliked=1),),
        disliked=(Aspect(name=names[1], liked=1, disliked=3),),
    )


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert png.endswith(b"IEND\xaeB`\x82")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_character_is_drawn_without_fonts_of_the_machine(language: Language) -> None:
    with warnings.catch_warnings():
        # Matplotlib warns of each character that the font does not have.
        warnings.simplefilter("error")
        width, height = size(draw(report(language, "极光台灯：亮度、续航 €½—“好”")))
    assert width == 1200
    assert 400 < height < 2_000


def test_what_people_write_is_drawn_literally_or_left_out() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        size(draw(report("en", "Lamp $x_1$ 😀\n", ("price_$^{", "x" * 200))))


def test_a_report_without_trend_or_aspects_has_a_chart() -> None:
    bare = report().model_copy(update={"trend": (), "liked": (), "disliked": ()})
    nothing = bare.model_copy(update={"counts": Counts(unscored=3)})
    for one in (bare, nothing):
        assert size(draw(one))[0] == 1200
