"""How a team's copy is written, measured: sentences, emoji, marks, spelling, address, favourite words, openings."""

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

import regex

from models.brand import FEW_EMOJI, Address, BrandError, Emoji, Script, Spacing, Spelling
from models.brand_emoji import emoji_in, same_emoji
from models.brand_rules import is_of_script, spacing_of
from models.brief import Language, clean_text
from models.keywords import KeywordTally
from models.language import detect
from models.sentences import sentences
from models.spelling import respellings
from models.variant import Value

__all__ = ["FEWEST_TEXTS", "MOST_TEXTS", "Style", "measure", "split_texts", "style_in_words"]

FEWEST_TEXTS, MOST_TEXTS = 5, 50
_MOST_TEXT = 10_000

_WORD = regex.compile(r"[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*")
_HAN = regex.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_BULLET = regex.compile(r"^\s*(?:[-*•·▪◦]|\d{1,2}[.)、．])\s+")
_YOU = regex.compile(r"(?i)(?<![\w'])you(?:r|rs|rself)?(?![\w])")
_WE = regex.compile(r"(?i)(?<![\w'])(?:we|our|ours|us)(?![\w])")
_CLEARLY = 0.8
"""The share of cases from which on a habit is one."""


class Style(Value):
    """What was measured. Sentence lengths are in words, in Chinese in characters; shares are 0 to 1."""

    texts: int
    language: Language
    others: int
    length: int
    sentence: int
    emoji_share: float
    emoji: Emoji
    favourite_emoji: tuple[str, ...]
    exclamation_share: float
    max_exclamations: int | None
    question_share: float
    says_you: float
    says_we: float
    spelling: Spelling | None
    script: Script | None
    address: Address | None
    spacing: Spacing | None
    favourites: tuple[str, ...]
    openings: tuple[str, ...]
    typical: tuple[str, ...]


def split_texts(*pasted: str) -> list[str]:
    """The texts of one paste or several: divided by empty lines where there are any, else one a line; each once.

    Raises:
        BrandError: They are fewer than 5 or more than 50, or one is too long.
    """
    pieces = [piece for paste in pasted for piece in _pieces(clean_text(paste))]
    texts = list(dict.fromkeys(text for piece in pieces if (text := _BULLET.sub("", piece).strip())))
    how = "Put an empty line between texts, or each on a line of its own."
    if len(texts) < FEWEST_TEXTS:
        raise BrandError(
            f"I see {len(texts)} different texts; a style shows from {FEWEST_TEXTS}.", how, "texts"
        )
    if len(texts) > MOST_TEXTS:
        raise BrandError(
            f"I see {len(texts)} texts; I take {MOST_TEXTS}.", f"Choose the best ones. {how}", "texts"
        )
    if long := next((text for text in texts if len(text) > _MOST_TEXT), ""):
        raise BrandError(
            f"“{long[:40]}…” has {len(long):,} characters; I take {_MOST_TEXT:,} a text.", how, "texts"
        )
    return texts


def _pieces(paste: str) -> list[str]:
    blocks = [block for block in regex.split(r"\n{2,}", paste) if block.strip()]
    return blocks if len(blocks) > 1 else paste.split("\n")


def measure(texts: Sequence[str]) -> Style:
    """Measure texts; what is said of words is of those in the language that most are in."""
    codes = ["zh" if detect(text).code == "zh" else "en" for text in texts]
    language: Language = "zh" if codes.count("zh") * 2 > len(codes) else "en"
    read = [text for text, code in zip(texts, codes, strict=True) if code == language]
    whole = "\n".join(read)
    lengths = [_length(span.of(text), language) for text in read for span in sentences(text)]
    emoji = [emoji_in(text) for text in texts]
    marks = sorted(text.count("!") + text.count("！") for text in texts)
    return Style(
        texts=len(texts),
        language=language,
        others=len(texts) - len(read),
        length=round(statistics.median(len(text) for text in read)),
        sentence=round(statistics.mean(lengths)) if lengths else 0,
        emoji_share=_share(bool(found) for found in emoji),
        emoji=_emoji_policy([len(found) for found in emoji]),
        favourite_emoji=_favourite_emoji([one for found in emoji for one in found]),
        exclamation_share=_share(bool(count) for count in marks),
        max_exclamations=_usual_most(marks),
        question_share=_share("?" in text or "？" in text for text in texts),
        says_you=_share(bool(_YOU.search(text)) or "你" in text or "您" in text for text in read),
        says_we=_share(bool(_WE.search(text)) or "我们" in text for text in read),
        spelling=_spelling(whole) if language == "en" else None,
        script=_script(read) if language == "zh" else None,
        address=_majority({"您": whole.count("您"), "你": whole.replace("迷你", "").count("你")}),
        spacing=_spacing(whole),
        favourites=_favourites(read, language),
        openings=_openings(read, language),
        typical=_typical(read),
    )


def _length(sentence: str, language: Language) -> int:
    if language == "zh":
        return len(_HAN.findall(sentence)) + len(_WORD.findall(_HAN.sub(" ", sentence)))
    return len(_WORD.findall(sentence))


def _share(cases: Iterable[bool]) -> float:
    counted = list(cases)
    return sum(counted) / len(counted) if counted else 0.0


