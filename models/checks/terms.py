"""Words that copy must have or must not have."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from models.checks.subject import Subject, found
from models.variant import Check

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


def fold(text: str) -> str:
    """Text as terms are compared: NFKC (full-width letters become plain), case folded, one space between words."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).casefold().strip()


@lru_cache(maxsize=512)
def _pattern(term: str, inflected: bool) -> re.Pattern[str]:
    folded = fold(term)
    if _HAN.search(folded):
        # Chinese has no word boundaries, and people put spaces between Chinese and Latin or leave them out.
        return re.compile(r"\s*".join(re.escape(character) for character in folded.replace(" ", "")))
    words = r"[\s\-]+".join(re.escape(word) for word in re.split(r"[\s\-]+", folded) if word)
    start = r"(?<![^\W_])" if folded[:1].isalnum() else ""
    end = r"(?![^\W_])" if folded[-1:].isalnum() else ""
    return re.compile(start + words + (r"(?:'?s|es|d|ed|ing|ly)?" if inflected else "") + end)


def has_term(text: str, term: str, *, inflected: bool = False) -> bool:
    """Whether a text has a term as a whole word (Latin) or as it stands (Chinese).

    Args:
        text: Where to look.
        term: What to look for.
        inflected: Whether the usual English endings count too (`cure` finds `cures`).
    """
    return bool(fold(term)) and bool(_pattern(term, inflected).search(fold(text)))


def has_must_include(subject: Subject) -> Iterator[Check]:
    """Every phrase that the brief insists on stands somewhere in the copy."""
    text = "\n".join(part.text for part in subject.parts)
    missing = [term for term in subject.brief.must_include if not has_term(text, term)]
    for term in missing:
        yield found(subject, "must_include", f"“{term}” is missing", f"缺少“{term}”")
    if not missing:
        yield Check(name="must_include", passed=True)


def has_no_must_avoid(subject: Subject) -> Iterator[Check]:
    """No part has a word that the brief rules out, in any of its usual endings."""
    clean = True
    for index, part in enumerate(subject.parts):
        for term in subject.brief.must_avoid:
            if has_term(part.text, term, inflected=True):
                clean = False
                place = subject.place(index)
                yield found(
                    subject,
                    "must_avoid",
                    f"{place} says “{term}”, which the brief rules out",
                    f"{place}含有禁用词“{term}”",
                    index=index,
                )
    if clean:
        yield Check(name="must_avoid", passed=True)


def keyword_coverage(text: str, keywords: tuple[str, ...]) -> float | None:
    """The share of keywords that a text has, 0 to 1; None when there are none."""
    if not keywords:
        return None
    return sum(has_term(text, keyword, inflected=True) for keyword in keywords) / len(keywords)
