"""That no claim breaks the advertising rules of the market that the copy is for."""

from collections.abc import Iterator
from pathlib import Path

from models.brief import Brief, Language
from models.checks.claims_files import load_rules
from models.checks.claims_gifts import is_own_gift
from models.checks.claims_search import Finding, Rules
from models.checks.grounding_dates import days_in
from models.checks.subject import CheckFunction, Subject, found
from models.errors import SettingsError
from models.markets import MARKETS
from models.variant import Check

__all__ = [
    "claims_check",
    "find_claims",
    "has_no_unlawful_claims",
    "known_markets",
    "known_sectors",
    "markets_for",
    "sectors_of",
    "stated_facts",
]

_GENERAL = "general"
"""The sector of goods that no sector's rules are for."""

_DEFAULT_MARKETS: dict[Language, frozenset[str]] = {"zh": frozenset({"cn"}), "en": frozenset({"us"})}


def known_markets(names: tuple[str, ...] | list[str]) -> frozenset[str]:
    """Markets by their names.

    Raises:
        SettingsError: One of them has no rules.
    """
    markets = frozenset(name.strip().casefold() for name in names if name.strip())
    if strange := sorted(markets.difference(MARKETS)):
        raise SettingsError(
            f"There are no advertising rules for the market “{strange[0]}”.", f"Known: {', '.join(MARKETS)}."
        )
    return markets


def known_sectors(*folders: str | Path) -> tuple[str, ...]:
    """The names of sectors that people may give.

    Args:
        folders: Folders of rule files over the shipped ones.

    Raises:
        SettingsError: A rule file is not valid.
    """
    return _nameable(load_rules(*folders))


def _nameable(rules: Rules) -> tuple[str, ...]:
    return (*rules.sectors, _GENERAL)


def markets_for(brief: Brief) -> frozenset[str]:
    """Where a brief's copy will run when nobody says: Chinese copy in China, English copy in the United States."""
    return _DEFAULT_MARKETS[brief.resolved_language]


def sectors_of(brief: Brief, rules: Rules | None = None) -> frozenset[str]:
    """The sectors whose rules a brief falls under, known by words in its product and attributes.

    A sector named outright in an attribute (`sector: cosmetics`) is taken at its word, in place of the guess.
    """
    rules = rules or load_rules()
    named = _named_sectors(brief, rules)
    if named is not None:
        return named
    return rules.sectors_in("\n".join([brief.product, *(f"{k}: {v}" for k, v in brief.attributes.items())]))


def _named_sectors(brief: Brief, rules: Rules) -> frozenset[str] | None:
    for name, value in brief.attributes.items():
        if name.strip().casefold() in {"sector", "category", "行业", "类目"}:
            parts = frozenset(part.strip() for part in value.casefold().replace("，", ",").split(","))
            if known := parts.intersection(_nameable(rules)):
                return known - {_GENERAL}
    return None


def stated_facts(subject: Subject) -> str:
    """What counts as evidence: the product's name, its attributes, the offer and the dates.

    What people said in the thread counts where it is a fact in the same form, a line `name: value`; a wish (`say that
    we are the best`) is none, nor are goal, audience and keywords.
    """
    brief = subject.brief
    lines = [brief.product, *(f"{name}: {value}" for name, value in brief.attributes.items())]
    lines += [line for line in (brief.offer, brief.dates) if line]
    if brief.offer and days_in(f"{brief.offer}\n{brief.dates}", facts=True)[0]:
        # Copy may say that such an offer ends; on which day, grounding compares.
        lines.append("offer ends, sale ends, deal ends, discount ends")
    for line in _told_lines(subject):
        name, mark, value = line.replace("：", ":").partition(":")
        if mark and value.strip() and 0 < len(name.strip()) <= 30:
            lines.append(line)
    return "\n".join(lines)


def _told_lines(subject: Subject) -> Iterator[str]:
    """What the copy may rest on beside the brief: what people said, and the copy that it is made from."""
    known = set(subject.brief.facts.split("\n"))
    return (line for line in subject.facts.split("\n") if line not in known)


