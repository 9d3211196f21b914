"""What people call a brief's fields, the kinds and their parts, in English and Chinese."""

import re
import unicodedata

from models.brief import Kind, Language, clean_text

__all__ = ["FIELD_NAMES", "KIND_NAMES", "LIST_FIELDS", "fold_name", "shown_name"]

# The first name in each language is the one that is shown.
_FIELDS = {
    "product": "product, product name, item, 产品, 商品, 产品名称, 商品名称, 品名",
    "audience": "audience, audiences, target audience, target, for, 受众, 人群, 目标人群, 目标受众, 目标用户, 面向",
    "goal": "goal, goals, aim, objective, objectives, 目标, 目的, 活动目标",
    "offer": "offer, offers, deal, promotion, promo, discount, 优惠, 促销, 折扣, 优惠信息",
    "dates": "dates, date, when, period, 日期, 时间, 活动时间, 活动日期",
    "channels": "channels, channel, media, 渠道, 投放渠道, 推广渠道",
    "tone": "tone, tones, voice, tone of voice, style, 语气, 风格, 口吻, 文风, 调性",
    "platform": "platform, platforms, 平台, 投放平台",
    "language": "language, languages, lang, 语言, 文案语言",
    "keywords": "keywords, keyword, key words, 关键词, 关键字",
    "must_include": "must include, include, must have, must mention, 必须包含, 必含, 必须提到, 包含",
    "must_avoid": "must avoid, avoid, must not include, exclude, banned words, 避免, 必须避免, 禁用, 禁用词, 不要出现",
    "n": "n, variants, variant, versions, number of variants, 数量, 条数, 版本数, 份数",
}
_KINDS = {
    Kind.AD: "ad, ads, advert, advertisement, 广告, 广告文案",
    Kind.CAMPAIGN: "campaign, campaigns, campaign plan, 活动, 营销活动, 活动方案, 推广方案",
    Kind.DESCRIPTION: "description, descriptions, product description, 描述, 商品描述, 产品描述, 商品详情",
}

LIST_FIELDS = frozenset({"channels", "keywords", "must_include", "must_avoid"})
"""The fields that hold several items."""


def fold_name(name: str) -> str:
    """A name without what people vary: case, width, spaces, underscores, hyphens, invisible characters."""
    folded = unicodedata.normalize("NFKC", clean_text(name)).casefold()
    return re.sub(r"[\s_\-\u2010-\u2013\u200c\u200d]+", "", folded)


FIELD_NAMES = {fold_name(name): key for key, names in _FIELDS.items() for name in names.split(", ")}
"""Every name of a field, folded, with the field."""

KIND_NAMES = {fold_name(name): kind for kind, names in _KINDS.items() for name in names.split(", ")}
"""Every name of a kind, folded, with the kind."""


def shown_name(key: str, language: Language) -> str:
    """What a field is called when it is shown in a language."""
    names = _FIELDS[key].split(", ")
    return next(name for name in names if (name > "\u2fff") == (language == "zh"))
