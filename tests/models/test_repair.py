"""Repairs must save copy that is nearly right, and never make it say something else."""

from hypothesis import given, settings
from hypothesis import strategies as st

from models.checks.examine import examine
from models.checks.subject import Subject
from models.platforms import measure, parts_for_brief
from models.repair import mend, refill
from models.variant import Part
from tests.factories import brief, parts


def mended(name: str, text: str, *, trim: bool = True, **asked: object) -> str:
    return "|".join(part.text for part in mend(parts([(name, text)]), brief(**asked), trim=trim))


def test_a_headline_too_long_is_cut_at_a_word_without_a_dangling_one() -> None:
    assert (
        mended("headline", "Aurora X for the long trips and the short ones") == "Aurora X for the long trips"
    )
    assert (
        mended("headline", "Aurora X for the long trips and", trim=False) == "Aurora X for the long trips and"
    )


def test_a_text_too_long_is_cut_at_a_sentence_where_one_ends() -> None:
    text = "Pack the Aurora X and leave the charger behind at home. It has 5000 mAh and a camera of 108 MP."
    assert mended("description", text) == "Pack the Aurora X and leave the charger behind at home."


def test_marks_and_emoji_that_the_platform_refuses_go() -> None:
    assert mended("headline", "Aurora X is here! ✨", trim=False) == "Aurora X is here"
    assert mended("description", "Made for trips!! Get yours!", trim=False) == "Made for trips! Get yours"
    assert mended(
        "title", "Aurora_X phone | $399 {new}", trim=False, platform="amazon", kind="description"
    ) == ("Aurora X phone | 399 new")


def test_a_required_phrase_is_added_where_it_fits() -> None:
    text = mended("description", "Young travellers shoot in 108 MP.", must_include=["free returns"])
    assert text == "Young travellers shoot in 108 MP. Free returns."
    full = "Young travellers shoot every stop of a long journey in 108 MP with the Aurora X in hand."
    assert mended("description", full, must_include=["free returns within thirty days"]) == full


def test_a_part_that_is_nothing_but_refused_characters_is_left_out() -> None:
    assert mended("headline", "✨✨", trim=False) == ""


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=200),
    st.sampled_from(["google_rsa", "amazon", "taobao", "x_post", "sms"]),
    st.sampled_from(["ad", "description"]),
)
def test_a_mended_part_is_never_over_its_hard_limit(text: str, platform: str, kind: str) -> None:
    asked = brief(platform=platform, kind=kind)
    for spec in parts_for_brief(asked):
        for part in mend((Part(name=spec.name, text=text),), asked, trim=True):
            assert not spec.limit or measure(part.text, spec.unit) <= spec.limit


def candidate(*headlines: str) -> Subject:
    asked = brief()
    texts = [("headline", text) for text in headlines] + [
        ("description", f"Young travellers like {headlines[0].lower()}."),
        ("description", f"Pack light with {headlines[-1].lower()}."),
    ]
    return Subject(brief=asked, parts=parts(texts), facts=asked.facts)


def test_a_failed_part_is_replaced_by_a_good_one_of_a_candidate_that_is_not_shown() -> None:
    nearly = candidate("Long trips", "A 7000 mAh battery", "See far")
    worse = candidate("Good days", "Sharp from 9000 metres", "Made in 1999")
    first, second = refill([nearly, worse], examine)
    assert [part.text for part in first if part.name == "headline"] == ["Long trips", "Good days", "See far"]
    assert second == worse.parts


def plan(*phases: str) -> Subject:
    dates = "2027-03-01 to 2027-03-31"
    asked = brief(kind="campaign", product="Lamp", attributes={}, goal="sell lamps", dates=dates, platform="")
    rest = [
        (s.name, f"The {s.name} of a lamp") for s in parts_for_brief(asked) if s.name != "phase" and s.ask
    ]
    pairs = parts([*(("phase", text) for text in phases), *rest])
    return Subject(brief=asked, parts=pairs, facts=asked.facts)


def test_a_plans_phase_is_replaced_by_the_same_phase_of_another_plan() -> None:
    nearly = plan("1 Mar: show the lamp", "8 Mar: the world's best lamp", "15 Mar: thank the guests")
    other = plan("1 Mar: invite the neighbours", "8 Mar: sell at the door", "15 Mar: the world's best lamp")
    first, _ = refill([nearly, other], examine)
    phases = [part.text for part in first if part.name == "phase"]
    assert phases == ["1 Mar: show the lamp", "8 Mar: sell at the door", "15 Mar: thank the guests"]


def test_a_candidate_that_passes_is_left_alone() -> None:
    good = candidate("Long trips", "A 5000 mAh battery", "See far")
    assert refill([good, candidate("Good days", "9000 metres", "In 1999")], examine)[0] == good.parts


def test_a_missing_part_is_taken_from_another_candidate() -> None:
    short = candidate("Long trips", "See far")
    other = candidate("Good days", "From 9000 metres", "Made in 1999")
    first, _ = refill([short, other], examine)
    assert [part.text for part in first if part.name == "headline"] == ["Long trips", "See far", "Good days"]
