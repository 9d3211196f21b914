"""Copy must be nobody else's: the desk compares it with all that a team has and names, and keeps to a team's rules."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.desk import Desk
from bot.earlier import MOST, Earlier
from bot.house_rules import HouseRules
from bot.optimise import optimise
from bot.optimise_request import make_request
from bot.preload import preload
from bot.store import SqliteHistory, open_history
from models.brand import Profile, make_brand
from models.checks.claims import claims_check
from models.checks.likeness import Reference, References
from models.checks.likeness_files import read_references
from models.errors import HistoryError, SettingsError
from models.variant import BrandRef, Check, Draft
from tests.bot.test_desk import GOOD, ad, answers
from tests.factories import brief, draft, variant
from tests.servers.openai_server import OpenAIServer

SLOGAN = "Leave the queue behind and carry your own quiet morning"
COPIED = ad("Aurora X for trips", "5000 mAh for the road", "See far in 108 MP", description=f"{SLOGAN}.")
THEIRS = References.of([SLOGAN], "reference", "Mugly")
OURS = "Pack one phone for maps, calls and every photograph of the way home"
REPEATED = ad("Aurora X for trips", "5000 mAh for the road", "See far in 108 MP", description=f"{OURS}.")


def likeness(made: Draft) -> list[Check]:
    return [check for check in made.variants[0].checks if check.name == "likeness"]


def with_house(desk: Desk, **house: Any) -> Desk:
    desk.house = HouseRules(**house)
    return desk


@pytest.fixture
def history(tmp_path: Path) -> Any:
    return open_history(tmp_path / "history.db")


async def keep(history: SqliteHistory, text: str = OURS, *, team: str = "T1", **more: Any) -> Draft:
    """Earlier copy for another product."""
    parts = (("headline", "Nimbus sleeps well"), ("description", f"{text}."))
    made = draft(
        brief=brief(product="Nimbus pillow", attributes={"weight": "280 g"}),
        variants=(variant(parts=parts, **more),),
    )
    await history.save_draft(made, team_id=team)
    return made


async def test_anothers_slogan_is_sent_back_and_never_ready(desk: Desk, server: OpenAIServer) -> None:
    answers(server, COPIED)
    made = await with_house(desk, references=THEIRS).write(brief(n=1))
    assert not made.variants[0].ready
    [check] = likeness(made)
    assert check.reason == f"Description 1: “{SLOGAN}” is a reference text (Mugly)"
    assert any("is a reference text (Mugly)" in json.dumps(one["messages"], ensure_ascii=False)
               for one in server.requests[1:])  # fmt: skip


async def test_a_slogan_survives_no_rewrite_just_because_its_parent_had_it(
    desk: Desk, server: OpenAIServer
) -> None:
    answers(server, COPIED)
    first = await desk.write(brief(n=1))
    again = await with_house(desk, references=THEIRS).rewrite(first, first.variants[0], "warmer")
    assert [check.severity for check in likeness(again)] == ["hard"]


async def test_what_the_brief_or_the_wish_says_itself_may_be_said(desk: Desk, server: OpenAIServer) -> None:
    answers(server, COPIED)
    desk = with_house(desk, references=THEIRS)
    assert (await desk.write(brief(n=1, must_include=[SLOGAN]))).variants[0].ready
    answers(server, GOOD)
    first = await desk.write(brief(n=1))
    answers(server, COPIED)
    again = await desk.rewrite(first, first.variants[0], f"say: {SLOGAN}")
    assert [check.passed for check in likeness(again)] == [True]


async def test_a_trademark_anywhere_is_named_and_a_common_word_is_none(
    desk: Desk, server: OpenAIServer
) -> None:
    marks = References([Reference("Velcro", "trademark"), Reference("Apple", "trademark")])
    desk = with_house(desk, references=marks)
    answers(server, ad("Velcro for your trips", "An apple a day", "See far in 108 MP"))
    made = await desk.write(brief(n=1))
    assert [check.reason for check in likeness(made)] == ["Headline 1: “Velcro” is another's trademark"]
    assert [check.passed for check in likeness(await desk.write(brief(n=1, product="Velcro strap")))] == [
        True
    ]


async def test_the_profiles_examples_warn_and_its_reference_texts_keep_copy_back(
    desk: Desk, server: OpenAIServer
) -> None:
    def profile(**values: Any) -> Profile:
        return Profile(ref=BrandRef(id="T1", version=1), brand=make_brand(values))

    answers(server, COPIED)
    ours = await desk.write(brief(n=1), profile(examples=[f"{SLOGAN}. With a mug."]))
    assert (ours.variants[0].ready, [c.severity for c in likeness(ours)]) == (True, ["soft"])
    theirs = await desk.write(brief(n=1), profile(references=[SLOGAN]))
    assert (theirs.variants[0].ready, [c.severity for c in likeness(theirs)]) == (False, ["hard"])


async def test_earlier_copy_for_another_brief_warns_and_names_it(
    desk: Desk, server: OpenAIServer, history: SqliteHistory
) -> None:
    await keep(history)
    answers(server, REPEATED)
    made = await desk.with_earlier(await Earlier(history).of("T1")).write(brief(n=1))
    today = datetime.now(UTC).date()
    assert made.variants[0].ready
    assert [check.reason for check in likeness(made)] == [
        f"Description 1: “{OURS}” is earlier copy (Nimbus pillow, {today})"
    ]
    await history.close()


async def test_an_own_ancestor_and_copy_for_the_same_brief_are_no_likeness(
    desk: Desk, server: OpenAIServer, history: SqliteHistory
) -> None:
    answers(server, REPEATED)
    first = await desk.write(brief(n=1))
    await history.save_draft(first, team_id="T1")
    there = desk.with_earlier(await Earlier(history).of("T1"))
    for made in (await there.rewrite(first, first.variants[0], "warmer"), await there.write(brief(n=1))):
        assert [check.passed for check in likeness(made)] == [True]
    await history.close()


async def test_another_workspaces_copy_is_not_looked_at(history: SqliteHistory) -> None:
    await keep(history, team="T2")
    assert len(await Earlier(history).of("T1")) == 0
    await history.close()


async def test_copy_that_comes_later_is_known_at_the_next_call(history: SqliteHistory) -> None:
    earlier = Earlier(history)
    for number in range(40):
        await keep(history, f"Number {number} says a thing that no other says")
        assert len(await earlier.of("T1")) == 2 * (number + 1)
    found = await earlier.of("T1")
    assert {one.text for one in found} >= {f"Number {n} says a thing that no other says." for n in range(40)}
    await history.close()


async def test_of_a_long_history_the_approved_and_the_liked_stay(history: SqliteHistory) -> None:
    liked = await keep(history, "People liked this one")
    await history.add_feedback(
        variant_id=liked.variants[0].id,
        user_id="U1",
        reaction="+1",
        reward=1.0,
        source="reaction",
        at=datetime.now(UTC),
    )
    await keep(history, "Nobody said anything of this one")
    many = tuple(variant(parts=(("description", f"Line {n}"),)) for n in range(MOST))
    await history.save_draft(draft(variants=many), team_id="T1")
    texts = {one.text for one in await Earlier(history).of("T1")}
    assert "People liked this one." in texts
    assert "Nobody said anything of this one." not in texts
    await history.close()


async def test_what_was_not_ready_or_a_persons_is_no_earlier_copy(
    desk: Desk, server: OpenAIServer, history: SqliteHistory
) -> None:
    await keep(history, checks=(Check(name="limits", passed=False, reason="too long"),))
    request = make_request(f"{OURS}. It has 12 W.", aim="shorter")
    answers(server, json.dumps({"text": "One phone for the way home, 12 W."}))
    pasted = await optimise(desk, request, n=1)
    await history.save_draft(pasted.original, team_id="T1")
    assert len(await Earlier(history).of("T1")) == 0
    await history.close()


async def test_a_broken_history_keeps_no_copy_from_being_written() -> None:
    class Broken:
        async def earlier_copy(self, *_: Any, **__: Any) -> Any:
            raise HistoryError("It is locked.", "Wait.")

    assert len(await Earlier(Broken()).of("T1")) == 0  # type: ignore[arg-type]


async def test_a_small_models_own_examples_are_nobodys_copy(tmp_path: Path) -> None:
    example = "Students can work anywhere in the room with its 2 m cable."
    checks = HouseRules().checks(brief(), examples=f"Description 1: {example}\nHeadline: Order yours today")
    from models.checks.examine import examine
    from models.checks.subject import Subject
    from models.variant import Part

    def found(text: str) -> list[str]:
        subject = Subject(brief=brief(), parts=(Part(name="description", text=text),), facts=brief().facts)
        return [c.severity for c in examine(subject, checks) if c.name == "likeness" and not c.passed]

    assert found(example) == ["hard"]
    assert found("Order yours today") == []


async def test_copy_for_another_market_is_judged_by_its_rules(desk: Desk, server: OpenAIServer) -> None:
    said = ad("国家级品质", "Aurora X for trips", "5000 mAh for the road")
    answers(server, said)

    def claims(made: Draft) -> list[str]:
        return [check.reason for check in made.variants[0].failures if check.name == "claims"]

    assert not claims(await desk.write(brief(n=1)))
    abroad = with_house(desk, claims=claims_check(markets=("us", "cn")))
    assert any("国家级" in reason for reason in claims(await abroad.write(brief(n=1))))


def test_reference_files_name_whose_each_text_is(tmp_path: Path) -> None:
    (tmp_path / "mugly.txt").write_text("# their lines\nYour morning, your mug.\n\n", encoding="utf-8")
    (tmp_path / "more.toml").write_text(
        'trademarks = ["Velcro"]\n[texts]\nLumo = "Brighter than you think."\n', encoding="utf-8"
    )
    (tmp_path / "notes.md").write_text("not a reference", encoding="utf-8")
    found = {(one.name, one.text, one.source) for one in read_references(tmp_path)}
    assert found == {
        ("mugly", "Your morning, your mug.", "reference"),
        ("Lumo", "Brighter than you think.", "reference"),
        ("", "Velcro", "trademark"),
    }


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.toml", b"[texts", "a.toml are not valid TOML"),
        ("a.toml", b"slogans = []", "“slogans”, which is neither texts nor trademarks"),
        ("a.toml", b"[texts]\nMugly = [1]", "texts, “Mugly”: must be a text or a list of texts"),
        ("a.toml", b'trademarks = [""]', "trademarks: must be a text or a list"),
        ("a.toml", b'texts = ["a"]', "need a table [texts]"),
        ("a.txt", b"\xff\xfe\x00", "a.txt are not UTF-8 text"),
        ("a.csv", b"x", "have no .txt and no .toml file"),
    ],
)
def test_a_wrong_reference_file_is_told_with_its_name(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SettingsError, match=re.escape(says)):
        read_references(tmp_path)


async def test_the_first_copy_waits_for_no_index(desk: Desk, history: SqliteHistory) -> None:
    """What the bot reads in the background is there when the first brief comes, and is not read again."""
    await keep(history)
    earlier = Earlier(history)
    await preload(desk, earlier, "T1")
    assert await earlier.of("T1") is not None
    held = earlier._held["T1"]
    await earlier.of("T1")
    assert earlier._held["T1"] is held
    assert len(held.pieces) == 1
    await history.close()


async def test_a_rewrite_with_anothers_slogan_is_no_improvement(desk: Desk, server: OpenAIServer) -> None:
    answers(server, json.dumps({"text": f"{SLOGAN}. 12 W."}))
    copy = (
        "This lamp is a lamp for a desk of any kind, and it has a power of 12 W, which is enough for a desk."
    )
    made = await optimise(with_house(desk, references=THEIRS), make_request(copy, aim="shorter"), n=1)
    assert made.draft is None
    assert any("is a reference text (Mugly)" in note for note in made.notes)
