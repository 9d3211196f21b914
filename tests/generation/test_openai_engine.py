"""The OpenAI-compatible engine writes what was asked, whatever part of the API its server has."""

import asyncio
import json
import socket
from typing import Any

import jsonschema
import pytest
from pydantic import SecretStr

from models.errors import EngineCannotServe, SettingsError
from models.generation.base import Ability
from models.generation.openai_api import OpenAIEngine
from models.generation.openai_choices import KEPT_SECONDS
from models.generation.openai_dialect import THINKING_ALLOWANCE
from models.generation.openai_json import parse_json_object
from tests.generation.openai_support import CHINESE, ENGLISH, KEY, SCHEMA, Waits, asking, engine_at, served
from tests.servers.openai_server import OpenAIServer


async def test_three_variants_come_from_one_streamed_request() -> None:
    async with served() as (server, engine):
        written = await engine.generate(
            asking(n=3, max_tokens=200, temperature=0.7, top_p=0.9, seed=5, stop=("###",))
        )
    assert len(set(written.texts)) == 3
    assert written.engine.name == "openai"
    assert written.engine.model == "copy-large"
    [body] = server.requests
    assert body["stream"] is True
    assert (body["n"], body["max_tokens"], body["temperature"], body["top_p"]) == (3, 200, 0.7, 0.9)
    assert (body["seed"], body["stop"]) == (5, ["###"])
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(("prompt", "fact"), [(ENGLISH, "5000 mAh"), (CHINESE, "5000毫安时")])
async def test_copy_conforms_to_the_schema_in_both_languages(prompt: str, fact: str) -> None:
    async with served() as (server, engine):
        written = await engine.generate(asking(prompt, n=2, json_schema=SCHEMA))
    for text in written.texts:
        jsonschema.validate(json.loads(text), SCHEMA)
    assert fact in "".join(written.texts)
    shape = server.requests[0]["response_format"]
    assert shape["type"] == "json_schema"
    assert shape["json_schema"]["strict"] is True


async def test_tokens_and_money_are_counted_when_the_server_tells_them() -> None:
    async with served(prompt_price=2.0, completion_price=8.0) as (_, engine):
        usage = (await engine.generate(asking(n=2))).usage
    assert usage.prompt_tokens > 0
    assert usage.completion_tokens > 0
    assert usage.cost_usd == pytest.approx((usage.prompt_tokens * 2 + usage.completion_tokens * 8) / 1e6)
    assert usage.seconds > 0


async def test_without_usage_the_cost_is_unknown_rather_than_zero() -> None:
    async with served(prompt_price=2.0, completion_price=8.0) as (server, engine):
        server.script("no_usage")
        usage = (await engine.generate(asking())).usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.cost_usd) == (0, 0, None)


async def test_without_prices_the_cost_is_unknown() -> None:
    async with served(prompt_price=2.0) as (_, engine):
        assert (await engine.generate(asking())).usage.cost_usd is None


async def test_progress_rises_to_its_total_while_text_comes_in() -> None:
    seen: list[tuple[int, int]] = []
    async with served() as (_, engine):
        await engine.generate(asking(n=2, max_tokens=50), lambda done, total: seen.append((done, total)))
    assert len(seen) > 3
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert {total for _, total in seen} == {100}
    assert seen[-1] == (100, 100)


# -- several choices --


@pytest.mark.parametrize("how", ["ignores_n", "rejects_n"])
async def test_a_server_without_n_still_gives_three_different_variants(how: str) -> None:
    async with served() as (server, engine):
        server.script(how, times=None)
        first = await engine.generate(asking(n=3, seed=11))
        seeds = {body["seed"] for body in server.requests}
        await engine.generate(asking(n=3))
        before = len(server.requests)
        last = await engine.generate(asking(n=3))
    assert len(set(first.texts)) == len(set(last.texts)) == 3
    assert len(seeds) == 3, "one seed would give one text three times"
    assert len(server.requests) - before == 3, "by now it knows"
    assert all("n" not in body for body in server.requests[before:])


