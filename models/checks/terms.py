"""Words that copy must have or must not have."""

from collections.abc import Iterator

from models.checks.subject import Subject, found
from models.matching import fold, has_term
from models.variant import Check

__all__ = ["fold", "has_must_include", "has_no_must_avoid", "has_term", "keyword_coverage"]


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
