"""What a check looks at, and how it says what it found in the brief's language."""

from collections.abc import Callable, Iterator
from typing import Literal

from models.brand import Brand
from models.brief import Brief, Language
from models.platforms import PartSpec, part_label, parts_for_brief
from models.variant import Check, Part, Value

__all__ = ["CheckFunction", "Subject", "found"]


class Subject(Value):
    """One variant under examination.

    `facts` is all that its claims may rest on (the brief, what people said in the thread, what the brand vouches
    for); `others` are the variants shown beside it; `instructions` is what the model was told, people's words aside;
    `brand` is the profile that it is written under, if any.
    """

    brief: Brief
    parts: tuple[Part, ...]
    facts: str
    others: tuple[tuple[Part, ...], ...] = ()
    instructions: str = ""
    brand: Brand | None = None

    @property
    def language(self) -> Language:
        """The language that the copy must be in."""
        return self.brief.resolved_language

    @property
    def specs(self) -> tuple[PartSpec, ...]:
        """The parts that the brief's platform asks for."""
        return parts_for_brief(self.brief)

    def spec(self, name: str) -> PartSpec | None:
        """The specification of the part with this name."""
        return next((spec for spec in self.specs if spec.name == name), None)

    @property
    def published(self) -> tuple[tuple[int, Part], ...]:
        """The parts that customers read, with their places; a plan has others, which are the team's own."""
        internal = {spec.name for spec in self.specs if spec.internal}
        return tuple((i, part) for i, part in enumerate(self.parts) if part.name not in internal)

    def place(self, index: int) -> str:
        """What people call a part: its label, numbered where the name repeats (`Headline 2`)."""
        name = self.parts[index].name
        spec = self.spec(name)
        label = part_label(spec, self.language) if spec else name
        same = [i for i, part in enumerate(self.parts) if part.name == name]
        return label if len(same) < 2 else f"{label} {same.index(index) + 1}"


CheckFunction = Callable[[Subject], Iterator[Check]]
"""A check: yields its findings, at least one, so that people see what was looked at."""


def found(
    subject: Subject,
    name: str,
    en: str,
    zh: str,
    *,
    index: int | None = None,
    severity: Literal["hard", "soft"] = "hard",
) -> Check:
    """A failed check, with its reason in the brief's language.

    Args:
        subject: What was examined.
        name: The check's name.
        en: The reason in English.
        zh: The reason in Chinese.
        index: Which part it is about, by its place in `subject.parts`; None = the whole variant.
        severity: `hard` keeps the variant from being ready, `soft` warns.
    """
    part = subject.parts[index].name if index is not None else ""
    reason = zh if subject.language == "zh" else en
    return Check(name=name, passed=False, severity=severity, part=part, index=index, reason=reason)
