"""The words that Slack shows around copy, in the brief's language."""

from dataclasses import dataclass

from models.brief import Kind, Language


@dataclass(frozen=True)
class Labels:
    """One language's words; `{…}` are filled in."""

    writing: str
    rewriting: str
    optimising: str
    optimised: str
    original: str
    readability: str
    characters: str
    main_keywords: str
    in_short: str
    figures: str
    sentiment_moved: str
    readability_moved: str
    characters_moved: str
    done: str
    kinds: dict[Kind, str]
    title: str
    on_platform: str
    ready: str
    not_ready: str
    sentiment: str
    sentiments: dict[str, str]
    not_scored: str
    keywords: str
    scored_by: str
    changed: str
    unchanged: str
    shorter: str
    longer: str
    warmer: str
    rewrite: str
    as_text: str
    good: str
    bad: str
    retry: str
    edit: str
    trying_again: str
    continued: str
    more_below: str
    seconds: str


_EN = Labels(
    writing="Writing {what} for",
    rewriting="Rewriting for",
    optimising="Optimising {what} for",
    optimised=": optimised{place}, asked by ",
    original="As it was: ",
    readability="readability {score:.0f} of 100 ({level})",
    characters="{count:,} characters",
    main_keywords="keywords: {words}",
    in_short="in short: {summary}",
    figures="Before → after: ",
    sentiment_moved="sentiment {before:+.2f} → {after:+.2f}",
    readability_moved="readability {before:.0f} → {after:.0f}",
    characters_moved="{before:,} → {after:,} characters",
    done="Copy for {product}",
    kinds={Kind.AD: "ad", Kind.CAMPAIGN: "campaign", Kind.DESCRIPTION: "description"},
    title=": {kind}{place}, asked by ",
    on_platform=" for {platform}",
    ready="✅ ready",
    not_ready="⚠️ not ready",
    sentiment="sentiment {label} {score:+.2f}",
    sentiments={"positive": "positive", "neutral": "neutral", "negative": "negative"},
    not_scored="sentiment not scored",
    keywords="keywords {share:.0%}",
    scored_by="sentiment by {name}",
    changed="What changed: ",
    unchanged="Nothing changed.",
    shorter="Shorter",
    longer="Longer",
    warmer="Warmer",
    rewrite="Rewrite…",
    as_text="Copy as text",
    good="Good",
    bad="Bad",
    retry="Retry",
    edit="Edit the brief",
    trying_again="🔁 Trying again below, for ",
    continued="Continued from the message above.",
    more_below="The rest is in the thread.",
    seconds="{seconds:.1f} s",
)

_ZH = Labels(
    writing="正在撰写：{what}，提出者",
    rewriting="正在改写，提出者",
    optimising="正在优化：{what}，提出者",
    optimised="：优化{place}，提出者 ",
    original="原文：",
    readability="易读性 {score:.0f}/100（{level}）",
    characters="{count:,}字",
    main_keywords="关键词：{words}",
    in_short="概要：{summary}",
    figures="改前 → 改后：",
    sentiment_moved="情感 {before:+.2f} → {after:+.2f}",
    readability_moved="易读性 {before:.0f} → {after:.0f}",
    characters_moved="字数 {before:,} → {after:,}",
    done="{product} 的文案",
    kinds={Kind.AD: "广告", Kind.CAMPAIGN: "营销活动", Kind.DESCRIPTION: "商品描述"},
    title="：{kind}{place}，提出者 ",
    on_platform="（{platform}）",
    ready="✅ 可用",
    not_ready="⚠️ 未达标",
    sentiment="情感 {label} {score:+.2f}",
    sentiments={"positive": "积极", "neutral": "中性", "negative": "消极"},
    not_scored="情感未评分",
    keywords="关键词 {share:.0%}",
    scored_by="情感评分：{name}",
    changed="改动：",
    unchanged="没有改动。",
    shorter="更短",
    longer="更长",
    warmer="更亲切",
    rewrite="改写…",
    as_text="复制文本",
    good="好",
    bad="不好",
    retry="重试",
    edit="修改需求",
    trying_again="🔁 正在下方重试，提出者 ",
    continued="接上一条消息。",
    more_below="其余内容见消息列。",
    seconds="{seconds:.1f} 秒",
)


def labels(language: Language) -> Labels:
    """The words in a language."""
    return _ZH if language == "zh" else _EN