def _usual_most(counts: Sequence[int]) -> int | None:
    """What nineteen texts in twenty stay at or below; None when that is so many that it is no rule."""
    most = sorted(counts)[max(0, -(-len(counts) * 19 // 20) - 1)]
    return most if most <= 3 else None


def _emoji_policy(counts: Sequence[int]) -> Emoji:
    if not any(counts):
        return "none"
    most = _usual_most(counts)
    return "few" if most is not None and most <= FEW_EMOJI else "free"


def _favourite_emoji(found: Sequence[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for one, _ in Counter(found).most_common(12):
        if not same_emoji(one, kept):
            kept.append(one)
    return tuple(kept[:8])


def _majority(counts: dict[Literal["你", "您"], int]) -> Address | None:
    best = max(counts, key=lambda key: counts[key])
    return best if counts[best] >= _CLEARLY * max(1, sum(counts.values())) else None


def _spelling(text: str) -> Spelling | None:
    # What American spelling would change is British, and the other way round.
    british, american = len(list(respellings(text, "us"))), len(list(respellings(text, "uk")))
    if not british + american:
        return None
    if british >= _CLEARLY * (british + american):
        return "uk"
    return "us" if american >= _CLEARLY * (british + american) else None


def _script(texts: Sequence[str]) -> Script | None:
    simplified = sum(is_of_script(text, "simplified") for text in texts)
    traditional = sum(is_of_script(text, "traditional") for text in texts)
    if traditional >= _CLEARLY * len(texts) > simplified:
        return "traditional"
    return "simplified" if simplified >= _CLEARLY * len(texts) else None


def _spacing(text: str) -> Spacing | None:
    spaced, tight = spacing_of(text)
    if spaced + tight < 3:
        return None
    if spaced >= _CLEARLY * (spaced + tight):
        return "spaced"
    return "tight" if tight >= _CLEARLY * (spaced + tight) else None


def _favourites(texts: Sequence[str], language: Language) -> tuple[str, ...]:
    """Words that come in several of the texts."""
    tally = KeywordTally(language)
    for text in texts:
        tally.add(text)
    least = max(2, round(len(texts) * 0.15))
    return tuple(one.term for one in tally.keywords(20) if one.count >= least and len(one.term) <= 40)[:10]


def _openings(texts: Sequence[str], language: Language) -> tuple[str, ...]:
    """How several texts begin: their first two words, or one, or characters."""
    found: Counter[str] = Counter()
    for text in texts:
        words = [match.group() for match in _WORD.finditer(text[:80])]
        if language == "zh":
            start = "".join(words)
            found.update({start[:2], start[:3], start[:4]})
        elif words:
            found.update({words[0], " ".join(words[:2])})
    least = max(2, round(len(texts) * 0.15))
    often = [
        (count, len(start), start) for start, count in found.items() if count >= least and len(start) > 1
    ]
    kept: list[str] = []
    for _, _, start in sorted(often, reverse=True):
        # Of “Meet” and “Meet the”, as frequent as it, the longer one tells more.
        if not any(other.startswith(start) or start.startswith(other) for other in kept):
            kept.append(start)
    return tuple(kept[:4])


def _typical(texts: Sequence[str]) -> tuple[str, ...]:
    """Three texts of the usual length, in their order."""
    middle = statistics.median(len(text) for text in texts)
    nearest = sorted(range(len(texts)), key=lambda i: (abs(len(texts[i]) - middle), i))[:3]
    return tuple(texts[i] for i in sorted(nearest) if len(texts[i]) <= 2_000)


def style_in_words(style: Style) -> str:
    """What was measured, in sentences that describe a voice, in the texts' language."""
    return _zh(style) if style.language == "zh" else _en(style)


def _en(style: Style) -> str:
    kind = "Short" if style.sentence <= 9 else "Medium" if style.sentence <= 16 else "Long"
    said = [f"{kind} sentences, about {style.sentence} words."]
    if style.says_you >= 0.5:
        said.append("Speaks to the reader as “you”.")
    if style.says_we >= 0.5:
        said.append("Speaks as “we”.")
    if style.question_share >= 0.3:
        said.append("Often asks a question.")
    if style.exclamation_share < 0.1:
        said.append("Calm: hardly an exclamation mark.")
    elif style.exclamation_share > 0.6:
        said.append("Lively: most texts have an exclamation mark.")
    if style.emoji_share > 0.5:
        said.append(f"Likes emoji: {' '.join(style.favourite_emoji)}")
    if style.openings:
        said.append(f"Often begins with {', '.join(f'“{one}”' for one in style.openings)}.")
    return " ".join(said)


def _zh(style: Style) -> str:
    kind = "短句" if style.sentence <= 12 else "中等长度的句子" if style.sentence <= 24 else "长句"
    said = [f"多用{kind}，平均约{style.sentence}字。"]
    if style.address and style.says_you >= 0.3:
        said.append(f"对读者称“{style.address}”。")
    if style.says_we >= 0.5:
        said.append("自称“我们”。")
    if style.question_share >= 0.3:
        said.append("常用问句。")
    if style.exclamation_share < 0.1:
        said.append("语气平静，几乎不用感叹号。")
    elif style.exclamation_share > 0.6:
        said.append("语气热烈，多用感叹号。")
    if style.emoji_share > 0.5:
        said.append(f"爱用表情：{' '.join(style.favourite_emoji)}")
    if style.openings:
        said.append(f"常以{'、'.join(f'“{one}”' for one in style.openings)}开头。")
    return "".join(said)
