"""The local engine with its real weights."""

import asyncio
import json
import re
from pathlib import Path

import pytest

from models.errors import ContextOverflow, EngineCannotServe, EngineUnreachable, WeightsError
from models.generation.base import Ability, GenerationRequest, Line
from models.generation.local import LocalEngine
from models.generation.local_model import declare
from models.generation.sources import DEFAULT_MODEL
from models.generation.weights import choose_writer, weights_folder
from models.platforms import measure
from models.variant import Message
from tests.generation.conftest import SMALL_MODEL

FACTS = "Product: Aurora X smartphone\nbattery: 5000 mAh\ncamera: 108 MP\nprice: $399\nFor: young travellers"
HEADLINE = Line(name="headline", label="Headline", limit=30)
DESCRIPTION = Line(name="description", label="Description", limit=90)

pytestmark = pytest.mark.asyncio(loop_scope="session")


def ask(content: str = FACTS, **values: object) -> GenerationRequest:
    messages = (
        Message(role="system", content="You write short ads from product facts."),
        Message(role="user", content=content),
    )
    return GenerationRequest.model_validate({"messages": messages, "max_tokens": 60, "seed": 1} | values)


async def test_every_line_keeps_its_label_limit_beginning_and_true_numbers(local_engine: LocalEngine) -> None:
    lines = (
        HEADLINE,
        HEADLINE.model_copy(update={"prefix": "Aurora X"}),
        DESCRIPTION.model_copy(update={"limit": 60, "unit": "double_width"}),
    )
    request = ask(n=3, lines=lines, max_tokens=200, allowed_numbers=frozenset({"5000", "108", "399"}))
    written = await local_engine.generate(request)
    assert len(written.texts) == 3
    for text in written.texts:
        rows = text.split("\n")
        assert len(rows) == len(lines)
        for row, line in zip(rows, lines, strict=True):
            label, _, part = row.partition(": ")
            assert label == line.label
            assert part.strip() == part != ""
            assert part.startswith(line.prefix)
            assert measure(part, line.unit) <= line.limit
            assert set(re.findall(r"\d+", part)) <= {"5000", "108", "399"}
            assert not re.search(r"5000(?! mAh)|108(?! MP)|(?<!\$)399", part)
    assert len(set(written.texts)) == 3


async def test_no_digit_is_written_when_none_is_allowed(local_engine: LocalEngine) -> None:
    request = ask(n=2, lines=(HEADLINE, DESCRIPTION), allowed_numbers=frozenset())
    written = await local_engine.generate(request)
    assert not any(re.search(r"[\d$%]", text) for text in written.texts)


async def test_the_same_seed_gives_the_same_copy_and_another_seed_another(local_engine: LocalEngine) -> None:
    first, again, other = [
        await local_engine.generate(ask(n=2, max_tokens=16, seed=seed)) for seed in (5, 5, 6)
    ]
    assert first.texts == again.texts
    assert first.texts != other.texts


async def test_free_text_stops_at_a_stop_string_and_counts_its_tokens(local_engine: LocalEngine) -> None:
    request = ask("Count from one to ten in words, separated by commas.", stop=("three", ","), max_tokens=24)
    written = await local_engine.generate(request)
    assert "," not in written.texts[0]
    assert written.usage.prompt_tokens > 20
    assert 0 < written.usage.completion_tokens <= 24
    assert written.usage.seconds > 0
    assert written.engine.model == "smollm2-135m-instruct"


async def test_max_tokens_bounds_each_completion(local_engine: LocalEngine) -> None:
    written = await local_engine.generate(ask(n=3, max_tokens=5))
    assert written.usage.completion_tokens <= 15


async def test_a_prompt_that_does_not_fit_says_so(local_engine: LocalEngine) -> None:
    with pytest.raises(ContextOverflow, match="8,192"):
        await local_engine.generate(ask(max_tokens=8190))


async def test_a_beginning_longer_than_its_line_is_refused(local_engine: LocalEngine) -> None:
    line = HEADLINE.model_copy(update={"prefix": "A name that no headline of this size can hold"})
    with pytest.raises(EngineCannotServe, match="longer than the 30"):
        await local_engine.generate(ask(lines=(line,)))


