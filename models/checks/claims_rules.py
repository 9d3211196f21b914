"""What a rule on claims says, with the patterns that it looks for."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Literal

import regex
from pydantic import ConfigDict, Field, field_validator

from models.checks.claims_fold import fold
from models.errors import SettingsError
from models.markets import Market
from models.variant import Value

__all__ = [
    "SECONDS",
    "Allow",
    "Compiled",
    "Entry",
    "Rule",
    "Sector",
    "compile_pattern",
    "join_patterns",
    "rule_error",
]

Tier = Literal["block", "evidence"]

_STOPS = {"，": ",", "！": "!", "？": "?", "；": ";"}
_NO_STOP = regex.compile(r"(?<!\\)\[\^([^\]\\]*[，！？；][^\]]*)\]")
_WORD_LIST = regex.compile(r"(?<!\\)\{([a-z][a-z_]{2,})\}")
SECONDS = 0.5
"""How long one rule may search one text: far more than any sound pattern needs."""


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
        match = pattern.search(text, start, timeout=SECONDS)
        while match and not match.group():
            match = (
                pattern.search(text, match.end() + 1, timeout=SECONDS) if match.end() < len(text) else None
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
