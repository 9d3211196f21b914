"""What docs/briefs.md shows is what happens."""

import json
import re
from pathlib import Path

import pytest

from models.brief import Brief, Kind, make_brief
from models.errors import BriefError
from models.field_names import FIELD_NAMES, fold_name
from models.grammar import parse_brief

PAGE = (Path(__file__).parents[2] / "docs" / "briefs.md").read_text(encoding="utf-8")
EXAMPLES = [
    example
    for block in re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    for example in re.findall(r"^/copy .*(?:\n(?!/copy ).+)*", block, re.MULTILINE)
]
ERRORS = re.findall(r"^\| `(/copy .*?)` \| (.*) \|$", PAGE, re.MULTILINE)
FIELDS = re.findall(r"^\| ([a-z ]+) \| ([^|]+) \| [^|]+ \|$", PAGE, re.MULTILINE)[1:]


def typed(command: str) -> Brief:
    kind, _, text = command.removeprefix("/copy ").partition(" ")
    return parse_brief(text, Kind(kind))


@pytest.mark.parametrize("command", EXAMPLES)
def test_an_example_of_the_page_is_a_brief(command: str) -> None:
    assert typed(command).product


@pytest.mark.parametrize(("command", "answer"), ERRORS)
def test_an_error_of_the_page_is_the_one_people_get(command: str, answer: str) -> None:
    with pytest.raises(BriefError) as caught:
        typed(command.replace(r"\|", "|"))
    assert answer in str(caught.value)


@pytest.mark.parametrize(("field", "names"), FIELDS)
def test_a_field_answers_to_every_name_of_the_page(field: str, names: str) -> None:
    for name in [field, *names.split(", ")]:
        assert FIELD_NAMES[fold_name(name)] == field.replace(" ", "_")


def test_the_json_of_the_page_is_a_brief() -> None:
    found = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert found
    assert make_brief(json.loads(found[1])).n == 3


def test_the_page_shows_examples_errors_and_every_field() -> None:
    assert len(EXAMPLES) >= 11
    assert len(ERRORS) >= 7
    assert {name.replace(" ", "_") for name, _ in FIELDS} == {*Brief.model_fields} - {"kind", "attributes"}
