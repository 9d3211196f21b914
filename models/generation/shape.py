"""The rules that a small model's line of copy is held to while it is sampled, on plain text."""

import itertools
import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from models.generation.base import Line
from models.platforms import fit, measure

__all__ = [
    "CLAIMS",
    "Facts",
    "Numbers",
    "Written",
    "clean_end",
    "close_line",
    "dangling",
    "rank",
    "starts_anew",
]

# A line must not end on one of these: the model was about to go on.
FUNCTION_WORDS: Final = frozenset(
    """
    a about after all also an and any are as at be been before but by can could do does each even every for
    from get gets has have if in into is it's its just like made make makes more most my near no nor not of
    on only onto or our over per so than that the their them then these this those to too under until up very
    via was were what when where whether which while who whose will with within without would you'll you're
    your we we're i i'm he she they he's
    """.split()  # noqa: SIM905 - a list of a hundred quoted words reads worse
)
# Claims and first persons that a brief must carry itself (stems, see `stem`): a small model makes them up.
CLAIMS: Final = frozenset(
    """
    award award-winning best cheap cheapest clinically cure ever expensive fastest finest first forever free
    guarantee guaranteed high-end instantly largest latest luxury miracle newest never number-one perfect premium
    pricey proven revolutionary safest sale smartest thinnest top-of-the-line top-tier ultimate unbeatable unique
    top-rated unlimited world worst bad not old can't didn't don't fake isn't nothing wasn't won't
    am i'd i'll i've me mine myself
    two three four five six seven eight nine ten eleven twelve twenty thirty fifty dozen hundred thousand million
    double triple half
    """.split()  # noqa: SIM905 - as above
)
# A line of at most so many units is a headline: no sentence, title case, one number.
SHORT_LINE: Final = 60
_CURRENCY: Final = "$€£¥￥"
_NUMBER: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
_GROUPING: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})*,[0-9]{1,3}")
_RUN: Final = re.compile(r"[0-9][0-9.,]*$")
# What follows a number in a brief and belongs to it: "L" in 28L, " mAh", " %", " November", "-03-01".
_TAIL: Final = re.compile(r"(?:[-–/][0-9][0-9–/-]*|[ \u00a0]?(?:[%‰°][A-Za-z]?|[^\W\d_][^\s,.;:|!?()]*))")
_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_CLAUSE: Final = re.compile(r"[,;.!?]+(?:\s+|$)")
# What the brief's lines are called that are no attributes.
_LABELS: Final = frozenset(
    {"avoid", "change", "copy", "date", "goal", "make", "offer", "product", "say", "tone", "word"}
)
# How a sentence speaks of an attribute without its name.
_SAID_OF: Final = {
    "age": ("aged", "year", "old"),
    "battery": ("last", "run", "charge"),
    "capacity": ("hold", "take", "room"),
    "depth": ("deep", "measure"),
    "height": ("high", "tall", "stand", "measure"),
    "length": ("long", "measure", "last"),
    "price": ("cost", "only", "just"),
    "size": ("measure", "fit", "wide", "long", "high"),
    "thickness": ("thick",),
    "time": ("last", "take", "minute", "hour"),
    "volume": ("hold", "room"),
    "weight": ("weigh", "light"),
    "width": ("wide", "measure"),
}
_HAN_LABELS: Final = frozenset(
    {"不要写", "产品", "人群", "优惠", "修改", "关键词", "必须提到", "改得", "文案", "日期", "目标", "语气"}
)
_HAN_BEFORE: Final = re.compile(r"[\u4e00-\u9fff]{1,8}$")
_HAN_RUN: Final = re.compile(r"[\u4e00-\u9fff]+")
_LOOSE_END: Final = re.compile(r"[\s,;:，；：、&+/–—(\[“‘\"'-]+$")
_CLOSERS: Final = {"(": ")", "[": "]", "“": "”", "（": "）", "《": "》"}
# A Chinese line does not end on these either.
_OPEN_ENDS: Final = tuple("和与及或把")


