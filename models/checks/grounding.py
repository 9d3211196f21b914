"""That copy claims nothing which the brief does not: figures, offers, dates, marks, origins, the most, better than."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from models.brief import Kind
from models.checks.grounding_claims import Claim, claims_in, kinds, places_in, places_named, supported
from models.checks.grounding_dates import Day, days_in, is_stated
from models.checks.grounding_figures import figures_in
from models.checks.grounding_free import free_things, gift_at, is_given
from models.checks.grounding_offers import Offer, offers_in
from models.checks.grounding_units import FEW, Figure, is_grounded
from models.checks.subject import Subject, found
from models.variant import Check

__all__ = ["FAMILIES", "Ungrounded", "has_only_stated_claims", "ungrounded"]

FAMILIES: dict[str, tuple[str, str]] = {
    "number": ("a figure", "数字"),
    "offer": ("an offer", "优惠"),
    "date": ("a date", "日期"),
    "deadline": ("a deadline", "期限"),
    "place": ("an origin", "产地"),
    "certification": ("a mark or proof", "认证或证明"),
    "content": ("what is not in it", "成分承诺"),
    "award": ("praise by others", "奖项或口碑"),
    "comparison": ("a comparison", "比较"),
    "superlative": ("a superlative", "最高级"),
    "availability": ("a promise", "承诺"),
}
"""What is looked for, with its name in English and Chinese."""


class Ungrounded(NamedTuple):
    """A claim of the copy that the brief does not make: what is claimed, how the copy says it, how bad it is."""

    family: str
    shown: str
    severity: Literal["hard", "soft"] = "hard"


class _Reading(NamedTuple):
    text: str
    offers: list[Offer]
    days: list[Day]
    figures: list[Figure]
    claims: list[Claim]
    places: list[Claim]


_OFFER_LINE = re.compile(
    r"(?im)^(?:offer|discount|sale|promotion|优惠|折扣|促销|活动)?[ ]?[:：]?[ ]?(\d{1,2}(?:\.\d{1,2})?\s?%)[ ]?$"
)
# The second one for nothing is two for the price of one; copy says it without the thing's name (第二份免费).
_SECOND_FREE = re.compile(
    r"第[二2][件份双个杯盒瓶支][\u4e00-\u9fff]{1,8}?(?:0元|零元|免费|免单)"
    r"|\b(?:second|2nd)(?:\s[a-z]+){1,2}?\s(?:is\s|for\s)?free\b|\bfree\s(?:second|2nd)\b",
    re.IGNORECASE,
)
# A Chinese character beside it is a word's end.
_CODE = re.compile(
    r"(?<![\w.#@/-])(?=[A-Za-z-]*\d)[A-Za-z][A-Za-z-]{0,11}\d[A-Za-z0-9-]{0,12}(?!\w)", re.ASCII
)
# The figure within these is part of a name, which is checked as such.
_NAMED_WITH_FIGURES = {"ccc", "free_of", "iso", "number_one", "support_always", "shopping_day"}
_FRACTION = re.compile("(?<=\\d)(?=[\u00bc-\u00be\u2150-\u215f])")
"""33⅓ is 33 and a third; NFKC alone makes 331 of it."""
_BY = re.compile(r"(?<=\d)\s?[x*×]\s?(?=\d)", re.IGNORECASE)
"""130x170 cm and 130 x 170 cm are the same."""
_ANY_OFFER = re.compile(
    r"\b(?:offer|discount|sale|save|deal|coupon|voucher|promo\w*|free|off|gift|bonus)\b|优惠|折|减|赠|送|券|特价|促销|半价|免|包邮",
    re.IGNORECASE,
)


def ungrounded(text: str, facts: str, *, plan: bool = False) -> tuple[Ungrounded, ...]:
    """The claims of a text that its facts do not make, in the text's order.

    Args:
        text: Copy.
        facts: All that it may rest on, in either language.
        plan: Whether the text is a campaign plan: its days may lie anywhere within the dates of the facts, its weeks
            and messages are numbered, and figures of its own are warnings.
    """
    return _ungrounded(text, facts, plan)


@lru_cache(maxsize=512)
def _ungrounded(text: str, facts: str, plan: bool) -> tuple[Ungrounded, ...]:
    # Repairs put the same parts together in many ways, and each way is examined.
    known = _facts(facts)
    said = _read(text, plan=plan)
    findings: list[tuple[int, Ungrounded]] = []
    findings += _offers(said, known)
    findings += [
        (day.start, Ungrounded("deadline" if day.weekday else "date", day.shown))
        for day in said.days
        if not is_stated(day, known.days, within=plan)
    ]
    findings += _figures(said, known, plan)
    findings += _codes(said, known, plan)
    findings += _claims(said, known)
    findings += _free(said, known)
    findings.sort(key=lambda one: one[0])
    return tuple(dict.fromkeys(finding for _, finding in findings))


def has_only_stated_claims(subject: Subject) -> Iterator[Check]:
    """Every figure, offer, date, mark, award, origin, promise, comparison and superlative is the brief's."""
    clean = True
    plan = subject.brief.kind is Kind.CAMPAIGN
    for index, part in enumerate(subject.parts):
        by_kind: dict[tuple[str, Literal["hard", "soft"]], list[str]] = {}
        for one in ungrounded(part.text, subject.facts, plan=plan):
            by_kind.setdefault((one.family, one.severity), []).append(one.shown)
        for (family, severity), shown in by_kind.items():
            clean = False
            place, (en, zh) = subject.place(index), FAMILIES[family]
            passages = tuple(dict.fromkeys(one[:60] for one in shown))
            quoted, named = (
                ", ".join(f"“{one}”" for one in passages),
                "、".join(f"“{one}”" for one in passages),
            )
            yield found(
                subject,
                "grounding",
                f"{place} states {quoted} ({en}), which the brief does not",
                f"{place}写了简报里没有的{zh}：{named}",
                index=index,
                severity=severity,
            )
    if clean:
        yield Check(name="grounding", passed=True)


