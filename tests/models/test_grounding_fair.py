"""What a brief says in other words than its copy: held back, a team could not publish its own facts."""

import pytest

from models.checks.grounding import ungrounded


def hard(text: str, facts: str) -> list[str]:
    # An attribute that follows: how a number stands in a real brief.
    return [one.shown for one in ungrounded(text, f"{facts}\ncolour: sage") if one.severity == "hard"]


@pytest.mark.parametrize(
    ("facts", "text", "invented"),
    [
        # People with allergies could not be told what is not in it.
        ("fragrance: none", "No fragrance.", "No silicone."),
        ("fragrance: none", "A fragrance-free cream.", "An alcohol-free cream."),
        ("silicone: none", "A shampoo without silicone.", "A shampoo without sulphates."),
        ("free from: parabens, silicone and perfume", "Silicone-free.", "Alcohol-free."),
        ("no parabens, silicone or gluten", "Gluten-free.", "Dairy-free."),
        ("香精：无", "无香精，不加香精。", "无酒精。"),
        ("香精：无", "No fragrance.", "No preservatives."),
        ("不含酒精、香精", "无香精。", "无硅油。"),
        ("糖：0g", "0糖。", "0脂。"),
        ("added sugar: none", "No added sugar.", "Fat-free."),
        # A number could not be said with the thing it counts.
        ("trays: 6", "Spread over 6 trays.", "Spread over 7 trays."),
        ("trays: 6", "6 trays.", "Over 6 trays."),
        ("weeks: 54", "54 weeks of lessons.", "45 weeks of lessons."),
        ("玩家人数：2-6", "2–6人都能玩。", "2–8人都能玩。"),
        ("players: 2-6", "For 2 to 6 people.", "For 2 to 8 people."),
        ("像素：2600万", "2600万像素。", "3200万像素。"),
        ("camera: 4800万", "48-megapixel camera.", "64-megapixel camera."),
        ("price: 40", "£40.", "£45."),
        # Free shipping is an offer, and may be called one.
        ("优惠：预订包邮", "预订包邮，活动期间即可享受优惠。", "买一送一。"),
        # Sizes could not be told one by one.
        ("sizes: 10 and 12 cm", "The 10 cm pot.", "The 11 cm pot."),
        ("widths: 10, 12 or 15 cm", "12 cm wide.", "12 mm wide."),
        ("高度：10和12厘米", "10厘米高。", "10毫米高。"),
        ("size: 130x170cm", "130 x 170 cm.", "130 x 190 cm."),
        ("size: 130 × 170 cm", "130*170cm, so 130 cm wide.", "140 cm wide."),
        ("steel: 18/8", "Made from 18/8 Steel.", "Made from 18/10 Steel."),
        ("product: 三速唱片机\n转速：33⅓/45/78 rpm", "三档转速，33⅓、45、78 rpm。", "四档转速。"),
        ("speed: 33⅓ rpm", "33 1/3 rpm.", "331 rpm."),
        # An offer could not be put into a sentence.
        ("offer: £40 off", "£40 comes off the price.", "£50 comes off the price."),
        ("$20 off the first box", "$20 comes straight off your bill.", "$30 comes straight off your bill."),
        ("优惠：立减20元", "结算时立减20元。", "结算时再减30元。"),
        ("offer: 20% off until 30 November", "The offer ends 30 November.", "The offer ends 12 December."),
        # What things are called is no origin, award or promise.
        ("a teapot", "A pot of English breakfast tea.", "English tea."),
        ("harvest: June 2026", "Picked by hand in June.", "Picked by hand in Yunnan."),
        ("a hook", "Number one on your list, in room number one.", "The number one hook."),
        ("a trophy", "Award yourself a break.", "An award for design."),
        ("a print", "On sale at the museum shop.", "On sale now."),
        ("a tent", "The last days of summer.", "The last days to buy."),
        ("a coat", "Warmer than it looks.", "Warmer than wool."),
        ("三脚架，高158 cm", "拉到最大高度158 cm。", "高度最大的三脚架。"),
        ("纸巾 3包", "一家三包。", "全国三包。"),
        (
            "offer: 20% off with code FERN20",
            "20% off the first case with code FERN20.",
            "The first kombucha with honey.",
        ),
        # 618 is a day for shopping, and three figures of many a number.
        ("播放：61800分钟", "61800分钟。", "双11开抢。"),
        # Ways of speaking that promise nothing.
        ("对象：上班族", "早八人的早餐。", "8人份早餐。"),
        ("对象：上班族", "朝九晚五也来得及。", "可睡九晚。"),
        ("a planner", "Leave it out for a month and see.", "The battery lasts for a month."),
        ("a tent", "Off the grid for a week.", "Runs for a week on one charge."),
        ("a novel", "For your free half hour.", "A free half-hour consultation."),
        ("a novel", "A free morning and a wall with a free corner.", "A free bookmark."),
        ("一张纸巾", "一折，放进抽屉。", "五折，放心买。"),
        ("一张桌子", "两折就能收起。", "全场二折。"),
        ("一把三折雨伞", "三折伞。", "全场五折。"),
        ("boots", "Dry feet in the first snow with a lining.", "The first boot with two soles."),
        ("a record", "From the first groove to the last.", "The first record to combine both."),
        ("paint", "The hall voted green.", "Voted the best paint."),
        ("a report", "比一次；激活率偏低。", "比普通报表更快。"),
        ("a report", "与目标比，客服收到的工单多。", "比同行更快。"),
        ("时段：11:00-14:00", "开售：11:00-14:00。", "开售：10:00-14:00。"),
    ],
)
def test_a_fact_may_be_said_another_way_and_no_other_fact(facts: str, text: str, invented: str) -> None:
    assert hard(text, facts) == []
    assert hard(invented, facts)
