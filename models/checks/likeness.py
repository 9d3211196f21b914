"""That copy is nobody else's: no run of its words stands in an exemplar, earlier copy or another brand's text."""

import itertools
import tomllib
from collections.abc import Callable, Iterator
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Literal, NamedTuple

from models.checks.likeness_index import Reference, References
from models.checks.likeness_words import Word, key_of, sentences_of, weight_of, words_of
from models.checks.subject import Subject, found
from models.variant import Check

__all__ = ["Likeness", "Reference", "References", "is_not_a_copy", "likeness", "not_a_copy_of"]

RUN = 7.0
"""Words in a row that two texts hardly share by chance; a Chinese character counts as 0.6 of a word."""

OWN = 4.0
"""So much of a shared run has to be words that the brief does not have: its facts are everybody's to state."""

SHARE = 0.7
"""Or so much of the reference stands in the copy, in runs of four words, in whatever order."""

LEAST = 5.0
"""A share says something only of a reference as long as this."""

SLOGAN = 1.8
"""The shortest reference (3 Chinese characters, 2 words) that counts when a sentence or clause is all of it."""

OWN_SLOGAN = 4.0
"""The same for what is one's own or an example: shorter lines (“Made for the road”) are anybody's. Half of it has to be
words that the brief does not have."""

_SEED = 4
_PLACES = 4


@cache
def _common_calls() -> frozenset[str]:
    data = tomllib.loads((Path(__file__).parent / "likeness.toml").read_text(encoding="utf-8"))
    return frozenset(key_of(call) for call in data["calls"])


class Likeness(NamedTuple):
    """A passage of a text that stands in a reference as well."""

    passage: str
    reference: Reference


def likeness(
    text: str, references: References, *, facts: str = "", but: frozenset[str] = frozenset()
) -> list[Likeness]:
    """The passages of a text that are another text's words, the longest first, one for each reference.

    Args:
        text: Copy.
        references: What it is compared with.
        facts: The brief: what it says is no likeness.
        but: Origins whose references do not count: the copy's own brief.
    """
    words = words_of(text)
    if not words or not references:
        return []
    own, keys = _own(words, facts), [word.key for word in words]
    findings: list[tuple[float, Likeness]] = []
    for reference in references.candidates(keys, but=but):
        if match := _shared(words, own, words_of(reference.text)):
            start, end, weight = match
            findings.append((weight, Likeness(text[words[start].start : words[end - 1].end], reference)))
    told = {one.reference for _, one in findings}
    for passage, key in sentences_of(text):
        if key in _common_calls() or _is_stated(key, facts):
            continue
        inner = words_of(passage)
        weight = weight_of(inner)
        ours = weight_of([word for word, is_own in zip(inner, _own(inner, facts), strict=True) if is_own])
        for reference in references.named(key, but=but) if weight >= SLOGAN else ():
            slogan = reference.source == "reference" or (weight >= OWN_SLOGAN and ours >= OWN_SLOGAN / 2)
            if slogan and reference not in told:
                told.add(reference)
                findings.append((weight, Likeness(passage, reference)))
    for start, end, reference in references.marks(keys):
        passage = text[words[start].start : words[end - 1].end]
        plain = end - start == 1 and passage[:1].islower() and _is_common(passage)
        if reference not in told and not plain and not _is_stated(" ".join(keys[start:end]), facts):
            told.add(reference)
            findings.append((weight_of(words[start:end]), Likeness(passage, reference)))
    findings.sort(key=lambda one: -one[0])
    return [one for _, one in findings]


_SAID: dict[str, tuple[str, str]] = {
    "reference": ("a reference text", "参考文本"),
    "exemplar": ("an example", "范例"),
    "brand": ("an example of the brand profile", "品牌档案中的范文"),
    "earlier": ("earlier copy", "以往文案"),
}
_ONES_OWN = {"brand", "earlier"}


def is_not_a_copy(
    subject: Subject,
    references: References,
    *,
    stated: str | None = None,
    but: frozenset[str] = frozenset(),
) -> Iterator[Check]:
    """No published part repeats a reference or has another's trademark; one's own earlier words are a warning.

    Args:
        subject: The variant.
        references: What it is compared with.
        stated: What people said and copy may repeat; None = the subject's facts.
        but: Origins whose references do not count.
    """
    clean = True
    facts = subject.facts if stated is None else stated
    for index, part in subject.published:
        for one in likeness(part.text, references, facts=facts, but=but)[:3]:
            clean = False
            yield _reported(subject, index, one)
    if clean:
        yield Check(name="likeness", passed=True)


