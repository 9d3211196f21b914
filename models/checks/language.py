"""That the copy is in the language asked for."""

import re
from collections.abc import Iterator

from models.checks.subject import Subject, found
from models.variant import Check

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_OTHER_SCRIPT = re.compile(
    r"[\u0400-\u052f\u0590-\u06ff\u0900-\u0dff\u0e00-\u0e7f\u3040-\u30ff\uac00-\ud7af]"
)
_WORD = re.compile(r"[A-Za-z\u00c0-\u024f']{2,}")

# A Chinese part may be a Latin brand name with a unit; a run of this many foreign words is a sentence.
_FOREIGN_WORDS = 4


def is_in_language(subject: Subject) -> Iterator[Check]:
    """Each part is in the brief's language; names that the brief itself writes in another script may stay."""
    known_words = {word.casefold() for word in _WORD.findall(subject.facts)}
    known_characters = set(subject.facts)
    clean = True
    for index, part in enumerate(subject.parts):
        strange = {c for c in _OTHER_SCRIPT.findall(part.text) if c not in known_characters}
        if subject.language == "en":
            wrong = bool(strange) or any(c not in known_characters for c in _HAN.findall(part.text))
        else:
            foreign = [word for word in _WORD.findall(part.text) if word.casefold() not in known_words]
            han = len(_HAN.findall(part.text))
            wrong = bool(strange) or (len(foreign) >= _FOREIGN_WORDS and len(foreign) * 2 > han)
        if wrong:
            clean = False
            place = subject.place(index)
            yield found(
                subject, "language", f"{place} is not all in English", f"{place}不是中文", index=index
            )
    if clean:
        yield Check(name="language", passed=True)
