"""What people, customers and files write must become no instruction, no turn of the model and no other team's copy.

Two layers over `tests/data/injection.tsv`: what a prompt looks like with the text in it, and what a person is shown
when the model obeys the text all the same.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.context import prompt_context
from bot.desk import Desk
from bot.optimise import optimise
from bot.optimise_request import make_request
from bot.prompts import Prompts
from bot.reviews.summary import written
from bot.reviews.values import ColumnsRead, Counts, Report
from models.brand import Profile
from models.errors import TemplateError
from models.fences import FENCES
from models.generation.base import Ability
from models.variant import BrandRef, Message
from tests.factories import brief, draft, variant
from tests.injection import BENIGN, CASES, TEAM_COPY, Case, brand_with, brief_with, marks_of, obedient
from tests.servers.openai_server import OpenAIServer

PROMPTS = Prompts()
CANARY = "zq7canary"

TEMPLATES = [case for case in CASES if case.channel == "template"]
TEXTS = [case for case in CASES if case.channel != "template"]
REVIEWS = [case for case in TEXTS if case.channel.startswith("review")]
OPTIMISED = [case for case in TEXTS if case.channel.startswith("optimise")]
WRITTEN = [case for case in TEXTS if case not in REVIEWS and case not in OPTIMISED]


def named(cases: list[Case]) -> Any:
    return pytest.mark.parametrize("case", cases, ids=[f"{case.id}-{case.channel}" for case in cases])


# -- the prompt --


def tasks_of(case: Case) -> tuple[str, ...]:
    if case in REVIEWS:
        return ("reviews",)
    if case in OPTIMISED:
        return ("optimize",)
    if case.channel in ("instruction", "thread"):
        return ("rewrite",)
    return ("ad", "description", "campaign", "rewrite", "optimize")


def context_of(case: Case, task: str, text: str, *, small: bool) -> dict[str, Any]:
    """Every name that the task's templates use, with the text where the case wants it."""
    if task == "reviews":
        figures = ["reviews: 3", f"product: {text}" if case.channel != "review" else "product: Lamp"]
        return {"figures": figures, "reviews": [text if case.channel == "review" else "Good."]}
    kind = task if task in ("ad", "description", "campaign") else "ad"
    asked = brief_with(case, text, kind=kind)
    mine = {name: text if case.channel == name else BENIGN for name in ("optimise.text", "optimise.aim")}
    return prompt_context(asked, small=small, brand=brand_with(case, text)) | {
        "copy": [("Text", mine["optimise.text"])],
        "instruction": text if case.channel == "instruction" else "shorter",
        "thread": [text if case.channel == "thread" else "we like it"],
        "keep": [mine["optimise.text"]],
        "aim": mine["optimise.aim"],
        "aims": ["warmer"],
        "weak": [],
        "characters": 50,
    }


@cache
def attacked(case: Case, ability: Ability) -> dict[str, tuple[Message, ...]]:
    """The messages of each arm that shows the case's text, which stands between two canaries."""
    return _rendered(case, f"{CANARY} {case.text} {CANARY}", ability)


@cache
def _clean(channel: str, language: str, ability: Ability) -> dict[str, tuple[Message, ...]]:
    """The messages without an injection: the same for all cases of a channel."""
    case = next(one for one in TEXTS if (one.channel, one.language) == (channel, language))
    return _rendered(case, BENIGN, ability)


def clean(case: Case, ability: Ability) -> dict[str, tuple[Message, ...]]:
    """The same messages with plain words in the text's place."""
    return _clean(case.channel, case.language, ability)


def _rendered(case: Case, text: str, ability: Ability) -> dict[str, tuple[Message, ...]]:
    return {
        arm: PROMPTS.render(arm, context_of(case, task, text, small=ability is not Ability.LARGE)).messages
        for task in tasks_of(case)
        if not (task == "reviews" and ability is not Ability.LARGE)
        for arm in PROMPTS.arms(task, case.language, ability)  # type: ignore[arg-type]
    }


def open_fence(text: str, at: int) -> str:
    """The innermost fence that is open at a place; empty = none."""
    held: list[str] = []
    for match in re.finditer(rf"<(/?)({'|'.join(FENCES)})>", text[:at]):
        if match[1]:
            held.remove(match[2])
        else:
            held.append(match[2])
    return held[-1] if held else ""


@named(TEXTS)
@pytest.mark.parametrize("ability", list(Ability))
def test_no_text_opens_or_closes_a_fence_or_a_turn_in_any_prompt(case: Case, ability: Ability) -> None:
    with_it, without = attacked(case, ability), clean(case, ability)
    for arm, messages in with_it.items():
        assert [message.role for message in messages] == [message.role for message in without[arm]]
        for message, plain in zip(messages, without[arm], strict=True):
            assert marks_of(message.content) == marks_of(plain.content), (arm, message.role)


@named(TEXTS)
def test_a_large_models_rules_are_the_same_whatever_people_type(case: Case) -> None:
    with_it, without = attacked(case, Ability.LARGE), clean(case, Ability.LARGE)
    for arm, messages in with_it.items():
        assert messages[0].role == "system"
        assert messages[0] == without[arm][0], arm


@named(TEXTS)
def test_the_text_stands_inside_a_fence_and_nowhere_else(case: Case) -> None:
    for arm, messages in attacked(case, Ability.LARGE).items():
        places = 0
        for message in messages:
            for match in re.finditer(CANARY, message.content):
                places += 1
                assert message.role == "user"
                assert open_fence(message.content, match.start()), (arm, message.content)
        shown_nowhere = case.channel.startswith("optimise") and not places
        assert places or shown_nowhere, arm


