"""What a copy is moved towards: the aims that people name or that a reading shows to be weak, and whether a rewrite
moved the figures."""

import re
from collections.abc import Iterator
from typing import Literal

from bot.optimise_reading import Reading
from models.brief import Language
from models.instruction import read_wish
from models.ranking import target_sentiment
from models.variant import Value

__all__ = ["Aim", "Goal", "Plan", "make_plan", "moved", "named_aims", "shortfalls"]

Aim = Literal["warmer", "calmer", "clearer", "shorter", "longer"]
Measure = Literal["sentiment", "readability", "length", "marks"]
Basis = Literal["named", "weak", "default", "unmeasured"]

SENTIMENT_MARGIN = 0.15
"""How far a score must move to count. Edits that change no meaning (a full stop taken away, “&” for “and”, sentences
swapped) move it by less in nine cases of ten: `python -m benchmarks.optimise_margin`."""

READABILITY_MARGIN = 3.0
"""Points of 100: about one sentence in ten cut in two."""

LENGTH_MARGIN = 0.05
"""The share of the characters."""

SENTIMENT_GUARD = 0.25
"""How far a score may fall that is not aimed at; readability that is not aimed at may not become weak."""

GROWTH, GROWTH_FREE = 1.6, 30
"""How long a rewrite may be that was not asked to be longer: so many times as long, and so many characters more."""

WEAK_SENTIMENT, WEAK_READABILITY = 0.35, 50.0
_NEAR_BEST_SENTIMENT, _NEAR_BEST_READABILITY = 0.9, 80.0

_LESS = (
    r"(?:\b(?:less|not (?:so|too|as)|tone down(?: the)?|reduce(?: the)?)\s+"
    r"|(?:不要|别|不那么|少)(?:太|那么|这么|一点|些)?)"
)
_WARM = re.compile(
    rf"(?P<less>{_LESS})?(?:\bwarm\w*|\bfriendl\w+|\bkind(?:er|ly)\b|\b(?:more |most )?positive\b|\bupbeat|\bhapp\w+|"
    r"\bcheer\w+|\benthusias\w+|\binviting|\boptimis\w+|\bexcit\w+|温暖|温馨|亲切|热情|积极|正面|友好|开心|愉快|乐观|暖心|更暖)",
    re.IGNORECASE,
)
_CALM = re.compile(
    rf"(?P<less>{_LESS})?(?:\bcalm\w*|\b(?:less|no) hype\b|\bneutral|\bmatter[- ]of[- ]fact|\bsober|\bunderstated|"
    r"\bquiet(?:er)?\b|\bfactual|\bless (?:pushy|loud|salesy)|冷静|平实|克制|平和|沉稳|客观|朴素|低调|中性)",
    re.IGNORECASE,
)
_CLEAR = re.compile(
    rf"(?P<less>{_LESS})?(?:\bclear(?:er|ly)?\b|\bsimpl\w+|\bplain(?:er)?\b|\breadab\w+|"
    r"\beas(?:y|ier) to (?:read|follow)|通俗|易懂|清楚|清晰|简单|明白|好读|易读)",
    re.IGNORECASE,
)


class Goal(Value):
    """One figure and where it should go: up (1) or down (-1), or nearer to `toward`."""

    aim: Aim
    measure: Measure
    direction: Literal[-1, 1] = 1
    toward: float | None = None


class Plan(Value):
    """What is aimed at.

    `asked` is the person's wish in their words; `aims` what the writer is told besides; `goals` the figures that must
    move. `basis`: `named` (all goals must move), `weak` (one must, and none may get worse), `default` (nothing was
    weak) or `unmeasured` (the wish is nothing that is measured). `weak` names what was
    found weak; `unscored` tells that sentiment was wished for and is not scored.
    """

    asked: str = ""
    basis: Basis
    aims: tuple[Aim, ...] = ()
    goals: tuple[Goal, ...] = ()
    weak: tuple[str, ...] = ()
    unscored: bool = False


def named_aims(asked: str) -> tuple[Aim, ...]:
    """The aims that a wish names, in words or turned round (`less excited` is calmer); the rest is free text."""
    found: list[Aim] = []
    if match := _WARM.search(asked):
        found.append("calmer" if match["less"] else "warmer")
    if match := _CALM.search(asked):
        found.append("warmer" if match["less"] else "calmer")
    if "warmer" in found and "calmer" in found:
        found = []
    if (match := _CLEAR.search(asked)) and not match["less"]:
        found.append("clearer")
    length = read_wish(asked).length
    if length:
        found.append("shorter" if length < 0 else "longer")
    return tuple(dict.fromkeys(found))


