"""Every check over one variant: the list that later checks are added to."""

from models.checks.brand import keeps_to_brand
from models.checks.claims import has_no_unlawful_claims
from models.checks.duplicates import has_no_duplicates
from models.checks.grounding import has_only_stated_claims
from models.checks.language import is_in_language
from models.checks.leak import repeats_no_instructions
from models.checks.leftovers import has_no_leftovers, is_about_the_brief
from models.checks.limits import is_within_limits, keeps_editorial_rules
from models.checks.shape import has_its_parts
from models.checks.subject import CheckFunction, Subject
from models.checks.terms import has_must_include, has_no_must_avoid
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


def examine(subject: Subject, checks: tuple[CheckFunction, ...] = CHECKS) -> tuple[Check, ...]:
    """Run the checks on one variant.

    Returns:
        Each failure, and one passed check for each name of which nothing failed, in the order of the list.
    """
    # A brand is looked at where there is one, and so is what the model was told.
    checks = (*checks, keeps_to_brand) if subject.brand else checks
    checks = (*checks, repeats_no_instructions) if subject.instructions else checks
    findings = [check for function in checks for check in function(subject)]
    failed = {check.name for check in findings if not check.passed}
    told: set[str] = set()
    kept = []
    for check in findings:
        if check.passed and (check.name in failed or check.name in told):
            continue
        told.add(check.name)
        kept.append(check)
    return tuple(kept)
