"""The counter of `benchmarks/control.py`: what a platform, the law and the brief refuse in a copy, in plain code.

It shares nothing with `models/checks`: its limits, alphabets and word lists are written anew from the platforms' pages
and the texts of the laws, so that a fault of the checks cannot hide here too. It takes a brief as its JSON row and a
copy as (part, text) pairs. Where the two disagree on a copy that Copydesk shows as ready, one of them is wrong.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from benchmarks.control_figures import facts_of, foreign_figures

__all__ = ["Finding", "examine", "usable"]

Parts = Sequence[tuple[str, str]]
Brief = Mapping[str, Any]


class Finding(NamedTuple):
    """One reason why a copy cannot be published: the rule, the part's place (-1 = the whole), and words."""

    rule: str
    place: int
    why: str


# -- lengths ------------------------------------------------------------------------------------------------------

_WIDE = (
    (0x1100, 0x115F), (0x2E80, 0x303E), (0x3041, 0x33FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA000, 0xA4CF),
    (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFE30, 0xFE4F), (0xFF00, 0xFF60), (0xFFE0, 0xFFE6), (0x1F300, 0x1FAFF),
    (0x20000, 0x3FFFD),
)  # fmt: skip
# https://docs.x.com/fundamentals/counting-characters
_X_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_URL = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w-]+\.(?:com|net|org|io|co|cn|shop|store)\b(?:/\S*)?", re.IGNORECASE
)


def _within(character: str, ranges: Iterable[tuple[int, int]]) -> bool:
    return any(low <= ord(character) <= high for low, high in ranges)


def double_width(text: str) -> int:
    """Google Ads: a character of a double-width script counts twice."""
    return sum(2 if _within(character, _WIDE) else 1 for character in text)


def x_weight(text: str) -> int:
    """X: Latin weighs 1, all else 2, a link 23."""
    rest = _URL.sub("", text)
    return 23 * len(_URL.findall(text)) + sum(1 if _within(character, _X_LIGHT) else 2 for character in rest)


def gbk_bytes(text: str) -> int:
    """Taobao: bytes in GBK; a character that GBK lacks takes four."""
    return sum(len(c.encode("gbk", "ignore")) or 4 for c in text)


class Place(NamedTuple):
    """A part of a platform: how many there must be, its limit, and how it is counted."""

    least: int
    most: int
    limit: int
    count: Callable[[str], int] = len


# Google: https://support.google.com/google-ads/answer/7684791 · Meta: https://www.facebook.com/business/ads-guide ·
# X: https://docs.x.com/fundamentals/counting-characters · Amazon: Seller Central "Product title requirements" and
# "Product detail page rules" · Shopify: https://help.shopify.com/en/manual/promoting-marketing/seo/adding-keywords ·
# Taobao title 30 characters of two bytes · JD title 45 · Xiaohongshu 20 and 1,000 · WeChat Moments 40.
PLACES: dict[tuple[str, str], dict[str, Place]] = {
    ("google_rsa", "ad"): {
        "headline": Place(3, 15, 30, double_width),
        "description": Place(2, 4, 90, double_width),
    },
    ("meta_feed", "ad"): {
        "primary_text": Place(1, 1, 2200),
        "headline": Place(1, 1, 40),
        "description": Place(1, 1, 30),
    },
    ("x_post", "ad"): {"text": Place(1, 1, 280, x_weight)},
    ("amazon", "description"): {
        "title": Place(1, 1, 75),
        "bullet": Place(3, 5, 250),
        "description": Place(1, 1, 2000),
    },
    ("shopify", "description"): {
        "title": Place(1, 1, 70),
        "meta_description": Place(1, 1, 160),
        "body": Place(1, 1, 2000),
    },
    ("taobao", "ad"): {"headline": Place(1, 1, 24, double_width), "body": Place(1, 1, 120, double_width)},
    ("taobao", "description"): {
        "title": Place(1, 1, 60, gbk_bytes),
        "selling_point": Place(2, 5, 60, double_width),
        "body": Place(1, 1, 1000),
    },
    ("jd", "description"): {
        "title": Place(1, 1, 45),
        "selling_point": Place(2, 5, 30),
        "body": Place(1, 1, 1000),
    },
    ("xiaohongshu", "ad"): {"title": Place(1, 1, 20), "body": Place(1, 1, 1000)},
    ("wechat_moments", "ad"): {"text": Place(1, 1, 40)},
    # A plan of ours: parts with room for a sentence or three.
    ("", "campaign"): {
        "goal": Place(1, 1, 200, double_width),
        "audience": Place(1, 1, 240, double_width),
        "idea": Place(1, 1, 300, double_width),
        "phase": Place(2, 4, 300, double_width),
        "channels": Place(1, 1, 300, double_width),
        "message": Place(1, 8, 300, double_width),
        "promotion": Place(1, 1, 300, double_width),
        "measure": Place(1, 1, 240, double_width),
    },
}


