"""The rules on claims: what one says, and the search of a text with all of them."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Literal

import regex
from pydantic import ConfigDict, Field, field_validator

from models.checks.claims_fold import Folded, fold, squeeze
from models.checks.claims_literals import needed_words
from models.errors import SettingsError
from models.markets import Market
from models.variant import Value

__all__ = [
    "Allow",
    "Compiled",
    "Entry",
    "Finding",
    "Rule",
    "Rules",
    "Sector",
    "compile_pattern",
    "join_patterns",
    "rule_error",
]

Tier = Literal["block", "evidence"]

_STOPS = {"，": ",", "！": "!", "？": "?", "；": ";"}
_NO_STOP = regex.compile(r"(?<!\\)\[\^([^\]\\]*[，！？；][^\]]*)\]")
_WORD_LIST = regex.compile(r"(?<!\\)\{([a-z][a-z_]{2,})\}")
_SECONDS = 0.5
"""How long one rule may search one text: far more than any sound pattern needs."""
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


class Told(Value):
    """One text in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)


class Entry(Value):
    """What every entry of a rule file has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    terms: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()

    @field_validator("terms", "patterns")
    @classmethod
    def _not_blank(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(not item.strip() for item in value):
            raise ValueError("an empty text would match everywhere")
        return value


class Allow(Entry):
    """Words that no rule objects to where they stand: a disclaimer that the law asks for, a name."""

    reason: str = ""


class Rule(Entry):
    """One kind of claim that the law or a platform restricts.

    `terms` are words as they stand, `patterns` regular expressions over folded text (lower case, plain letters,
    simplified characters, no spaces beside Chinese ones; `{name}` is a list of `[words]`). A match that touches one of
    `allow` is no finding; nor is any match when the copy has one of `unless` anywhere. Of the two tiers `block` is
    never fit to publish and `evidence` needs proof or a person: the brief's facts lift it when they state the same
    words, or have one of `proof`.
    """

    markets: tuple[Market, ...] = Field(min_length=1)
    sectors: tuple[str, ...] = ()
    not_sectors: tuple[str, ...] = ()
    family: str = Field(min_length=1)
    severity: Tier
    allow: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    proof: tuple[str, ...] = ()
    reason: Told
    instead: Told
    article: str = Field(min_length=1)
    source: tuple[str, ...] = Field(min_length=1)

    def applies(self, markets: frozenset[str], sectors: frozenset[str]) -> bool:
        """Whether the rule holds in one of these markets for goods of one of these sectors."""
        if not markets.intersection(self.markets) or sectors.intersection(self.not_sectors):
            return False
        return not self.sectors or bool(sectors.intersection(self.sectors))


class Sector(Entry):
    """A kind of goods with rules of its own, known by words in the brief's product and attributes."""


class Finding(Value):
    """A claim found: the rule, and the passage with its place in the text as written."""

    rule: Rule
    passage: str
    start: int
    end: int