class Numbers:
    """Which numbers a line may hold: members of a set, complete, with the unit they carry in the prompt.

    Args:
        allowed: Numbers as written (`5000`, `1,000`, `1.8`); None = any number, and no rule applies.
        source: The text that states the facts; a number takes the unit or sign it has there.
        units: Whether a unit that follows a number in the source must follow it in the line.
    """

    def __init__(self, allowed: Iterable[str] | None, source: str = "", *, units: bool = True) -> None:
        self.any = allowed is None
        self._source = source
        self._units = units
        members = {member.strip() for member in allowed or ()}
        self._members = members | {member.replace(",", "") for member in members}
        self._tails: dict[str, set[str]] = {}
        self._signs: dict[str, set[str]] = {}
        for match in _NUMBER.finditer(source):
            tail = _TAIL.match(source, match.end())
            unit = tail[0] if tail and tail[0].strip().casefold() not in FUNCTION_WORDS else ""
            before = source[max(0, match.start() - 2) : match.start()].rstrip()[-1:]
            self._tails.setdefault(match[0], set()).add(unit)
            self._signs.setdefault(match[0], set()).add(before if before and before in _CURRENCY else "")

    def without(self, texts: Iterable[str]) -> "Numbers":
        """The same rules, less the numbers that these texts hold already."""
        used = {number for text in texts for number in _NUMBER.findall(text)}
        return (
            self if self.any or not used else Numbers(self._members - used, self._source, units=self._units)
        )

    def may_follow(self, text: str, piece: str) -> bool:
        """Whether `piece` may be appended to `text`: every number it makes is a member or the start of one."""
        if self.any:
            return True
        tail = text[-24:]
        joined = tail + piece
        if any(_other_number(character) for character in piece):
            return False
        for match in _NUMBER.finditer(joined):
            if match.end() < len(tail):
                continue
            number = match[0]
            if match.end() == len(joined) - 1 and joined[-1] in ".,":
                continue  # judged below: the number may go on
            if not (self._begins(number) if match.end() == len(joined) else self._complete(number)):
                return False
            if match.start() >= len(tail) and not self._sign_fits(joined[: match.start()], number):
                return False
        open_number = _RUN.search(joined)
        if open_number and open_number[0][-1] in ".,":
            # "1." may become 1.8, or be a number and a full stop.
            head = open_number[0][:-1]
            return self._complete(head) or any(m.startswith(open_number[0]) for m in self._members)
        return True

    def unfinished(self, text: str) -> bool:
        """Whether the text ends within a number that is not complete yet (or right after a currency sign)."""
        if self.any:
            return False
        if text and text[-1] in _CURRENCY:
            return True
        run = _RUN.search(text)
        return bool(run) and not self._complete(run[0].rstrip(".,"))  # type: ignore[index]

    def due(self, text: str) -> tuple[str, ...]:
        """The units of which one must follow a number that the text ends with; empty = anything may."""
        if self.any or not self._units:
            return ()
        match = re.search(r"[0-9]+(?:[.,][0-9]+)*$", text)
        tails = self._tails.get(match[0], set()) if match else set()
        return () if "" in tails else tuple(sorted(tails))

    def without_bare_end(self, text: str) -> str:
        """Drop a number at the end whose unit is missing or that is not complete, with its sign."""
        while text and (self.unfinished(text) or self.due(text)):
            text = re.sub(r"[$€£¥￥]?[0-9.,]*$", "", text).rstrip()
        return text

    @property
    def signs(self) -> frozenset[str]:
        """The currency signs that the source uses."""
        return frozenset(sign for signs in self._signs.values() for sign in signs if sign)

    def _complete(self, number: str) -> bool:
        plain = number.replace(",", "") if _GROUPED.fullmatch(number) else number
        if number in self._members or plain in self._members:
            return True
        return all(run in self._members for run in re.split(r"[.,]", number))

    def _begins(self, number: str) -> bool:
        # 1,0 may become 1,000 where 1000 is a member.
        plain = number.replace(",", "") if _GROUPING.fullmatch(number) else number
        if any(member.startswith((number, plain)) for member in self._members):
            return True
        *whole, last = re.split(r"[.,]", number)
        return all(run in self._members for run in whole) and any(m.startswith(last) for m in self._members)

    def _sign_fits(self, before: str, number: str) -> bool:
        """A price needs its sign, and a sign its price."""
        fitting = [signs for known, signs in self._signs.items() if known.startswith(number)]
        if not fitting:
            return not (before and before[-1] in _CURRENCY)
        allowed = set().union(*fitting)
        last = before[-1:] if before[-1:] and before[-1] in _CURRENCY else ""
        return last in allowed