def make_plan(reading: Reading, asked: str, tone: str, language: Language) -> Plan:
    """What to aim at: what the person named; else what is weak; else what can be better still.

    Args:
        reading: The copy's figures.
        asked: The person's wish; may be empty.
        tone: The brief's tone.
        language: The copy's language.
    """
    weak = list(_weak(reading, tone))
    told = tuple(_told(aim, reading, language) for aim in weak)
    if asked:
        aims = named_aims(asked)
        goals = tuple(goal for aim in aims if (goal := _goal(aim, reading)))
        unscored = reading.sentiment is None and bool({"warmer", "calmer"} & set(aims))
        return Plan(
            asked=asked,
            basis="named" if goals else "unmeasured",
            aims=aims,
            goals=goals,
            weak=told,
            unscored=unscored,
        )
    aims = tuple(weak) or (_better_still(reading, tone),)
    goals = tuple(goal for aim in aims if (goal := _goal(aim, reading)))
    return Plan(basis="weak" if weak else "default", aims=aims, goals=goals, weak=told)


def moved(goal: Goal, before: Reading, after: Reading) -> bool | None:
    """Whether a figure went where it should, by more than noise; None when it is not measured."""
    gain = _gain(goal, before, after)
    return None if gain is None else gain >= _margin(goal, before) - 1e-9


def shortfalls(plan: Plan, before: Reading, after: Reading, language: Language) -> list[str]:
    """Why a rewrite is no improvement; nothing when it is one.

    Whatever is aimed at, no other figure may be spoiled for it.
    """
    short = [goal for goal in plan.goals if not moved(goal, before, after)]
    if plan.basis == "weak" and len(short) < len(plan.goals):
        short = [goal for goal in short if _worse(goal, before, after)]
    return [_said(goal, before, after, language) for goal in short] + list(
        _spoiled(plan, before, after, language)
    )


def _spoiled(plan: Plan, before: Reading, after: Reading, language: Language) -> Iterator[str]:
    """Figures that were not aimed at and that a rewrite pays with."""
    aimed = {goal.measure for goal in plan.goals}
    if "sentiment" not in aimed and "calmer" not in plan.aims and before.sentiment and after.sentiment:
        old, new = before.sentiment.score, after.sentiment.score
        if old - new > SENTIMENT_GUARD:
            shown = f"{old:+.2f} → {new:+.2f}"
            yield f"情感{shown}，下降过多" if language == "zh" else f"sentiment {shown}, too much is lost"
    if "length" not in aimed and "longer" not in plan.aims and _too_long(before, after):
        shown = f"{before.characters:,} → {after.characters:,}"
        yield f"字数{shown}，增加过多" if language == "zh" else f"characters {shown}, far longer than it was"
    ease = before.readability, after.readability
    was_easy, is_hard = (ease[0] or 0.0) >= WEAK_READABILITY, (ease[1] or 100.0) < WEAK_READABILITY
    if "readability" not in aimed and None not in ease and was_easy and is_hard:
        shown = f"{ease[0]:.0f} → {ease[1]:.0f}"
        yield (
            f"易读性{shown}，变得难读" if language == "zh" else f"readability {shown}, it became hard to read"
        )


def _too_long(before: Reading, after: Reading) -> bool:
    return after.characters > GROWTH * before.characters + GROWTH_FREE


def _weak(reading: Reading, tone: str) -> Iterator[Aim]:
    """The aims that a reading calls for, the most pressing first."""
    if any(part.over or part.cut for part in reading.lengths):
        yield "shorter"
    elif any(part.under for part in reading.lengths):
        yield "longer"
    if reading.sentiment is not None:
        level = target_sentiment(tone)
        if reading.sentiment.score < min(WEAK_SENTIMENT, level):
            yield "warmer"
        elif level < WEAK_SENTIMENT and reading.sentiment.score > level + 0.4:
            yield "calmer"
    if reading.readability is not None and reading.readability < WEAK_READABILITY:
        yield "clearer"


def _better_still(reading: Reading, tone: str) -> Aim:
    calm = target_sentiment(tone) < WEAK_SENTIMENT
    if reading.sentiment is not None and reading.sentiment.score < _NEAR_BEST_SENTIMENT and not calm:
        return "warmer"
    if reading.readability is not None and reading.readability < _NEAR_BEST_READABILITY:
        return "clearer"
    return "shorter"


