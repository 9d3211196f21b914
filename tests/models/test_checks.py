"""What a team would publish by mistake if a check missed it, and what it could not publish if one was too strict."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.brief import Brief
from models.checks.examine import CHECKS, examine
from models.checks.numbers import allowed_numbers, numbers_in
from models.checks.subject import Subject
from models.checks.terms import has_term, keyword_coverage
from models.variant import Check, Part
from tests.factories import brief, parts

GOOD = [
    ("headline", "Aurora X for long trips"),
    ("headline", "5000 mAh, days of charge"),
    ("headline", "A 108 MP travel camera"),
    ("description", "Pack the Aurora X and its 5000 mAh battery, and leave the charger at home."),
    ("description", "Young travellers shoot every stop in 108 MP."),
]


def subject(
    pairs: list[tuple[str, str]],
    asked: Brief | None = None,
    facts: str = "",
    others: tuple[tuple[Part, ...], ...] = (),
) -> Subject:
    asked = asked or brief()
    return Subject(brief=asked, parts=parts(pairs), facts=facts or asked.facts, others=others)


def failed(pairs: list[tuple[str, str]], asked: Brief | None = None, **more: str) -> list[Check]:
    return [check for check in examine(subject(pairs, asked, **more)) if not check.passed]


def hard(pairs: list[tuple[str, str]], asked: Brief | None = None, **more: str) -> list[Check]:
    return [check for check in failed(pairs, asked, **more) if check.severity == "hard"]


def replaced(index: int, text: str) -> list[tuple[str, str]]:
    return [(name, text if i == index else old) for i, (name, old) in enumerate(GOOD)]


def test_sound_copy_passes_every_check_and_shows_what_was_looked_at() -> None:
    checks = examine(subject(GOOD))
    assert all(check.passed for check in checks)
    assert {check.name for check in checks} == {
        "shape",
        "limits",
        "editorial",
        "must_include",
        "must_avoid",
        "language",
        "leftovers",
        "relevance",
        "grounding",
        "claims",
        "duplicates",
    }


@pytest.mark.parametrize(
    ("index", "text", "name", "says"),
    [
        (0, "Aurora X for very long journeys", "limits", "31 of 30"),
        (0, "Aurora X is here!", "editorial", "exclamation"),
        (3, "Aurora X is here,, get yours.", "editorial", "repeated punctuation"),
        (0, "Aurora X ✨ for trips", "editorial", "emoji"),
        (0, "Charge of 7000 mAh", "grounding", "7000"),
        (0, "极光 for long trips", "language", "English"),
        (0, "**Aurora X** for trips", "leftovers", "**"),
        (0, "[Product] for long trips", "leftovers", "[Product]"),
        (1, "Aurora X for long trips.", "duplicates", "repeats"),
        (3, "Call 020 7946 0018 for your Aurora X.", "editorial", "phone"),
    ],
)
def test_a_fault_is_found_and_its_part_is_named(index: int, text: str, name: str, says: str) -> None:
    found = [check for check in failed(replaced(index, text)) if check.name == name]
    assert len(found) == 1
    assert says in found[0].reason
    assert found[0].index == index
    assert found[0].part == GOOD[index][0]


def test_a_missing_part_is_found() -> None:
    found = failed(GOOD[:2] + GOOD[3:])
    assert [(check.name, check.reason) for check in found] == [("shape", "Headline: 2 of at least 3")]


def test_an_empty_part_is_found() -> None:
    assert "shape" in {check.name for check in failed(replaced(4, "  "))}


def test_full_width_characters_count_double_where_the_platform_counts_so() -> None:
    asked = brief(language="zh")
    sixteen = [("headline", "极光手机让年轻旅行者看见更远山河")]
    found = [check for check in failed(sixteen, asked) if check.name == "limits"]
    assert len(found) == 1
    assert "太长" in found[0].reason


def test_shouting_warns_but_does_not_keep_copy_from_being_ready() -> None:
    found = failed(replaced(0, "AURORA makes trips easy"))
    assert [(check.name, check.severity) for check in found] == [("editorial", "soft")]


def test_what_the_brief_insists_on_must_be_there() -> None:
    asked = brief(must_include=["free returns"])
    assert [check.reason for check in failed(GOOD, asked)] == ["“free returns” is missing"]
    assert not hard(replaced(4, "Free  returns for young travellers."), asked)


@pytest.mark.parametrize("text", ["It cures boredom.", "A Cure for boredom.", "cured of boredom"])
def test_a_word_ruled_out_is_found_in_its_usual_endings(text: str) -> None:
    found = failed(replaced(4, text), brief(must_avoid=["cure"]))
    assert [check.name for check in found] == ["must_avoid"]


@pytest.mark.parametrize("text", ["Secure in your pocket.", "A curious eye.", "Made by Curelli."])
def test_a_word_ruled_out_is_not_found_inside_another(text: str) -> None:
    assert not failed(replaced(4, text), brief(must_avoid=["cure"]))


def test_chinese_terms_are_found_without_word_boundaries_and_across_spaces() -> None:
    assert has_term("这款手机 续航 出色", "手机续航")
    assert has_term("支持５０００毫安时", "5000毫安时")
    assert not has_term("续航出色", "手机")


def test_a_figure_of_the_brief_may_be_written_in_another_way() -> None:
    asked = brief(attributes={"battery": "5000 mAh", "camera": "108 MP"}, dates="2027-03-01 to 2027-03-14")
    facts = asked.facts
    for text in ("5,000 mAh", "5000mAh", "from 3/1", "until 14 March 2027", "2027-03-14"):
        found = [
            check for check in failed(replaced(3, text), asked, facts=facts) if check.name == "grounding"
        ]
        assert not found, text


def test_a_figure_that_only_begins_like_one_of_the_brief_is_invented() -> None:
    assert "500" not in allowed_numbers("5000 mAh")
    assert "108" in allowed_numbers("a 108 MP camera")
    assert numbers_in("1,5 l and 1,500 ml at 10:30") == ["1,5", "1500", "10:30"]


def test_a_fact_told_in_the_thread_counts_as_a_fact() -> None:
    asked = brief()
    text = replaced(4, "Ships free over 40 dollars.")
    assert "grounding" in {check.name for check in failed(text, asked)}
    assert not hard(text, asked, facts=f"{asked.facts}\nmention free shipping over 40 dollars")


def test_a_plan_with_figures_of_its_own_is_warned_about_not_refused() -> None:
    asked = brief(kind="campaign", platform="", n=1)
    found = [check for check in failed([("goal", "Reach 700 orders")], asked) if check.name == "grounding"]
    assert [check.severity for check in found] == ["soft"]


def test_english_names_are_welcome_in_chinese_copy_and_sentences_are_not() -> None:
    asked = brief(language="zh", platform="", product="Aurora X手机")
    fine = [
        ("headline", "Aurora X，轻装上路"),
        ("body", "5000毫安时，一路不断电。"),
        ("call_to_action", "现在看看"),
    ]
    assert "language" not in {check.name for check in failed(fine, asked)}
    wrong = [(fine[0][0], "Discover the new way to travel"), *fine[1:]]
    assert "language" in {check.name for check in failed(wrong, asked)}


def test_reasons_are_in_the_briefs_language() -> None:
    asked = brief(language="zh", platform="", must_include=["七天无理由退货"])
    reasons = [check.reason for check in failed([("headline", "轻装上路")], asked)]
    assert "缺少“七天无理由退货”" in reasons


def test_a_variant_like_one_beside_it_is_found() -> None:
    asked = brief()
    beside = parts(GOOD)
    checks = examine(Subject(brief=asked, parts=beside, facts=asked.facts, others=(beside,)))
    assert [check.name for check in checks if not check.passed] == ["duplicates"]


def test_keywords_covered_are_counted() -> None:
    assert keyword_coverage("A 108 MP camera for trips", ("108 MP camera", "travel phone")) == 0.5
    assert keyword_coverage("anything", ()) is None


@settings(max_examples=150, deadline=None)
@given(
    texts=st.lists(st.text(max_size=120), min_size=0, max_size=6),
    language=st.sampled_from(["en", "zh"]),
    platform=st.sampled_from(["google_rsa", "amazon", "taobao", "sms", "x_post", ""]),
    avoid=st.lists(st.text(min_size=1, max_size=10), max_size=2),
)
def test_no_text_makes_a_check_raise(
    texts: list[str], language: str, platform: str, avoid: list[str]
) -> None:
    asked = brief(language=language, platform=platform, must_avoid=avoid)
    names = ["headline", "description", "title", "bullet", "text", "body"]
    examined = subject([(names[i % 6], text) for i, text in enumerate(texts)], asked)
    for check in CHECKS:
        assert list(check(examined))
