"""What a text gives away: “free” and 免费 with the thing that is free."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

__all__ = ["Free", "free_things", "gift_at", "is_given"]


class Free(NamedTuple):
    """One thing said to be free: where, in which words, and the beginnings of the thing's words (none = not said)."""

    start: int
    shown: str
    thing: frozenset[str]


# Free movement, free time, free of, sugar-free: nobody pays for these.
_NO_GIFT = (
    r"(?!\s(?:of|from|to|up|your|yourself|you|time|range|spirit\w*|hands?|style|fall|flow\w*|movement|weekends?|days?|"
    r"mornings?|evenings?|afternoons?|minute|hours?|(?:half|quarter)(?:[\s-]of)?(?:[\s-]an)?[\s-]hour(?!\s(?:session|lesson|consultation|call|class))"
    r"|wall|corner|shelf|hook|socket|slot|arm|end|moments?|space|running|market|form|standing|speech|choice|will|world|radicals?)\b)"
)
_GIVEN = re.compile(
    rf"(?<![\w-])free\b(?!-){_NO_GIFT}(?=(?:\s(?P<what>[a-z][a-z-]*(?:\s[a-z][a-z-]*)?))?)", re.IGNORECASE
)
_AT_NO_COST = re.compile(
    r"\b(?:for\sfree|free\sof\scharge|at\sno\s(?:extra\s|additional\s)?(?:cost|charge))\b(?!\s(?:shipping|delivery))",
    re.IGNORECASE,
)
# What one gets stands behind these, after a count.
_ZH_VERB = r"(?:领取?|拿走?|获?得到?|赠送?|送|带走|享)?(?:你|您)?"
_ZH_COUNT = r"(?:[一二两三四五六七八九十\d]{1,3}[个份件只袋套瓶张支杯条台双盒包]?)?"
_ZH_GIVEN = re.compile(rf"免费(?P<verb>{_ZH_VERB}){_ZH_COUNT}(?P<what>[\u4e00-\u9fff]{{0,6}})")
# Of facts only: copy that says so is read as an offer or a gift.
_ZH_GIFT = re.compile(
    rf"(?:(?:0|零)元{_ZH_VERB}|赠送?|(?<![配寄运])送(?![货达到]))(?:你|您)?{_ZH_COUNT}(?P<what>[\u4e00-\u9fff]{{0,6}})"
)
_GIFT_BEHIND = re.compile(rf"(?:你|您)?{_ZH_COUNT}(?P<what>[\u4e00-\u9fff]{{1,6}})")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_CLAUSE = re.compile(r"[.!?;:,，。！？；：\n]")
_WORD = re.compile(r"[a-z]{3,}")
_EMPTY = frozenset(
    "and are all any also but can could each every for from get give gives given have has her him his how into "  # noqa: SIM905
    "its just let more now off offer offers our out own people that the their them then they this tell try was "
    "will with you your yours buy purchase order orders free make show sell send everyone customers away comes "
    "come take grab enjoy when while until today only instead".split()
)
_NOT_A_THING = frozenset(
    "for on at in with when if and or but until today now as by is are only this".split()  # noqa: SIM905
)
_PRONOUN = re.compile(r"\b(?:it|them|one|this|these|those|everything|all)\s*$", re.IGNORECASE)
_ALIKE = {"deli": "ship", "post": "ship"}


def _words(text: str) -> frozenset[str]:
    """Beginnings of the words that name something: refill and refills are one, delivery is shipping."""
    found = {word[:4] for word in _WORD.findall(text.casefold()) if word not in _EMPTY}
    return frozenset(_ALIKE.get(word, word) for word in found)


def _pairs(text: str) -> frozenset[str]:
    han = re.sub(r"[^\u4e00-\u9fff]", "", text)
    return frozenset(han[at : at + 2] for at in range(len(han) - 1))


def _before(text: str, end: int) -> str:
    """The clause that leads to a place."""
    start = max(
        (match.end() for match in _CLAUSE.finditer(text, max(0, end - 80), end)), default=max(0, end - 80)
    )
    return text[start:end]


@lru_cache(maxsize=512)
def free_things(text: str) -> tuple[Free, ...]:
    """Everything that a text says is free, in its order."""
    return tuple(sorted(_found(text)))


def _found(text: str) -> Iterator[Free]:
    at_no_cost = [match.span() for match in _AT_NO_COST.finditer(text)]
    for start, end in at_no_cost:
        leading = _before(text, start)
        thing = frozenset() if _PRONOUN.search(leading) else _words(" ".join(leading.split()[-5:]))
        yield Free(start, text[start:end], thing)
    for match in _GIVEN.finditer(text):
        if any(start <= match.start() < end for start, end in at_no_cost):
            continue
        what = match["what"] or ""
        if what and what.split()[0].casefold() not in _NOT_A_THING:
            yield Free(match.start(), f"{match.group()} {what}", _words(what))
        else:
            # “Second refill free”, “the case is free”: the thing stands in front.
            leading = " ".join(_before(text, match.start()).split()[-4:])
            yield Free(match.start(), match.group(), _words(leading))
    for match in _ZH_GIVEN.finditer(text):
        thing = _pairs(match["what"])
        if not thing and not match["verb"]:
            thing = _pairs(_before(text, match.start())[-6:])
        yield Free(match.start(), match.group(), thing)


def is_given(free: Free, text: str, facts: str) -> bool:
    """Whether the facts give the same thing away.

    Args:
        free: What a text says is free.
        text: That text: where a gift names no thing (“get it for free”), another word of the text may.
        facts: All that it may rest on.
    """
    stated = [one.thing for one in free_things(facts)]
    stated += [_pairs(match["what"]) for match in _ZH_GIFT.finditer(facts)]
    things = frozenset().union(*stated)
    if any(not thing for thing in stated):
        return True
    if stated and _HAN.search(free.shown) and not (free.thing and any(_is_han(word) for word in things)):
        # “领！” names nothing, and a brief in English names it otherwise.
        return True
    named = free.thing or _words(text) | _pairs(text)
    return bool(named & things)


def gift_at(text: str, start: int, end: int) -> Free:
    """A gift that a text names at a place (赠送收纳袋), with the thing that stands behind the word."""
    what = _GIFT_BEHIND.match(text, end)
    return Free(start, text[start:end], _pairs(what["what"]) if what else frozenset())


def _is_han(word: str) -> bool:
    return "\u4e00" <= word[:1] <= "\u9fff"
