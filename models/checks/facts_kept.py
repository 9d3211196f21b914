"""That a rewrite keeps every fact of the text that it starts from, and brings in none."""

from collections.abc import Iterator, Sequence

from models.checks.facts import Fact, facts_in, without_addresses
from models.checks.subject import Subject, found
from models.checks.terms import has_term
from models.variant import Check

__all__ = ["keeps_every_fact", "lost_facts", "new_facts"]


def keeps_every_fact(subject: Subject, before: str) -> Iterator[Check]:
    """Every figure with its unit, price, date, name, title, address and offer of the text before is in the copy, and
    the copy states none that is neither there nor in the subject's facts; required words that it had stay.

    Args:
        subject: The rewritten copy.
        before: The text that it starts from.
    """
    after = "\n".join(part.text for part in subject.parts)
    lost = [fact.shown for fact in lost_facts(before, after)]
    words = subject.brief.must_include
    lost += [
        term for term in words if has_term(before, term) and not has_term(after, term) and term not in lost
    ]
    new = [fact.shown for fact in new_facts(f"{before}\n{subject.facts}", after)]
    for shown in lost:
        yield found(subject, "facts_kept", f"“{shown}” of the original is missing", f"缺少原文中的“{shown}”")
    for shown in new:
        yield found(subject, "facts_kept", f"“{shown}” is not in the original", f"“{shown}”不在原文中")
    if not lost and not new:
        yield Check(name="facts_kept", passed=True)


def lost_facts(before: str, after: str) -> list[Fact]:
    """The facts of a text that another does not have."""
    held = facts_in(after)
    return [fact for fact in facts_in(before) if not _holds(held, fact, after)]


def new_facts(before: str, after: str) -> list[Fact]:
    """The facts of a text that the one before it does not have; names that may be ordinary words do not count."""
    held = facts_in(before)
    return [fact for fact in facts_in(after) if fact.certain and not _holds(held, fact, before, exact=False)]


def _holds(held: Sequence[Fact], fact: Fact, text: str, *, exact: bool = True) -> bool:
    """Whether a text has a fact: its facts, and the text itself, since a name is one however it is capitalised.

    Args:
        held: The text's facts.
        fact: The fact that is looked for.
        text: The text.
        exact: Whether a unit that the fact has must be there; a bare number is held by the number with any unit.
    """
    if any(other.kind == fact.kind and other.key == fact.key for other in held):
        return True
    if fact.kind == "name":
        return has_term(without_addresses(text), fact.shown)
    if fact.kind == "figure" and not fact.unit:
        return any(other.kind == "figure" and other.value == fact.value for other in held) or (
            not exact and _in_a_date(held, fact.value)
        )
    return False


def _in_a_date(held: Sequence[Fact], value: str) -> bool:
    return any(other.kind == "date" and value in other.key.split("-") for other in held)
