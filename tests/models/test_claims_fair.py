"""Good copy that no rule may hold back, each with the claim it resembles, which must still be found."""

import pytest

from models.checks.claims import find_claims, has_no_unlawful_claims
from models.checks.subject import Subject
from tests.factories import brief, parts


def is_held(market: str, text: str) -> bool:
    return bool(find_claims(text, markets=frozenset({market})))


def warnings(text: str, *, told: str = "", **fields: object) -> list[str]:
    asked = brief(**fields)
    subject = Subject(brief=asked, parts=parts([("headline", text)]), facts=f"{asked.facts}\n{told}")
    return [check.reason for check in has_no_unlawful_claims(subject) if not check.passed]


def test_a_shop_may_state_any_price_that_ends_in_nought() -> None:
    for text in ("一共100元。", "10元一张，200元的台灯", "每月30元"):
        assert not is_held("cn", text), text
    for text in ("0元领取", "下单0元购", "首月0元"):
        assert is_held("cn", text), text


@pytest.mark.parametrize(
    ("market", "fair", "claim"),
    [
        # Shoes and jackets could not be sold under their own names.
        ("us", "PL-3 Women's Running Shoes", "Loved by 3,000 women"),
        ("us", "Model 500 men's jacket", "500 customers love it"),
        # Clothes and furniture could not be described.
        ("us", "Leggings with a flat waist", "Get a flat waist in days"),
        ("us", "Lean in, and the chair tilts", "Get lean in a week"),
        ("us", "Thin in the hand, slim by design", "Thinner in ten days"),
        ("cn", "显示器增高架，抬高屏幕", "吃了增高10厘米"),
        ("cn", "内增高鞋垫", "增高神器"),
        # A calm brand could not say that there is time.
        ("us", "There is no hurry.", "Hurry!"),
        ("us", "No need to hurry, nobody is in a hurry here", "Hurry while it lasts"),
        ("cn", "今天到此为止，去散步", "优惠今天到此为止"),
        ("cn", "今天到此为止", "今天截止"),
        # Things that have names, and rooms that were voted on, are no awards.
        ("us", "Six screws, each item named on the sheet", "Named a top 10 product by readers"),
        ("us", "Your columns are named and waiting for your numbers", "Named best phone of 2026"),
        ("us", "Every part is named in the pictures", "Crowned product of the year"),
        ("us", "The hall voted blue", "Voted by parents"),
        ("us", "A colour named “Fog”, each pot named after a river", "Voted Britain's favourite sofa"),
        # People may greet, rest and build, and cans may stay behind.
        ("us", "A bench where people say hello to each other", "People say it works"),
        ("us", "Eat them while they are warm.", "While they cut corners, we do not"),
        ("us", "Let them sort while they build.", "While rivals copy, we build"),
        ("us", "While others sleep, bake bread.", "While others fail"),
        ("us", "Leave the fuel can behind.", "Leaves the competition behind"),
        ("us", "Leave your worries behind", "Leaves other phones behind"),
        # A report could not name its measure.
        ("us", "Compare the cost per sale on both ads", "Summer sale on now"),
        # Nobody could tell how a parcel is wrapped.
        ("cn", "杯子用报纸包好", "三天包好"),
        ("cn", "礼物包好了再寄出", "一次包好"),
        # A plan could not schedule a post or ask people for something.
        ("cn", "朋友圈发抢票日历", "朋友圈都在抢"),
        ("cn", "发朋友圈晒一张书桌", "朋友圈疯狂晒单"),
        ("cn", "征集网友的一句话：“你家的春天什么样”", "网友都说好"),
        ("cn", "请大家投票，请妈妈推荐一本绘本", "妈妈们都爱"),
        ("cn", "“晚饭吃什么？”妈妈问", "“用了皮肤就变好”，上海网友"),
        # A game could not say how many can play it.
        ("cn", "2–6人都能玩", "1000人都在用"),
        # A lens collects light, not interest.
        ("cn", "大光圈，多收进来一些光", "每月多收三千"),
        # A card to a friend is no giveaway, a fold no price.
        ("cn", "送一张手写的卡给老朋友", "下单送一张会员卡"),
        ("cn", "送你一朵小红花", "下单送你一盒面膜"),
        ("cn", "一折，放进抽屉；三折伞", "低至一折"),
        # A trade could not name its troubles, tools and calendars.
        ("us", "No more headaches over invoices", "No more headaches"),
        ("us", "Classical guitar with gut strings", "Gut health in a jar"),
        ("us", "Detox your wardrobe", "Detox your body"),
        ("us", "It helps you focus on the page", "It improves your focus"),
        ("us", "A wooden countdown to Christmas", "The countdown is on"),
        ("us", "The final hours of daylight", "Final hours!"),
        ("us", "Books chosen by our staff", "Chosen by our customers"),
        ("us", "Made for life outdoors", "Yours for life"),
        ("us", "No risk of spills", "Try it, no risk"),
        ("us", "The next level of the bunk", "Next-level sound"),
        ("us", "Unlike other mornings, this one is slow", "Unlike other lamps, this one is quiet"),
        ("cn", "确保过滤干净", "考试保过"),
        ("cn", "保过冬的厚度", "保过班"),
        ("cn", "翻番茄的时候也不烫手", "收入翻番"),
        ("cn", "每天多收两件衣服", "每月多收两千"),
        ("cn", "长高了，裤脚放一放", "吃了能长高"),
        ("cn", "包好饺子等你", "不满意再来，包好"),
        ("cn", "送礼自用都合适", "下单送礼盒一份"),
        ("cn", "一杯白拿铁", "好礼白拿"),
        ("cn", "明天恢复营业", "明天恢复原价"),
        ("cn", "把最重的书放下层", "最重的承诺，最好的品质"),
        ("cn", "唯一的声音是水开", "唯一的选择"),
        # Spare time costs nothing.
        ("us", "Made for a free half hour", "Claim a free half hour consultation"),
    ],
)
def test_good_copy_goes_out_and_the_claim_it_resembles_does_not(market: str, fair: str, claim: str) -> None:
    assert not is_held(market, fair)
    assert is_held(market, claim)