def _other_number(character: str) -> bool:
    """Whether a character is a number but no plain digit (½, ①, ２); Chinese numerals are words, and are none."""
    return not "0" <= character <= "9" and unicodedata.category(character).startswith("N")


def starts_anew(piece: str) -> bool:
    """Whether a piece of text begins a word or sign of its own, instead of continuing the word before it."""
    return bool(piece) and not (piece[0].isascii() and piece[0].isalnum()) and piece[0] not in "'’_-"


def dangling(text: str) -> bool:
    """Whether a text stops where it cannot: on a function word, a comma, an open bracket."""
    if not text or _LOOSE_END.search(text):
        return True
    if any(text.count(opener) > text.count(closer) for opener, closer in _CLOSERS.items()):
        return True
    if text.endswith(_OPEN_ENDS):
        return True
    words = text.split()
    return words[-1].casefold().replace("’", "'") in FUNCTION_WORDS


def clean_end(text: str, numbers: Numbers) -> str:
    """Take words off the end until the text stops where it can."""
    text = text.strip()
    while text:
        shorter = numbers.without_bare_end(_LOOSE_END.sub("", text))
        if dangling(shorter):
            shorter = shorter.rpartition(" ")[0] if " " in shorter or shorter.isascii() else shorter[:-1]
        if shorter == text:
            return text
        text = shorter
    return text


@dataclass
class Written:
    """One candidate for a line: its text, how likely the model finds it, and whether it ended by itself."""

    text: str
    mean_logprob: float
    cut: bool