def _places(brief: Brief) -> dict[str, Place]:
    kind = brief["kind"]
    return PLACES[("" if kind == "campaign" else brief.get("platform", ""), kind)]


def _shape(brief: Brief, parts: Parts) -> Iterable[Finding]:
    places = _places(brief)
    counts = Counter(name for name, _ in parts)
    for name, place in places.items():
        if not place.least <= counts[name] <= place.most:
            yield Finding("shape", -1, f"{counts[name]} × {name}, {place.least} to {place.most} wanted")
    for index, (name, text) in enumerate(parts):
        if name not in places:
            yield Finding("shape", index, f"{name} is no part of it")
        elif not text.strip():
            yield Finding("shape", index, f"{name} is empty")
        elif (length := places[name].count(text)) > places[name].limit:
            yield Finding("length", index, f"{name} has {length} of {places[name].limit}")


# -- editorial rules ----------------------------------------------------------------------------------------------

_EMOJI = re.compile("[\u2600-\u27bf\u2b00-\u2bff\U0001f1e6-\U0001faff]")
_REPEATED = re.compile(r"[!?！？]{2,}|([,;。，；])\1|\.{4,}|(?<!\.)\.\.(?!\.)")
_PHONE = re.compile(r"\+?\d[\d ()-]{6,}\d")
_NO_EMOJI = {"google_rsa", "amazon", "taobao", "jd", "wechat_moments"}
_STRICT = {"google_rsa", "amazon", "taobao", "jd", "wechat_moments"}
_SMALL_WORDS = frozenset(
    "a an the and or nor but for so yet with without of to in on at by from as into over under per".split()  # noqa: SIM905
)


def _editorial(brief: Brief, parts: Parts) -> Iterable[Finding]:
    platform = "" if brief["kind"] == "campaign" else brief.get("platform", "")
    facts = facts_of(brief)
    for index, (name, text) in enumerate(parts):
        if platform and _REPEATED.search(text):
            yield Finding("editorial", index, "repeated punctuation")
        if platform in _NO_EMOJI and _EMOJI.search(text):
            yield Finding("editorial", index, "emoji")
        if platform in _STRICT and _URL.search(text):
            yield Finding("editorial", index, "a link")
        if platform in _STRICT and any(number.strip() not in facts for number in _PHONE.findall(text)):
            yield Finding("editorial", index, "a telephone number")
        marks = text.count("!") + text.count("！")
        if platform == "google_rsa" and marks > (name != "headline"):
            yield Finding("editorial", index, "exclamation marks")
        capitals = [w for w in re.findall(r"\b[A-Z]{5,}\b", text) if w not in facts]
        if platform in ("google_rsa", "amazon") and capitals:
            yield Finding("editorial", index, f"capitals: {capitals[0]}")
        if platform == "amazon" and name == "title":
            if any(character in text for character in "!$?_{}^¬¦"):
                yield Finding("editorial", index, "a character that titles may not have")
            words = Counter(re.findall(r"[a-z0-9]+", text.casefold()))
            if any(n > 2 and word not in _SMALL_WORDS for word, n in words.items()):
                yield Finding("editorial", index, "a word more than twice")
        if platform == "amazon" and name == "bullet" and not len(text) >= 10:
            yield Finding("length", index, "a bullet under 10 characters")
        if platform == "wechat_moments" and re.search("点击|戳开|朋友圈|点赞|评论|公众号|微信|红包|—", text):
            yield Finding("editorial", index, "a word that Moments refuses")


