import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from models.brief import MAX_BRIEF_CHARACTERS, Brief, Kind, clean_text, detect_language, make_brief
from models.errors import BriefError
from models.grammar import parse_brief, print_brief
from models.platforms import find_platform
from tests.factories import brief
from tests.models.strategies import briefs

SHARED_BRIEFS = Path(__file__).parents[3] / "shared" / "data" / "briefs.jsonl"
AD = {"kind": "ad", "product": "Aurora X"}


def shared_briefs() -> list[dict[str, Any]]:
    if not SHARED_BRIEFS.exists():
        pytest.skip("the shared briefs are not on this machine")
    return [json.loads(line) for line in SHARED_BRIEFS.read_text(encoding="utf-8").splitlines()]


def problem(**values: Any) -> BriefError:
    with pytest.raises(BriefError) as caught:
        make_brief(AD | values)
    return caught.value


def test_a_brief_survives_json_and_pickling_between_rooms() -> None:
    import pickle

    asked = brief(keywords=["a, b"], must_avoid=["根治"])
    assert Brief.model_validate_json(asked.model_dump_json()) == asked
    assert Brief.model_validate(asked.model_dump()) == asked
    assert pickle.loads(pickle.dumps(asked)) == asked


@settings(max_examples=60, deadline=None)
@given(briefs())
def test_any_brief_survives_json(asked: Brief) -> None:
    assert Brief.model_validate_json(asked.model_dump_json()) == asked


def test_a_brief_cannot_be_changed_by_who_receives_it() -> None:
    facts = {"battery": "5000 mAh"}
    asked = brief(attributes=facts)
    facts["battery"] = "6000 mAh"
    assert asked.attributes["battery"] == "5000 mAh"
    with pytest.raises(ValidationError):
        asked.product = "Other"  # type: ignore[misc]


def test_every_shared_brief_is_accepted_with_its_platform_and_channels() -> None:
    for values in shared_briefs():
        asked = make_brief(values)
        assert asked.platform == values.get("platform", "")
        assert asked.channels == tuple(values.get("channels", ()))
        assert parse_brief(print_brief(asked), asked.kind) == asked


def test_a_shared_briefs_language_is_found_without_being_told() -> None:
    for values in shared_briefs():
        assert make_brief(values | {"language": None}).resolved_language == values["language"], values["id"]


def test_shared_briefs_name_platforms_we_know_and_free_channels() -> None:
    channels = {channel for values in shared_briefs() for channel in values.get("channels", ())}
    known = channels - {"门店", "in-store"}
    assert {find_platform(channel).id for channel in known}
    assert channels != known


# -- what files, forms and people write -------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["zh", "ZH-CN", "Chinese", "中文", "简体中文", "zh_Hans"])
def test_chinese_has_many_names(said: str) -> None:
    assert make_brief(AD | {"language": said}).language == "zh"


def test_blank_fields_of_a_form_are_absent() -> None:
    asked = make_brief(
        AD | {"language": "", "platform": " ", "audience": None, "keywords": "", "attributes": None}
    )
    assert asked == brief(product="Aurora X", attributes={}, audience="", platform="", language=None)


def test_a_forms_lists_are_split_at_the_commas_of_both_languages() -> None:
    assert make_brief(AD | {"keywords": "旅行手机、长续航，拍照; camera\nzoom"}).keywords == (
        "旅行手机",
        "长续航",
        "拍照",
        "camera",
        "zoom",
    )


def test_json_facts_may_be_numbers_and_lists() -> None:
    asked = make_brief(AD | {"attributes": {"speeds": 5, "sizes": ["S", "M"], "washable": True}})
    assert dict(asked.attributes) == {"speeds": "5", "sizes": "S, M", "washable": "yes"}


def test_a_platform_answers_to_its_everyday_name() -> None:
    assert make_brief(AD | {"platform": "小红书"}).platform == "xiaohongshu"


