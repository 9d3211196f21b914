"""What a customer would be promised by mistake if a figure could be said of another unit or thing."""

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
        ("degrees of tilt: 30", "30 degrees of tilt."),
        ("resolution: 1920×1080\ncolour: sage", "1920 x 1080 pixels."),
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


@pytest.mark.parametrize(
    ("facts", "said", "invented"),
    [
        # A measure would be counted as things, or a day of the month as gifts.
        ("weight: 300 g", "Only 300 g.", "300 recipes inside."),
        ("重量：300克", "仅300克。", "300个配方。"),
        ("续航：15小时", "15个小时。", "15款滤镜。"),
        ("dates: 2027-03-14", "From 14 March.", "14 gifts inside."),
        ("jars: 3 x 227 g", "3 jars of 227 g.", "3 g each."),
        ("24 × 150 ml", "24 cans.", "24 ml."),
        # Thousands would be lost or made.
        ("users: 50k", "50,000 users.", "50 users."),
        ("用户：5万", "50k users.", "5k users."),
        ("price: $5k", "$5,000.", "$5."),
        ("light: 2700K", "2700K.", "2,700,000."),
        # A customer would pay or take it more often.
        ("price: $9 a month", "$9 per month.", "$9 a year."),
        ("价格：9元/月", "每月9元。", "每年9元。"),
        ("dose: 3 times a week", "3 times each week.", "3 times a day."),
        ("用法：每天3次", "每日3次。", "每周3次。"),
        ("lessons: 2 a week", "2 lessons each week.", "2 lessons a day."),
        # Ice cream would be kept in the warm.
        ("冷冻：-18℃", "零下18度保存。", "18℃保存。"),
        ("comfort: -5 °C", "Warm to 23 °F.", "Warm to 5 °C."),
        ("temperature: -10 to 40 °C", "From -10 to 40 °C.", "From 10 °C."),
        # A range is no speed, and storage no rate.
        ("speed: 25 km/h", "时速25公里。", "25 km of range."),
        ("range: 40 km", "40 km of range.", "40 km/h."),
        ("speed: 500 MB/s", "500 MB/s.", "500 MB."),
        ("noise: 40 dB", "40 decibels.", "40 dishes."),
        # A grade stands without spaces in Chinese.
        ("防水：IP67", "支持IP67级防水。", "支持IP68级防水。"),
        ("型号：X100", "全新X100手机。", "全新X200手机。"),
    ],
)
def test_a_figure_is_said_of_nothing_but_what_the_brief_says_it_of(
    facts: str, said: str, invented: str
) -> None:
    assert hard(said, facts) == []
    assert hard(invented, facts)


def test_counting_what_the_brief_lists_warns_and_does_not_refuse() -> None:
    facts = "leg: 3 % elastane\nlengths: 30, 32, 34 inches"
    assert [one.severity for one in ungrounded("It comes in 3 lengths.", facts)] == ["soft"]


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
