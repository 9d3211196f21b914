"""What a team's copy is checked by beside the shipped checks: its claim rules, and the texts it must not repeat."""

import hashlib
import re
from dataclasses import dataclass, field, replace
from functools import lru_cache

from models.brand import Brand
from models.brief import Brief
from models.checks.claims import has_no_unlawful_claims
from models.checks.examine import CHECKS
from models.checks.likeness import Reference, References, not_a_copy_of
from models.checks.subject import CheckFunction

__all__ = ["HouseRules", "origin_of"]

_LABEL = re.compile(r"^[^:：]{1,30}[:：]\s*")


@dataclass(frozen=True)
class HouseRules:
    """A team's rules.

    Args:
        claims: The check of claims, for the team's markets, goods and own rules.
        references: What others say: slogans, competitors' copy, trademarks.
        earlier: The workspace's own earlier copy.
    """

    claims: CheckFunction = has_no_unlawful_claims
    references: References = field(default_factory=References)
    earlier: References = field(default_factory=References)

    def with_earlier(self, earlier: References) -> "HouseRules":
        """These rules, with a workspace's earlier copy."""
        return replace(self, earlier=earlier)

    def checks(
        self, brief: Brief, *, said: str = "", brand: Brand | None = None, examples: str = ""
    ) -> tuple[CheckFunction, ...]:
        """The checks of one piece of work.

        Args:
            brief: What is asked; copy that was made for the same brief may be repeated.
            said: What people said since, which may be repeated too.
            brand: The profile; its examples and reference texts are compared with.
            examples: The answers that the model was shown, a labelled part a line.
        """
        checks = tuple(self.claims if one is has_no_unlawful_claims else one for one in CHECKS)
        references = self.references + self.earlier + _shown(examples)
        stated = [brief.facts, said]
        if brand is not None:
            references += _of_brand(brand.examples, brand.references)
            stated += [brand.vouched(brief), *brand.preferred]
        if not references:
            return checks
        but = frozenset({origin_of(brief)})
        return (*checks, not_a_copy_of(references, stated="\n".join(filter(None, stated)), but=but))


def origin_of(brief: Brief) -> str:
    """What tells a brief from others: two with the same facts are one."""
    return hashlib.sha256(brief.facts.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@lru_cache(maxsize=64)
def _of_brand(examples: tuple[str, ...], others: tuple[str, ...]) -> References:
    return References(
        (*(Reference(text, "brand") for text in examples), *(Reference(text) for text in others))
    )


@lru_cache(maxsize=64)
def _shown(examples: str) -> References:
    lines = (_LABEL.sub("", line).strip() for line in examples.split("\n"))
    return References.of((line for line in lines if line), "exemplar")
