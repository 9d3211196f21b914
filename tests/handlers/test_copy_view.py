"""Copy in Slack: whatever was written is shown whole and literally, in messages that Slack takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.jobs import Task
from handlers.blocks import Block
from handlers.changes import changes
from handlers.copy_view import copy_pages, notification, plain_copy
from models.brief import Brief, Kind
from models.platforms import platforms
from models.variant import Check, Draft, Lineage, Part, Sentiment, Variant
from tests import factories
from workspace.blocks import check_message_blocks


def asked(draft: Draft, **more: Any) -> Task:
    """The task that a draft answers."""
    values: dict[str, Any] = {
        "action": "write",
        "team_id": "T1",
        "channel_id": "C1",
        "user_id": "U1",
        "brief": draft.brief,
    }
    return Task(**values | more)


def leaves(blocks: list[Block]) -> Iterator[dict[str, Any]]:
    """The text leaves of rich text, in order."""
    for block in blocks:
        if block["type"] == "rich_text":
            for part in block["elements"]:
                yield from (leaf for leaf in part["elements"] if leaf["type"] == "text")


def said(blocks: list[Block]) -> str:
    """The rich text of a message."""
    return "".join(leaf["text"] for leaf in leaves(blocks))


def small(blocks: list[Block]) -> str:
    """The small text of a message."""
    texts = [one["text"] for block in blocks if block["type"] == "context" for one in block["elements"]]
    return "\n".join(texts)


def shown(draft: Draft, **more: Any) -> list[Block]:
    """The blocks of a draft that fits one message."""
    [page] = copy_pages(asked(draft, **more), draft)
    check_message_blocks(page.blocks)
    return page.blocks


def buttons(blocks: list[Block]) -> list[tuple[str, str]]:
    """(action_id, value) of every button."""
    return [
        (one["action_id"], one["value"])
        for block in blocks
        if block["type"] == "actions"
        for one in block["elements"]
    ]


texts = st.text(min_size=1, max_size=60) | st.sampled_from(
    [
        "*bold* _it_ `x` ~s~",
        "<!channel> <@U1> @here",
        "a & b < c > d",
        "```x```",
        "词 " * 900,
        "long word " * 700,
    ]
)


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """Drafts of every kind and platform, short and far too long."""
    kind = draw(st.sampled_from(list(Kind)))
    brief = factories.brief(
        kind=kind,
        product=draw(texts.map(lambda text: text[:300]).filter(lambda text: bool(Brief_clean(text)))),
        platform=draw(st.sampled_from(["", *platforms()])),
        language=draw(st.sampled_from(["en", "zh"])),
    )
    names = st.sampled_from(["headline", "description", "phases", "idea", "unknown_part"])
    made = []
    for position in range(1, draw(st.integers(1, 8)) + 1):
        parts = draw(st.lists(st.builds(Part, name=names, text=texts), min_size=1, max_size=8))
        checks = draw(
            st.lists(st.builds(Check, name=st.just("limits"), passed=st.booleans(), reason=texts), max_size=4)
        )
        made.append(factories.variant(position=position, parts=tuple(parts), checks=tuple(checks)))
    return factories.draft(brief=brief, variants=tuple(made), notes=tuple(draw(st.lists(texts, max_size=3))))


def Brief_clean(text: str) -> str:
    from models.brief import clean_text

    return clean_text(text)


@settings(max_examples=60, deadline=None)
@given(drafts(), st.booleans())
def test_slack_takes_every_message_and_no_word_of_the_copy_is_lost(draft: Draft, rewrite: bool) -> None:
    parent = factories.variant(parts=[("headline", "Before this " * 40)]) if rewrite else None
    task = asked(draft, **({"action": "rewrite", "instruction": "x" * 2_000} if rewrite else {}))
    pages = copy_pages(task, draft, parent)
    for page in pages:
        check_message_blocks(page.blocks)
    whole = "".join(said(page.blocks) for page in pages)
    for variant in draft.variants:
        for part in variant.parts:
            assert part.text in whole
        assert any(variant.id in page.variant_ids for page in pages)
    pressed = [button for page in pages for button in buttons(page.blocks)]
    assert len(pressed) == len(set(pressed)) == 7 * len(draft.variants)
    assert pages[0].variant_ids[0] == draft.variants[0].id, "the lead variant begins in the first message"
    notes = "".join(small(page.blocks) + said(page.blocks) for page in pages)
    for variant in draft.variants:
        for check in variant.failures:
            assert check.reason.replace("\n", "")[:50] in notes.replace("\n", "")
    assert len(notification(draft)) <= 4_000


def test_usual_copy_is_one_message_with_the_lead_first() -> None:
    draft = factories.draft(n=3)
    [page] = copy_pages(asked(draft), draft)
    assert page.variant_ids == [variant.id for variant in draft.variants]


def test_eight_long_plans_go_on_in_further_messages_each_with_its_own_variants() -> None:
    plan = [(f"part{number}", "word " * 300) for number in range(8)]
    draft = factories.draft(variants=[factories.variant(position=n + 1, parts=plan) for n in range(8)])
    pages = copy_pages(asked(draft), draft)
    assert len(pages) > 1
    listed = [variant_id for page in pages for variant_id in page.variant_ids]
    assert list(dict.fromkeys(listed)) == [variant.id for variant in draft.variants]
    assert "The rest is in the thread." in small(pages[0].blocks)


def test_what_a_person_wrote_shows_literally_and_calls_nobody() -> None:
    evil = "*bold* _it_ `code` <!channel> @here & <b> :fire:"
    draft = factories.draft(
        n=1,
        brief=factories.brief(product=evil),
        variants=[
            factories.variant(
                parts=[("headline", evil)], checks=[Check(name="limits", passed=False, reason=evil)]
            )
        ],
        notes=(evil,),
    )
    blocks = shown(draft, action="rewrite", instruction=evil)
    for block in blocks:
        for element in block.get("elements", []):
            assert element.get("type") != "mrkdwn"
    assert said(blocks).count("*bold* _it_ ") == 4
    assert evil in small(blocks)
    assert "<!channel>" not in notification(draft)


def test_a_variants_parts_stand_under_their_names_and_a_repeated_name_stands_once() -> None:
    text = said(shown(factories.draft(n=1)))
    assert text.count("Headline") == 1
    assert text.index("Headline") < text.index("Aurora X: 5000 mAh") < text.index("Description")


def test_checks_scores_and_what_made_the_copy_are_told() -> None:
    variant = factories.variant(
        sentiment=factories.sentiment(),
        keyword_coverage=0.5,
        checks=[Check(name="limits", passed=False, reason="headline 1 is 3 over")],
    )
    text = small(shown(factories.draft(variants=[variant])))
    for fact in ("not ready", "sentiment positive +0.80", "keywords 50%", "headline 1 is 3 over", "1.5 s"):
        assert fact in text
    assert "sentiment by copydesk-mpnet6-en" in text
    assert "smollm2-135m-instruct" in text


def test_a_variant_without_a_score_says_so() -> None:
    assert "sentiment not scored" in small(shown(factories.draft(n=1)))


def test_a_chinese_brief_gets_chinese_words_around_its_copy() -> None:
    score = Sentiment(label="negative", score=-0.5, confidence=0.9, language="zh", scored_by="zh-model")
    variant = factories.variant(parts=[("headline", "长续航")], sentiment=score)
    draft = factories.draft(brief=factories.brief(language="zh"), variants=[variant])
    blocks = shown(draft)
    assert "标题" in said(blocks)
    assert "情感 消极 -0.50" in small(blocks)
    labels = [
        one["text"]["text"] for block in blocks if block["type"] == "actions" for one in block["elements"]
    ]
    assert labels == ["更短", "更长", "更亲切", "改写…", "提交审核", "采用", "复制文本"]


# -- what changed --


def changed(before: str, after: str) -> list[tuple[str, str]]:
    """(style, text) of each leaf between two copies."""
    leaf_list = changes(
        factories.variant(parts=[("headline", before)]), factories.variant(parts=[("headline", after)])
    )
    return [("".join(leaf.get("style", {})), leaf["text"]) for leaf in leaf_list]


def test_a_rewrite_shows_added_words_bold_and_removed_words_struck() -> None:
    assert changed("A battery for long days", "A 5000 mAh battery for days") == [
        ("", "A"),
        ("bold", " 5000 mAh"),
        ("", " battery for"),
        ("strike", " long"),
        ("", " days"),
    ]


def test_chinese_changes_are_shown_by_the_character() -> None:
    assert changed("续航更长久", "续航更持久") == [
        ("", "续航更"),
        ("strike", "长"),
        ("bold", "持"),
        ("", "久"),
    ]


def test_nothing_changed_is_said() -> None:
    draft = factories.draft(n=1)
    [page] = copy_pages(asked(draft, action="rewrite"), draft, draft.variants[0])
    assert "Nothing changed." in small(page.blocks)


@given(st.text(max_size=200), st.text(max_size=200))
def test_what_stayed_and_what_was_added_is_the_new_copy(before: str, after: str) -> None:
    marked = changed(before, after)
    if any("…" in text for _, text in marked) or before == after:
        return
    new = "".join(text for style, text in marked if style != "strike")
    old = "".join(text for style, text in marked if style != "bold")
    assert new.replace("↵", "") == after.replace("↵", "")
    assert old.replace("↵", "") == before.replace("↵", "")


# -- copy as text --


def test_an_ad_is_pasted_without_names_and_a_plan_with_them() -> None:
    assert plain_copy(factories.brief(), factories.variant()) == factories.variant().text
    plan = factories.variant(
        parts=[("goal", "Sell"), ("idea", "Light"), ("channels", "Mail"), ("measure", "Sales")]
    )
    brief = Brief(kind=Kind.CAMPAIGN, product="Lamp")
    assert plain_copy(brief, plan).splitlines()[0].endswith(": Sell")


@pytest.mark.parametrize("round_number", [1, 2])
def test_a_rewrite_says_what_was_asked_for(round_number: int) -> None:
    variant = Variant(
        id="v1",
        brief_id="b1",
        position=1,
        parts=(Part(name="headline", text="Short"),),
        lineage=Lineage(parent_id="v0", round=round_number, instruction="shorter"),
    )
    draft = factories.draft(variants=[variant])
    assert "shorter, please" in said(shown(draft, action="rewrite", instruction="shorter, please"))
