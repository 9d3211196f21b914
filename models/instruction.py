"""What a rewrite asks for that can be measured: shorter, longer, something first, something left out."""

import re
from collections.abc import Iterator

from models.brief import Brief
from models.checks.subject import Subject, found
from models.checks.terms import fold, has_term
from models.variant import Check, Value

__all__ = ["Wish", "by_wish", "follows_wish", "read_wish"]

_SHORTER = re.compile(
    r"\b(?:shorter|shorten|briefer|more concise|tighter|cut it down|trim it)\b|更?短(?:一)?[些点]|更短|缩短|精简|简短",
    re.IGNORECASE,
)
_LONGER = re.compile(
    r"\b(?:longer|lengthen|expand|more detail(?:s|ed)?)\b|更?长(?:一)?[些点]|更长|加长|展开|更详细|详细(?:一)?[些点]",
    re.IGNORECASE,
)
_WITH = re.compile(
    r"\b(?:start|lead|begin|open)\s+with\s+(?:the\s+|its\s+)?(?P<a>[^,.;]+)|以(?P<b>[^，。；,.;]+?)开头",
    re.IGNORECASE,
)
_MENTION_FIRST = re.compile(
    r"\b(?:mention|put|say|feature|name|bring)\s+(?:the\s+|its\s+)?(?P<a>[^,.;]+?)\s+"
    r"(?:first|at the (?:start|beginning|top|front)|up ?front)"
    r"|(?:先|首先)(?:提到?|说|写|讲|突出)(?P<b>[^，。；,.;]+)"
    r"|把(?P<c>[^，。；,.;]+?)放在?(?:最?前面?|开头)",
    re.IGNORECASE,
)
_DROP = re.compile(
    r"\b(?:drop|remove|leave out|omit|without|don't mention|do not mention|skip)\s+(?:the\s+|its\s+|any\s+)?"
    r"(?P<a>[^,.;]+)|(?:(?:不要?|别)(?:再)?(?:提到?|写|说)|去掉|删掉|删除|拿掉)(?P<b>[^，。；,.;]+)",
    re.IGNORECASE,
)


class Wish(Value):
    """The measurable part of an instruction.

    `length`: -1 shorter, 1 longer, 0 not asked. `first`: what must come first. `dropped`: what must go.
    """

    length: int = 0
    first: str = ""
    dropped: str = ""


def _captured(match: re.Match[str] | None) -> str:
    return next((text.strip() for text in match.groups() if text), "") if match else ""


def read_wish(instruction: str) -> Wish:
    """Read what can be measured out of an instruction; most of a wish (tone, angle) cannot, and is not here."""
    shorter, longer = bool(_SHORTER.search(instruction)), bool(_LONGER.search(instruction))
    first = _captured(_MENTION_FIRST.search(instruction)) or _captured(_WITH.search(instruction))
    return Wish(
        length=0 if shorter == longer else -1 if shorter else 1,
        first=first,
        dropped=_captured(_DROP.search(instruction)),
    )


def terms_for(wanted: str, brief: Brief) -> tuple[str, ...]:
    """What in the copy shows that something is mentioned: its own words, or the value of the attribute it names.

    `battery` is mentioned where the copy says “battery” or “5000 mAh”.
    """
    terms = [wanted]
    for name, value in brief.attributes.items():
        if has_term(name, wanted, inflected=True) or has_term(wanted, name, inflected=True):
            terms += [name, value]
    return tuple(dict.fromkeys(term for term in terms if term))


def _gone_with(dropped: str, brief: Brief) -> tuple[str, ...]:
    """What goes with what is dropped: with the resoling price its figure, not the word resoling."""
    return tuple(
        term
        for term in terms_for(dropped, brief)
        if term not in brief.attributes or has_term(term, dropped, inflected=True)
    )


def by_wish(brief: Brief, wish: Wish) -> list[tuple[str, str]]:
    """The brief's attributes as a wish orders them: what should come first leads, what should go is left out."""

    def named(wanted: str, name: str, value: str) -> bool:
        return bool(wanted) and ({name, value} & set(terms_for(wanted, brief)) != set())

    kept = [pair for pair in brief.attributes.items() if not named(wish.dropped, *pair)]
    return sorted(kept, key=lambda pair: not named(wish.first, *pair))


def position_of(text: str, terms: tuple[str, ...]) -> float | None:
    """Where a text first has one of the terms, as a share of its length; None when it has none."""
    folded = fold(text)
    at = [folded.find(fold(term)) for term in terms]
    kept = [place for place in at if place >= 0]
    return min(kept) / max(1, len(folded)) if kept else None


def follows_wish(subject: Subject, wish: Wish, before: str) -> Iterator[Check]:
    """Whether a rewrite does what was measurably asked; soft, since words can be met in ways not measured.

    Args:
        subject: The rewritten copy.
        wish: What was asked.
        before: The text it was asked of.
    """
    text = "\n".join(part.text for part in subject.parts)
    clean = True
    if (wish.length < 0 and len(text) >= len(before)) or (wish.length > 0 and len(text) <= len(before)):
        clean = False
        yield found(
            subject,
            "instruction",
            f"asked to be {'shorter' if wish.length < 0 else 'longer'}, it is {len(text)} characters after "
            f"{len(before)}",
            f"要求{'缩短' if wish.length < 0 else '加长'}，改前{len(before)}字，改后{len(text)}字",
            severity="soft",
        )
    if wish.first:
        place = position_of(text, terms_for(wish.first, subject.brief))
        if place is None or place > 1 / 3:
            clean = False
            yield found(
                subject,
                "instruction",
                f"“{wish.first}” does not come first",
                f"“{wish.first}”没有放在前面",
                severity="soft",
            )
    if wish.dropped and position_of(text, _gone_with(wish.dropped, subject.brief)) is not None:
        clean = False
        yield found(
            subject,
            "instruction",
            f"“{wish.dropped}” is still there",
            f"仍然提到“{wish.dropped}”",
            severity="soft",
        )
    if clean and wish != Wish():
        yield Check(name="instruction", passed=True)
