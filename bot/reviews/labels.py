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
    stars: str
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
    stars="stars",
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
    stars="星",
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
