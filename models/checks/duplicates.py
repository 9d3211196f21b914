"""That no copy is shown twice: neither a part within a variant, nor a variant beside another."""

import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher

import regex

from models.checks.subject import Subject, found
from models.variant import Check, Part

NEAR = 0.9
"""Two texts whose matching share (difflib's ratio) is above this read as the same copy."""


def _bare(text: str) -> str:
    return regex.sub(r"[^\p{L}\p{N}]+", " ", unicodedata.normalize("NFKC", text)).casefold().strip()


def is_near(a: str, b: str) -> bool:
    """Whether two texts are the same but for a few characters, case and punctuation."""
    a, b = _bare(a), _bare(b)
    if a == b:
        return True
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return matcher.real_quick_ratio() > NEAR and matcher.quick_ratio() > NEAR and matcher.ratio() > NEAR


def whole_text(parts: tuple[Part, ...]) -> str:
    """The parts as one text."""
    return "\n".join(part.text for part in parts)


def has_no_duplicates(subject: Subject) -> Iterator[Check]:
    """No part says what another part of the same name says, and no other variant is the same copy."""
    clean = True
    for index, part in enumerate(subject.parts):
        earlier = [other.text for other in subject.parts[:index] if other.name == part.name]
        if any(is_near(part.text, text) for text in earlier):
            clean = False
            place = subject.place(index)
            yield found(subject, "duplicates", f"{place} repeats another", f"{place}与前面重复", index=index)
    if any(is_near(whole_text(subject.parts), whole_text(other)) for other in subject.others):
        clean = False
        yield found(subject, "duplicates", "the same as another variant", "与另一条文案相同")
    if clean:
        yield Check(name="duplicates", passed=True)