@pytest.mark.parametrize(
    ("values", "field", "told"),
    [
        ({"product": ""}, "product", "names no product"),
        ({"product": "\u200b \n"}, "product", "names no product"),
        ({"product": None}, "product", "names no product"),
        ({"product": 5}, "product", "must be text"),
        ({"product": "x" * 50_000}, "brief", "50,002 characters"),
        ({"product": "x" * 301}, "product", "301 characters long; the limit is 300"),
        ({"product": "a\x00b"}, "product", "U+0000"),
        ({"audience": "\x1b[0m"}, "audience", "U+001B"),
        ({"audience": "x" * 2001}, "audience", "2,001 characters"),
        ({"attributes": {"battery": ""}}, "attributes", "“battery” has no value"),
        ({"attributes": {" ": "x"}}, "attributes", "has no name"),
        ({"attributes": {"a": {"b": 1}}}, "attributes", "text, a number"),
        ({"attributes": ["battery"]}, "attributes", "names with values"),
        ({"attributes": {"size": "S", "size ": "M"}}, "attributes", "given twice"),
        ({"attributes": {str(n): "x" for n in range(41)}}, "attributes", "at most 40"),
        ({"attributes": {"n" * 201: "x"}}, "attributes", "longer than 200"),
        ({"keywords": [["a"]]}, "keywords", "list of texts"),
        ({"keywords": {"a": 1}}, "keywords", "list of texts"),
        ({"keywords": [str(n) for n in range(41)]}, "keywords", "41 items; the limit is 40"),
        ({"platform": "myspace"}, "platform", "“myspace” is not a platform"),
        ({"platform": ["x_post"]}, "platform", "must be text"),
        ({"language": "French"}, "language", "French"),
        ({"kind": "poem"}, "kind", "poem"),
        ({"kind": None}, "kind", "no kind"),
        ({"n": 0}, "n", "n is 0"),
        ({"n": 50}, "n", "n is 50"),
        ({"n": "many"}, "n", "many"),
        ({"budget": 5}, "budget", "not a field"),
        ({"tone": 3}, "tone", "must be text"),
    ],
)
def test_a_wrong_value_is_named(values: dict[str, Any], field: str, told: str) -> None:
    error = problem(**values)
    assert error.field == field
    assert told in error.message
    assert "pydantic" not in str(error)


def test_the_size_limit_counts_text_and_not_its_notation() -> None:
    quotes = {f"a{number}": '"\n\\' * 300 for number in range(10)}
    assert len(make_brief(AD | {"attributes": quotes}).attributes) == 10
    texts = {f"a{number}": "x" * 1990 for number in range(7)}
    error = problem(attributes=texts)
    assert (error.field, f"{MAX_BRIEF_CHARACTERS:,}" in error.message) == ("brief", True)


def test_deep_nesting_is_refused_like_any_other_value() -> None:
    nested: list[Any] = []
    for _ in range(50_000):
        nested = [nested]
    assert problem(keywords=nested).field == "keywords"
    assert problem(attributes={"a": nested}).field == "attributes"


# -- cleaning and language --------------------------------------------------------------------------------------


@given(st.text())
@example("e\u200b\u0301")
@example("\u2000\u2001x\u0344\u0958")
@example(" \u0301\n \t\n")
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)


def test_pasted_text_loses_what_cannot_be_seen_and_keeps_emoji() -> None:
    assert clean_text("\u202eAurora\u00a0\u200b X\r\n\u3000\t2 \x00") == "Aurora X\n2"
    assert clean_text("👩‍👩‍👧 1️⃣ 🇨🇳 🫨") == "👩‍👩‍👧 1️⃣ 🇨🇳 🫨"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Aurora X smartphone\nbattery: 5000 mAh", "en"),
        ("极光X智能手机\n电池: 5000毫安时", "zh"),
        ("iPhone 16 Pro Max 手机壳\n材质: TPU", "zh"),
        ("Sony WH-1000XM5 头戴式降噪耳机 USB-C Bluetooth", "zh"),
        ("Maotai 茅台 gift box for collectors of spirits", "en"),
        ("the story of 茅台 in six words", "en"),
        ("鲜の味拌面酱", "zh"),
        ("東京の新しいカメラ", "en"),
        ("新型カメラ 防水", "en"),
        ("새로운 카메라", "en"),
        ("108 MP, 5000 mAh, $399", "en"),
        ("🚀", "en"),
        ("", "en"),
        ("𠮷野家牛肉饭", "zh"),
    ],
)
def test_the_language_is_the_one_that_leads(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_the_language_asked_for_wins_and_channel_ids_do_not_count() -> None:
    assert brief(product="极光X", attributes={}, language="en").resolved_language == "en"
    asked = brief(
        kind=Kind.CAMPAIGN,
        product="跑鞋",
        attributes={},
        audience="",
        channels=["email", "wechat moments", "google ads"],
        language=None,
    )
    assert asked.resolved_language == "zh"