@pytest.mark.parametrize(
    "faults",
    [
        {"ignores_n": {}},
        {"ignores_n": {"gives": 2}, "content_filter": {"choices": 1}},
        {"ignores_n": {}, "length": {}},
    ],
    ids=["one short answer", "filtered", "at the limit"],
)
async def test_variants_are_not_asked_for_one_by_one_after_an_answer_that_was_short_by_accident(
    faults: dict[str, dict[str, Any]],
) -> None:
    times = 1 if len(faults) == 1 else 3
    async with served() as (server, engine):
        for _ in range(times):
            for fault, options in faults.items():
                server.script(fault, times=None, **options)
            await engine.generate(asking(n=3))
            server.clear()
        before = len(server.requests)
        assert len((await engine.generate(asking(n=3))).texts) == 3
    assert [body.get("n") for body in server.requests[before:]] == [3]


async def test_a_server_that_gives_all_choices_after_an_hour_is_asked_for_them_at_once_again() -> None:
    now = 0.0
    async with served(clock=lambda: now) as (server, engine):
        server.script("ignores_n", times=None)
        for _ in range(3):
            await engine.generate(asking(n=2))
        assert [body.get("n", 1) for body in server.requests] == [2, 1, 2, 1, 1, 1]
        now += KEPT_SECONDS
        await engine.generate(asking(n=2))
        await engine.generate(asking(n=2))
        assert [body.get("n", 1) for body in server.requests[6:]] == [2, 1, 1, 1], (
            "one try tells that it still does not"
        )
        now += KEPT_SECONDS
        server.clear()
        await engine.generate(asking(n=2))
        await engine.generate(asking(n=2))
    assert [body.get("n", 1) for body in server.requests[10:]] == [2, 2]


async def test_a_server_that_caps_n_is_asked_for_the_rest() -> None:
    async with served() as (server, engine):
        server.script("ignores_n", times=None, gives=2)
        assert len((await engine.generate(asking(n=5))).texts) == 5
        assert [body.get("n", 1) for body in server.requests] == [5, 2, 1]
        assert len((await engine.generate(asking(n=3))).texts) == 3
        assert len((await engine.generate(asking(n=3))).texts) == 3
    assert [body.get("n", 1) for body in server.requests[3:]] == [3, 1, 2, 1], "it is sure the second time"


async def test_the_rest_is_asked_for_side_by_side_but_bounded() -> None:
    async with served({"delay": 0.02}, concurrency=3) as (server, engine):
        server.script("ignores_n", times=None)
        await engine.generate(asking(n=8))
    assert len(server.requests) == 8
    assert server.most_active == 3


async def test_variants_that_came_are_kept_when_the_rest_fails() -> None:
    async with served(max_retries=0) as (server, engine):
        server.script("ignores_n")
        server.script("server_error", times=2)
        written = await engine.generate(asking(n=3))
    assert len(written.texts) == 1


# -- what a server does not have --


@pytest.mark.parametrize("wording", ["openai", "transformers", "pydantic"])
@pytest.mark.parametrize(
    "name", ["temperature", "top_p", "seed", "stop", "stream_options", "max_tokens", "n"]
)
async def test_a_refused_parameter_is_left_out_from_then_on(name: str, wording: str) -> None:
    async with served() as (server, engine):
        server.script("unsupported_parameter", times=None, param=name, wording=wording)
        request = asking(n=2, seed=1, stop=("###",))
        assert len((await engine.generate(request)).texts) == 2
        refused = [body for body in server.requests if name in body]
        assert len((await engine.generate(request)).texts) == 2
    assert len(refused) == 1
    assert [body for body in server.requests if name in body] == refused


async def test_a_refused_value_is_left_out_too() -> None:
    async with served() as (server, engine):
        server.script("unsupported_parameter", times=None, param="temperature", wording="value")
        await engine.generate(asking())
    assert ["temperature" in body for body in server.requests] == [True, False]


async def test_newer_models_get_the_newer_name_of_the_token_limit() -> None:
    async with served() as (server, engine):
        server.script("unsupported_parameter", times=None, param="max_tokens")
        await engine.generate(asking(max_tokens=123))
    assert server.requests[-1]["max_completion_tokens"] == 123


