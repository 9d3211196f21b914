"""The words and phrases of a text that can be its subject, in English and Chinese."""

import math
import re
import threading
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import rjieba

from models.encodable import encodable

DATA = Path(__file__).parent / "data"
MAX_WORDS = 3

_TOKEN = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_QUANTITY = re.compile(r"\d[\d.,]*[a-z%°]{0,4}|[ivx]{2,4}")
_SENTENCE_STARTS = re.compile(r"[.!?…:\n\"“(]\s*$")
_ABBREVIATIONS = re.compile(r"[b-df-hj-np-tv-xz]{2,4}(?<!s)s")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")

# What HMM cuts guess to be nouns but are not, and where "on" or "in" was glued to one: 很漂亮, 几秒钟, 书架上.
_NEVER_NOUN = re.compile(r"^[很太]|[了着]$")
_NO_NOUN = re.compile(r"^[好最不还几一这那够挺真更没无非半每]|[的过是]$")
_PLACE = re.compile(r"[上里中下]$")
_MAX_HAN = 8
_JIEBA_TOTAL = 60_101_967
"""Sum of the frequencies in jieba's dictionary, which rjieba holds."""


class Term(NamedTuple):
    """One occurrence of a candidate.

    `key` is the same for all inflections; `text` is as written; `words` are the keys of its parts; `noun` says
    that it can name a property or an object ("battery life"), not only a topic ("fast charging").
    """

    key: str
    text: str
    start: int
    end: int
    words: tuple[str, ...]
    noun: bool


def terms(text: str, language: str) -> Iterator[Term]:
    """All candidates in a text, in order of their beginning, nested ones too.

    Args:
        text: The text.
        language: `zh` for Chinese; anything else is read as English.
    """
    return _chinese(text) if language == "zh" else _english(text)


def rarity(word: str, language: str) -> float:
    """How rare a word is in the language at large, 0 (the, 的) to 1 (hardly ever).

    English by its rank among the 10,000 most frequent words, Chinese by its frequency in jieba's dictionary.
    """
    if language == "zh" and _HAN.search(word):
        return 1 - math.log(rjieba.suggest_freq(word) + 1) / math.log(_JIEBA_TOTAL)
    ranks = common_words()
    rank = ranks.get(word)
    return 1.0 if rank is None else math.log(rank + 1) / math.log(len(ranks) + 1)


@cache
def common_words() -> dict[str, int]:
    """The most frequent English words with their rank from 1, and their stems."""
    lines = (DATA / "common.en.txt").read_text(encoding="utf-8").splitlines()
    ranks: dict[str, int] = {}
    for rank, word in enumerate((line for line in lines if not line.startswith("#")), 1):
        ranks.setdefault(word, rank)
        ranks.setdefault(stem(word), rank)
    return ranks


@cache
def word_lists(language: str) -> dict[str, frozenset[str]]:
    """The lists of `data/words.<language>.toml`, verbs in English with their forms."""
    held = tomllib.loads((DATA / f"words.{language}.toml").read_text(encoding="utf-8"))
    lists = {name: frozenset(words.split()) for name, words in held.items() if name != "synonyms"}
    if language == "en":
        lists["verbs"] = frozenset(form for verb in lists["verbs"] for form in _forms(verb))
    return lists


@cache
def synonyms(language: str) -> dict[str, str]:
    """The key of each name of a property that has several -> the first name."""
    held = tomllib.loads((DATA / f"words.{language}.toml").read_text(encoding="utf-8"))
    found = {}
    for line in held["synonyms"].strip().splitlines():
        first, _, others = line.partition(":")
        for name in [first, *others.split(",")]:
            words = name.split()
            found[" ".join(map(stem, words)) if language == "en" else "".join(words)] = first.strip()
    return found


def _forms(verb: str) -> list[str]:
    if verb.endswith("e"):
        return [verb, verb + "s", verb + "d"]
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return [verb, verb[:-1] + "ies", verb[:-1] + "ied"]
    es = "es" if verb.endswith(("s", "sh", "ch", "x", "z", "o")) else "s"
    return [verb, verb + es, verb + "ed", verb + verb[-1] + "ed"]


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """A word's stem (Snowball's English one), the same for its inflections: battery, batteries."""
    plain = word.lower().removesuffix("'s").removesuffix("’s")
    if _ABBREVIATIONS.fullmatch(plain):
        return plain[:-1]  # DVDs, PCs: Snowball leaves words without vowels as they are
    return str(_stemmers.english.stemWord(plain))


class _Stemmers(threading.local):
    """One stemmer a thread: it keeps the word it works on in itself."""

    def __init__(self) -> None:
        import snowballstemmer

        self.english = snowballstemmer.stemmer("english")


_stemmers = _Stemmers()


def english_words(text: str) -> list[str]:
    """The words of an English text in lower case, without figures and what means nothing alone."""
    function = word_lists("en")["function"]
    found = (match[0].lower().replace("’", "'") for match in _TOKEN.finditer(text))
    return [word for word in found if word not in function and not _QUANTITY.fullmatch(word)]


def chinese_words(text: str) -> list[str]:
    """The words of a Chinese text, without marks, figures and what means nothing alone."""
    function = word_lists("zh")["function"]
    return [
        word.lower()
        for word, tag in rjieba.tag(encodable(text))
        if tag not in {"x", "m"} and word not in function and not word.isspace()
    ]


