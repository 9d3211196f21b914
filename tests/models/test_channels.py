"""A team that plans with us must not be sent to channels that it did not name, nor kept from its own."""

import tomllib

import pytest

from models.brief import Brief
from models.checks.channels import DATA, has_only_the_briefs_channels, strange_channels, strange_names
from models.checks.examine import examine
from models.checks.subject import Subject
from models.matching import has_term
from models.platforms import Platform, platforms
from tests.factories import brief, parts


def plan(*channels: str, language: str = "en", **over: object) -> Brief:
    return brief(kind="campaign", platform="", language=language, channels=list(channels), **over)


@pytest.mark.parametrize(
    ("channels", "text", "named"),
    [
        (["email", "in-store"], "post it on Facebook and Instagram", ["Facebook", "Instagram"]),
        (["email", "in-store"], "Remind them by SMS and send text messages", ["SMS"]),
        (["email"], "tweet the offer and post it on X", ["tweet"]),
        (["email"], "put up posters and hand out flyers", ["posters", "flyers"]),
        (["instagram"], "email the offer to subscribers", ["email"]),
        (["instagram"], "mail the offer to customers", ["mail"]),
        (["linkedin"], "send a newsletter", ["newsletter"]),
        (["sms"], "share it on social media", ["social media"]),
        (["sms"], "post it on social", ["on social"]),
        (["email"], "start Google Ads", ["Google Ads"]),
        (["email"], "show it in a window display", ["window display"]),
        (["微信朋友圈", "门店"], "在抖音发布视频，再发送短信", ["抖音", "短信"]),
        (["微信公众号"], "在朋友圈晒图", ["朋友圈"]),
        (["wechat_moments"], "在微信公众号发布购买链接", ["微信公众号"]),
        (["短信"], "开一场直播", ["直播"]),
        (["小红书"], "在微博发起话题", ["微博"]),
        (["小红书"], "在微信上通知老顾客", ["微信"]),
        (["短信"], "门店张贴海报", ["门店张贴"]),
    ],
)
def test_a_channel_that_the_brief_lacks_is_found(channels: list[str], text: str, named: list[str]) -> None:
    chinese = any(character > "\u3000" for character in text)
    asked = plan(*channels, language="zh" if chinese else "en")
    assert strange_channels(text, asked) == named


@pytest.mark.parametrize(
    ("channels", "text"),
    [
        (["email"], "send a newsletter, then mail those who did not open it"),
        (["email"], "post a photo of the product and link to the shop and the store"),
        (["email"], "see what is in store for spring, and take down an email address"),
        (["email"], "stage a live demo; show the film on a screen; press the button"),
        (["social"], "post it on Instagram, TikTok and LinkedIn"),
        (["social media"], "go live on Facebook"),
        (["meta_feed"], "post on Facebook and Instagram"),
        (["facebook"], "run Meta ads"),
        (["facebook"], "share it on social media"),
        (["x_post"], "post it on X"),
        (["X"], "tweet it"),
        (["google_rsa"], "run search ads"),
        (["in-store"], "put up posters and hand out leaflets"),
        (["posters"], "put up in-store posters"),
        (["微信"], "朋友圈发图，公众号发长文，视频号直播，微信群里答疑"),
        (["微信朋友圈"], "在微信上发布"),
        (["wechat_moments"], "在朋友圈发布"),
        (["抖音"], "开一场直播"),
        (["推送"], "发送推送通知"),
        (["社交媒体"], "在小红书和微博发布"),
        (["短信"], "邀请大家到店，支持微信支付"),
        (["京东"], "京东直播，京东快递送达"),
        (["短信"], "分享三道快手菜"),
    ],
)
def test_the_briefs_channels_may_be_named_in_other_words(channels: list[str], text: str) -> None:
    chinese = any(character > "\u3000" for character in text)
    assert strange_channels(text, plan(*channels, language="zh" if chinese else "en")) == []


@pytest.mark.parametrize("platform", platforms().values(), ids=lambda platform: platform.id)
def test_a_platform_that_a_brief_names_by_its_id_may_be_named_by_its_name(platform: Platform) -> None:
    for name in filter(None, (platform.name, platform.name_zh)):
        assert strange_channels(name, plan(platform.id)) == []


def test_a_channel_that_the_brief_speaks_of_elsewhere_or_people_ask_for_may_be_named() -> None:
    assert strange_channels("post it on Instagram", plan("email", audience="followers on Instagram")) == []
    assert strange_channels("post it on Instagram", plan("email"), "announce it on Instagram as well") == []
    assert strange_channels("put up an in-store sign", plan("email", audience="people in our stores")) == []


def test_the_finding_names_the_part_and_says_what_to_do_in_the_briefs_language() -> None:
    for asked, text, said in (
        (plan("email", "in-store"), "post it on Facebook", ["Phase 2", "“Facebook”", "Use email, in-store"]),
        (
            plan("微信朋友圈", "门店", language="zh"),
            "在抖音发布视频",
            ["阶段 2", "“抖音”", "请只用微信朋友圈、门店"],
        ),
    ):
        subject = Subject(
            brief=asked, parts=parts([("phase", "announce"), ("phase", text)]), facts=asked.facts
        )
        [check] = [check for check in examine(subject) if check.name == "channels"]
        assert (check.severity, check.index) == ("hard", 1)
        assert all(words in check.reason for words in said), check.reason


def test_copy_that_is_no_plan_and_plans_without_channels_may_name_any() -> None:
    for asked in (brief(channels=["email"]), plan()):
        subject = Subject(brief=asked, parts=parts([("phase", "post it on Facebook")]), facts=asked.facts)
        assert list(has_only_the_briefs_channels(subject)) == []
        assert strange_names(asked) == ((), ())


def test_the_names_that_a_writer_is_kept_from_are_none_of_the_briefs() -> None:
    names = strange_names(plan("email", "in-store")).in_any_case
    assert {"facebook", "短信", "抖音"} <= set(names)
    assert not {"email", "newsletter", "poster", "in-store"} & set(names)


def test_a_writer_may_say_ignite_where_ig_is_no_channel_of_the_brief() -> None:
    names = strange_names(plan("email", "in-store"))
    assert {"IG", "on X"} <= set(names.as_written)
    assert not {"ig", "on x", "on threads", "discord", "fb"} & {name.casefold() for name in names.in_any_case}


@pytest.mark.parametrize(
    ("channel", "step", "strange"),
    [
        ("instagram", "post it on Facebook and Instagram", ["Facebook"]),
        ("facebook", "post it on Facebook", []),
        ("meta_feed", "post it on Facebook and Instagram", []),
    ],
)
def test_instagram_in_a_brief_lets_no_plan_go_to_facebook(
    channel: str, step: str, strange: list[str]
) -> None:
    assert strange_channels(step, plan("email", channel)) == strange


def test_every_row_of_the_data_is_whole() -> None:
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    ids = [row["id"] for row in data["channel"]]
    assert len(set(ids)) == len(ids)
    for row in data["channel"]:
        assert set(row.get("within", [])) <= set(ids)
        assert row.get("en") or row.get("zh") or row.get("cased")
    assert all(has_term(phrase, phrase) for phrase in data["ignored"])