def _read(text: str, *, plan: bool = False, facts: bool = False) -> _Reading:
    # Single spaces only: patterns that try `\s+` at every place of a long gap take quadratic time.
    apart = _FRACTION.sub(" ", text)
    lines = (" ".join(line.split()) for line in unicodedata.normalize("NFKC", apart).splitlines())
    normal = _BY.sub("×", "\n".join(line for line in lines if line))
    offers, rest = offers_in(normal)
    days, rest = days_in(rest, facts=facts)
    figures, _ = figures_in(rest, plan=plan, facts=facts)
    return _Reading(normal, offers, days, figures, claims_in(normal, facts=facts), list(places_in(normal)))


class _Facts(NamedTuple):
    text: str
    folded: str
    squeezed: str
    offers: frozenset[str]
    has_offer: bool
    days: list[Day]
    has_deadline: bool
    figures: list[Figure]
    pieces: frozenset[float]
    claims: list[Claim]
    places: frozenset[str]


@lru_cache(maxsize=64)
def _facts(text: str) -> _Facts:
    said = _read(text, facts=True)
    offers = {one.key for one in said.offers}
    offers |= {f"off {float(match[1].rstrip('% ')):g}" for match in _OFFER_LINE.finditer(said.text)}
    if _SECOND_FREE.search(said.text):
        offers.add("get 1+1")
    pieces: set[float] = set()
    for day in said.days:
        pieces |= {float(piece) for piece in (day.month, day.day, day.year) if piece}
    return _Facts(
        said.text,
        said.text.casefold(),
        re.sub(r"[\s-]", "", said.text.casefold()),
        frozenset(offers),
        bool(offers or _ANY_OFFER.search(said.text)),
        said.days,
        bool(said.days) or any(one.family == "deadline" for one in said.claims),
        said.figures,
        frozenset(pieces),
        [*said.claims, *said.places],
        places_named(said.text),
    )


_Found = list[tuple[int, Ungrounded]]


def _offers(said: _Reading, known: _Facts) -> _Found:
    findings = []
    for offer in said.offers:
        if offer.key in known.offers:
            continue
        form, _, value = offer.key.partition(" ")
        if form == "less" and any(
            one.startswith("over ") and one.endswith(f"-{value}") for one in known.offers
        ):
            # The amount is right, its condition is left out.
            findings.append((offer.start, Ungrounded("offer", offer.shown, "soft")))
            continue
        findings.append((offer.start, Ungrounded("offer", offer.shown)))
    return findings


def _figures(said: _Reading, known: _Facts, plan: bool) -> _Found:
    findings = []
    named = [
        (claim.start, claim.end)
        for claim in said.claims
        if claim.key in _NAMED_WITH_FIGURES and supported(claim, known.claims, known.folded)
    ]
    for figure in said.figures:
        if any(start <= figure.start < end for start, end in named):
            continue
        # The 14 of 14 March is no 14 gifts.
        dated = not figure.unit and not figure.text and figure.value in known.pieces
        if dated and not figure.things:
            continue
        answers = {is_grounded(figure, fact) for fact in known.figures}
        if True in answers:
            continue
        soft = plan or None in answers or ((figure.worded or dated) and figure.value <= FEW)
        findings.append((figure.start, Ungrounded("number", figure.shown, "soft" if soft else "hard")))
    return findings


def _codes(said: _Reading, known: _Facts, plan: bool) -> _Found:
    """Names of models and grades with a figure within (X100, IP68) that the brief does not have."""
    return [
        (match.start(), Ungrounded("number", match.group(), "soft" if plan else "hard"))
        for match in _CODE.finditer(said.text)
        if re.sub(r"[\s-]", "", match.group().casefold()) not in known.squeezed
    ]


def _free(said: _Reading, known: _Facts) -> _Found:
    """What is given away though the facts give something else, or nothing; delivery, trials and the like are claims."""
    taken = [(claim.start, claim.end) for claim in said.claims]
    taken += [(offer.start, offer.start + len(offer.shown)) for offer in said.offers]
    return [
        (one.start, Ungrounded("offer", one.shown))
        for one in free_things(said.text)
        if not any(start <= one.start < end for start, end in taken)
        and not is_given(one, said.text, known.text)
    ]


def _claims(said: _Reading, known: _Facts) -> _Found:
    findings: _Found = []
    seen: list[tuple[int, int]] = []
    for claim in said.claims:
        if any(start <= claim.start and claim.end <= end for start, end in seen[-4:]):
            continue
        if supported(claim, known.claims, known.folded):
            seen.append((claim.start, claim.end))
            continue
        if claim.key in {"offer", "free_gift"} and known.has_offer and claim.key == "offer":
            continue
        if claim.key == "free_gift" and is_given(
            gift_at(said.text, claim.start, claim.end), said.text, known.text
        ):
            continue
        if claim.key == "urgency" and known.has_deadline:
            continue
        seen.append((claim.start, claim.end))
        findings.append((claim.start, Ungrounded(claim.family, claim.shown, kinds()[claim.key].severity)))
    for claim in said.places:
        stated = claim.value in known.places or claim.shown.casefold() in known.folded
        if claim.key == "imported":
            stated = any(fact.key == "imported" for fact in known.claims) or bool(
                re.search(r"进口|import", known.folded)
            )
        if not stated and claim.value not in known.folded.split():
            findings.append((claim.start, Ungrounded("place", claim.shown)))
    return findings
