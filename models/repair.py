"""Repairs that need no engine: exact ones within a part, and failed parts replaced by spare ones that pass."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import regex

from models.brand import Brand
from models.brand_rules import corrected, fewer_emoji, fewer_exclamations
from models.brief import Brief, Kind, Language
from models.checks.brand import has_disclaimer
from models.checks.duplicates import is_near
from models.checks.subject import Subject
from models.checks.terms import has_term
from models.platforms import PartSpec, fit, measure, parts_for_brief
from models.variant import Check, Part

__all__ = ["mend", "refill"]

_DANGLING = regex.compile(
    r"[\s,;:，、；：&+/–—-]*(?:\s(?:a|an|the|and|or|but|with|for|of|to|in|on|at|by|from|your|our|its|is|are|that|as))*$",
    regex.IGNORECASE,
)
_SENTENCE_END = regex.compile(r"[.!?。！？…](?=\s|$|[\u3400-\u9fff])")
_EMOJI = regex.compile(
    r"\s*\p{Extended_Pictographic}(?:\uFE0F|\u200D\p{Extended_Pictographic}|\p{Emoji_Modifier})*"
)


_REPEATED = regex.compile(r"([!?！？,，;；。])\1+")
_PLAIN = {"_": " ", "!": "."}


def mend(parts: Sequence[Part], brief: Brief, *, trim: bool, brand: Brand | None = None) -> tuple[Part, ...]:
    """Repair what can be repaired exactly.

    Args:
        parts: A candidate's parts.
        brief: What was asked.
        trim: Whether a part over its hard limit is cut, at a sentence's end or else at a word's, and a phrase
            that must be included is added as a sentence where one more fits.
        brand: The profile whose words, spelling, emoji and marks the copy gets, and its disclaimers where they fit;
            with `trim` room is made for them.
    """
    specs = {spec.name: spec for spec in parts_for_brief(brief)}
    mended = _branded(parts, brief, brand) if brand else parts
    mended = [_within_rules(part, specs.get(part.name)) for part in mended]
    if trim:
        mended = [_cut(part, specs.get(part.name)) for part in mended]
        mended = _with_required(mended, specs, brief)
    if brand:
        mended = _with_disclaimers(mended, specs, brief, brand, make_room=trim)
    return tuple(part for part in mended if part.text)


def _branded(parts: Sequence[Part], brief: Brief, brand: Brand) -> list[Part]:
    texts = [corrected(part.text, brand, brief) for part in parts]
    texts = fewer_exclamations(fewer_emoji(texts, brand, brief), brand, brief)
    return [part.model_copy(update={"text": text}) for part, text in zip(parts, texts, strict=True)]


def _with_disclaimers(
    parts: list[Part], specs: dict[str, PartSpec], brief: Brief, brand: Brand, *, make_room: bool
) -> list[Part]:
    """The parts, with each missing disclaimer at the end of the roomiest part that takes it."""
    for text in brand.due(brief):
        if any(has_disclaimer(part.text, text) for part in parts):
            continue
        sentence = _sentence(text, brief.resolved_language)
        added = _added(parts, specs, sentence, brief.resolved_language)
        if added is None and make_room:
            added = _added_for_less(parts, specs, sentence, brief, brand)
        parts = added or parts
    return parts


def _added_for_less(
    parts: list[Part], specs: dict[str, PartSpec], sentence: str, brief: Brief, brand: Brand
) -> list[Part] | None:
    """The parts with a sentence in the roomiest one, which loses its own end for it; None when that costs too much."""
    space = "" if brief.resolved_language == "zh" else " "
    rooms = [(spec.limit, i) for i, part in enumerate(parts) if (spec := specs.get(part.name))]
    for limit, index in sorted(rooms, reverse=True):
        part, spec = parts[index], specs[parts[index].name]
        shorter = _cut(part, spec.model_copy(update={"limit": limit - measure(space + sentence, spec.unit)}))
        joined = f"{shorter.text}{_stop(shorter.text, brief.resolved_language)}{space}{sentence}"
        lost = [
            term
            for term in (*brief.must_include, *brand.due(brief))
            if has_term(part.text, term) and not has_term(joined, term)
        ]
        if len(shorter.text) >= len(sentence) * 0.5 and measure(joined, spec.unit) <= limit and not lost:
            return [*parts[:index], part.model_copy(update={"text": joined}), *parts[index + 1 :]]
    return None


def _stop(text: str, language: Language) -> str:
    """The mark that a text lacks before another sentence."""
    if text[-1:] in ".!?…。！？;；:：":
        return ""
    return "。" if language == "zh" else "."


def _within_rules(part: Part, spec: PartSpec | None) -> Part:
    """A part without what its platform refuses and nobody misses: emoji, marks too many, refused characters."""
    if spec is None:
        return part
    text = part.text
    if spec.max_emoji == 0:
        text = _EMOJI.sub("", text)
    if spec.no_repeated_punctuation:
        text = _REPEATED.sub(r"\1", text)
    if spec.max_exclamations is not None and text.count("!") + text.count("！") > spec.max_exclamations:
        # A headline that ends in a mark it may not have needs none; within a text it becomes a full stop.
        text = regex.sub(r"[!！]+\s*$", "" if len(text) < 40 else ".", text)
        text = text.replace("!", ".").replace("！", "。") if spec.max_exclamations == 0 else text
    for character in spec.forbidden:
        text = text.replace(character, _PLAIN.get(character, ""))
    return part.model_copy(update={"text": regex.sub(r"[ \t]{2,}", " ", text).strip()})


def _cut(part: Part, spec: PartSpec | None) -> Part:
    if spec is None or not spec.limit or measure(part.text, spec.unit) <= spec.limit:
        return part
    kept = fit(part.text, spec.limit, spec.unit)
    ends = [match.end() for match in _SENTENCE_END.finditer(kept)]
    kept = kept[: ends[-1]] if ends and ends[-1] >= len(kept) * 0.5 else _DANGLING.sub("", kept)
    return part.model_copy(update={"text": kept})


def _with_required(parts: list[Part], specs: dict[str, PartSpec], brief: Brief) -> list[Part]:
    """The parts, with each missing required phrase as a sentence of the roomiest part that takes it."""
    for term in brief.must_include:
        if any(has_term(part.text, term) for part in parts):
            continue
        sentence = _sentence(term, brief.resolved_language)
        parts = _added(parts, specs, sentence, brief.resolved_language) or parts
    return parts


def _sentence(text: str, language: Language) -> str:
    sentence = text if text[-1:] in ".!?。！？" else text + ("。" if language == "zh" else ".")
    return sentence[:1].upper() + sentence[1:]


def _added(
    parts: list[Part], specs: dict[str, PartSpec], sentence: str, language: Language
) -> list[Part] | None:
    """The parts with a sentence at the end of the roomiest one that takes it; None when none does."""
    space = "" if language == "zh" else " "
    rooms = []
    for index, part in enumerate(parts):
        spec = specs.get(part.name)
        joined = f"{part.text}{_stop(part.text, language)}{space}{sentence}"
        if spec and (not spec.limit or measure(joined, spec.unit) <= spec.limit):
            rooms.append((spec.limit or 10_000, index, joined))
    if not rooms:
        return None
    _, index, joined = max(rooms)
    return [p.model_copy(update={"text": joined}) if i == index else p for i, p in enumerate(parts)]


class _Spare(NamedTuple):
    """A good part of a candidate that is not ready: whose it is, and which of its name."""

    owner: int
    part: Part
    turn: int


def refill(
    subjects: Sequence[Subject], examine: Callable[[Subject], tuple[Check, ...]]
) -> list[tuple[Part, ...]]:
    """Replace failed parts by passing ones of candidates that are not ready as a whole, each used once.

    A small model gets few whole variants right but many parts; the spare good ones make others whole.

    Args:
        subjects: The candidates.
        examine: Finds what is wrong with one.

    Returns:
        Each candidate's parts, in the candidates' order; those that could not be completed stay as they are.
    """
    findings = [examine(subject) for subject in subjects]
    broken = [_failed(checks) for checks in findings]
    order = sorted(range(len(subjects)), key=lambda i: _faults(findings[i]))
    result = [list(subject.parts) for subject in subjects]
    spare: list[_Spare] = [
        _Spare(i, part, _turn(subjects[i], index))
        for i in reversed(order)
        if _faults(findings[i])
        for index, part in enumerate(subjects[i].parts)
        if index not in broken[i]
    ]
    for i in order:
        if not _faults(findings[i]):
            continue
        attempt = list(result[i])
        taken: list[_Spare] = []
        for index in sorted(broken[i]):
            open_to = [s for s in spare if s.owner != i and s.turn == _turn(subjects[i], index)]
            found = _spare_for(attempt, index, open_to, taken)
            if found is not None:
                taken.append(found)
                attempt[index] = found.part
        for name in _missing(subjects[i]):
            found = next((s for s in spare if s.owner != i and s.part.name == name and s not in taken), None)
            if found is not None:
                taken.append(found)
                attempt.append(found.part)
        attempt = _in_order(subjects[i], attempt)
        if taken and not _faults(examine(subjects[i].model_copy(update={"parts": tuple(attempt)}))):
            result[i] = attempt
            # A candidate that is whole now keeps its own parts, and nobody else gets those it took.
            spare = [s for s in spare if s not in taken and s.owner != i]
    return [tuple(parts) for parts in result]


def _failed(checks: Sequence[Check]) -> set[int]:
    return {c.index for c in checks if not c.passed and c.severity == "hard" and c.index is not None}


def _faults(checks: Sequence[Check]) -> int:
    return sum(not check.passed and check.severity == "hard" for check in checks)


def _turn(subject: Subject, index: int) -> int:
    """Which of its name a part is, where that matters: a plan's phases and messages come in their order."""
    if subject.brief.kind is not Kind.CAMPAIGN:
        return 0
    name = subject.parts[index].name
    return sum(part.name == name for part in subject.parts[:index])


def _spare_for(
    parts: Sequence[Part], index: int, spare: Sequence[_Spare], taken: Sequence[_Spare]
) -> _Spare | None:
    name = parts[index].name
    beside = [part.text for place, part in enumerate(parts) if place != index and part.name == name]
    for candidate in spare:
        if candidate.part.name != name or candidate in taken:
            continue
        if not any(is_near(candidate.part.text, text) for text in beside):
            return candidate
    return None


def _missing(subject: Subject) -> list[str]:
    names = [part.name for part in subject.parts]
    return [spec.name for spec in subject.specs for _ in range(spec.count[0] - names.count(spec.name))]


def _in_order(subject: Subject, parts: Sequence[Part]) -> list[Part]:
    place = {spec.name: number for number, spec in enumerate(subject.specs)}
    return sorted(parts, key=lambda part: place.get(part.name, len(place)))
