"""That copy is finished copy about the brief: nothing of its making left over, no cut end, no foul language."""

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from models.checks.subject import Subject, found
from models.scripts import one_script_only
from models.variant import Check

__all__ = ["Leftover", "has_no_leftovers", "is_about_the_brief", "leftovers"]

Severity = Literal["hard", "soft"]


class Leftover(NamedTuple):
    """What should not be in copy: the passage, why in English and Chinese, how bad it is."""

    shown: str
    en: str
    zh: str
    severity: Severity = "hard"


@cache
def _rules() -> tuple[tuple[re.Pattern[str], str, str, Severity, bool], ...]:
    data = tomllib.loads((Path(__file__).parent / "leftovers.toml").read_text(encoding="utf-8"))
    return tuple(
        (
            re.compile(row["pattern"], re.IGNORECASE | re.MULTILINE),
            row["en"],
            row["zh"],
            row.get("severity", "hard"),
            row.get("always", False),
        )
        for row in data["rule"]
    )


@cache
def _foul() -> re.Pattern[str]:
    data = tomllib.loads((Path(__file__).parent / "leftovers.toml").read_text(encoding="utf-8"))
    latin = "|".join(data["profanity"]["en"])
    chinese = "|".join(data["profanity"]["zh"])
    return re.compile(rf"(?<![a-z])(?:{latin})(?![a-z])|{chinese}", re.IGNORECASE)


_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[^\W\d_]{3,}")
_TWICE = re.compile(
    r"\b(?!(?:that|had|very|so|really|no|bye|ha|knock|more|day|night|go|win|tick|now|again|always|many|step|side)\b)"
    r"([a-z]{2,20})\s+\1\b(?![-'’])",
    re.IGNORECASE,
)
# Three times with nothing between is no figure of speech (Location, location, location is one).
_THRICE = re.compile(
    r"\b(?!(?:very|so|really|no|bye|ha|ho|la|na|knock|go|win|tick|now|again|more)\b)([a-z]{2,20})(?:\s+\1\b){2,}(?![-'’])",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?。！？\n]{6,}")
_MOST_TIMES, _SHORTEST = 2, 6
"""How often a part may say a sentence, of so many characters or more."""

_OPENING = re.compile(r"[(（\[【《“「『{]\s*$")
_PAIRS = {"(": ")", "（": "）", "[": "]", "【": "】", "《": "》", "“": "”", "「": "」", "『": "』"}
# Words that no sentence ends with; prepositions may (the one you wait for), so they only warn.
_CUT_EN = re.compile(
    r"(?:[,;、，；&/]|\s[-–—]|\b(?:and|or|but|nor|the|(?-i:a)|an|your|our|their|its|my|whose|because|than|every))$",
    re.IGNORECASE,
)
_HANGING_EN = re.compile(
    r"\b(?:with|for|of|to|in|on|at|by|from|into|as|that|which|if|while|when|very)$|(?<!\.)\.\.$|[:：]$",
    re.IGNORECASE,
)
_CUT_ZH = re.compile(
    r"(?:[，、；]|以及|并且|而且|因为|如果|虽然|或者|还有|(?<![温柔饱缓平调中暖谐祥随谦共总亲])和|(?<![参给赠授])与|(?<![普涉触顾企波危不可遍])(?<!来得)(?<!以)及)$"
)
_HANGING_ZH = re.compile(r"(?:[在把被对向从]|为了|[:：])$")


def leftovers(text: str, *, facts: str = "") -> list[Leftover]:
    """What should not be in a text.

    Args:
        text: One part of copy.
        facts: What the brief says; a passage that stands there word for word is meant, markup that only machines read
            aside.
    """
    known = facts.casefold()
    findings: list[Leftover] = []
    for pattern, en, zh, severity, always in _rules():
        match = pattern.search(text)
        if match and ((shown := match.group().strip()[:40]).casefold() not in known or always):
            findings.append(Leftover(shown, en, zh, severity))
    plain = unicodedata.normalize("NFKC", text)
    findings += [
        Leftover(match.group(), "foul language", "粗俗用语")
        for match in _foul().finditer(plain)
        if match.group().casefold() not in known
    ][:3]
    if (match := _THRICE.search(plain)) and match.group().casefold() not in known:
        findings.append(Leftover(match.group()[:40], "a word again and again", "反复出现的词"))
    elif (match := _TWICE.search(plain)) and match.group().casefold() not in known:
        findings.append(Leftover(match.group(), "a word twice", "重复的词", "soft"))
    findings += _refrain(plain)
    findings += _scripts(text, facts)
    findings += _ending(text)
    return findings


