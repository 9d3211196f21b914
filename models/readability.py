"""How easily a text is read, in English and Chinese."""

import re
from functools import lru_cache
from typing import Literal

import rjieba
from pydantic import Field

from models.encodable import encodable
from models.language import detect
from models.sentences import sentences
from models.variant import Value

Level = Literal["very easy", "easy", "medium", "hard", "very hard"]

_LABELS: dict[Level, tuple[str, str]] = {
    "very easy": ("very easy to read", "非常易读"),
    "easy": ("easy to read", "易读"),
    "medium": ("fairly easy to follow", "难度适中"),
    "hard": ("hard to read", "较难读"),
    "very hard": ("very hard to read", "很难读"),
}
_LEVELS: tuple[tuple[int, Level], ...] = (
    (80, "very easy"),
    (65, "easy"),
    (50, "medium"),
    (30, "hard"),
    (0, "very hard"),
)

# Chinese: where a sentence's length costs nothing and where it costs all, in characters; which words are common, by
# their frequency in jieba's dictionary (sum 60 million); how much each of the three shares weighs.
_SHORT_SENTENCE, _LONG_SENTENCE = 12, 70
_COMMON_WORD = 100
_WEIGHTS = (0.5, 0.3, 0.2)

_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*|\d[\d.,]*")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


class Readability(Value):
    """How easily a text is read: `score` from 0 (very hard) to 100 (very easy).

    `grade` is the American school year that English asks for, None for Chinese. Texts of a few words are
    scored like any other, but a score from less than two sentences says little.
    """

    score: float = Field(ge=0, le=100)
    level: Level
    grade: float | None
    words: int = Field(ge=1)
    sentences: int = Field(ge=1)
    language: Literal["en", "zh"]

    def label(self, language: str) -> str:
        """The level in words, in English or Chinese."""
        english, chinese = _LABELS[self.level]
        return chinese if language == "zh" else english


def readability(text: str, language: Literal["en", "zh"] | None = None) -> Readability | None:
    """How easily a text is read; None if it is neither English nor Chinese or has no words.

    English: Flesch's reading ease, 206.835 - 1.015 × words per sentence - 84.6 × syllables per word (Flesch 1948,
    https://doi.org/10.1037/h0057532), and Flesch and Kincaid's grade, 0.39 × words per sentence + 11.8 × syllables
    per word - 15.59 (Kincaid et al. 1975, https://apps.dtic.mil/sti/citations/ADA006655), both within 0 to 100
    and 0 to 20.

    Chinese has no formula that is agreed on; this one is simple and ours: 100 × (0.5 × a + 0.3 × b + 0.2 × c), where
    a falls from 1 to 0 as a sentence grows from 12 to 70 characters, b is the share of common words (100 times or
    more in jieba's dictionary), and c falls from 1 to 0 as the share of characters outside the standard common ones
    (GB 2312's first level, Big5's frequent ones) rises from 0 to a fifth.
    """
    code = language or detect(text).code
    if code == "zh":
        return _chinese(text)
    return _english(text) if code == "en" else None


def _english(text: str) -> Readability | None:
    words = _WORD.findall(text)
    if not words:
        return None
    count = max(1, _statements(text))
    per_sentence = len(words) / count
    per_word = sum(syllables(word) for word in words) / len(words)
    ease = 206.835 - 1.015 * per_sentence - 84.6 * per_word
    grade = 0.39 * per_sentence + 11.8 * per_word - 15.59
    return _rated(ease, max(0.0, min(20.0, grade)), len(words), count, "en")


def _chinese(text: str) -> Readability | None:
    words = [word for word, tag in rjieba.tag(encodable(text)) if tag != "x" and not word.isspace()]
    characters = _HAN.findall(text)
    if not words:
        return None
    count = max(1, _statements(text))
    # A Latin word or a number is read at a glance, like a character or two.
    length = (len(characters) + 2 * sum(1 for word in words if not _HAN.search(word))) / count
    short = (_LONG_SENTENCE - length) / (_LONG_SENTENCE - _SHORT_SENTENCE)
    chinese = [word for word in words if _HAN.search(word)]
    common = sum(_is_common(word) for word in chinese) / len(chinese) if chinese else 1.0
    rare = sum(not is_common_character(c) for c in characters) / len(characters) if characters else 0.0
    parts = (_share(short), common, _share(1 - 5 * rare))
    score = 100 * sum(weight * part for weight, part in zip(_WEIGHTS, parts, strict=True))
    return _rated(score, None, len(words), count, "zh")


def _statements(text: str) -> int:
    return sum(1 for span in sentences(text) if _WORD.search(text, span.start, span.end))


def _share(value: float) -> float:
    return max(0.0, min(1.0, value))


def _rated(
    score: float, grade: float | None, words: int, count: int, language: Literal["en", "zh"]
) -> Readability:
    score = round(max(0.0, min(100.0, score)), 1)
    return Readability(
        score=score,
        level=next(level for least, level in _LEVELS if score >= least),
        grade=None if grade is None else round(grade, 1),
        words=words,
        sentences=count,
        language=language,
    )


@lru_cache(maxsize=50_000)
def _is_common(word: str) -> bool:
    return int(rjieba.suggest_freq(word)) >= _COMMON_WORD


@lru_cache(maxsize=50_000)
def is_common_character(character: str) -> bool:
    """Whether schools teach it: GB 2312's first level (3,755), or Big5's frequent ones (5,401) in traditional texts."""
    simplified = character.encode("gb2312", "ignore")
    if simplified:
        return b"\xb0\xa1" <= simplified <= b"\xd7\xf9"
    return b"\xa4\x40" <= character.encode("big5", "ignore") <= b"\xc6\x7e"


# Syllables: groups of vowels, less the e that is silent (at the end, in -es, -ed, and before -ly, -ment …), plus the
# vowels side by side that are two (area, giant, player, being). Right for 95 in 100 of the 10,000 most frequent words
# of which the CMU dictionary tells the syllables, and for their sum within 1 in 100.
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(
    r"(?:[^laeiouy]|[aeiouy]l)e$|(?:[^aeiouyschxzgl]|[aeiouy]l|th)es$|(?:[^aeiouytdlr]|[aeiouyl]l|(?<!d)r)ed$"
    r"|[a-z]e(?=(?:ly|ful|ments?|ness|less|some|one|thing|times?|body)$)"
)
_TWO = re.compile(
    r"(?<![cgstx])(?<!ll)i[ao]|[cl]iat|(?<![sct])(?<!fr)ie(?=[nt])|iu|(?<!p)eo(?!u)|(?<=[cln])eous|(?<![gq])ua(?!r|l?ity)|ao"
    r"|(?<=[a-z])[aeo]y[aeo](?!d$)|[aeiuy]ing|(?:s|th)m$|creat|idea|[nrt]ea(?=s?$|n$)|ui(?=[nt]y|d$|ng$)"
    r"|[cv]io|iou(?=s)(?<![cgtx]iou)|[aiu]ire[ds]?$"
)


@lru_cache(maxsize=50_000)
def syllables(word: str) -> int:
    """How many syllables an English word has, by its letters; a figure counts one."""
    word = word.lower().replace("’", "").replace("'", "")
    if not word.isascii() or not word.isalpha():
        return max(1, sum(syllables(part) for part in re.findall(r"[a-z]+", word)))
    count = len(_VOWELS.findall(word)) - len(_SILENT.findall(word))
    count += len(_TWO.findall(word))
    return max(1, count)
