"""Every check over one variant: the list that later checks are added to."""

import re
from collections.abc import Iterable, Iterator

from models.brief import Kind
from models.checks.brand import keeps_to_brand
from models.checks.channels import has_only_the_briefs_channels, plans_channels
from models.checks.claims import has_no_unlawful_claims
from models.checks.duplicates import has_no_duplicates
from models.checks.grounding import has_only_stated_claims, ungrounded
from models.checks.language import is_in_language
from models.checks.leak import repeats_no_instructions
from models.checks.leftovers import has_no_leftovers, is_about_the_brief
from models.checks.limits import is_within_limits, keeps_editorial_rules
from models.checks.shape import has_its_parts
from models.checks.subject import CheckFunction, Subject
from models.checks.terms import has_must_include, has_no_must_avoid
from models.matching import fold
from models.variant import Check

__all__ = ["CHECKS", "examine"]

CHECKS: tuple[CheckFunction, ...] = (
    has_its_parts,
    has_no_leftovers,
    is_within_limits,
    keeps_editorial_rules,
    has_must_include,
    has_no_must_avoid,
    is_in_language,
    is_about_the_brief,
    has_only_stated_claims,
    has_no_unlawful_claims,
    has_no_duplicates,
)


_QUOTED = re.compile("“(.+?)…?”")
"""The passage that a finding names."""


def examine(subject: Subject, checks: tuple[CheckFunction, ...] = CHECKS) -> tuple[Check, ...]:
    """Run the checks on one variant.

    Returns:
        Each failure, and one passed check for each name of which nothing failed, in the order of the list.
    """
    # A brand is looked at where there is one, and so are a plan's channels and what the model was told.
    checks = (*checks, keeps_to_brand) if subject.brand else checks
    checks = (*checks, has_only_the_briefs_channels) if plans_channels(subject.brief) else checks
    checks = (*checks, repeats_no_instructions) if subject.instructions else checks
    findings = list(_told_once(subject, [check for function in checks for check in function(subject)]))
    failed = {check.name for check in findings if not check.passed}
    told: set[str] = set()
    kept = []
    for check in findings:
        if check.passed and (check.name in failed or check.name in told):
            continue
        told.add(check.name)
        kept.append(check)
    return tuple(kept)


def _told_once(subject: Subject, findings: Iterable[Check]) -> Iterator[Check]:
    """The findings, without the warning that a claim needs proof where grounding refuses the same words."""
    findings = list(findings)
    refusing = {check.index for check in findings if check.name == "grounding" and check.severity == "hard"}
    for check in findings:
        place = check.index
        twice = check.name == "claims" and check.severity == "soft" and not check.passed and place in refusing
        if twice and place is not None and _is_refused(check.reason, subject, place):
            yield Check(name="claims", passed=True)
        else:
            yield check


def _is_refused(reason: str, subject: Subject, place: int) -> bool:
    quoted = _QUOTED.search(reason)
    text, plan = fold(subject.parts[place].text), subject.brief.kind is Kind.CAMPAIGN
    warned = _span(text, quoted[1] if quoted else "")
    refused = ungrounded(subject.parts[place].text, subject.facts, plan=plan)
    hard = (_span(text, one.shown) for one in refused if one.severity == "hard")
    return any(start < warned[1] and warned[0] < end for start, end in hard)


def _span(text: str, passage: str) -> tuple[int, int]:
    """Where a passage stands in a folded text; nowhere is an empty stretch."""
    folded = fold(passage)
    start = text.find(folded) if folded else -1
    return (start, start + len(folded)) if start >= 0 else (0, 0)
