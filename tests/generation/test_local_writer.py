"""Our own writer with its real weights: whole variants, held to limits and figures, in both languages."""

import re

import pytest

from bot.context import prompt_context
from bot.desk import Desk
from bot.prompts import Prompts
from models.brief import Brief, make_brief
from models.checks.numbers import allowed_numbers
from models.errors import EngineCannotServe
from models.generation.base import Ability, GenerationRequest
from models.generation.local import LocalEngine
from models.parts import as_lines, line_labels
from models.platforms import measure, parts_for_brief
from models.ranking import says
from models.skeleton import prefixes

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE = {
    "kind": "ad",
    "language": "en",
    "product": "Aurora X smartphone",
    "attributes": {"battery": "5000 mAh", "camera": "108 MP", "price": "$399"},
    "audience": "young travellers",
    "platform": "google_rsa",
}
YARN = {
    "kind": "ad",
    "language": "en",
    "product": "Bramwick sock yarn 100 g",
    "attributes": {"wool": "75 % merino", "length": "420 m", "needles": "2.5 mm", "wash": "30 °C wool cycle"},
    "platform": "google_rsa",
}
CUP = {
    "kind": "description",
    "language": "zh",
    "product": "不锈钢保温杯",
    "attributes": {"材质": "316不锈钢", "容量": "500毫升", "重量": "260克"},
    "audience": "上班族",
    "platform": "taobao",
}
PLAN = {
    "kind": "campaign",
    "language": "en",
    "product": "Autumn tea box",
    "offer": "second box half price",
    "dates": "2027-10-04 to 2027-10-15",
    "channels": ["email", "instagram"],
}


def ask(values: dict[str, object], **changes: object) -> tuple[Brief, GenerationRequest]:
    """A brief and the request for it, as the desk makes them."""
    brief = make_brief(values)
    language = brief.resolved_language
    specs = [spec for spec in parts_for_brief(brief) if spec.ask]
    prompt = Prompts().render(
        f"{brief.kind.value}/{language}/writer-one.j2", prompt_context(brief, small=True)
    )
    request = GenerationRequest(
        messages=prompt.messages,
        n=3,
        lines=as_lines(specs, language, prefixes(brief, specs), whole=True),
        allowed_numbers=allowed_numbers(brief.facts),
        max_tokens=900,
        temperature=0.7,
        seed=1,
    )
    return brief, request.model_copy(update=changes)


@pytest.mark.parametrize("values", [PHONE, CUP, PLAN], ids=["English ad", "Chinese description", "plan"])
async def test_every_part_is_there_within_its_limit_and_with_the_briefs_figures_alone(
    writer_engine: LocalEngine, values: dict[str, object]
) -> None:
    brief, request = ask(values)
    figures = set(re.findall(r"\d+", brief.facts + " ".join(line.prefix for line in request.lines)))
    made = await writer_engine.generate(request)
    assert len(made.texts) == 3
    for text in made.texts:
        rows = text.split("\n")
        assert [row.partition(": ")[0] for row in rows] == [line.label for line in request.lines]
        for row, line in zip(rows, request.lines, strict=True):
            part = row.partition(": ")[2]
            assert part.startswith(line.prefix.strip())
            assert measure(part, line.unit) <= line.limit
            assert set(re.findall(r"\d+", part)) <= figures


async def test_the_same_seed_writes_the_same_copy_and_another_seed_other_copy(
    writer_engine: LocalEngine,
) -> None:
    first, second, other = [
        (await writer_engine.generate(ask(PHONE, seed=seed)[1])).texts for seed in (7, 7, 8)
    ]
    assert first == second != other


async def test_no_digit_is_written_for_a_brief_without_figures(writer_engine: LocalEngine) -> None:
    _, request = ask({"kind": "ad", "language": "en", "product": "Gift card", "platform": "google_rsa"})
    made = await writer_engine.generate(request)
    assert not any(re.search(r"[\d$%]", text) for text in made.texts)


async def test_a_beginning_that_does_not_fit_its_line_is_told(writer_engine: LocalEngine) -> None:
    brief, request = ask(PHONE)
    tight = request.lines[0].model_copy(update={"prefix": "A headline that is far too long to fit"})
    with pytest.raises(EngineCannotServe, match="longer than the 30"):
        await writer_engine.generate(request.model_copy(update={"lines": (tight,)}))
    assert line_labels(parts_for_brief(brief)[0], "en")


async def test_an_english_and_a_chinese_brief_both_get_copy_that_is_ready(writer_engine: LocalEngine) -> None:
    assert writer_engine.info.ability is Ability.WRITER
    desk = Desk(writer_engine, seed=5)
    for values in (PHONE, CUP):
        draft = await desk.write(make_brief(values))
        assert any(variant.ready for variant in draft.variants), draft.variants
        assert draft.prompt.template.endswith("writer-one.j2")


async def test_a_rewrite_has_the_parts_of_the_copy_and_is_shorter_when_asked(
    writer_engine: LocalEngine,
) -> None:
    desk = Desk(writer_engine, seed=5)
    draft = await desk.write(make_brief(PHONE))
    lead = draft.variants[0]
    [again] = (await desk.rewrite(draft, lead, "shorter")).variants
    assert [part.name for part in again.parts] == [part.name for part in lead.parts]
    assert len(again.text) < len(lead.text)


async def test_completions_that_say_more_of_the_brief_come_first(writer_engine: LocalEngine) -> None:
    """Of the completions sampled, those given say more than those of the model's own choice."""
    brief, _ = ask(YARN)
    values = tuple(brief.attributes.values())
    said = {}
    for wanted in ((), values):
        made = [
            await writer_engine.generate(ask(YARN, n=2, seed=seed, wanted=wanted)[1]) for seed in (1, 2, 3)
        ]
        said[wanted] = sum(says(text, value) for one in made for text in one.texts for value in values)
    assert said[values] > said[()]