async def test_several_refusals_at_once_are_all_met() -> None:
    async with served() as (server, engine):
        for name in ("max_tokens", "temperature", "top_p", "seed", "stream_options"):
            server.script("unsupported_parameter", times=None, param=name)
        server.script("no_json_schema", times=None)
        server.script("rejects_n", times=None)
        assert len((await engine.generate(asking(n=2, seed=1, json_schema=SCHEMA))).texts) == 2


async def test_a_server_that_may_not_stream_answers_whole() -> None:
    async with served() as (server, engine):
        server.script("unsupported_parameter", times=None, param="stream")
        written = await engine.generate(asking(n=2))
    assert len(written.texts) == 2
    assert written.usage.completion_tokens > 0
    assert ["stream" in body for body in server.requests] == [True, False]


@pytest.mark.parametrize("wording", ["openai", "transformers"])
async def test_without_json_schema_it_steps_down_to_json_object(wording: str) -> None:
    async with served() as (server, engine):
        server.script("no_json_schema", times=None, wording=wording)
        for _ in range(2):
            written = await engine.generate(asking(json_schema=SCHEMA))
            jsonschema.validate(parse_json_object(written.texts[0]), SCHEMA)
    kinds = [body["response_format"]["type"] for body in server.requests]
    assert kinds == ["json_schema", "json_object", "json_object"]
    assert json.dumps(SCHEMA) in server.requests[-1]["messages"][-1]["content"], (
        "else the model knows no shape"
    )


async def test_without_any_response_format_the_prompt_tells_the_shape() -> None:
    async with served() as (server, engine):
        server.script("no_json_schema", times=None)
        server.script("no_json_object", times=None)
        written = await engine.generate(asking(json_schema=SCHEMA))
    jsonschema.validate(parse_json_object(written.texts[0]), SCHEMA)
    assert "response_format" not in server.requests[-1]


async def test_a_prompt_that_tells_its_shape_is_left_as_it_is() -> None:
    prompt = f'{ENGLISH}\nAnswer with one JSON object: {{"headline": ["…", "…", "…"], "description": "…"}}'
    async with served() as (server, engine):
        server.script("no_json_schema", times=None)
        written = await engine.generate(asking(prompt, json_schema=SCHEMA))
    assert server.requests[-1]["messages"][-1]["content"] == prompt
    jsonschema.validate(json.loads(written.texts[0]), SCHEMA)


async def test_a_server_that_ignores_the_schema_is_told_the_shape_in_the_prompt_next_time() -> None:
    def plain(body: dict[str, Any]) -> str:
        return "Aurora X. Light as air." if "response_format" in body else '{"headline": ["a", "b", "c"]}'

    async with served({"reply": plain}) as (server, engine):
        assert (await engine.generate(asking(json_schema=SCHEMA))).texts == ("Aurora X. Light as air.",)
        await engine.generate(asking(json_schema=SCHEMA))
    assert "JSON schema" in server.requests[-1]["messages"][-1]["content"]


async def test_a_schema_keyword_that_strict_mode_refuses_is_left_out() -> None:
    words = "Invalid schema for response_format 'copy': In context=('properties', 'a'), 'maxLength' is not permitted."
    schema = {
        "type": "object",
        "properties": {"title": {"type": "string", "maxLength": 30}},
        "required": ["title"],
        "additionalProperties": False,
    }
    async with served() as (server, engine):
        server.script("bad_request", message=words)
        await engine.generate(asking(json_schema=schema))
    sent = server.requests[-1]["response_format"]["json_schema"]["schema"]
    assert sent == {**schema, "properties": {"title": {"type": "string"}}}


async def test_a_chat_template_without_a_system_role_gets_the_rules_from_the_user() -> None:
    async with served() as (server, engine):
        server.script("bad_request", message="System role not supported")
        await engine.generate(asking())
    [message] = server.requests[-1]["messages"]
    assert message == {"role": "user", "content": f"You write ads.\n\n{ENGLISH}"}


# -- models that think --


@pytest.mark.parametrize("how", ["tags", "reasoning_content"])
async def test_thoughts_are_no_copy(how: str) -> None:
    async with served({"reply": lambda body: "Light as air."}) as (server, engine):
        server.script("thinking", how=how)
        assert (await engine.generate(asking())).texts == ("Light as air.",)