def _reported(subject: Subject, index: int, one: Likeness) -> Check:
    place, source = subject.place(index), one.reference.source
    named = f" ({one.reference.name})" if one.reference.name else ""
    passage = one.passage if len(one.passage) <= 80 else f"{one.passage[:79]}…"
    if source == "trademark":
        en, zh = f"{place}: “{passage}” is another's trademark", f"{place}：“{passage}”是他人的商标"
    else:
        what_en, what_zh = _SAID[source]
        en, zh = f"{place}: “{passage}” is {what_en}", f"{place}：“{passage}”与{what_zh}相同"
    severity: Literal["hard", "soft"] = "soft" if source in _ONES_OWN else "hard"
    return found(subject, "likeness", f"{en}{named}", f"{zh}{named}", index=index, severity=severity)


def not_a_copy_of(
    references: References, *, stated: str | None = None, but: frozenset[str] = frozenset()
) -> Callable[[Subject], Iterator[Check]]:
    """The check against these references, as `examine` takes it beside the others."""
    return partial(is_not_a_copy, references=references, stated=stated, but=but)


@lru_cache(maxsize=64)
def _facts_words(facts: str) -> tuple[frozenset[str], frozenset[tuple[str, str]], str]:
    """The words of the facts, the pairs of their Chinese characters, and all of them as one key."""
    known = [word.key for word in words_of(facts)]
    pairs = {(a, b) for a, b in itertools.pairwise(known) if _is_han(a) and _is_han(b)}
    return (
        frozenset(key for key in known if not _is_han(key)),
        frozenset(pairs),
        f" {' '.join(known)} ",
    )


def _own(words: list[Word], facts: str) -> list[bool]:
    """Which words the brief does not state: neither the word, nor, for Chinese, the pair that a character is in."""
    singles, pairs, _ = _facts_words(facts)
    own = []
    for place, word in enumerate(words):
        if _is_han(word.key):
            before = place and (words[place - 1].key, word.key) in pairs
            after = place + 1 < len(words) and (word.key, words[place + 1].key) in pairs
            own.append(not before and not after)
        else:
            own.append(word.key not in singles)
    return own


def _is_common(word: str) -> bool:
    """Whether a name is a word of the language (apple, next), which without its capital is no name."""
    from models.terms import rarity  # the dictionaries behind it are read at import

    return word.isascii() and rarity(word, "en") < 1


def _is_han(key: str) -> bool:
    return "\u3400" <= key[:1] <= "\u9fff"


def _is_stated(key: str, facts: str) -> bool:
    return bool(key) and f" {key} " in _facts_words(facts)[2]


def _shared(words: list[Word], own: list[bool], other: list[Word]) -> tuple[int, int, float] | None:
    """The longest run that both have, as (start, end, weight), where the two are alike; None where they are not."""
    seeds: dict[tuple[str, ...], list[int]] = {}
    keys = [word.key for word in other]
    for place in range(len(keys) - _SEED + 1):
        places = seeds.setdefault(tuple(keys[place : place + _SEED]), [])
        if len(places) < _PLACES:
            places.append(place)
    here = [word.key for word in words]
    best: tuple[int, int, float] | None = None
    alike = False
    covered: set[int] = set()
    place = 0
    while place <= len(here) - _SEED:
        end = place
        for start in seeds.get(tuple(here[place : place + _SEED]), ()):
            length = _SEED
            while (
                place + length < len(here)
                and start + length < len(keys)
                and here[place + length] == keys[start + length]
            ):
                length += 1
            if place + length > end:
                end, begun = place + length, start
        if end == place:
            place += 1
            continue
        weight = weight_of(words[place:end])
        ours = weight_of(
            [word for word, is_own in zip(words[place:end], own[place:end], strict=True) if is_own]
        )
        if ours >= OWN * 0.5:
            covered.update(range(begun, begun + end - place))
        if best is None or weight > best[2]:
            best = (place, end, weight)
        alike = alike or (weight >= RUN and ours >= OWN)
        place = end
    if best is None:
        return None
    whole = weight_of(other)
    share = weight_of([other[i] for i in covered]) / whole if whole else 0.0
    return best if alike or (share >= SHARE and whole >= LEAST) else None
