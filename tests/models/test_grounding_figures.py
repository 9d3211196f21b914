"""What a customer would be promised by mistake if a figure of the brief could be said of another unit or thing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.checks.grounding import ungrounded


def hard(text: str, facts: str) -> list[str]:
    # With the figure's line as the last of the brief, and with another behind it.
    return [
        one.shown
        for brief in (facts, f"{facts}\ncolour: sage")
        for one in ungrounded(text, brief)
        if one.severity == "hard"
    ]


@pytest.mark.parametrize(
    ("facts", "said", "invented"),
    [
        ("weeks: 54", "54 weeks of lessons.", "54 months of lessons."),
        ("weeks: 54", "378 days of lessons.", "54 people."),
        ("weeks: 54.", "54周课程。", "54个月课程。"),
        ("weeks: 8-10", "8 to 10 weeks.", "8 to 10 months."),
        ("weeks: about 12", "About 12 weeks.", "About 12 days."),
        ("number of weeks: 12", "12 weeks.", "12 months."),
        ("nights: 2", "Two nights by the sea.", "Two people by the sea."),
        ("hours of play: 8", "8 hours of play.", "8 nights of play."),
        ("battery (hours): 30", "30 hours of play.", "30 days of play."),
        ("battery hours: 30", "30 hours of play.", "30 minutes of play."),
        ("battery, in hours: 30", "30 hours of play.", "30 days of play."),
        ("warranty_years: 2", "24 months of warranty.", "2 months of warranty."),
        ("weight_g: 300", "Only 0.3 kg.", "Only 300 kg."),
        ("weight (g): 300", "300 g.", "300 ml."),
        ("weight kg: 12", "12 kg.", "12 lb."),
        ("size (cm): 30×20×10", "30 × 20 × 10 cm.", "30 × 20 × 10 mm."),
        ("storage (GB): 256", "256 GB.", "256 TB."),
        ("recycled (%): 30", "30% recycled.", "30 kg recycled."),
        ("screen (in): 15", "A 15-inch screen.", "A 15 cm screen."),
        ("price: 40", "£40.", "40 kg."),
        ("price (EUR): 40", "€40.", "$40."),
        ("ages: 3-8", "For 3- to 8-year-olds.", "For 3 to 8 months."),
        ("周：6", "6周课程。", "6个月课程。"),
        ("小时：10", "10小时。", "10分钟。"),
        ("毫升：350", "0.35升。", "350克。"),
        ("容量(ml)：500", "500毫升。", "500升。"),
        ("保修（年）：2", "两年质保。", "保修2个月。"),
        ("保修年限：2", "保修2年。", "保修2个月。"),
        ("课程周数：12", "12周学会。", "12天学会。"),
        ("重量(kg)：5", "10斤重。", "5斤重。"),
        ("重量/克：300", "300克。", "300毫升。"),
        ("高度cm：30", "30厘米高。", "30米高。"),
        ("价格（元）：99", "只要99元。", "只要$99。"),
    ],
)
def test_weeks_may_not_become_months_where_the_unit_stands_in_the_attributes_name(
    facts: str, said: str, invented: str
) -> None:
    assert hard(said, facts) == []
    assert len(hard(invented, facts)) >= 2


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ("lessons per week: 2", "2 lessons a week."),
        ("opening hours: 9-17", "Open 9am to 17."),
        ("length (L): 30", "Length 30."),
        ("year: 2019", "Since 2019."),
        ("camera: 4800万", "A 48-megapixel camera."),
        ("pieces: 58", "58块拼图。"),
        ("pack: 10", "10支装。"),
    ],
)
def test_a_name_that_only_looks_like_a_unit_holds_no_fact_back(facts: str, said: str) -> None:
    assert ungrounded(said, facts) == ()


@pytest.mark.parametrize(
    ("facts", "invented"),
    [("lids: 4\nweeks: 54", "4 weeks."), ("盖子：3\n周：54", "3周。"), ("levels: 2\n百货发售", "200层。")],
)
def test_a_number_does_not_take_the_first_word_of_the_next_fact_as_its_unit(
    facts: str, invented: str
) -> None:
    assert hard(invented, facts)


_TIMES = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400, "weeks": 604_800}
_OTHERS = ("kg", "ml", "cm", "GB", "watts", "%", "people")
_NAMES = st.sampled_from(["{}", "number of {}", "battery ({})", "battery_{}", "battery, {}", "{} of play"])


@settings(max_examples=40, deadline=None)
@given(
    unit=st.sampled_from(sorted(_TIMES)),
    other=st.sampled_from(sorted(_TIMES)),
    strange=st.sampled_from(_OTHERS),
    value=st.integers(11, 5_000),
    name=_NAMES,
)
def test_a_number_under_a_units_name_is_that_many_of_that_unit_and_of_no_other(
    unit: str, other: str, strange: str, value: int, name: str
) -> None:
    facts = f"{name.format(unit)}: {value}"
    assert hard(f"{value} {unit}.", facts) == []
    assert hard(f"{value} {strange}.", facts)
    assert bool(hard(f"{value} {other}.", facts)) == (other != unit)
    if not value * _TIMES[unit] % _TIMES[other]:
        assert hard(f"{value * _TIMES[unit] // _TIMES[other]} {other}.", facts) == []