def find_claims(
    text: str,
    *,
    markets: frozenset[str],
    sectors: frozenset[str] = frozenset(),
    facts: str = "",
    rules: Rules | None = None,
) -> tuple[Finding, ...]:
    """The restricted claims in one text: see `Rules.find`."""
    return (rules or load_rules()).find(text, markets=markets, sectors=sectors, facts=facts)


def has_no_unlawful_claims(subject: Subject) -> Iterator[Check]:
    """No part makes a claim that the law of its market forbids; a claim that needs evidence is a warning."""
    return _checked(subject, frozenset(), frozenset(), load_rules())


def claims_check(
    *,
    markets: tuple[str, ...] = (),
    sectors: tuple[str, ...] = (),
    folders: tuple[str | Path, ...] = (),
) -> CheckFunction:
    """The check for a team: its markets, its goods and its own rules.

    Args:
        markets: Where the copy runs (`cn`, `us`, `eu`, `uk`) where the brand profile does not say; none = by
            the brief's language.
        sectors: What is sold (`cosmetics`, `food`, …, `general` for none of them) where neither the brief names
            a sector outright nor the brand profile does; none = by the brief's words.
        folders: Folders of rule files over the shipped ones.

    Raises:
        SettingsError: A market, sector or rule file is not valid.
    """
    rules = load_rules(*folders)
    places, goods = known_markets(markets), frozenset(sectors)
    if strange := sorted(goods.difference(_nameable(rules))):
        raise SettingsError(
            f"“{strange[0]}” in COPYDESK_SECTORS is not a sector I know.",
            f"Known: {', '.join(_nameable(rules))}.",
        )

    def has_no_unlawful_claims(subject: Subject) -> Iterator[Check]:
        return _checked(subject, places, goods, rules)

    return has_no_unlawful_claims


def _markets(subject: Subject, team: frozenset[str]) -> frozenset[str]:
    """Where the copy runs: as the profile says, else the team, else the copy's language."""
    profile = frozenset(subject.brand.markets) if subject.brand else frozenset()
    return profile or team or markets_for(subject.brief)


def _sectors(subject: Subject, team: frozenset[str], rules: Rules) -> frozenset[str]:
    """What is sold: as the brief says outright, else the profile, else the team, else the brief's words."""
    profile = frozenset(subject.brand.sectors) if subject.brand else frozenset()
    # A kept profile may name a sector whose rule file has gone since.
    said = profile.intersection(_nameable(rules)) or team
    if not said or _named_sectors(subject.brief, rules) is not None:
        return sectors_of(subject.brief, rules)
    return said - {_GENERAL}


def _checked(
    subject: Subject, team_markets: frozenset[str], team_sectors: frozenset[str], rules: Rules
) -> Iterator[Check]:
    markets, sectors = _markets(subject, team_markets), _sectors(subject, team_sectors, rules)
    facts = stated_facts(subject)
    told = "\n".join(_told_lines(subject))
    # What the team alone reads advertises nothing, and a notice that stands there reaches nobody.
    whole = "\n".join(part.text for _, part in subject.published)
    clean = True
    for index, part in subject.published:
        for finding in rules.find(
            part.text, markets=markets, sectors=sectors, facts=facts, told=told, context=whole
        ):
            if _is_own_offer(finding, part.text, f"{facts}\n{told}"):
                continue
            clean = False
            yield _reported(subject, index, finding)
    if clean:
        yield Check(name="claims", passed=True)


def _is_own_offer(finding: Finding, text: str, facts: str) -> bool:
    """Whether a finding is the brief's own free offer in other words."""
    rule = finding.rule
    asked = rule.family == "free" and rule.severity == "evidence"
    return asked and is_own_gift(text, finding.start, finding.end, facts)


def _reported(subject: Subject, index: int, finding: Finding) -> Check:
    rule, place = finding.rule, subject.place(index)
    passage = finding.passage if len(finding.passage) <= 80 else f"{finding.passage[:79]}…"
    return found(
        subject,
        "claims",
        f"{place}: “{passage}” {rule.reason.en} ({rule.article}). {rule.instead.en}",
        f"{place}：“{passage}”{rule.reason.zh}（{rule.article}）。{rule.instead.zh}",
        index=index,
        severity="hard" if rule.severity == "block" else "soft",
    )
