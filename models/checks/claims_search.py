"""The search of a text with all the rules on claims."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache

import regex

from models.checks.claims_fold import Folded, fold, squeeze
from models.checks.claims_literals import needed_words
from models.checks.claims_rules import SECONDS, Compiled, Rule
from models.variant import Value

__all__ = ["Finding", "Rules"]

_NEAR = 120
"""How far from a match its exceptions are looked for, in characters."""
_SAME_WORDS = 0.6
"""The share of a passage's words that a fact must have to state the same claim."""
_WORD = regex.compile(r"[a-z]+|\d[\d.,]*|[\u3400-\u9fff]")
_LITTLE_WORDS = {
    "a",
    "an",
    "the",
    "with",
    "on",
    "your",
    "every",
    "of",
    "for",
    "and",
    "in",
    "to",
    "is",
    "our",
    "的",
    "了",
}


class Finding(Value):
    """A claim found: the rule, and the passage with its place in the text as written."""

    rule: Rule
    passage: str
    start: int
    end: int


class _Choice:
    """The rules of some markets and sectors, with the words that tell which of their patterns to try on a text."""

    def __init__(self, compiled: Iterable[Compiled]) -> None:
        self._always: list[tuple[Compiled, frozenset[int]]] = []
        self._patterns: dict[str, list[tuple[int, int]]] = {}
        for number, one in enumerate(compiled):
            needs = [needed_words(pattern) for pattern in one.alternatives]
            always = frozenset(at for at, words in enumerate(needs) if words is None)
            self._always.append((one, always))
            for at, words in enumerate(needs):
                for word in words or ():
                    self._patterns.setdefault(word, []).append((number, at))
        # Each word stands under one of its pieces, so that only words whose piece a text has are looked for in it.
        self._by_piece: dict[str, list[str]] = {}
        for word in self._patterns:
            rarest = min(_pieces(word, min(len(word), _PIECE)), key=lambda piece: len(self._under(piece)))
            self._by_piece.setdefault(rarest, []).append(word)

    def _under(self, piece: str) -> list[str]:
        return self._by_piece.get(piece, [])

    def of(self, text: str) -> Iterator[tuple[Compiled, set[int]]]:
        """The rules that may find something in a text, with the places of their patterns to try."""
        chosen = [set(always) for _, always in self._always]
        for size in range(1, _PIECE + 1):
            for piece in _pieces(text, size) & self._by_piece.keys():
                for word in self._by_piece[piece]:
                    if word in text:
                        for number, at in self._patterns[word]:
                            chosen[number].add(at)
        return ((one, ats) for (one, _), ats in zip(self._always, chosen, strict=True) if ats)


def _pieces(text: str, size: int) -> set[str]:
    return {text[place : place + size] for place in range(len(text) - size + 1)}


_OFFERED = frozenset({"price", "free", "guarantee"})
"""Families of claims that the seller settles by saying so."""
_PIECE = 3
_folded = lru_cache(maxsize=64)(fold)
"""The brief and the whole copy are the same for each part."""