def _goal(aim: Aim, reading: Reading) -> Goal | None:
    """The figure that shows an aim; None when it is not measured here."""
    match aim:
        case "warmer":
            return Goal(aim=aim, measure="sentiment") if reading.sentiment else None
        case "calmer" if (
            reading.sentiment and abs(reading.sentiment.score - target_sentiment("calm")) > SENTIMENT_MARGIN
        ):
            return Goal(aim=aim, measure="sentiment", toward=target_sentiment("calm"))
        case "calmer":
            return Goal(aim=aim, measure="marks", direction=-1) if reading.marks else None
        case "clearer":
            return Goal(aim=aim, measure="readability") if reading.readability is not None else None
        case "shorter":
            return Goal(aim=aim, measure="length", direction=-1)
        case "longer":
            return Goal(aim=aim, measure="length")


def _value(goal: Goal, reading: Reading) -> float | None:
    match goal.measure:
        case "sentiment":
            value = reading.sentiment.score if reading.sentiment else None
        case "readability":
            value = reading.readability
        case "length":
            value = float(reading.characters)
        case "marks":
            value = float(reading.marks)
    return value


def _gain(goal: Goal, before: Reading, after: Reading) -> float | None:
    old, new = _value(goal, before), _value(goal, after)
    if old is None or new is None:
        return None
    if goal.toward is not None:
        return abs(old - goal.toward) - abs(new - goal.toward)
    return (new - old) * goal.direction


def _margin(goal: Goal, before: Reading) -> float:
    """The least gain that counts; near the end of a scale half of what is left counts too."""
    value = _value(goal, before) or 0.0
    match goal.measure:
        case "sentiment" if goal.toward is not None:
            return SENTIMENT_MARGIN
        case "sentiment":
            return max(0.01, min(SENTIMENT_MARGIN, (1 - value) / 2))
        case "readability":
            return max(0.5, min(READABILITY_MARGIN, (100 - value) / 2))
        case "length":
            return max(2.0, LENGTH_MARGIN * value)
        case "marks":
            return 1.0


_FULL: dict[Measure, float] = {"sentiment": SENTIMENT_MARGIN, "readability": READABILITY_MARGIN}


def _worse(goal: Goal, before: Reading, after: Reading) -> bool:
    gain = _gain(goal, before, after)
    return gain is not None and gain <= -max(_margin(goal, before), _FULL.get(goal.measure, 0.0))


_WORDS: dict[Measure, tuple[str, str, str]] = {
    "sentiment": ("sentiment", "情感", "+.2f"),
    "readability": ("readability", "易读性", ".0f"),
    "length": ("characters", "字数", ".0f"),
    "marks": ("exclamation marks, emoji and capitals", "感叹号、表情和全大写", ".0f"),
}


def _said(goal: Goal, before: Reading, after: Reading, language: Language) -> str:
    """`sentiment +0.41 → +0.38, to be higher by 0.10`, in the copy's language."""
    en, zh, form = _WORDS[goal.measure]
    old, new = _value(goal, before), _value(goal, after)
    shown = f"{old:{form}} → {new:{form}}" if old is not None and new is not None else "—"
    least = f"{_margin(goal, before):{form.removeprefix('+')}}"
    if goal.toward is not None:
        wanted = f"to be nearer to {goal.toward:+.2f} by {least}", f"应至少向{goal.toward:+.2f}靠近{least}"
    elif goal.direction > 0:
        wanted = f"to be higher by at least {least}", f"应至少提高{least}"
    else:
        wanted = f"to be lower by at least {least}", f"应至少减少{least}"
    return f"{zh}{shown}，{wanted[1]}" if language == "zh" else f"{en} {shown}, {wanted[0]}"


def _told(aim: Aim, reading: Reading, language: Language) -> str:
    """What is weak, for people."""
    chinese = language == "zh"
    score = reading.sentiment.score if reading.sentiment else 0.0
    match aim:
        case "shorter":
            long = next(part for part in reading.lengths if part.over or part.cut)
            if long.over:
                return (
                    f"{long.label}超出上限（{long.said}）"
                    if chinese
                    else f"{long.label} is too long ({long.said})"
                )
            return f"{long.label}展示时会被截断" if chinese else f"{long.label} is cut when it is shown"
        case "longer":
            short = next(part for part in reading.lengths if part.under)
            return (
                f"{short.label}太短（{short.said}）"
                if chinese
                else f"{short.label} is too short ({short.said})"
            )
        case "warmer":
            return f"情感偏低（{score:+.2f}）" if chinese else f"it feels cool (sentiment {score:+.2f})"
        case "calmer":
            return (
                f"语气偏热（{score:+.2f}）"
                if chinese
                else f"it is louder than its tone (sentiment {score:+.2f})"
            )
        case "clearer":
            ease = reading.readability or 0.0
            return f"不易读（{ease:.0f}/100）" if chinese else f"it is hard to read ({ease:.0f} of 100)"