def _refrain(text: str) -> list[Leftover]:
    said = Counter(" ".join(match.group().split()).casefold() for match in _SENTENCE.finditer(text))
    if not said or (most := said.most_common(1)[0])[1] <= _MOST_TIMES or len(most[0]) < _SHORTEST:
        return []
    return [Leftover(most[0][:40], "a sentence again and again", "反复出现的句子")]


def has_no_leftovers(subject: Subject) -> Iterator[Check]:
    """No placeholder, markup, remark of the model, cut end, mixed script or foul word is in the copy."""
    clean = True
    for index, part in enumerate(subject.parts):
        for one in leftovers(part.text, facts=subject.facts):
            clean = False
            place = subject.place(index)
            yield found(
                subject,
                "leftovers",
                f"{place}: “{one.shown}” is {one.en}",
                f"{place}：“{one.shown}”是{one.zh}",
                index=index,
                severity=one.severity,
            )
    if clean:
        yield Check(name="leftovers", passed=True)


def is_about_the_brief(subject: Subject) -> Iterator[Check]:
    """The copy shares a word with the brief; copy that shares none is about something else, which is a warning."""
    text = "\n".join(part.text for part in subject.parts)
    here, there = _topics(text), _topics(subject.facts)
    comparable = bool(_HAN.search(text)) == bool(_HAN.search(subject.facts))
    if text.strip() and comparable and there and here and not here & there:
        yield found(
            subject,
            "relevance",
            "no word of the brief is in the copy",
            "文案中没有简报里的任何词语",
            severity="soft",
        )
    else:
        yield Check(name="relevance", passed=True)


def _topics(text: str) -> set[str]:
    """Beginnings of words (battery, batteries) and pairs of Chinese characters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = {word[:5] for word in _WORD.findall(_HAN.sub(" ", folded)) if word not in _COMMON}
    pairs = {
        folded[i : i + 2]
        for i in range(len(folded) - 1)
        if _HAN.match(folded[i]) and _HAN.match(folded[i + 1])
    }
    return words | pairs


_COMMON = {
    "and",
    "are",
    "for",
    "from",
    "have",
    "into",
    "its",
    "more",
    "not",
    "our",
    "out",
    "than",
    "that",
    "the",
    "their",
    "them",
    "they",
    "this",
    "with",
    "you",
    "your",
}


def _scripts(text: str, facts: str) -> list[Leftover]:
    findings = []
    if "\ufffd" in text:
        findings.append(Leftover("\ufffd", "a character that was lost in conversion", "转换时丢失的字符"))
    for word in re.findall(r"[^\W\d_]{2,40}", text):
        if _LATIN.search(word) and _LIKE_LATIN.search(word) and word not in facts:
            findings.append(Leftover(word, "a word of mixed scripts", "混用不同文字的词"))
            break
    traditional, simplified = _variants(text)
    if min(len(traditional), len(simplified)) >= _BOTH and not traditional <= set(facts):
        shown = "".join(sorted(traditional)[:4]) + "／" + "".join(sorted(simplified)[:4])
        findings.append(Leftover(shown, "traditional and simplified characters mixed", "繁简混用", "soft"))
    return findings


_LATIN = re.compile("[a-zA-Z]")
_LIKE_LATIN = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_BOTH = 2
"""So many characters of each kind make a mixture; one may be a name."""


def _variants(text: str) -> tuple[set[str], set[str]]:
    han = set(_HAN.findall(text))
    if len(han) < 2 * _BOTH:
        return set(), set()
    traditional, simplified = one_script_only()
    return han & traditional, han & simplified


def _ending(text: str) -> list[Leftover]:
    end = text.rstrip()
    if not end:
        return []
    tail = end[-24:]
    chinese = bool(_HAN.search(tail))
    shown = tail[-14:].lstrip()
    if _OPENING.search(tail) or (_CUT_ZH if chinese else _CUT_EN).search(tail):
        return [Leftover(shown, "an end in the middle of a sentence", "没有写完的句子")]
    if (_HANGING_ZH if chinese else _HANGING_EN).search(tail):
        return [Leftover(shown, "an end that seems cut", "似乎没有写完的结尾", "soft")]
    for opening, closing in _PAIRS.items():
        if end.count(opening) > end.count(closing) and not re.search(r"[:;]['-]?\(", end):
            place = end.rindex(opening)
            return [
                Leftover(end[place : place + 14], "a bracket that is not closed", "没有闭合的括号", "soft")
            ]
    return []
