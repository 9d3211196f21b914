"""Whose words a team would publish as its own if nobody compared."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.checks.examine import CHECKS, examine
from models.checks.likeness import Reference, References, is_not_a_copy, likeness, not_a_copy_of
from models.checks.subject import Subject
from tests.factories import brief, parts

CORPUS = Path(__file__).parent.parent / "data" / "likeness.tsv"
SLOGAN = "Leave the queue behind and carry your own quiet morning with you."


def rows() -> list[dict[str, str]]:
    with CORPUS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def subject(text: str) -> Subject:
    return Subject(brief=brief(), parts=parts([("headline", text)]), facts=brief().facts)


def test_near_copies_are_found_and_texts_of_ones_own_pass() -> None:
    hits = misses = false = 0
    for row in rows():
        like = likeness(
            row["copy"], References.of([row["reference"]]), facts=row["facts"].replace(" | ", "\n")
        )
        hits += row["label"] == "unfair" and bool(like)
        misses += row["label"] == "unfair" and not like
        false += row["label"] == "fair" and bool(like)
    assert hits / (hits + misses) >= 0.95
    assert hits / (hits + false) >= 0.95


def test_a_copy_is_found_among_many_texts_with_its_passage_and_whose_it_is() -> None:
    many = [
        f"Line {number} of a catalogue says {number * 7} plain things about chairs."
        for number in range(3_000)
    ]
    references = References.of(many) + References([Reference(SLOGAN, name="Mugly")])
    (one,) = likeness(f"Today: {SLOGAN}", references)
    assert one.reference.name == "Mugly"
    assert one.passage == SLOGAN.rstrip(".")
    assert len(references) == 3_001


def test_anothers_words_keep_copy_from_being_ready_and_ones_own_warn() -> None:
    (theirs,) = is_not_a_copy(subject(SLOGAN), References.of([SLOGAN], "reference", "Mugly"))
    (ours,) = is_not_a_copy(subject(SLOGAN), References.of([SLOGAN], "earlier"))
    assert (theirs.severity, ours.severity) == ("hard", "soft")
    assert "Mugly" in theirs.reason
    assert theirs.index == 0


def test_a_plans_working_notes_may_say_what_other_plans_say_and_its_messages_may_not() -> None:
    asked, step = (
        brief(kind="campaign"),
        "announce: send an email to existing customers and post a photo of it",
    )
    whole = parts([("phase", step), ("message", step)])
    earlier = References.of([step], "earlier")
    (one,) = is_not_a_copy(Subject(brief=asked, parts=whole, facts=asked.facts), earlier)
    assert one.part == "message"


def test_the_briefs_own_facts_are_no_likeness() -> None:
    stated = "Aurora X phone with battery 5000 mAh and camera 108 MP for young travellers"
    assert likeness(stated, References.of([stated]), facts=f"{brief().facts}\nwith and for")[:1] == []


def test_the_check_stands_beside_the_others() -> None:
    checks = examine(subject(SLOGAN), (*CHECKS, not_a_copy_of(References.of([SLOGAN]))))
    assert [check.name for check in checks if not check.passed and check.name == "likeness"] == ["likeness"]


def test_without_references_everything_passes() -> None:
    (check,) = is_not_a_copy(subject(SLOGAN), References())
    assert check.passed


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(max_size=200), others=st.lists(st.text(max_size=100), max_size=4), facts=st.text(max_size=60)
)
def test_no_text_makes_it_raise(text: str, others: list[str], facts: str) -> None:
    for one in likeness(text, References.of(others), facts=facts):
        assert one.passage in text


@pytest.mark.parametrize("piece", ["a ", "好", "a b ", "\n", ".,"])
def test_a_text_without_end_is_read_through(piece: str) -> None:
    text = piece * (50_000 // len(piece))
    likeness(text, References.of([text, piece * 12]))
