"""A workspace's templates as people live it: listed, shown, edited, tested, used, and rolled back."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.e2e.conftest import PATIENCE, Stage, said
from workspace.seed import ANA, BOT_USER, DM_ANA, MARKETING, SHOP, TEAM

pytestmark = pytest.mark.asyncio(loop_scope="package")

Json = dict[str, Any]

OWN = "ad/en/large-own.j2"
BENEFIT, MOMENT = "ad/en/large-benefit.j2", "ad/en/large-moment.j2"
GOOD = """{% block system %}
Write like a friend: MARK.
{% include "shared/rules.en.j2" %}
{% endblock %}
{% block user %}
{% include "shared/brief.j2" %}
{% endblock %}
"""


@pytest_asyncio.fixture(autouse=True, loop_scope="package")
async def _as_shipped(stage: Stage) -> AsyncIterator[None]:
    """What a test saves, and scripts, ends with it."""
    before = stage.server.reply
    yield
    stage.server.reply = before
    team = stage.workspace.core.state.team["id"]
    for path in await stage.bot.history.templates(team):
        await stage.bot.history.save_template(team, path, None, sha256="", user_id=ANA)


async def opened(stage: Stage, title: str) -> Json:
    await stage.people.wait_for(lambda one: one["title"]["text"] == title, kind="view", timeout=PATIENCE)
    views = (await stage.people.state())["open_views"]
    return next(one for one in reversed(views) if one["title"]["text"] == title)


async def submit(stage: Stage, view: Json, **values: str) -> Json:
    state = {block_id: {"value": value} for block_id, value in values.items()}
    return await stage.people.submit(view["id"], state)


async def asked(stage: Stage, text: str, *shown: str) -> Json:
    """The answer to `/copy templates …`, for the person alone."""
    assert (await stage.people.command(MARKETING, "/copy", f"templates {text}"))["ok"]
    return await stage.message(*shown, kind="ephemeral", channel=MARKETING)


async def test_templates_are_listed_and_one_is_shown_with_its_text(stage: Stage, transport: str) -> None:
    listed = await asked(stage, "", BENEFIT, "shipped", "campaign/zh/")
    chooser = next(
        one
        for block in listed["blocks"]
        if block["type"] == "actions"
        for one in block["elements"]
        if one["type"] == "static_select"
    )
    assert MOMENT in [one["value"] for one in chooser["options"]]
    await stage.people.action(listed, chooser["action_id"], value=MOMENT)
    shown = await stage.message(MOMENT, "as shipped", "the customer's own day", kind="ephemeral")
    assert "Roll back" not in said(shown)
    await asked(stage, "show nonsense", "is no template's path", "nonsense")


async def test_an_edited_template_is_checked_used_for_copy_and_rolled_back(stage: Stage) -> None:
    for path in (BENEFIT, MOMENT):
        await stage.people.command(MARKETING, "/copy", f"templates edit {path}")
        view = await opened(stage, "Prompt template")
        refused = await submit(
            stage, view, path=path, source_00=GOOD.replace("MARK", "{{ brief.__class__ }}"), then="save"
        )
        assert "private" in refused["errors"]["source_00"]
        refused = await submit(stage, view, path="../x.j2", source_00=GOOD, then="save")
        assert "no template's path" in refused["errors"]["path"]
        assert (await submit(stage, view, path=path, source_00=GOOD, then="save"))["ok"]
        await stage.message(path, "version 1 of this workspace", kind="ephemeral")
    product = stage.product()
    await stage.write(product)
    [draft] = stage.rows(
        "SELECT template, template_sha256, json_extract(body, '$.messages[0].content') AS system FROM drafts"
        " WHERE json_extract(body, '$.brief.product') = ?",
        product,
    )
    assert "MARK" in draft["system"]
    [kept] = stage.rows(
        "SELECT sha256, user_id FROM template_versions WHERE team_id = ? AND path = ? AND version = 1",
        TEAM,
        draft["template"],
    )
    assert (kept["sha256"], kept["user_id"]) == (draft["template_sha256"], ANA)
    shown = await asked(stage, f"show {BENEFIT}", BENEFIT, "version 1", "MARK")
    await stage.people.action(shown, "template_back")
    view = await opened(stage, "Roll back")
    assert (await submit(stage, view, to="shipped"))["ok"]
    await stage.message(BENEFIT, "as shipped again", kind="ephemeral")
    await asked(stage, f"rollback {MOMENT} shipped", MOMENT, "as shipped again")
    other = stage.product()
    await stage.write(other)
    assert not stage.rows("SELECT 1 FROM drafts WHERE body LIKE ? AND body LIKE '%MARK.%'", f"%{other}%")
    await asked(stage, f"rollback {BENEFIT} 7", "no version “7”")


async def test_a_template_is_tested_with_prompt_and_result_side_by_side_in_a_direct_message(
    stage: Stage,
) -> None:
    product = stage.product()
    await stage.people.command(MARKETING, "/copy", f"templates test {BENEFIT}")
    view = await opened(stage, "Test a template")
    assert (await submit(stage, view, brief=f"{product} | battery: 5000 mAh"))["ok"]
    shown = await stage.people.wait_for(
        lambda one: (
            one["channel"] == DM_ANA
            and one.get("user") == BOT_USER
            and "Result" in said(one)
            and product in said(one)
        ),
        timeout=PATIENCE,
    )
    rows = [block["fields"] for block in shown["blocks"] if block["type"] == "section"]
    assert [one["text"] for one in rows[0]] == ["Prompt", "Result"]
    assert "[system]" in rows[1][0]["text"]
    assert rows[1][1]["text"].startswith("1\n")
    assert not stage.rows("SELECT 1 FROM drafts WHERE body LIKE ?", f"%{product}%"), (
        "a trial is no copy to keep"
    )


async def test_an_unsaved_text_is_tested_and_used_by_nobody(stage: Stage) -> None:
    await stage.people.command(MARKETING, "/copy", f"templates edit {OWN}")
    view = await opened(stage, "Prompt template")
    text = GOOD.replace("MARK", "UNSAVED")
    assert (await submit(stage, view, path=OWN, source_00=text, then="try"))["ok"]
    await stage.people.wait_for(
        lambda one: one["channel"] == DM_ANA and "UNSAVED" in said(one), timeout=PATIENCE
    )
    assert not stage.rows("SELECT 1 FROM template_versions WHERE source LIKE '%UNSAVED%'")


async def test_a_file_with_a_mention_becomes_a_template_and_a_bad_one_is_refused(stage: Stage) -> None:
    for content, answer in (
        (b"{% block user %}{% include '../../secrets' %}{% endblock %}", "only files under shared/"),
        (b"\xff\xfe\x00", "no text in UTF-8"),
        (GOOD.replace("MARK", "FROMFILE").encode(), "used from now on"),
    ):
        file = await stage.people.upload("own.j2", content)
        await stage.people.message(SHOP, f"@copydesk templates {OWN}", file_ids=[file["id"]])
        await stage.message(answer, kind="ephemeral", channel=SHOP)
    await stage.quiet()
    [kept] = stage.rows("SELECT source, note FROM template_versions WHERE source LIKE '%FROMFILE%'")
    assert kept["note"] == "from own.j2"
    listed = await asked(stage, "", OWN, "workspace, version")
    assert json.dumps(listed["blocks"]).count(OWN) >= 2


async def test_a_template_that_no_engine_answers_says_so_in_the_direct_message(stage: Stage) -> None:
    stage.server.script("server_error", times=None)
    product = stage.product()
    await asked(stage, f"test {MOMENT} | {product}", "see our direct messages")
    await stage.people.wait_for(
        lambda one: one["channel"] == DM_ANA and "❌" in said(one) and MOMENT in said(one), timeout=PATIENCE
    )
    stage.server.clear()


async def test_a_workspaces_own_brand_template_describes_its_drafts(stage: Stage) -> None:
    path = "brand/en/large-voice.j2"
    own = stage.bot.desk.prompts.source(path).replace("You describe", "MARK: you describe")
    await stage.people.command(MARKETING, "/copy", f"templates edit {path}")
    view = await opened(stage, "Prompt template")
    assert (await submit(stage, view, path=path, source_00=own, then="save"))["ok"]
    await stage.message(path, "version 1 of this workspace", kind="ephemeral")
    await stage.people.command(SHOP, "/copy", "brand draft")
    pasted = await opened(stage, "Draft from our copy")
    stage.server.reply = lambda body: [json.dumps({"voice": "Plain and calm in every line."})]
    lines = [
        f"Say hello to {thing}, and keep it close." for thing in ("tea", "rain", "wool", "bread", "light")
    ]
    await submit(stage, pasted, texts="\n".join(lines), name="Own")
    drafted = await stage.people.wait_for(
        lambda one: "Drafted from 5 texts" in str(one["blocks"]), kind="view", timeout=PATIENCE
    )
    assert "MARK: you describe" in json.dumps(stage.server.requests[-1]["messages"])
    await stage.people.close_view(drafted["id"])
