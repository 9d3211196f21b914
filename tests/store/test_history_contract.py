"""What every history must keep, whatever database is behind it."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store import History
from models.brief import Brief, Kind
from models.errors import HistoryError
from models.variant import BrandRef, Draft
from tests.store.factories import make_draft, make_variant

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


async def keep(history: History, draft: Draft, **place: Any) -> Draft:
    await history.save_draft(draft, **place)
    return draft


async def show(history: History, draft: Draft, ts: str, thread_ts: str = "", channel: str = "C1") -> None:
    await history.save_delivery(
        draft.id,
        team_id="T1",
        channel_id=channel,
        ts=ts,
        thread_ts=thread_ts or ts,
        variant_ids=[variant.id for variant in draft.variants],
    )


async def react(history: History, variant_id: str, user: str = "U1", name: str = "+1", **more: Any) -> bool:
    values: dict[str, Any] = {"reward": 1.0, "source": "reaction", "at": NOON} | more
    return await history.add_feedback(variant_id=variant_id, user_id=user, reaction=name, **values)


async def exported(history: History, **filters: Any) -> list[dict[str, Any]]:
    return [row async for row in history.export(**filters)]


# -- drafts --


async def test_a_draft_comes_back_whole_with_its_messages_checks_and_cost(history: History) -> None:
    draft = await keep(history, make_draft("One", "Two"))
    assert await history.draft(draft.id) == draft


async def test_a_variant_comes_with_the_draft_that_it_belongs_to(history: History) -> None:
    draft = await keep(history, make_draft("One", "Two"))
    assert await history.variant(draft.variants[1].id) == (draft, draft.variants[1])


async def test_what_was_never_kept_is_not_found(history: History) -> None:
    assert await history.draft("nothing") is None
    assert await history.variant("nothing") is None
    assert await history.delivery("C1", "1.0") is None
    assert await history.approval("nothing") is None
    assert await history.feedback("nothing") == []


async def test_a_draft_saved_again_after_a_restart_stays_as_it_was(history: History) -> None:
    draft = await keep(history, make_draft("One"))
    await keep(history, draft.model_copy(update={"notes": ("changed",)}))
    assert await history.draft(draft.id) == draft
    assert len(await history.search()) == 1


async def test_a_draft_that_cannot_be_kept_whole_leaves_nothing_behind(history: History) -> None:
    kept = await keep(history, make_draft("One"))
    twin = make_variant("b-other", "Two")
    broken = make_draft("Two", variants=(twin, make_variant("b-other", id=kept.variants[0].id)))
    with pytest.raises(HistoryError):
        await history.save_draft(broken)
    assert await history.draft(broken.id) is None
    assert await history.variant(twin.id) is None
    assert [entry.variant.id for entry in await history.search()] == [kept.variants[0].id]


async def test_text_of_any_script_and_length_survives(history: History) -> None:
    text = "曙光 & <b> “quoted” 😀 \u200d é " + "long " * 2000
    draft = await keep(history, make_draft(text))
    found = await history.draft(draft.id)
    assert found is not None
    assert found.variants[0].parts[0].text == text


async def test_a_rewrite_keeps_its_parent_round_and_instruction(history: History) -> None:
    first = await keep(history, make_draft("One"))
    second = await keep(history, make_draft("Uno", parent=first.variants[0]))
    found = await history.variant(second.variants[0].id)
    assert found is not None
    lineage = found[1].lineage
    assert (lineage.parent_id, lineage.round, lineage.instruction) == (
        first.variants[0].id,
        1,
        "shorter please",
    )


# -- deliveries and threads --


async def test_a_message_is_found_with_its_variants_lead_first_and_who_asked(history: History) -> None:
    draft = await keep(history, make_draft("One", "Two"), user_id="U7")
    await show(history, draft, "5.0")
    found = await history.delivery("C1", "5.0")
    assert found is not None
    assert found.variant_ids == tuple(variant.id for variant in draft.variants)
    assert (found.draft_id, found.team_id, found.thread_ts, found.user_id) == (draft.id, "T1", "5.0", "U7")


async def test_the_same_ts_in_another_channel_is_another_message(history: History) -> None:
    draft = await keep(history, make_draft())
    await show(history, draft, "5.0", channel="C1")
    assert await history.delivery("C2", "5.0") is None


async def test_a_message_delivered_again_shows_the_new_variants_only(history: History) -> None:
    first, second = await keep(history, make_draft("One", "Two")), await keep(history, make_draft("Three"))
    await show(history, first, "5.0")
    await show(history, second, "5.0")
    found = await history.delivery("C1", "5.0")
    assert found is not None
    assert (found.draft_id, found.variant_ids) == (second.id, (second.variants[0].id,))


async def test_a_thread_lists_its_copy_oldest_first_with_the_message_that_began_it(history: History) -> None:
    first = await keep(history, make_draft("One"))
    second = await keep(history, make_draft("Two", parent=first.variants[0]))
    other = await keep(history, make_draft("Other"))
    await show(history, second, "9.0", thread_ts="5.0")
    await show(history, first, "5.0")
    await show(history, other, "7.0")
    assert [delivery.draft_id for delivery in await history.thread("C1", "5.0")] == [first.id, second.id]


async def test_copy_that_is_not_kept_cannot_be_delivered(history: History) -> None:
    with pytest.raises(HistoryError) as caught:
        await history.save_delivery(
            "none", team_id="T", channel_id="C1", ts="1.0", thread_ts="1.0", variant_ids=[]
        )
    assert caught.value.remedy


async def test_what_was_said_in_a_thread_is_kept_in_order_once_each(history: History) -> None:
    await history.add_thread_message("C1", "5.0", "7.0", "U2", "and bolder")
    await history.add_thread_message("C1", "5.0", "6.0", "U1", "shorter")
    await history.add_thread_message("C1", "5.0", "6.0", "U1", "shorter, please")
    await history.add_thread_message("C1", "other", "8.0", "U1", "elsewhere")
    said = await history.thread_messages("C1", "5.0")
    assert [(message.user_id, message.text) for message in said] == [
        ("U1", "shorter, please"),
        ("U2", "and bolder"),
    ]


# -- feedback and approval --


async def test_one_person_reacts_once_to_a_variant_with_one_emoji(history: History) -> None:
    variant = (await keep(history, make_draft())).variants[0]
    assert await react(history, variant.id)
    assert not await react(history, variant.id)
    assert await react(history, variant.id, user="U2")
    assert await react(history, variant.id, name="heart")
    assert len(await history.feedback(variant.id)) == 3


async def test_a_reaction_taken_back_no_longer_counts_but_is_kept(history: History) -> None:
    variant = (await keep(history, make_draft())).variants[0]
    await react(history, variant.id)
    removed_at = NOON + timedelta(minutes=1)
    gone = {"variant_id": variant.id, "user_id": "U1", "reaction": "+1"}
    assert await history.remove_feedback(**gone, at=removed_at)
    assert not await history.remove_feedback(**gone)
    assert await history.feedback(variant.id) == []
    [kept] = await history.feedback(variant.id, removed=True)
    assert (kept.reward, kept.at, kept.removed_at) == (1.0, NOON, removed_at)


async def test_a_reaction_given_again_after_its_removal_counts_again(history: History) -> None:
    variant = (await keep(history, make_draft())).variants[0]
    await react(history, variant.id)
    await history.remove_feedback(
        variant_id=variant.id, user_id="U1", reaction="+1", at=NOON + timedelta(minutes=1)
    )
    assert await react(history, variant.id, at=NOON + timedelta(minutes=2))
    assert len(await history.feedback(variant.id)) == 1
    assert len(await history.feedback(variant.id, removed=True)) == 2


async def test_an_old_reaction_delivered_again_does_not_undo_its_removal(history: History) -> None:
    variant = (await keep(history, make_draft())).variants[0]
    await react(history, variant.id)
    await history.remove_feedback(
        variant_id=variant.id, user_id="U1", reaction="+1", at=NOON + timedelta(minutes=1)
    )
    assert not await react(history, variant.id, at=NOON)
    assert await history.feedback(variant.id) == []


async def test_a_removal_that_overtakes_its_reaction_wins(history: History) -> None:
    variant = (await keep(history, make_draft())).variants[0]
    gone = {"variant_id": variant.id, "user_id": "U1", "reaction": "+1"}
    assert not await history.remove_feedback(**gone, at=NOON + timedelta(minutes=1))
    assert not await react(history, variant.id, at=NOON)
    assert await history.feedback(variant.id) == []
    assert await react(history, variant.id, at=NOON + timedelta(minutes=2))


async def test_an_old_removal_delivered_again_does_not_undo_a_newer_reaction(history: History) -> None:
    variant = (await keep(history, make_draft())).variants[0]
    gone = {"variant_id": variant.id, "user_id": "U1", "reaction": "+1"}
    await react(history, variant.id, at=NOON + timedelta(minutes=2))
    assert not await history.remove_feedback(**gone, at=NOON + timedelta(minutes=1))
    assert len(await history.feedback(variant.id)) == 1


async def test_the_first_approval_stays(history: History) -> None:
    variant = (await keep(history, make_draft())).variants[0]
    assert await history.approve(variant.id, "U1")
    assert not await history.approve(variant.id, "U2")
    approval = await history.approval(variant.id)
    assert approval is not None
    assert (approval.user_id, approval.at.tzinfo) == ("U1", UTC)


async def test_nobody_can_react_to_or_approve_copy_that_is_not_kept(history: History) -> None:
    with pytest.raises(HistoryError):
        await react(history, "nothing")
    with pytest.raises(HistoryError):
        await history.approve("nothing", "U1")


# -- kept tasks --


async def test_a_task_too_long_for_a_button_is_kept_for_its_retry(history: History) -> None:
    await history.keep_task("C1:5.0", '{"action": "write"}')
    await history.keep_task("C1:5.0", '{"action": "rewrite"}')
    assert await history.kept_task("C1:5.0") == '{"action": "rewrite"}'
    assert await history.kept_task("C1:6.0") is None


# -- search --


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("batteries", True),
        ("TRAVELLING", True),
        ("5000mah", True),
        ("5000 mAh", True),
        ("camera travel", True),
        ("camera submarine", False),
        ("续航", False),
        ("shorter", False),
    ],
)
async def test_english_is_found_by_its_stems_and_numbers(history: History, query: str, found: bool) -> None:
    await keep(history, make_draft("Travel light"))
    assert bool(await history.search(query)) is found


@pytest.mark.parametrize(
    "query",
    ["续航", "手机", "曙光", "年轻", "轻旅", "年轻旅行者", "长", "长续航 手机", "ＡＵＲＯＲＡ", "续航！"],
)
async def test_chinese_is_found_by_words_of_two_characters_and_by_any_piece(
    history: History, query: str
) -> None:
    brief = Brief(kind=Kind.AD, product="曙光手机 Aurora", audience="年轻旅行者")
    await keep(history, make_draft("长续航，陪你走更远", brief=brief))
    await keep(history, make_draft("Nothing in common", brief=Brief(kind=Kind.AD, product="灯 lamp")))
    assert [entry.brief.product for entry in await history.search(query)] == ["曙光手机 Aurora"]


async def test_a_rewrite_is_found_by_what_was_asked_for(history: History) -> None:
    first = await keep(history, make_draft("One"))
    second = await keep(history, make_draft("Uno", parent=first.variants[0]))
    assert [entry.variant.id for entry in await history.search("shorter")] == [second.variants[0].id]


async def test_copy_that_says_the_word_comes_before_copy_whose_brief_does(history: History) -> None:
    brief = Brief(kind=Kind.AD, product="Lamp with a solar panel")
    await keep(history, make_draft("Bright nights", brief=brief))
    await keep(history, make_draft("Solar nights", brief=brief))
    await keep(history, make_draft("Long evenings", brief=brief))
    assert (await history.search("solar"))[0].variant.parts[0].text == "Solar nights"


async def test_without_words_the_newest_copy_comes_first_and_no_more_than_asked_for(history: History) -> None:
    for text in ("One", "Two", "Three"):
        await keep(history, make_draft(text))
    assert [entry.variant.parts[0].text for entry in await history.search(limit=2)] == ["Three", "Two"]
    assert await history.search(limit=0) == []
    assert await history.search(limit=-1) == []


async def test_search_keeps_to_the_kind_channel_team_and_time_asked_for(history: History) -> None:
    plan = Brief(kind=Kind.CAMPAIGN, product="Lamp")
    await keep(history, make_draft("Ad"), channel_id="C1", team_id="T1", user_id="U1")
    await keep(history, make_draft("Plan", brief=plan), channel_id="C2", team_id="T2")

    async def texts(**filters: Any) -> list[str]:
        return sorted(entry.variant.parts[0].text for entry in await history.search(**filters))

    assert await texts(kind="campaign") == ["Plan"]
    assert await texts(kind=Kind.AD) == ["Ad"]
    assert await texts(channel_id="C2") == ["Plan"]
    assert await texts(team_id="T1") == ["Ad"]
    assert await texts(user_id="U1") == ["Ad"]
    now = datetime.now(UTC)
    assert await texts(since=now - timedelta(minutes=5)) == ["Ad", "Plan"]
    assert await texts(since=now + timedelta(minutes=5)) == []
    # The same moment on another clock, and a moment without a clock, which is local time.
    elsewhere = timezone(timedelta(hours=9))
    assert await texts(since=(now - timedelta(minutes=5)).astimezone(elsewhere)) == ["Ad", "Plan"]
    assert await texts(since=datetime.now() - timedelta(minutes=5)) == ["Ad", "Plan"]


async def test_search_shows_what_people_thought_of_the_copy_now(history: History) -> None:
    variant = (await keep(history, make_draft())).variants[0]
    await react(history, variant.id)
    await react(history, variant.id, user="U2", name="-1", reward=-0.5)
    await react(history, variant.id, user="U3")
    await history.remove_feedback(variant_id=variant.id, user_id="U3", reaction="+1")
    assert [entry.reward for entry in await history.search()] == [0.5]


@pytest.fixture(scope="module")
def some_words() -> st.SearchStrategy[str]:
    """Text as people and machines type it: any, and with the search language's own signs."""
    return st.text(max_size=60) | st.lists(
        st.sampled_from(
            ["AND", "OR", "NOT", "NEAR", '"', "*", "(", ")", "^", ":", "-", "曙光", "travel", "'"]
        ),
        max_size=12,
    ).map(" ".join)


