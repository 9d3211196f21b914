"""The properties that reviews name, clause by clause, and what is told of them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from models.language import detect
from models.privacy import PLACEHOLDER
from models.sentences import Span, clauses, sentences
from models.terms import Term, stem, synonyms, terms
from models.variant import Value
from models.wishes import asks

MAX_QUOTE = 200
MAX_CHARACTERS = 50_000
MAX_CLAUSES = 400
"""Clauses of one review that are scored; a longer review has said it by then, and by `MAX_CHARACTERS`."""

_READ = {"en", "zh"}


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a review, `review[start:end]`, with the properties it names: (key, spelling) pairs."""

    start: int
    end: int
    text: str
    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """A review as it is scored: the clauses that name a property, and the sentences that ask for something."""

    review: int
    clauses: tuple[Passage, ...]
    requests: tuple[Passage, ...]


class Quote(Value):
    """A customer's own words: an exact piece of the review with that index."""

    review: int
    start: int
    end: int
    text: str
    score: float = Field(ge=-1, le=1)


class Aspect(Value):
    """A property that reviews speak of. The counts are reviews; each has one voice, the mean of its clauses."""

    term: str
    positive: int
    negative: int
    neutral: int
    mean_score: float = Field(ge=-1, le=1)
    praise: tuple[Quote, ...]
    blame: tuple[Quote, ...]

    @property
    def count(self) -> int:
        """How many reviews speak of it."""
        return self.positive + self.negative + self.neutral


class Request(Value):
    """What is asked for: the property it is about ("" where none is named), how many ask, their words."""

    term: str
    count: int
    quotes: tuple[Quote, ...]


class AspectReport(Value):
    """The reviews' aspects, most telling first. One that people disagree on may be in both lists."""

    liked: tuple[Aspect, ...]
    disliked: tuple[Aspect, ...]
    requests: tuple[Request, ...]
    reviews: int
    scored_clauses: int


_END = "\0"


def split_review(
    text: str, review: int = 0, language: Literal["en", "zh"] | None = None, *, ignore: Collection[str] = ()
) -> Parts:
    """Cut a review into the clauses to score and the sentences that ask; none in other languages.

    Args:
        text: The review.
        review: Its index, for the quotes.
        language: Its language; None detects it.
        ignore: Names that are no property, such as the product's: a term that is one, or the beginning of one
            (Aurora, of Aurora X phone), is passed over.
    """
    text = text[:MAX_CHARACTERS]
    code = language or detect(text).code
    if code not in _READ:
        return Parts(review, (), ())
    ignored = tuple(_key(name, code) + _END for name in ignore)
    spans = clauses(text)
    found = []
    for span in spans:
        names = _names(text, span, code, ignored)
        if names:
            found.append(_passage(text, span, names))
            if len(found) == MAX_CLAUSES:
                break
    wanted = []
    for sentence in sentences(text):
        asked = asks(sentence.of(text), code) if sentence.end - sentence.start <= 2 * MAX_QUOTE else None
        if asked is None:
            continue
        # The screen is good, the battery needs work: the wish is about what its own clause names.
        place = sentence.start + asked - 1
        clause = next((span for span in spans if span.start <= place < span.end), sentence)
        names = _names(text, clause, code, ignored) or _names(text, sentence, code, ignored)
        wanted.append(_passage(text, sentence, names))
    return Parts(review, tuple(found), tuple(wanted))


def _key(name: str, language: str) -> str:
    return " ".join(map(stem, name.split())) if language == "en" else "".join(name.lower().split())


def _names(text: str, span: Span, language: str, ignored: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The properties that a piece names: nouns and their phrases, the longest at each place, each once."""
    piece = span.of(text)
    held = [term for term in terms(piece, language) if term.noun]
    held.sort(key=lambda term: (term.start - term.end, term.start))
    chosen: list[Term] = []
    taken = bytearray(len(piece))
    for masked in PLACEHOLDER.finditer(piece):
        # `[phone]` stands for a number that was masked: nobody speaks of a phone there.
        taken[masked.start() : masked.end()] = b"\1" * len(masked.group())
    for term in held:
        if any(taken[term.start : term.end]):
            continue
        taken[term.start : term.end] = b"\1" * (term.end - term.start)
        # English names are compared by whole words, Chinese ones by characters.
        beginning = term.key + (" " if language == "en" else "")
        if not any(name.startswith((beginning, term.key + _END)) for name in ignored):
            chosen.append(term)
    chosen.sort(key=lambda term: term.start)
    same = synonyms(language)
    names = {}
    for term in chosen:
        first = same.get(term.key)
        names[_key(first, language) if first else term.key] = first or term.text
    return tuple(names.items())


_EDGE = " \t,，、;；:：—–-(（~～*·"


def _passage(text: str, span: Span, names: tuple[tuple[str, str], ...]) -> Passage:
    start, end = span
    end = min(end, start + MAX_QUOTE)
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    return Passage(start, end, text[start:end], names)