class Rules:
    """A set of rules, ready to search texts; `claims_files.load_rules` makes it."""

    def __init__(
        self,
        compiled: tuple[Compiled, ...],
        allow: regex.Pattern[str] | None,
        sectors: Mapping[str, regex.Pattern[str]],
    ) -> None:
        self._compiled = compiled
        self._allow = allow
        self._sectors = sectors
        self._choices: dict[tuple[frozenset[str], frozenset[str]], _Choice] = {}

    def __iter__(self) -> Iterator[Rule]:
        return (compiled.rule for compiled in self._compiled)

    def __len__(self) -> int:
        return len(self._compiled)

    @property
    def sectors(self) -> tuple[str, ...]:
        """The sectors that have words to know them by."""
        return tuple(self._sectors)

    def sectors_in(self, text: str) -> frozenset[str]:
        """The sectors that a text (a product's name and attributes) speaks of; empty = goods in general."""
        folded = fold(text).text
        return frozenset(name for name, pattern in self._sectors.items() if pattern.search(folded))

    def find(
        self,
        text: str,
        *,
        markets: frozenset[str],
        sectors: frozenset[str] = frozenset(),
        facts: str = "",
        told: str = "",
        context: str = "",
    ) -> tuple[Finding, ...]:
        """The claims in a text that these markets restrict, in the order they stand.

        Args:
            text: What to search.
            markets: Where it will run.
            sectors: What kinds of goods it sells.
            facts: What the brief states; lifts findings of the tier `evidence`.
            told: What else people said, or the copy that this is made from; lifts those of them that speak of prices,
                gifts and guarantees, which need no proof but the seller's word.
            context: The whole copy that the text is a part of, where a notice may stand.
        """
        folded = fold(text)
        if not folded.text.strip():
            return ()
        whole = _folded(context).text if context else folded.text
        known = _folded(facts).text
        offered = _folded(f"{facts}\n{told}").text if told else known
        spared = _spans(self._allow, folded.text, 0, len(folded.text))
        found: list[tuple[int, int, Rule]] = []
        for compiled, chosen in self._choice(markets, sectors).of(folded.text):
            rule = compiled.rule
            try:
                matches = compiled.spans(folded.text, chosen)
            except TimeoutError:
                # Only a team's own pattern can be so slow: a person reads the text in its place.
                matches = [(0, len(folded.text))]
            if not matches or _has(compiled.unless, whole):
                continue
            for start, end in matches:
                free = spared + _spans(compiled.allow, folded.text, start - _NEAR, end + _NEAR)
                if any(start < b and a < end for a, b in free):
                    continue
                stated = offered if rule.family in _OFFERED else known
                if rule.severity == "evidence" and _is_stated(folded.text[start:end], compiled, stated):
                    continue
                found.append((start, end, rule))
        return tuple(_told(text, folded, span) for span in _without_repeats(found))

    def _choice(self, markets: frozenset[str], sectors: frozenset[str]) -> _Choice:
        key = (markets, sectors.intersection(self._named_sectors))
        if key not in self._choices:
            self._choices[key] = _Choice(one for one in self._compiled if one.rule.applies(*key))
        return self._choices[key]

    @cached_property
    def _named_sectors(self) -> frozenset[str]:
        """The sectors that make a difference: others would only fill the memory."""
        rules = [one.rule for one in self._compiled]
        return frozenset(name for rule in rules for name in (*rule.sectors, *rule.not_sectors))


def _spans(pattern: regex.Pattern[str] | None, text: str, start: int, end: int) -> list[tuple[int, int]]:
    if pattern is None:
        return []
    try:
        matches = pattern.finditer(text, max(0, start), end, overlapped=True, timeout=SECONDS)
        return [match.span() for match in matches]
    except TimeoutError:
        return []


def _has(pattern: regex.Pattern[str] | None, text: str) -> bool:
    try:
        return pattern is not None and pattern.search(text, timeout=SECONDS) is not None
    except TimeoutError:
        return False


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text)) - _LITTLE_WORDS


def _is_stated(passage: str, compiled: Compiled, known: str) -> bool:
    """Whether the facts make a claim: in the same words, or with what the rule takes as proof.

    The same words are the passage itself, spaces aside, or a line of the facts that this very rule finds and that
    has most of the passage's words and all of its figures.
    """
    if not known:
        return False
    if squeeze(passage) in squeeze(known) or _has(compiled.proof, known):
        return True
    words = _words(passage)
    figures = {word for word in words if word[0].isdigit()}
    for line in known.split("\n"):
        stated = _words(line)
        if figures <= stated and len(words & stated) >= _SAME_WORDS * len(words) and compiled.is_in(line):
            return True
    return False


def _without_repeats(found: list[tuple[int, int, Rule]]) -> list[tuple[int, int, Rule]]:
    """One finding for each stretch of text: what blocks before what asks for evidence, the longer one first."""
    kept: list[tuple[int, int, Rule]] = []
    for start, end, rule in sorted(found, key=lambda f: (f[2].severity != "block", f[0] - f[1], f[0])):
        if not any(start < b and a < end for a, b, _ in kept):
            kept.append((start, end, rule))
    return sorted(kept, key=lambda f: f[:2])


def _told(text: str, folded: Folded, span: tuple[int, int, Rule]) -> Finding:
    start, end = folded.original_span(span[0], span[1])
    passage = text[start:end]
    start += len(passage) - len(passage.lstrip())
    passage = passage.strip()
    return Finding(rule=span[2], passage=passage, start=start, end=start + len(passage))
