"""What a model answers must reach the team as parts, however it is wrapped."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.parts import as_lines, json_schema, parse_parts
from models.platforms import parts_for_brief
from tests.factories import brief

GOOGLE = parts_for_brief(brief())
PLAN = parts_for_brief(brief(kind="campaign", platform="", channels=["email", "x_post"]))

EXPECTED = [
    ("headline", "Pack light"),
    ("headline", "5000 mAh"),
    ("headline", "See far"),
    ("description", "One."),
    ("description", "Two."),
]
ANSWER = {"headline": ["Pack light", "5000 mAh", "See far"], "description": ["One.", "Two."]}


def read(text: str) -> list[tuple[str, str]]:
    return [(part.name, part.text) for part in parse_parts(text, GOOGLE, "en")]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(ANSWER),
        "Here is your ad:\n```json\n" + json.dumps(ANSWER, indent=2) + "\n```\nHope it helps!",
        json.dumps({"variant": ANSWER}),
        json.dumps({"Headlines": ANSWER["headline"], "Descriptions": ANSWER["description"]}),
        json.dumps(ANSWER)[:-1] + ",}",
        "Headline 1: Pack light\nHeadline 2: 5000 mAh\nHeadline 3: See far\nDescription 1: One.\nDescription 2: Two.",
        "**Headline 1:** “Pack light”\n**Headline 2:** 5000 mAh\n- Headline 3: See far\n"
        "**Description 1:** One.\n**Description 2:** Two.",
        "Headlines:\n- Pack light\n- 5000 mAh\n- See far\n\nDescriptions:\n1. One.\n2. Two.",
        "标题1：Pack light\n标题2：5000 mAh\n标题3：See far\n广告描述1：One.\n广告描述2：Two.",
    ],
    ids=["json", "fence", "nested", "plural", "comma", "lines", "bold", "lists", "chinese labels"],
)
def test_an_answer_in_any_usual_wrapping_keeps_its_parts(text: str) -> None:
    assert read(text) == EXPECTED


def test_parts_come_in_the_platforms_order_whatever_the_answers() -> None:
    assert read(json.dumps({"description": ["One.", "Two."], "headline": ANSWER["headline"]})) == EXPECTED


def test_a_place_with_one_part_takes_a_plain_answer() -> None:
    specs = parts_for_brief(brief(platform="x_post"))
    assert [part.text for part in parse_parts('"Pack light, see far."', specs, "en")] == [
        "Pack light, see far."
    ]


def test_parts_too_many_are_left_out() -> None:
    answer = {"headline": ["a", "b", "c"], "description": ["1", "2", "3", "4", "5", "6"]}
    assert sum(name == "description" for name, _ in read(json.dumps(answer))) == 4


def test_an_answer_without_parts_gives_none() -> None:
    assert read("I cannot help with that.") == []


def test_a_colon_inside_a_part_stays() -> None:
    assert read("Headline: Halo: the phone\nDescription: Open 10:30 to 18:00.")[0] == (
        "headline",
        "Halo: the phone",
    )


def test_the_schema_asks_for_what_the_platform_needs() -> None:
    schema = json_schema(GOOGLE, "en")
    assert schema["required"] == ["headline", "description"]
    assert schema["properties"]["headline"]["minItems"] == 3
    assert "30" in schema["properties"]["headline"]["items"]["description"]


def test_a_plan_has_a_message_for_each_channel() -> None:
    schema = json_schema(PLAN, "en")
    assert schema["properties"]["message"]["maxItems"] == 2


def test_lines_carry_labels_limits_and_beginnings() -> None:
    lines = as_lines(PLAN, "en", {"phase": ["1 Mar: ", "5 Mar: "]})
    phases = [line for line in lines if line.name == "phase"]
    assert [line.label for line in phases] == ["Phase 1", "Phase 2", "Phase 3"]
    assert [line.prefix for line in phases] == ["1 Mar: ", "5 Mar: ", ""]
    assert all(line.limit > 0 for line in lines)


def test_what_is_asked_for_in_lines_is_read_back() -> None:
    lines = as_lines(PLAN, "en")
    text = "\n".join(f"{line.label}: text {number}" for number, line in enumerate(lines))
    assert [part.text for part in parse_parts(text, PLAN, "en")] == [f"text {i}" for i in range(len(lines))]


TEXTS = st.text(max_size=8) | st.none() | st.integers()
KEYS = st.sampled_from(["headline", "description", "x"])
OBJECTS = st.recursive(
    TEXTS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
).map(lambda value: json.dumps(value, ensure_ascii=False))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400) | OBJECTS)
def test_no_answer_makes_the_reading_fail(text: str) -> None:
    for part in parse_parts(text, GOOGLE, "en"):
        assert part.text
        assert part.name in {"headline", "description", "path"}