@pytest.mark.parametrize(
    ("language", "original", "rewrite", "invented"),
    [
        ("en", "Socks!!! 2 for £5!!!", "Two feet, four socks: 2 for £5.", "3 for £5"),
        ("en", "NOW ONLY $9, offer ends 30 April", "It is now only $9. The offer ends 30 April.", "50% off"),
        ("zh", "袜子第二件半价！！", "天冷了，添一双袜子，第二件半价。", "全场五折"),
        ("zh", "到手价96元，现价更好", "到手价96元，现价如此。", "最后3天"),
    ],
)
def test_a_rewrite_keeps_the_offers_of_its_original_and_adds_none(
    language: str, original: str, rewrite: str, invented: str
) -> None:
    assert warnings(rewrite, language=language)
    assert not warnings(rewrite, language=language, told=original)
    assert warnings(invented, language=language, told=original)


def test_an_original_that_calls_itself_the_best_proves_nothing() -> None:
    assert warnings("The best phone on the market", told="BUY THE BEST PHONE ON THE MARKET!!!")


def test_copy_may_say_that_a_dated_offer_ends() -> None:
    for dated in (
        {"offer": "20 % off until 30 November"},
        {"offer": "20 % off", "dates": "until 30 November"},
    ):
        assert not warnings("The offer ends 30 November", **dated)
    assert warnings("The offer ends 30 November", offer="20 % off")


def test_clothes_may_say_that_children_grow_and_milk_may_not() -> None:
    for text, held in (("59—90码，长得快也跟得上", False), ("喝了它，宝宝长得快", True)):
        children = frozenset({"children"})
        assert held is bool(find_claims(text, markets=frozenset({"cn"}), sectors=children)), text


def test_a_claim_ends_with_its_clause() -> None:
    # A full-width comma ends what is said; the next clause is about something else.
    for text in ("朋友圈关一会儿，晒晒太阳", "闺蜜来了，推荐一壶茶", "网友见面，都说好天气"):
        assert not is_held("cn", text), text
    for text in ("比同类产品更耐用", "比普通的厚", "网友都说好"):
        assert is_held("cn", text), text
