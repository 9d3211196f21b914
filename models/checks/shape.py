"""That the copy has the parts its place needs."""

from collections.abc import Iterator

from models.checks.subject import Subject, found
from models.platforms import part_label
from models.variant import Check


def has_its_parts(subject: Subject) -> Iterator[Check]:
    """Each part is there as often as the platform wants it, with text in it."""
    clean = True
    for spec in subject.specs:
        count = sum(part.name == spec.name for part in subject.parts)
        least, most = spec.count
        label = part_label(spec, subject.language)
        if count < least:
            clean = False
            yield found(
                subject,
                "shape",
                f"{label}: {count} of at least {least}",
                f"{label}：只有{count}条，至少{least}条",
            )
        elif count > most:
            clean = False
            yield found(
                subject, "shape", f"{label}: {count}, at most {most}", f"{label}：{count}条，最多{most}条"
            )
    for index, part in enumerate(subject.parts):
        if not part.text.strip():
            clean = False
            place = subject.place(index)
            yield found(subject, "shape", f"{place} is empty", f"{place}为空", index=index)
    if clean:
        yield Check(name="shape", passed=True)