async def test_any_text_is_a_valid_query(history: History, some_words: st.SearchStrategy[str]) -> None:
    await keep(history, make_draft("Travel light 曙光"))
    loop = asyncio.get_running_loop()

    @settings(max_examples=150, deadline=None)
    @given(some_words)
    def ask(query: str) -> None:
        found = asyncio.run_coroutine_threadsafe(history.search(query), loop).result(10)
        assert len(found) <= 1

    await asyncio.to_thread(ask)


async def test_a_pasted_essay_is_a_valid_query(history: History) -> None:
    await keep(history, make_draft("Travel light"))
    assert await history.search("travel light " * 5_000)
    await history.search("续航能力" * 5_000)


# -- export --


async def test_export_gives_every_variant_once_with_the_same_columns_over_many_pages(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.sqlite.EXPORT_PAGE", 3)
    drafts = [await keep(history, make_draft("One", "Two")) for _ in range(5)]
    rows = await exported(history)
    assert [row["variant_id"] for row in rows] == [v.id for draft in drafts for v in draft.variants]
    assert len({tuple(row) for row in rows}) == 1


async def test_an_exported_row_tells_the_brief_the_copy_its_making_and_its_reception(
    history: History,
) -> None:
    first = await keep(history, make_draft("One"))
    draft = make_draft("Uno", parent=first.variants[0])
    await keep(history, draft, team_id="T1", channel_id="C1", user_id="U1", source="slack", job_id="j1")
    variant = draft.variants[0]
    await show(history, draft, "9.0", thread_ts="5.0")
    await react(history, variant.id)
    await history.approve(variant.id, "U2")
    row = (await exported(history))[1]
    expected = {
        "draft_id": draft.id,
        "job_id": "j1",
        "source": "slack",
        "user_id": "U1",
        "parent_id": first.variants[0].id,
        "round": 1,
        "instruction": "shorter please",
        "engine": "local",
        "model": "smollm2",
        "template": "ad/en/plain.j2",
        "template_sha256": "a" * 64,
        "prompt_tokens": 120,
        "completion_tokens": 60,
        "seconds": 1.5,
        "cost_usd": 0.002,
        "kind": "ad",
        "product": "Aurora X phone",
        "language": "en",
        "text": variant.text,
        "ready": 1,
        "failed_checks": "no “battery”",
        "sentiment_label": "positive",
        "sentiment_score": 0.75,
        "sentiment_confidence": 0.9,
        "sentiment_scored_by": "copydesk-mpnet6-en",
        "keyword_coverage": 0.5,
        "reward": 1.0,
        "reactions": 1,
        "approved_by": "U2",
        "delivered": "C1/9.0",
    }
    assert {name: row[name] for name in expected} == expected
    assert json.loads(str(row["brief"])) == draft.brief.model_dump(mode="json")
    assert json.loads(str(row["messages"])) == [message.model_dump() for message in draft.messages]
    assert json.loads(str(row["checks"])) == [check.model_dump() for check in variant.checks]
    assert json.loads(str(row["parts"])) == [part.model_dump() for part in variant.parts]
    assert json.loads(str(row["notes"])) == ["a note"]


async def test_an_exported_row_tells_the_brand_profile_and_its_version(history: History) -> None:
    await keep(history, make_draft("One", brand=BrandRef(id="T1/C1", version=3)))
    await keep(history, make_draft("Two", brand=BrandRef(id="file:0a1b2c", version=0)))
    await keep(history, make_draft("Three"))
    assert [row["brand"] for row in await exported(history)] == ["T1/C1 v3", "file:0a1b2c", ""]


# -- earlier copy --


async def test_earlier_copy_is_the_workspaces_own_the_approved_and_liked_first(history: History) -> None:
    drafts = [
        await keep(history, make_draft(text), team_id="T1") for text in ("Old", "Liked", "Signed", "New")
    ]
    await keep(history, make_draft("Elsewhere"), team_id="T2")
    await react(history, drafts[1].variants[0].id)
    await history.approve(drafts[2].variants[0].id, "U2")
    found = await history.earlier_copy("T1")
    assert [one.parts[0].text for one in found] == ["Signed", "Liked", "New", "Old"]
    assert found[0].brief == drafts[2].brief
    newest = max(one.number for one in found)
    assert await history.earlier_copy("T1", after=newest) == []
    assert [one.parts[0].text for one in await history.earlier_copy("T1", limit=1)] == ["Signed"]


async def test_copy_without_scores_or_price_exports_empty_cells_and_not_zeros(history: History) -> None:
    draft = make_draft("One")
    bare = draft.variants[0].model_copy(update={"sentiment": None, "keyword_coverage": None, "checks": ()})
    usage = draft.usage.model_copy(update={"cost_usd": None})
    await keep(history, draft.model_copy(update={"variants": (bare,), "usage": usage}))
    [row] = await exported(history)
    empty = ("sentiment_label", "sentiment_score", "keyword_coverage", "cost_usd", "approved_by", "job_id")
    assert [row[name] for name in empty] == [None] * len(empty)


async def test_export_keeps_to_the_kind_channel_and_time_asked_for(history: History) -> None:
    await keep(history, make_draft("Ad"), channel_id="C1")
    await keep(history, make_draft("Plan", brief=Brief(kind=Kind.CAMPAIGN, product="Lamp")), channel_id="C2")
    now = datetime.now(UTC)
    assert [row["kind"] for row in await exported(history, kind="campaign")] == ["campaign"]
    assert [row["kind"] for row in await exported(history, channel_id="C1")] == ["ad"]
    assert len(await exported(history, since=now - timedelta(minutes=5))) == 2
    assert await exported(history, since=now + timedelta(minutes=5)) == []


# -- closing --


async def test_a_closed_history_says_so_and_may_be_closed_again(history: History) -> None:
    await history.close()
    await history.close()
    with pytest.raises(HistoryError, match="closed"):
        await history.search()