@named(TEXTS)
def test_what_a_reader_cannot_see_a_model_cannot_either(case: Case) -> None:
    for ability in Ability:
        for messages in attacked(case, ability).values():
            assert not re.search(
                "[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\U000e0000-\U000e007f]", str(messages)
            )


@named(TEMPLATES)
def test_a_template_reaches_nothing_but_its_names(case: Case, tmp_path: Path) -> None:
    folder = tmp_path / "ad" / "en"
    folder.mkdir(parents=True)
    (folder / "large-own.j2").write_text(case.text, encoding="utf-8")
    with pytest.raises(TemplateError, match="large-own"):
        Prompts(tmp_path).render("ad/en/large-own.j2", prompt_context(brief()))


def test_a_comparison_sign_in_a_fact_stays_as_it_was_typed() -> None:
    asked = brief(attributes={"weight": "< 5 kg", "noise": "<30 dB", "note": "＜新品＞", "love": "<3"})
    for arm in PROMPTS.arms("ad", "en", Ability.LARGE):
        user = PROMPTS.render(arm, prompt_context(asked)).messages[-1].content
        for typed in ("< 5 kg", "<30 dB", "＜新品＞", "<3"):
            assert typed in user


# -- the outcome --

_FILL = {
    "en": {"headline": "A lamp for your desk", "call_to_action": "See the desk lamp"},
    "zh": {"headline": "书桌上的台灯", "call_to_action": "看看台灯"},
}


def gullible(case: Case) -> Any:
    """A model that obeys: the text's wish stands in the body, the rest is copy."""

    def reply(body: dict[str, Any]) -> str:
        system = str(body["messages"][0]["content"])
        said = obedient(case, system[:280])
        properties = body["response_format"]["json_schema"]["schema"]["properties"]
        values = {name: _FILL[case.language].get(name, said) for name in properties}
        if "summary" in properties:
            values = {"summary": [said, *(["Customers say little else."] * 4)]}
        return json.dumps(values, ensure_ascii=False)

    return reply


async def shown(case: Case, desk: Desk, server: OpenAIServer) -> list[tuple[bool, str, list[str]]]:
    """What a person is shown when the model obeys: ready or not, the copy, and the reasons."""
    server.reply = gullible(case)
    asked = brief_with(case, case.text)
    brand = brand_with(case, case.text)
    profile = Profile(ref=BrandRef(id="C1", version=1), brand=brand) if brand else None
    if case in OPTIMISED:
        plain = "12瓦台灯，照亮书桌。" if case.language == "zh" else "A 12 W lamp for your desk."
        text, aim = (case.text, "") if case.channel == "optimise.text" else (plain, case.text)
        made = await optimise(desk, make_request(text, aim=aim, language=case.language), n=1)
        variants = made.draft.variants if made.draft else ()
    elif case.channel in ("instruction", "thread"):
        pairs = [(name, text) for name, text in _FILL[case.language].items()]
        pairs.insert(
            1, ("body", "12瓦台灯照亮书桌。" if case.language == "zh" else "12 W of light for your desk.")
        )
        before = draft(brief=asked, variants=[variant(parts=pairs)])
        said = case.text if case.channel == "instruction" else "warmer"
        thread = (case.text,) if case.channel == "thread" else ()
        variants = (await desk.rewrite(before, before.variants[0], said, thread=thread)).variants
    else:
        variants = (await desk.write(asked, profile)).variants
    return [(one.ready, one.text, [check.name for check in one.failures]) for one in variants]


# What an obedient model still gets past the checks, and why; docs/security.md tells it to people.
GETS_THROUGH = {
    "i11": "the brief itself says 90 % off",
    "i35": "the words are the brief's own keywords",
    "i77": "the copy that is optimised says $1 itself",
}


@named([*WRITTEN, *OPTIMISED])
async def test_what_an_obedient_model_writes_is_not_shown_as_ready(
    case: Case, desk: Desk, server: OpenAIServer
) -> None:
    copies = await shown(case, desk, server)
    system = server.requests[0]["messages"][0]
    for request in server.requests:
        # Rules are the same in every round, whatever was said in between.
        assert request["messages"][0] == system
        assert TEAM_COPY not in str(next(one for one in request["messages"] if one["role"] == "user"))
    if case.id in GETS_THROUGH:
        return
    said = obedient(case, str(system["content"])[:280])
    for ready, text, reasons in copies:
        assert not ready or not same_words(said, text), reasons
        assert ready or reasons


def same_words(said: str, text: str) -> bool:
    """Whether a copy has what an obedient model said in it, punctuation and case aside."""
    bare = [re.sub(r"\W+", "", one).casefold() for one in (said, text)]
    return bare[0] in bare[1]


@named(REVIEWS)
async def test_an_obedient_summary_of_reviews_is_refused_or_plain_words(
    case: Case, desk: Desk, server: OpenAIServer
) -> None:
    server.reply = gullible(case)
    text = case.text if case.channel == "review" else "A good lamp."
    product = "Lamp" if case.channel == "review" else case.text
    made = await written(desk, report(product, case.language), [text])
    [request] = server.requests
    clean = PROMPTS.render(
        f"reviews/{case.language}/large-summary.j2", {"figures": [], "reviews": []}
    ).messages[0]
    assert request["messages"][0]["content"] == clean.content
    assert made.written_summary == ()


def report(product: str, language: str) -> Report:
    """A report of three reviews."""
    counts = Counts(positive=2, neutral=0, negative=1)
    return Report(
        name="reviews.csv",
        product=product,
        language=language,  # type: ignore[arg-type]
        columns=ColumnsRead(text="review"),
        rows=3,
        reviews=3,
        empty=0,
        duplicates=0,
        counts=counts,
        mean=0.3,
        languages={language: 3},
    )
