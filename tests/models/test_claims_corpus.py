"""The labelled corpus: no change of a rule may lose what it finds or stop what is fair."""

import pytest

from benchmarks.claims import Copy, Tally, read_corpus, tally
from models.checks.claims_files import load_rules
from models.markets import MARKETS

COPIES = read_corpus()


def measured(copies: list[Copy]) -> Tally:
    return tally(copies, load_rules())


def test_the_corpus_is_large_balanced_and_well_formed() -> None:
    assert len(COPIES) >= 400
    assert len({copy.id for copy in COPIES}) == len(COPIES)
    assert len({copy.text for copy in COPIES}) == len(COPIES)
    for language in ("en", "zh"):
        share = sum(copy.language == language for copy in COPIES) / len(COPIES)
        assert 0.4 < share < 0.6
    assert 0.4 < sum(copy.label == "fair" for copy in COPIES) / len(COPIES) < 0.6
    for copy in COPIES:
        assert copy.market in MARKETS
        assert copy.label in {"fair", "unfair"}
        assert copy.severity in ({"block", "evidence"} if copy.label == "unfair" else {""})


def test_a_third_of_the_first_round_is_held_out() -> None:
    first = [copy.part for copy in COPIES if copy.part in {"dev", "held"}]
    assert 0.28 < first.count("held") / len(first) < 0.4


@pytest.mark.parametrize("part", ["all", "held", "en", "zh"])
def test_rules_find_what_is_unfair_and_spare_what_is_fair(part: str) -> None:
    chosen = [copy for copy in COPIES if part in {"all", copy.part, copy.language}]
    result = measured(chosen)
    assert result.precision >= 0.95
    assert result.recall >= 0.95