# -- words --------------------------------------------------------------------------------------------------------

# What the laws name outright: China's Advertising Law art. 9 and 28; FTC 16 CFR 255 and 465; the EU's Unfair Commercial
# Practices Directive, annex I. What the brief itself says (“100 % cotton”, “second refill free”) is left to it.
_ABSOLUTE = (
    r"\bthe (?:very )?best\b|\bbest[- ](?:in|ever|selling|seller|quality|price|choice|value)\b",
    r"\bworld'?s (?:best|most|first)\b",
    r"\b(?:no\. ?1|number one|#1)\b|\bunbeatable\b|\bunrivall?ed\b|\bunmatched\b",
    r"\bguarantee[ds]?\b|\brisk[- ]free\b|\b(?:clinically|scientifically|medically) proven\b",
    r"\bdoctor[- ]recommended\b",
    r"\bmiracles?\b|\bcures?\b|\binstantly\b|\bpermanent(?:ly)?\b|\b100 ?% (?:effective|safe|satisfaction|natural)\b",
    r"\btop[- ]of[- ]the[- ](?:line|range)\b|\bno (?:defects|flaws)\b|\bflawless\b",
    r"\bmoney[- ]back\b|\baward[- ]winning\b|\bcertified\b|\bpatented\b|\bfda[- ]approved\b|\blimited time\b",
    r"\bside[- ]effects?\b|\bsafe and effective\b|\brecommended daily\b|\bdaily value\b|\bremed(?:y|ies)\b|\bheals?\b",
    r"\bsupplements?\b|\bdermatologist\b|\brefunds?\b",
    r"\b(?:better|faster|stronger|lighter|longer|cheaper|more \w+) than\b|\b(?:fastest|lightest|strongest|cheapest)\b",
    "国家级|最高级|最佳|最好|最强|最低价|第一品牌|全网第一|销量第一|顶级|极品|唯一|首选|绝对|万能|永久|根治|特效",
    "百分之百有效|100%有效|专家推荐|包治|立竿见影|世界级|全国首",
)  # fmt: skip
_ABSOLUTES = re.compile("|".join(_ABSOLUTE), re.IGNORECASE)
_CHEAPER = re.compile(
    r"\b(?:lower|lowest|cheaper|cheapest|reduced) (?:price|cost)s?\b|\bfraction of the (?:price|cost)\b"
)
_FREE = re.compile(r"\bfree\b(?: of charge)?(?: (\w+))?")
_LEFT = re.compile(
    r"\*\*|```|^#+ |</?[a-z_|]+>|<\||\[[A-Za-z ]{3,30}\]|\{\{|lorem ipsum|as an ai|作为.{0,3}(?:AI|人工智能)"
    r"|^(?:headline|description|title|body|text|bullet|phase|message)(?: \d)?:",
    re.IGNORECASE | re.MULTILINE,
)
_DANGLING = re.compile(
    r"(?:[,;:，；、—–-]|\b(?:a|an|the|and|or|but|of|to|in|on|at|by|from|for|with|without|your|its|their|our|is|are|that|"
    r"which|as|into|than))(?<!you are)$",
    re.IGNORECASE,
)


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).casefold()


def _folded_lines(brief: Brief) -> list[str]:
    return [_folded(line) for line in facts_of(brief).splitlines()]


