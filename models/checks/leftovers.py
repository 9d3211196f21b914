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
# Whole though the last word could be one of a longer sentence: a question or a clause about what stands before (what
# is it for, food you can cook in), an infinitive (a brush to dry on), a verb with its adverb (put it on), an inch.
_PREPOSITION = r"(?:with|for|of|to|in|on|at|by|from|into)$"
_PLAIN = r"(?!(?:with|for|of|to|in|on|at|by|from|into|and|or|but)\b)[\w'’-]+"
_SUBJECT = r"(?:you|we|they|he|she|it|i|nobody|(?:every|any|some)(?:body|one)|people|children|(?:your|the|a)\s[\w-]+)"
_UNFINISHED = (
    r"(?:needs?|wants?|wanted|have|has|had|able|going|likes?|loves?|plans?|ready|perfect|ideal|great|made|so|how|use"
    r"|is|are|was|be|comes|works?|available)"
)
_ENTERS = (
    r"(?:puts?|come|go|goes|went|walk|log|sign|clock|check|tuck|plug|dial|tie|rolls?|rub|strap|settle|move|sleep|stay|head|book|drop"
    r"|tune|dig|kick|pulls?|sent|asked|let|bring|take|step|breathe|buckle|lean|join|press|push|slide|slot|clip|screw|stir|fold|pour"
    r"|throw|toss|hand|call|dive|jump|hop|zoom|lock|zip|moves|keep|leave|turn|turns|switch|pass|get|try|carry|hold|hang|shave|read"
    r"|sing|add|live|lives|stays|have|has|fits?|post|pop)"
)
_WHOLE_EN = re.compile(
    rf"\d\s?in$|-(?:in|on|by|for|to)$"
    rf"|\b(?:what(?:ever)?|which(?:ever)?|who(?:ever|m|se)?|where(?:ver)?)\b(?:\s+[\w'’-]+){{1,7}}\s+"
    rf"(?<!\b(?:want|need|have|able|like|love)\s)(?<!\bhow\s)(?<!\bis\s){_PREPOSITION}"
    rf"|\b(?:what|where|who|which)(?:\s+(?:is|are)\s+|['’]s\s+)\w+\s+(?:for|from|in|on|with|by|of)$"
    rf"|\b(?!(?:and|but|so|because|as|if|while|when|since|until|then|than|or|say)\b)[a-z]+\s+{_SUBJECT}(?:['’]\w+)?\s+"
    rf"(?:{_PLAIN}\s+){{0,3}}?(?!{_UNFINISHED}\b){_PLAIN}(?:\s+(?:up|down|back|along|out|on))?\s+{_PREPOSITION}"
    rf"|\bto\s+(?!(?:use|wear|be|the|a|an|your)\b)[a-z-]+\s+(?:(?:it|them|him|her|things?)\s+)?"
    rf"(?:(?:up|back|forward|along|down|on)\s+)?{_PREPOSITION}"
    r"|\b(?:asked|looked|cared|paid|waited|hoped|done|called|spoken|accounted|longed)\s+for$|\bheard\s+of$"
    r"|\bthat\s+is\s+what\s+(?:\w+\s+){1,4}for$"
    r"|\b(?:stand|drop|swing|close|near|go|goes|pass|passes|passing|stop|put|fly|flies|flew)\s+by$|\b(?:say|and|or)\s+when$"
    r"|\b(?:a|the|your|my|good|long|little|short)\s+while$"
    r"|\b(?:for|after|than|is|of|like|with|by|to|at|as|on|in|before|all|do|does|did|about|just|and|not|it|without|from)\s+that$"
    rf"|\b{_ENTERS}(?:\s+{_PLAIN}){{0,4}}\s+(?:in|on)$|\b(?:going|later|now|early|further|is|are|stays?|left|light)\s+on$"
    r"|\b(?:on|off|in|out|up|open|down),\s+(?:[\w-]+\s+){1,2}(?:in|on)$"
    r"|(?:\b(?:a|the|cosy|cozy|quiet)|^)\s?(?:evenings?|nights?|days?|mornings?|weekends?)\s+in$",
    re.IGNORECASE,
)
_SENTENCE_ENDS = re.compile(r"[.!?:;]\s+|\n")
_CUT_ZH = re.compile(
    r"(?:[，、；]|以及|并且|而且|因为|如果|虽然|或者|还有|(?<![温柔饱缓平调中暖谐祥随谦共总亲软醇融掺搅人])和|(?<![参给赠授])与|(?<![普涉触顾企波危不可遍])(?<!来得)(?<!以)及)$"
)
# 都在, 六百把, 棉被, 核对, 方向 and 服从 are whole.
_HANGING_ZH = re.compile(
    r"(?:(?<![都还自不存所仍常现实内外健尚总永长同])在|(?<![\d一二两三四五六七八九十几半多百千万每这那哪握车火拖刀门手])把"
    r"|(?<![棉夏盖冬薄厚绒丝掀蚕空毛春秋凉暖叠羽晒套床])被|(?<![核配校成一不绝相反派作两几查])对"
    r"|(?<![方动走朝风导意去趋志双转单定纵横竖外内])向|(?<![服听顺随无跟])从|为了|[:：])$"
)


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
    if (_HANGING_ZH if chinese else _HANGING_EN).search(tail) and (chinese or not _is_whole(end)):
        return [Leftover(shown, "an end that seems cut", "似乎没有写完的结尾", "soft")]
    for opening, closing in _PAIRS.items():
        if end.count(opening) > end.count(closing) and not re.search(r"[:;]['-]?\(", end):
            place = end.rindex(opening)
            return [
                Leftover(end[place : place + 14], "a bracket that is not closed", "没有闭合的括号", "soft")
            ]
    return []


def _is_whole(end: str) -> bool:
    """Whether an English end in a preposition is a whole sentence's."""
    return bool(_WHOLE_EN.search(_SENTENCE_ENDS.split(end[-160:])[-1]))
