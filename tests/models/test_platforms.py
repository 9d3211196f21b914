import subprocess
import sys
from pathlib import Path

import pytest

from models.brief import Kind
from models.errors import BriefError
from models.lengths import UNITS
from models.platforms import (
    PartSpec,
    Platform,
    describe_length,
    describe_limit,
    find_platform,
    markdown,
    part_label,
    parts_for,
    parts_for_brief,
    platforms,
)
from tests.factories import brief

DOCS = Path(__file__).parents[2] / "docs" / "platforms.md"
EVERY = list(platforms().values())


def spec(platform: str, kind: Kind, name: str) -> PartSpec:
    return next(part for part in parts_for(kind, platform) if part.name == name)


def test_the_platforms_that_teams_write_for_are_known() -> None:
    asked = "general google_rsa meta_feed linkedin x_post tiktok pinterest amazon shopify ebay email push sms"
    asked += " taobao jd xiaohongshu wechat_moments douyin weibo merchant_center"
    assert set(asked.split()) <= set(platforms())


@pytest.mark.parametrize("platform", EVERY, ids=lambda platform: platform.id)
def test_a_platforms_row_is_complete(platform: Platform) -> None:
    assert platform.source or platform.id == "general"
    assert all(link.startswith("http") for link in platform.source)
    assert platform.confidence in {"high", "medium", "low"}
    assert platform.checked_on
    for parts in platform.parts.values():
        assert len({part.name for part in parts}) == len(parts)
        for part in parts:
            assert part.label.keys() == {"en", "zh"}
            assert part.hint.keys() == {"en", "zh"}
            assert part.unit in UNITS
            assert part.limit > 0
            assert 0 <= part.count[0] <= part.count[1]
            assert part.count[0] <= part.ask <= part.count[1]
            assert part.minimum <= part.target <= part.limit
            assert part.shown <= part.limit


@pytest.mark.parametrize("platform", EVERY, ids=lambda platform: platform.id)
@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_parts_on_every_platform(kind: Kind, platform: Platform) -> None:
    parts = parts_for(kind, platform.id)
    assert any(part.ask for part in parts)


def test_a_brief_for_a_platform_that_was_dropped_is_told_so() -> None:
    with pytest.raises(BriefError, match="not a platform"):
        parts_for(Kind.AD, "myspace")


def test_a_campaign_is_a_plan_whatever_the_platform() -> None:
    names = [part.name for part in parts_for(Kind.CAMPAIGN, "taobao")]
    assert names == ["goal", "audience", "idea", "phase", "channels", "message", "promotion", "measure"]


def test_a_campaign_asks_for_one_message_a_channel() -> None:
    asked = brief(kind=Kind.CAMPAIGN, channels=["email", "门店", "taobao"])
    assert {part.name: part.ask for part in parts_for_brief(asked)}["message"] == 3
    assert {part.name: part.ask for part in parts_for_brief(brief(kind=Kind.CAMPAIGN))}["message"] == 2


@pytest.mark.parametrize(
    ("name", "platform"),
    [
        ("google_rsa", "google_rsa"),
        ("Google Ads", "google_rsa"),
        ("GOOGLE-ADS", "google_rsa"),
        ("Facebook", "meta_feed"),
        ("instagram", "meta_feed"),
        ("Twitter", "x_post"),
        ("小红书", "xiaohongshu"),
        ("朋友圈", "wechat_moments"),
        ("天猫", "taobao"),
        ("短信", "sms"),
        ("ｅｍａｉｌ", "email"),
    ],
)
def test_a_platform_is_found_by_what_people_call_it(name: str, platform: str) -> None:
    assert find_platform(name).id == platform


def test_no_two_platforms_answer_to_one_name() -> None:
    answers: dict[str, set[str]] = {}
    for platform in EVERY:
        for label in (platform.id, platform.name, *platform.aliases):
            answers.setdefault(label.casefold(), set()).add(platform.id)
    assert not {label: found for label, found in answers.items() if len(found) > 1}


@pytest.mark.parametrize("name", ["goggle ads", "x" * 50_000, "…", "\x00"])
def test_an_unknown_platform_is_named_with_those_we_know(name: str) -> None:
    with pytest.raises(BriefError) as caught:
        find_platform(name)
    assert caught.value.field == "platform"
    assert len(caught.value.message) < 120
    assert "google_rsa" in caught.value.remedy


def test_limits_are_the_platforms_own() -> None:
    headline = spec("google_rsa", Kind.AD, "headline")
    assert (headline.limit, headline.unit, headline.count, headline.ask) == (30, "double_width", (3, 15), 3)
    assert spec("google_rsa", Kind.AD, "description").limit == 90
    assert (spec("taobao", Kind.DESCRIPTION, "title").limit, spec("x_post", Kind.AD, "text").limit) == (
        60,
        280,
    )
    assert (
        spec("meta_feed", Kind.AD, "primary_text").shown,
        spec("xiaohongshu", Kind.AD, "title").limit,
    ) == (125, 20)
    title = spec("amazon", Kind.DESCRIPTION, "title")
    assert (title.limit, title.max_word_repeats, set("!$?") <= set(title.forbidden)) == (75, 2, True)


def test_a_limit_is_told_as_a_person_counts() -> None:
    assert describe_limit(spec("google_rsa", Kind.AD, "headline"), "en").startswith("at most 30 characters")
    assert describe_limit(spec("google_rsa", Kind.AD, "headline"), "zh").startswith("最多15个汉字")
    assert "30个汉字" in describe_limit(spec("taobao", Kind.DESCRIPTION, "title"), "zh")
    assert describe_limit(spec("sms", Kind.AD, "text"), "zh").startswith("最多70个字")
    assert describe_limit(PartSpec(name="x", label={"en": "X"}), "en") == ""


def test_a_length_is_told_beside_its_limit() -> None:
    sms = spec("sms", Kind.AD, "text")
    assert describe_length("极" * 72, sms, "en") == "72 of 70 characters"
    assert describe_length("a" * 161, sms, "en") == "161 of 160 characters"
    assert describe_length("极" * 31, spec("taobao", Kind.DESCRIPTION, "title"), "zh") == "共62字节，上限60"


def test_a_part_is_called_by_its_name_in_the_briefs_language() -> None:
    assert part_label(spec("taobao", Kind.DESCRIPTION, "title"), "zh") == "宝贝标题"
    assert part_label(PartSpec(name="x", label={"en": "X"}), "zh") == "X"


def test_the_documented_table_is_the_data_files() -> None:
    assert DOCS.read_text(encoding="utf-8") == markdown()


def test_the_table_is_printed_by_one_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "models.platforms", "--markdown"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout == markdown()
