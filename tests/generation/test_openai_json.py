"""What models return as JSON is read as they meant it, and nothing half-finished becomes copy."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.generation.openai_json import parse_json_object

COPY = {"headline": ["Light as air", "Made for roads"], "body": "Go on."}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(COPY),
        f"Sure! Here is the ad:\n```json\n{json.dumps(COPY, indent=2)}\n```\nHope {{this}} helps.",
        f"```\n{json.dumps(COPY)}\n```",
        f"\ufeff  {json.dumps(COPY)} and that is all: {{}}",
        json.dumps([COPY]),
        '{"headline": ["Light as air", "Made for roads",], "body": "Go on.",}',
        "{'headline': ['Light as air', 'Made for roads'], 'body': 'Go on.'}",
        "{“headline”: [“Light as air”, “Made for roads”], “body”: “Go on.”}",
        '{headline: ["Light as air", "Made for roads"], body: "Go on."}',
        '{"headline": ["Light as air" "Made for roads"] "body": "Go on."}',
        '{"headline": ["Light as air", "Made for roads"], "body": "Go on."',
        '{"headline": ["Light as air", "Made for roads"], "body": "Go on.", "call": "Buy n',
        '{"headline": ["Light as air", "Made for roads"], "body": "Go on.", "call',
        '{"headline": ["Light as air", "Made for roads"], "body": "Go on.", "call": 5',
    ],
)
def test_copy_is_read_whatever_is_around_it(text: str) -> None:
    assert parse_json_object(text) == COPY


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ('{"a": "she said "hi" twice", "b": "x"}', {"a": 'she said "hi" twice', "b": "x"}),
        ('{"a": "one\nline"}', {"a": "one\nline"}),
        ('{ "a": "he said “wow”" }', {"a": "he said “wow”"}),
        ('{"a": "he said “wow”, then",}', {"a": "he said “wow”, then"}),
        ('{"标题"： "极光，照亮"，"正文"："去吧。"}', {"标题": "极光，照亮", "正文": "去吧。"}),
        ('{"a": {"b": "x"}, }', {"a": {"b": "x"}}),
        ('{"a": ["x", "half of a sent', {"a": ["x"]}),
    ],
)
def test_words_within_the_copy_survive(text: str, meant: dict[str, object]) -> None:
    assert parse_json_object(text) == meant


@pytest.mark.parametrize(
    "text", ["", "no copy here", "Price {hello} x", "{}", "[]", "null", '{"a": "half', '{"a": 50']
)
def test_without_a_finished_value_there_is_no_object(text: str) -> None:
    assert parse_json_object(text) is None


@given(st.text(alphabet=st.sampled_from("{}[]\",:\\'“”：，ab1 \n`"), max_size=60) | st.text(max_size=200))
def test_no_text_of_a_model_breaks_the_reader(text: str) -> None:
    found = parse_json_object(text)
    assert found is None or (isinstance(found, dict) and found)


_VALUES = st.text() | st.lists(st.text(), max_size=4)


@given(st.dictionaries(st.text(min_size=1), _VALUES, min_size=1), st.booleans())
def test_what_is_json_already_is_taken_as_it_is(value: dict[str, object], ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    assert parse_json_object(text) == value
    assert parse_json_object(f"Here you are:\n```json\n{text}\n```") == value


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.text(alphabet="xyz 极光.", min_size=1), min_size=1),
    st.data(),
)
def test_a_cut_answer_gives_only_values_that_were_finished(
    value: dict[str, str], data: st.DataObject
) -> None:
    text = json.dumps(value, ensure_ascii=False)
    cut = text[: data.draw(st.integers(0, len(text)))]
    assert (parse_json_object(cut) or {}).items() <= value.items()


def test_deep_nesting_does_not_exhaust_the_stack() -> None:
    assert parse_json_object('{"a": ' * 20_000) is None
