"""The words around a report, in English and Chinese."""

from dataclasses import dataclass

from models.brief import Language
from models.variant import SentimentLabel

__all__ = ["Labels", "labels"]


@dataclass(frozen=True)
class Labels:
    """One language's words; `{…}` are filled in."""

    title: str
    of_product: str
    sentiments: dict[SentimentLabel, str]
    unscored: str
    reviews: str
    trend: dict[str, str]
    aspects: str
    liked: str
    disliked: str
    liked_most: str
    disliked_most: str
    requests: str
    products: str
    summary: str
    in_their_words: str
    agreement: str
    polar: str
    row: str
    read_from: str
    empty: str
    duplicates: str
    scored_by: str
    written_by: str
    columns: dict[str, str]


_EN = Labels(
    title="{count:,} reviews",
    of_product="{count:,} reviews of {product}",
    sentiments={"positive": "positive", "neutral": "neutral", "negative": "negative"},
    unscored="not scored",
    reviews="reviews",
    trend={"week": "By week", "month": "By month", "year": "By year"},
    aspects="What people like and dislike",
    liked="like",
    disliked="dislike",
    liked_most="Liked most",
    disliked_most="Disliked most",
    requests="Requests ({count:,})",
    products="Products",
    summary="Summary",
    in_their_words="In customers' own words",
    agreement="Words and stars agree in {share:.0%} of {count:,} rated reviews ({stars:.1f} stars on average)",
    polar="{share:.0%} of the {count:,} that are clearly positive or negative by both",
    row="row {number}",
    read_from="Read from {name} (columns: {columns}).",
    empty="{count:,} rows without a text were left out.",
    duplicates="{count:,} reviews repeat another word for word.",
    scored_by="Sentiment by {name}.",
    written_by="Summary written by {name}.",
    columns={
        "row": "row",
        "sentiment": "sentiment",
        "score": "sentiment score",
        "confidence": "confidence",
        "language": "language",
        "liked": "liked",
        "disliked": "disliked",
    },
)

_ZH = Labels(
    title="{count:,}条评价",
    of_product="{product}：{count:,}条评价",
    sentiments={"positive": "正面", "neutral": "中性", "negative": "负面"},
    unscored="未评分",
    reviews="评价数",
    trend={"week": "按周", "month": "按月", "year": "按年"},
    aspects="大家喜欢什么、不满什么",
    liked="喜欢",
    disliked="不满",
    liked_most="最受喜欢",
    disliked_most="最多不满",
    requests="改进请求（{count:,}）",
    products="商品",
    summary="总结",
    in_their_words="顾客原话",
    agreement="{count:,}条带星级的评价中，文字与星级一致的占{share:.0%}（平均{stars:.1f}星）",
    polar="文字和星级都明确为正面或负面的{count:,}条中，一致的占{share:.0%}",
    row="第{number}行",
    read_from="来源：{name}（列：{columns}）。",
    empty="{count:,}行没有评价文字，未计入。",
    duplicates="{count:,}条评价与其他评价一字不差。",
    scored_by="情感评分：{name}。",
    written_by="总结撰写：{name}。",
    columns={
        "row": "行号",
        "sentiment": "情感",
        "score": "情感分",
        "confidence": "置信度",
        "language": "语言",
        "liked": "喜欢",
        "disliked": "不满",
    },
)


def labels(language: Language) -> Labels:
    """The words in a language."""
    return _ZH if language == "zh" else _EN