def _words(brief: Brief, parts: Parts) -> Iterable[Finding]:
    facts = _folded(facts_of(brief))
    whole = "\n".join(_folded(text) for _, text in parts)
    # “free shipping” gives shipping away and nothing else; “second refill free” names no thing behind the word.
    free = {word for line in _folded_lines(brief) for word in _FREE.findall(line)}
    for term in brief.get("must_include") or ():
        if _folded(term) not in whole:
            yield Finding("must_include", -1, term)
    for index, (_, text) in enumerate(parts):
        folded = _folded(text)
        for term in brief.get("must_avoid") or ():
            if re.search(rf"\b{re.escape(_folded(term))}" if term.isascii() else re.escape(term), folded):
                yield Finding("must_avoid", index, term)
        for match in _ABSOLUTES.finditer(folded):
            if match.group() not in facts:
                yield Finding("claim", index, match.group())
        if not brief.get("offer") and _CHEAPER.search(folded):
            yield Finding("claim", index, "cheaper, without an offer")
        if any(word not in free for word in _FREE.findall(folded)) and "" not in free:
            yield Finding("claim", index, "free, and it is not what the brief gives")
        if left := _LEFT.search(text):
            yield Finding("debris", index, left.group())
        if _DANGLING.search(text.strip()):
            yield Finding("cut", index, f"ends with {text.strip()[-12:]!r}")
        han = len(re.findall("[\u4e00-\u9fff]", text))
        if (
            brief["language"] == "en"
            and han
            and not any(c in facts for c in text if "\u4e00" <= c <= "\u9fff")
        ):
            yield Finding("language", index, "Chinese in English copy")
        if brief["language"] == "zh" and not han and len(text) > 12 and folded not in facts:
            yield Finding("language", index, "no Chinese in Chinese copy")


def _same(parts: Parts, others: Sequence[Parts]) -> Iterable[Finding]:
    def bare(text: str) -> str:
        return re.sub(r"\W+", "", _folded(text))

    # A plan's phases have days of their own.
    days = [
        text.partition(":")[0] for name, text in parts if name == "phase" and re.match(r"\d+ [A-Z]", text)
    ]
    if len(days) > len(set(days)):
        yield Finding("repeated", -1, "two phases of the same days")
    seen: set[tuple[str, str]] = set()
    for index, (name, text) in enumerate(parts):
        if (name, bare(text)) in seen:
            yield Finding("repeated", index, text)
        seen.add((name, bare(text)))
    if any([bare(t) for _, t in parts] == [bare(t) for _, t in other] for other in others):
        yield Finding("repeated", -1, "the same as another variant")


def examine(brief: Brief, parts: Parts, others: Sequence[Parts] = ()) -> list[Finding]:
    """All that speaks against publishing a copy as it is; empty = nothing.

    Args:
        brief: The brief's row.
        parts: (name, text) of each part, in order.
        others: The variants that stand before it.
    """
    strange = [Finding("figure", index, words) for index, words in foreign_figures(brief, parts)]
    findings = [*_shape(brief, parts), *_editorial(brief, parts), *strange, *_words(brief, parts)]
    return [*findings, *_same(parts, others)]


def usable(brief: Brief, name: str, text: str) -> bool:
    """Whether a single part could be published: within its limit, no finding, and it says something of the brief."""
    one = {"kind": brief["kind"], "platform": brief.get("platform", "")}
    found = [
        finding
        for finding in examine({**brief, **one, "must_include": ()}, [(name, text)])
        if finding.place == 0
    ]
    words = set(re.findall(r"[a-z0-9]{2,}|[\u4e00-\u9fff]", _folded(text))) - _SMALL_WORDS
    told = set(re.findall(r"[a-z0-9]{2,}|[\u4e00-\u9fff]", _folded(facts_of(brief))))
    return not found and bool(words & told) and len(words) > 1