class Compiled:
    """A rule with its patterns, each compiled when it is first needed: most texts need few of them."""

    def __init__(self, rule: Rule, where: str, sets: Mapping[str, str]) -> None:
        self.rule = rule
        self._where = where
        self._sets = sets
        self._ready: dict[int, regex.Pattern[str]] = {}

    @cached_property
    def alternatives(self) -> tuple[str, ...]:
        """What the rule looks for, a pattern each, its word lists filled in."""
        terms = (_term(term) for term in self.rule.terms)
        return (*terms, *(_filled(pattern, self._where, self._sets) for pattern in self.rule.patterns))

    def spans(self, text: str, chosen: Iterable[int]) -> list[tuple[int, int]]:
        """The matches of some of the alternatives, as one pattern of all of them would give them, in order.

        Raises:
            TimeoutError: One took too long.
        """
        nexts = [(at, match) for at in sorted(chosen) if (match := self._next(at, text, 0))]
        found: list[tuple[int, int]] = []
        place = 0
        while nexts:
            _, first = min(nexts, key=lambda one: (one[1].start(), one[0]))
            found.append(first.span())
            place = first.end()
            nexts = [
                (at, later)
                for at, match in nexts
                if (later := match if match.start() >= place else self._next(at, text, place))
            ]
        return found

    def _next(self, at: int, text: str, start: int) -> regex.Match[str] | None:
        pattern = self._ready.get(at)
        if pattern is None:
            pattern = self._ready[at] = compile_pattern(self.alternatives[at], self._where)
        match = pattern.search(text, start, timeout=_SECONDS)
        while match and not match.group():
            match = (
                pattern.search(text, match.end() + 1, timeout=_SECONDS) if match.end() < len(text) else None
            )
        return match

    def is_in(self, text: str) -> bool:
        """Whether a short text has what the rule looks for."""
        try:
            return any(self._next(at, text, 0) for at in range(len(self.alternatives)))
        except TimeoutError:
            return False

    @cached_property
    def allow(self) -> regex.Pattern[str] | None:
        """What a match may not touch to be a finding."""
        return self._either(self.rule.allow)

    @cached_property
    def unless(self) -> regex.Pattern[str] | None:
        """What lifts the rule from the whole copy."""
        return self._either(self.rule.unless)

    @cached_property
    def proof(self) -> regex.Pattern[str] | None:
        """What among the facts lifts a finding."""
        return self._either(self.rule.proof)

    def _either(self, patterns: tuple[str, ...]) -> regex.Pattern[str] | None:
        return compile_pattern(_either(patterns, self._where, self._sets), self._where) if patterns else None

    def check(self) -> None:
        """Compile every pattern now, so that a fault shows when the rules are loaded."""
        for at, pattern in enumerate(self.alternatives):
            self._ready[at] = compile_pattern(pattern, self._where)
        _ = (self.allow, self.unless, self.proof)


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
        matches = pattern.finditer(text, max(0, start), end, overlapped=True, timeout=_SECONDS)
        return [match.span() for match in matches]
    except TimeoutError:
        return []


def _has(pattern: regex.Pattern[str] | None, text: str) -> bool:
    try:
        return pattern is not None and pattern.search(text, timeout=_SECONDS) is not None
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


def rule_error(where: str, problem: str) -> SettingsError:
    """The error for a fault in a rule file."""
    return SettingsError(
        f"The claim rules in {where} are not valid: {problem}.",
        "Correct the entry; docs/claims.md shows one.",
    )


def _term(term: str) -> str:
    """A term as a pattern: Latin words whole and with any spaces or hyphens between them."""
    folded = fold(term).text.strip()
    body = r"[\s\-]+".join(regex.escape(word) for word in regex.split(r"[\s\-]+", folded) if word)
    start = r"\b" if regex.match(r"[a-z0-9]", folded) else ""
    end = r"\b" if regex.search(r"[a-z0-9]$", folded) else ""
    return start + body + end


def _filled(pattern: str, where: str, sets: Mapping[str, str]) -> str:
    def words(match: regex.Match[str]) -> str:
        name = match.group(1)
        if name not in sets:
            raise rule_error(where, f"there is no word list “{name}”")
        return sets[name]

    return _NO_STOP.sub(_without_stops, _WORD_LIST.sub(words, pattern))


def _without_stops(match: regex.Match[str]) -> str:
    """A class that excludes ， excludes the comma that folding makes of it, so that a claim ends with its clause."""
    stops = "".join(plain for wide, plain in _STOPS.items() if wide in match.group(1))
    return f"[^{stops}{match.group(1)}]"


def _either(patterns: Iterable[str], where: str, sets: Mapping[str, str]) -> str:
    return "|".join(f"(?:{_filled(pattern, where, sets)})" for pattern in patterns)


def join_patterns(entry: Entry, where: str, sets: Mapping[str, str]) -> str:
    """An entry's terms and patterns as one pattern, its word lists filled in."""
    return _either([_term(term) for term in entry.terms], where, {}) + (
        ("|" if entry.terms and entry.patterns else "") + _either(entry.patterns, where, sets)
    )


def compile_pattern(pattern: str, where: str) -> regex.Pattern[str]:
    """Compile a pattern; one that cannot be, or that matches the empty text, is a `SettingsError`."""
    try:
        # ASCII: a Chinese character beside a Latin word is a word's end.
        compiled = regex.compile(pattern, regex.ASCII)
    except regex.error as error:
        raise rule_error(where, f"“{pattern[:60]}” is no regular expression ({error})") from error
    if compiled.match(""):
        raise rule_error(where, f"“{pattern[:60]}” matches the empty text")
    return compiled