class _Token(NamedTuple):
    key: str
    start: int
    end: int
    first: bool
    """Whether it may begin a term."""
    last: bool
    """Whether it may end one."""
    alone: bool
    """Whether it may be one."""
    noun: bool
    opens: bool = False
    """Whether it is no noun but makes one with the word after it (carrying case)."""
    verb: bool = False
    """Whether it begins a term only before a noun of measure or place (加载时间, but not 建好地图)."""


def _english(text: str) -> Iterator[Term]:
    lists = word_lists("en")
    breaks = lists["function"] | lists["verbs"]
    run: list[_Token] = []
    figure = -2
    for match in _TOKEN.finditer(text):
        if run and text[run[-1].end : match.start()] not in (" ", "\u00a0"):
            yield from _phrases(text, run, " ")
            run = []
        word = match[0].lower().replace("’", "'").removesuffix("'s")
        adverb = word.endswith("ly") and len(word) > 4 and word not in lists["not_adverbs"]
        measured = word in lists["units"] and figure + 1 == match.start()
        if _QUANTITY.fullmatch(word):
            figure = match.end()
        if word in breaks or adverb or "'" in word or measured or figure == match.end():
            yield from _phrases(text, run, " ")
            run = []
            continue
        judges, describes = word in lists["judgements"], word in lists["descriptions"]
        long = len(word) > 2 or match[0].isupper()
        run.append(
            _Token(
                key=stem(word),
                start=match.start(),
                end=match.end(),
                first=not judges and len(word) > 1 and "'" not in match[0].replace("’", "'"),
                last=not judges and not describes,
                alone=not (judges or describes or word in lists["generic"]) and long and len(word) > 1,
                noun=not describes and not _is_verb_form(word, lists),
                opens=not describes and word.endswith("ing"),
            )
        )
    yield from _phrases(text, run, " ")


def _is_verb_form(word: str, lists: dict[str, frozenset[str]]) -> bool:
    if word.endswith("ed"):
        return word not in lists["ed_nouns"]
    return word.endswith("ing") and word not in lists["ing_nouns"]


def _chinese(text: str) -> Iterator[Term]:
    lists = word_lists("zh")
    run: list[_Token] = []
    position = 0
    for word, tag in rjieba.tag(encodable(text)):
        start = position
        position = end = position + len(word)
        token = _chinese_token(word, tag, start, end, lists)
        if token is None or (run and run[-1].end != start):
            yield from _phrases(text, run, "")
            run = []
        if token is not None:
            run.append(token)
            if token.end != end:
                yield from _phrases(text, run, "")
                run = []
    yield from _phrases(text, run, "")


def _chinese_token(
    word: str, tag: str, start: int, end: int, lists: dict[str, frozenset[str]]
) -> _Token | None:
    """A word as rjieba tags it; None where a phrase ends."""
    if word in lists["function"] or word in lists["verbs"] or word in lists["opinions"]:
        return None
    if tag == "eng":
        usable = len(word) > 1 and not _QUANTITY.fullmatch(word.lower())
        return _Token(word.lower(), start, end, True, usable, usable, usable)
    aspect = word in lists["aspects"]
    known = aspect or rjieba.has_word(word)
    noun = aspect or tag[0] in "nlij" or tag == "vn"
    if not aspect and (_NEVER_NOUN.search(word) or (not known and _NO_NOUN.search(word))):
        noun = False
    if noun:
        if len(word) > 2 and _PLACE.search(word) and rjieba.has_word(word[:-1]):
            word, end = word[:-1], end - 1
        only_first = word in lists["descriptions"]
        alone = len(word) > 1 and not only_first and word not in lists["generic"]
        return _Token(word, start, end, True, not only_first, alone, not only_first)
    if word in lists["descriptions"] or (tag in {"a", "an", "b", "s"} and len(word) > 1 and known):
        return _Token(word, start, end, True, False, False, False)
    if tag == "v" and len(word) > 1 and known:
        return _Token(word, start, end, True, False, True, False, verb=True)
    return None


def _phrases(text: str, run: list[_Token], joint: str) -> Iterator[Term]:
    """The terms in a run of words with nothing between them."""
    for index, first in enumerate(run):
        if not first.first:
            continue
        for size in range(1, MAX_WORDS + 1):
            if index + size > len(run):
                break
            last = run[index + size - 1]
            words = tuple(token.key for token in run[index : index + size])
            if not joint and size > 1 and last.end - first.start > _MAX_HAN:
                break
            if first.verb and size > 1 and (size > 2 or last.key not in word_lists("zh")["heads"]):
                break
            if not (first.alone if size == 1 else last.last):
                continue
            if size > 1 and not joint and not all(token.noun for token in run[index + 1 : index + size]):
                break
            written = text[first.start : last.end]
            if joint and _begins_sentence(text, first.start):
                written = _uncapitalised(written)
            yield Term(
                joint.join(words),
                written,
                first.start,
                last.end,
                words,
                last.noun and (first.noun or (size > 1 and first.opens)),
            )


def _begins_sentence(text: str, start: int) -> bool:
    return start == 0 or bool(_SENTENCE_STARTS.search(text[max(0, start - 4) : start]))


def _uncapitalised(written: str) -> str:
    """`The first word` of a sentence as it would stand inside one; names in capitals stay."""
    head = written.split(" ", 1)[0]
    return written[:1].lower() + written[1:] if head[1:] == head[1:].lower() else written