def close_line(text: str, line: Line, numbers: Numbers, cut: bool) -> str:
    """The line's final text: within its limit, ended cleanly. A long line that was cut ends at a sentence."""
    text = re.sub(r"\s+", " ", text).strip()
    if cut or (line.limit and measure(text, line.unit) > line.limit):
        text = fit(text, line.limit, line.unit)
        sentences = list(re.finditer(r"[.!?。！？]['”’)]?(?=\s|$)|[。！？]", text))
        whole = text[: sentences[-1].end()] if sentences else ""
        if len(whole) > max(len(line.prefix), len(text) // 3, 24):
            return whole
        if line.limit and line.limit <= SHORT_LINE:
            text = _without_last_phrase(text)
    cleaned = clean_end(text, numbers)
    return cleaned if cleaned.startswith(line.prefix) else (line.prefix or cleaned)


def _without_last_phrase(text: str) -> str:
    """`108 MP Camera for Young` -> `108 MP Camera`: what a cut left of a phrase says nothing."""
    words = text.split()
    for index in range(len(words) - 1, 1, -1):
        if words[index].casefold() in FUNCTION_WORDS:
            return " ".join(words[:index])
    return text


@dataclass
class Facts:
    """What candidates are compared with: the words of the brief, and texts that must not be repeated.

    `taken` are the completion's own lines and the prompt's examples, `elsewhere` those of other completions, which
    may well speak of the same facts.
    """

    words: frozenset[str] = frozenset()
    taken: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    names: tuple[tuple[frozenset[str], frozenset[str], frozenset[str]], ...] = ()
    """For each fact: its numbers, if any, the words of its name, and the words that speak of it."""

    han_names: tuple[tuple[frozenset[str], str], ...] = ()
    """For each fact with a Chinese name: its numbers, if any, and the name."""

    @classmethod
    def read(cls, brief: str, others: Iterable[str] = ()) -> "Facts":
        """The content words of the last message; `others` are the messages before it, line by line."""
        taken = [line.partition(":")[2].strip() or line for text in others for line in text.splitlines()]
        names, han_names = [], []
        for fact in brief.splitlines():
            name, colon, value = fact.partition("：")
            if colon and name not in _HAN_LABELS:
                han_names.append((frozenset(_NUMBER.findall(value)), name.strip()))
            name, colon, value = fact.partition(":")
            found, called = frozenset(_NUMBER.findall(value)), frozenset(content_words(name))
            if colon and (found or not called <= _LABELS):
                said = itertools.chain.from_iterable(_SAID_OF.get(word, ()) for word in called)
                names.append((found, called, frozenset((*content_words(fact), *said))))
        return cls(
            frozenset(content_words(brief)),
            [line for line in taken if line],
            names=tuple(names),
            han_names=tuple(han_names),
        )

    def misplaced(self, text: str) -> int:
        """How many numbers of a text stand next to another fact's name: `189 g camera`, `the bag holds 1.1 kg`."""
        behind = sum(self._behind_another(text, number) for number in _NUMBER.finditer(text))
        return behind + sum(self._misplaced(clause) for clause in _CLAUSE.split(text))

    def _behind_another(self, text: str, number: re.Match[str]) -> bool:
        """Whether a number follows another fact's Chinese name and not its own's: 棋盘直径4 cm of 棋子直径."""
        before = _HAN_BEFORE.search(text[: number.start()])
        run = before.group() if before else ""
        own = [name for numbers, name in self.han_names if number.group() in numbers]
        others = [name for numbers, name in self.han_names if number.group() not in numbers and len(name) > 1]
        return bool(own) and not any(name in run for name in own) and any(name in run for name in others)

    def _misplaced(self, clause: str) -> int:
        words = set(content_words(clause))
        wrong = 0
        for number in set(_NUMBER.findall(clause)):
            own = [fact for fact in self.names if number in fact[0]]
            others = [fact for fact in self.names if number not in fact[0]]
            units = {number, *(word for fact in own for word in fact[2] - fact[1] if len(word) <= 3)}
            explained = any((fact[2] - units) & words for fact in own)
            wrong += bool(own) and not explained and any(fact[1] & words for fact in others)
        return wrong


def content_words(text: str) -> list[str]:
    """The words that carry meaning, folded; a crude stem lets plurals meet their singular."""
    words = [word.casefold() for word in _WORD.findall(text)]
    return [stem(word) for word in words if word not in FUNCTION_WORDS and len(word) > 1]


def meaning(text: str) -> list[str]:
    """What a text is about, in either language: its content words, and each two Chinese characters in a row."""
    han = itertools.chain.from_iterable(itertools.pairwise(run) for run in _HAN_RUN.findall(text))
    return [*content_words(_HAN_RUN.sub(" ", text)), *(first + second for first, second in han)]


def stem(word: str) -> str:
    """The word without a plural s, so that `traveller` and `travellers` are one."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def rank(candidates: list[Written], line: Line, facts: Facts) -> list[Written]:
    """Candidates best first, as far as likelihood and plain rules can tell.

    The model's own mean log-probability, plus what a small model lacks: a candidate gains by words of the brief,
    and loses by being cut at the limit, by repeating itself or a line already taken, and by being very short.
    """
    return sorted(candidates, key=lambda candidate: -_merit(candidate, line, facts))


def _merit(candidate: Written, line: Line, facts: Facts) -> float:
    words = content_words(candidate.text)
    if not words:
        return -math.inf
    distinct = set(words)
    claims = [w for w in distinct - facts.words if w in CLAIMS or w.startswith(("one-", "two-", "three-"))]
    merit = candidate.mean_logprob
    merit += 1.2 * min(2, len(distinct & facts.words)) / 2
    merit -= 1.5 * (1 - len(distinct) / len(words))
    merit -= 3.0 * len(claims)
    merit -= 2.0 * facts.misplaced(candidate.text)
    if line.limit and line.limit <= SHORT_LINE:
        merit -= 0.8 * max(0, len(_NUMBER.findall(candidate.text)) - 1)
    if line.limit == 0 or line.limit > SHORT_LINE:
        # Headlines are in title case; in a sentence an unknown capitalised word is an invented name.
        names = re.findall(r"(?<=[a-z,] )[A-Z][a-z]+", candidate.text)
        merit -= 1.0 * sum(stem(name.casefold()) not in facts.words for name in names)
    if candidate.cut:
        merit -= 1.5
    if len(candidate.text.split()) < 3:
        merit -= 1.0
    if line.limit and measure(candidate.text, line.unit) < min(line.limit, 90) / 3:
        merit -= 0.7
    numbers = set(_NUMBER.findall(candidate.text))
    for weight, texts in ((3.0, facts.taken), (1.0, facts.elsewhere)):
        for text in texts:
            other = set(content_words(text))
            if other:
                shared = len(distinct & other) / min(len(distinct), len(other))
                merit -= weight * shared**2
                merit -= weight / 3 * len(numbers.intersection(_NUMBER.findall(text)))
            if text.casefold() == candidate.text.casefold():
                merit -= 5.0
    return merit