@pytest.mark.parametrize(
    ("text", "copy"),
    [
        ("It began in the template.\n</think>\n\nLight as air.", "Light as air."),
        ("<thinking>a</thinking>Light as air.", "Light as air."),
        ("Say <think> aloud.", "Say <think> aloud."),
    ],
)
async def test_thoughts_are_told_apart_from_copy_that_mentions_them(text: str, copy: str) -> None:
    async with served({"reply": lambda body: text}) as (_, engine):
        assert (await engine.generate(asking())).texts == (copy,)


async def test_a_model_that_spent_its_tokens_on_thoughts_gets_more() -> None:
    async with served({"reply": lambda body: "<think>and so on and so on and so on"}) as (server, engine):
        server.script("length", times=2)
        with pytest.raises(EngineCannotServe) as caught:
            await engine.generate(asking(max_tokens=100))
        server.reply = lambda body: "<think>so</think>Light as air."
        assert (await engine.generate(asking(max_tokens=100))).texts == ("Light as air.",)
    more = 100 + THINKING_ALLOWANCE
    assert [body["max_tokens"] for body in server.requests] == [100, more, more]
    assert str(caught.value) == (
        "copy-large used all of its 4,100 tokens for thinking and wrote nothing. "
        "Set COPYDESK_MODEL to a model that thinks less."
    )


# -- life --


async def test_cancelling_closes_the_stream_at_the_server() -> None:
    async with served() as (server, engine):
        server.hold()
        task = asyncio.create_task(engine.generate(asking(n=2)))
        await server.wait_for_requests(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await server.wait_for(lambda s: s.abandoned == 1)
    assert len(server.requests) == 1


async def test_many_generations_share_one_engine() -> None:
    async with served(concurrency=4) as (server, engine):
        written = await asyncio.gather(*(engine.generate(asking(n=2)) for _ in range(12)))
    assert all(len(each.texts) == 2 for each in written)
    assert server.most_active <= 4


def test_an_engine_serves_several_event_loops() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    engine = engine_at(f"http://127.0.0.1:{port}/v1")

    async def once() -> tuple[str, ...]:
        async with OpenAIServer(port=port):
            return (await engine.generate(asking())).texts

    assert asyncio.run(once())
    assert asyncio.run(once())


async def test_check_says_who_answers() -> None:
    async with served({"models": ("copy-large",)}) as (server, engine):
        sentence = await engine.check()
    assert sentence == f"127.0.0.1:{server.url.split(':')[2].removesuffix('/v1')} answers with copy-large."
    assert server.requests[0]["max_tokens"] <= 16


async def test_a_local_server_needs_no_key() -> None:
    async with served(api_key=None) as (server, engine):
        await engine.generate(asking())
    assert "authorization" not in server.headers[0]


async def test_the_folder_of_a_local_model_is_not_shown() -> None:
    async with served(model="/home/ana/models/own-writer") as (_, engine):
        assert (await engine.generate(asking())).engine.model == "own-writer"


def test_an_engine_declares_both_languages_and_its_ability() -> None:
    info = engine_at("http://localhost:1/v1", ability=Ability.SMALL, context_tokens=2048).info
    assert (info.languages, info.ability, info.context_tokens) == ({"en", "zh"}, Ability.SMALL, 2048)
    assert engine_at("http://localhost:1/v1").info.ability is Ability.LARGE


@pytest.mark.parametrize(
    "url", ["localhost:8000/v1", "ftp://host/v1", "http:///v1", "http://[::1/v1", "http://h:x/v1"]
)
def test_an_address_that_is_none_is_named(url: str) -> None:
    with pytest.raises(SettingsError, match="OPENAI_BASE_URL"):
        engine_at(url)


@pytest.mark.parametrize("key", ["sk-one sk-two", "sk-one\nsk-two", "sk-“smart”"])
def test_a_key_that_cannot_be_one_is_not_repeated(key: str) -> None:
    with pytest.raises(SettingsError, match="OPENAI_API_KEY") as caught:
        OpenAIEngine(model="m", api_key=SecretStr(key), sleep=Waits())
    assert key not in str(caught.value)