async def test_a_cancelled_request_ends_and_the_next_one_is_served(local_engine: LocalEngine) -> None:
    started = asyncio.Event()
    seen: list[int] = []

    def progress(done: int, total: int) -> None:
        seen.append(done)
        started.set()

    task = asyncio.create_task(
        local_engine.generate(ask("Tell a long story.", n=4, max_tokens=4000), progress)
    )
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    # The worker is one thread: this answers only when the story of 4,000 tokens was given up.
    written = await local_engine.generate(ask(max_tokens=4))
    assert written.texts
    assert max(seen) < 4000


async def test_requests_at_once_are_each_answered_and_the_loop_goes_on(local_engine: LocalEngine) -> None:
    ticks = 0

    async def ticker() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0.005)

    clock = asyncio.create_task(ticker())
    steps: list[tuple[int, int]] = []
    written = await asyncio.gather(
        local_engine.generate(ask(n=2, max_tokens=24), lambda done, total: steps.append((done, total))),
        local_engine.generate(ask(n=1, max_tokens=8)),
    )
    clock.cancel()
    assert [len(generation.texts) for generation in written] == [2, 1]
    # Progress came while the model wrote, and other work got its turns meanwhile.
    assert len(steps) > 5
    assert all(0 <= done <= total for done, total in steps)
    assert ticks > 5


async def test_an_engine_serves_again_after_it_was_closed(weights_cache: Path) -> None:
    engine = LocalEngine(SMALL_MODEL, cache_dir=weights_cache, threads=1)
    try:
        assert "smollm2-135m-instruct" in await engine.check()
        await engine.close()
        assert (await engine.generate(ask(max_tokens=2))).texts
    finally:
        await engine.close()


async def test_the_default_model_declares_itself_without_being_loaded(tmp_path: Path) -> None:
    info = LocalEngine(cache_dir=tmp_path).info
    assert info.ability is Ability.WRITER
    assert info.languages == {"en", "zh"}
    assert info.ref.model == DEFAULT_MODEL
    assert LocalEngine(SMALL_MODEL, cache_dir=tmp_path).info.languages == {"en"}


async def test_the_writer_that_was_chosen_for_the_machine_is_taken(tmp_path: Path) -> None:
    choose_writer(tmp_path, "smol")
    info = LocalEngine(cache_dir=tmp_path).info
    assert (info.ref.model, info.ability, info.languages) == ("copydesk-writer-smol", Ability.WRITER, {"en"})
    choose_writer(tmp_path, "none")
    with pytest.raises(WeightsError, match="No local model") as caught:
        await LocalEngine(cache_dir=tmp_path).check()
    assert "OPENAI_API_KEY" in caught.value.remedy


async def test_a_folder_replaces_the_default_model(weights_cache: Path, tmp_path: Path) -> None:
    link = tmp_path / "our-writer"
    link.symlink_to(weights_folder(weights_cache, SMALL_MODEL))
    engine = LocalEngine(str(link), cache_dir=tmp_path, threads=1)
    assert engine.info.ref.model == "our-writer"
    assert engine.info.languages == {"en", "zh"}
    assert (await engine.generate(ask(max_tokens=2))).engine.model == "our-writer"
    await engine.close()


@pytest.mark.parametrize("broken", ["absent", "empty"])
async def test_a_folder_without_a_model_is_named(tmp_path: Path, broken: str) -> None:
    folder = tmp_path / "writer"
    if broken == "empty":
        folder.mkdir()
    with pytest.raises(WeightsError, match="writer"):
        await LocalEngine(str(folder), cache_dir=tmp_path).check()


async def test_a_model_that_the_hub_does_not_give_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(EngineUnreachable, match="example/no-such-writer"):
        await LocalEngine("example/no-such-writer", cache_dir=tmp_path).check()


async def test_a_large_model_is_told_by_its_config() -> None:
    # The shape of a 7-billion-parameter model's config.
    config = {
        "hidden_size": 3584,
        "num_hidden_layers": 28,
        "num_attention_heads": 28,
        "num_key_value_heads": 4,
        "intermediate_size": 18944,
        "vocab_size": 152064,
        "max_position_embeddings": 32768,
        "tie_word_embeddings": False,
    }
    declared = declare(json.loads(json.dumps(config)))
    assert declared.ability is Ability.LARGE
    assert declared.context_tokens == 32768
