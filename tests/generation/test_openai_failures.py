"""When an OpenAI-compatible server fails, the person learns what to do, and no key or prompt is repeated."""

import asyncio
import email.utils
import time

import pytest
import structlog
from pydantic import SecretStr

from models.errors import (
    ContextOverflow,
    CopydeskError,
    EngineAuthError,
    EngineBusy,
    EngineCannotServe,
    EngineCreditError,
    EngineUnreachable,
    PromptRefused,
)
from models.generation.openai_api import OpenAIEngine
from models.generation.openai_errors import retry_after_seconds
from tests.generation.openai_support import ENGLISH, KEY, SCHEMA, Waits, asking, engine_at, served

CHECK_SERVER = "Check that the server of OPENAI_BASE_URL runs and can be reached from here, then try again."
REWORD = "Reword the brief: leave out what could read as unsafe, or use another model."
LARGER = "Shorten the brief, ask for less copy, or set COPYDESK_MODEL to a model with a larger window."


async def failing(
    fault: str, times: int | None = None, **options: object
) -> tuple[CopydeskError, int, Waits]:
    """The error of a generation at a server with a fault, without its host; the requests made; the waits."""
    waits = Waits()
    async with served(sleep=waits, timeout=5, idle_timeout=0.05) as (server, engine):
        server.script(fault, times=times, **options)
        with pytest.raises(CopydeskError) as caught:
            await engine.generate(asking(n=2))
        host = server.url.removeprefix("http://").removesuffix("/v1")
        caught.value.message = caught.value.message.replace(host, "HOST")
        return caught.value, len(server.requests), waits


@pytest.mark.parametrize(
    ("fault", "options", "kind", "words"),
    [
        (
            "bad_key",
            {},
            EngineAuthError,
            "HOST refused the API key. "
            "Check OPENAI_API_KEY: it must be a live key of the server that OPENAI_BASE_URL names.",
        ),
        (
            "forbidden",
            {},
            EngineAuthError,
            "HOST does not let this API key use copy-large. "
            "It said: “Project does not have access to model `copy-large`” "
            "Allow the model for the key's project, or change OPENAI_API_KEY or COPYDESK_MODEL.",
        ),
        (
            "no_credit",
            {},
            EngineCreditError,
            "The account behind the API key has no credit left at HOST. "
            "Add credit or raise the spending limit there, or set another OPENAI_API_KEY.",
        ),
        (
            "wrong_model",
            {},
            EngineCannotServe,
            "HOST has no model named copy-large. "
            "Set COPYDESK_MODEL to a model that this server has and the key may use.",
        ),
        ("content_policy", {}, PromptRefused, f"The content policy of HOST refused this brief. {REWORD}"),
        (
            "azure_content_filter",
            {},
            PromptRefused,
            f"The content policy of HOST refused this brief. {REWORD}",
        ),
        ("content_filter", {}, PromptRefused, f"The content policy of HOST refused this brief. {REWORD}"),
        (
            "refusal",
            {},
            PromptRefused,
            "copy-large declined to write this copy. Reword the brief, or set COPYDESK_MODEL to another model.",
        ),
        (
            "bad_request",
            {"message": "Something odd"},
            EngineCannotServe,
            "HOST refused the request (400). It said: “Something odd” "
            "Check that COPYDESK_MODEL is a chat model of this server.",
        ),
    ],
)
async def test_what_no_retry_mends_is_told_after_one_request(
    fault: str, options: dict[str, str], kind: type[CopydeskError], words: str
) -> None:
    error, requests, waits = await failing(fault, **options)
    assert type(error) is kind
    assert str(error) == words
    assert (requests, waits) == (1, [])


@pytest.mark.parametrize(
    ("wording", "window"),
    [
        ("openai", " (8,192 tokens)"),
        ("azure", ""),
        ("vllm", " (2,048 tokens)"),
        ("vllm_input", " (2,048 tokens)"),
        ("llama_cpp", ""),
        ("ollama", ""),
        ("lm_studio", " (4,096 tokens)"),
    ],
)
async def test_a_prompt_that_is_too_long_is_told_in_one_way(wording: str, window: str) -> None:
    error, requests, _ = await failing("context_overflow", wording=wording)
    assert type(error) is ContextOverflow
    assert (
        str(error)
        == f"The brief with its thread is too long for copy-large's context window{window}. {LARGER}"
    )
    assert requests == 1


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("server_error", "HOST answered with an error (500), tried 4 times."),
        ("unavailable", "HOST answered with an error (503), tried 4 times."),
        ("gateway_page", "HOST answered with an error (502), tried 4 times."),
        ("stream_error", "HOST answered with an error (500), tried 4 times."),
        ("cut", "HOST broke off in the middle of its answer, tried 4 times."),
        ("short", "HOST broke off in the middle of its answer, tried 4 times."),
        ("malformed_sse", "HOST sent an answer that cannot be read, tried 4 times."),
        ("empty_choices", "HOST answered without any text, tried 4 times."),
        ("empty_text", "HOST answered without any text, tried 4 times."),
    ],
)
async def test_what_may_pass_is_tried_four_times(fault: str, words: str) -> None:
    error, requests, waits = await failing(fault)
    assert type(error) is EngineUnreachable
    assert str(error) == f"{words} {CHECK_SERVER}"
    assert requests == 4
    assert len(waits) == 3


@pytest.mark.parametrize(
    "fault",
    [
        "server_error",
        "unavailable",
        "gateway_page",
        "rate_limited",
        "cut",
        "short",
        "malformed_sse",
        "empty_choices",
    ],
)
async def test_a_fault_that_passes_costs_nobody_their_copy(fault: str) -> None:
    async with served() as (server, engine):
        server.script(fault, times=2)
        written = await engine.generate(asking(n=2, json_schema=SCHEMA))
    assert len(written.texts) == 2
    assert all(text.endswith("}") for text in written.texts), "nothing of the broken answers is left"
    assert len(server.requests) == 3


async def test_waits_double_and_vary() -> None:
    waits = Waits()
    async with served(sleep=waits, backoff=1.0, max_retries=5) as (server, engine):
        server.script("server_error", times=5)
        await engine.generate(asking())
    for wait, most in zip(waits, (1, 2, 4, 8, 8), strict=True):
        assert 0.75 * most <= wait <= most


async def test_retries_can_be_turned_off() -> None:
    async with served(max_retries=0) as (server, engine):
        server.script("server_error")
        with pytest.raises(EngineUnreachable, match="tried once"):
            await engine.generate(asking())
    assert len(server.requests) == 1


# -- time --


async def test_a_server_that_never_begins_is_given_up_after_two_tries() -> None:
    async with served(timeout=0.05) as (server, engine):
        server.hold()
        with pytest.raises(EngineUnreachable, match=r"did not answer within 0\.05 s, tried 2 times\."):
            await engine.generate(asking())
    assert len(server.requests) == 2


async def test_a_stream_that_falls_silent_is_given_up_after_two_tries() -> None:
    error, requests, _ = await failing("stalled")
    assert (
        str(error)
        == f"HOST fell silent for 0.05 s in the middle of its answer, tried 2 times. {CHECK_SERVER}"
    )
    assert requests == 2


@pytest.mark.parametrize(("fault", "options"), [("slow_first_byte", {}), ("stalled", {"after": 1})])
async def test_a_server_that_loads_its_model_or_queues_is_waited_for(
    fault: str, options: dict[str, int]
) -> None:
    async with served(idle_timeout=0.02) as (server, engine):
        server.script(fault, seconds=0.15, **options)
        assert (await engine.generate(asking())).texts
    assert len(server.requests) == 1


# -- rate limits --


async def test_the_wait_that_a_server_asks_for_is_kept() -> None:
    waits = Waits()
    async with served(sleep=waits) as (server, engine):
        server.script("rate_limited", retry_after=7)
        await engine.generate(asking())
    assert waits == [7]


async def test_a_wait_given_as_a_date_is_kept() -> None:
    waits = Waits()
    async with served(sleep=waits) as (server, engine):
        server.script("unavailable", retry_after=email.utils.formatdate(time.time() + 20, usegmt=True))
        await engine.generate(asking())
    assert 0 < waits[0] <= 20


async def test_a_rate_limit_that_stays_says_when_to_come_back() -> None:
    error, requests, waits = await failing("rate_limited", retry_after=2)
    assert type(error) is EngineBusy
    assert str(error) == (
        "HOST is at its rate limit, tried 4 times; it asks to wait 2 s. "
        "Try again in 2 s, or raise the rate limit of the account."
    )
    assert (requests, waits) == (4, [2, 2, 2])


async def test_nobody_is_kept_waiting_for_minutes() -> None:
    error, requests, waits = await failing("rate_limited", retry_after=600)
    assert str(error) == (
        "HOST is at its rate limit, tried once; it asks to wait 10 minutes. "
        "Try again in 10 minutes, or raise the rate limit of the account."
    )
    assert (requests, waits) == (1, [])


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "3"}, 3),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-3"}, 0),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": "Thu, 01 Jan 1970 00:01:40 GMT"}, 40),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:10 GMT"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read_in_every_form(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_seconds(headers, now=60) == seconds


# -- reaching the server --


async def test_a_server_that_does_not_run_is_named() -> None:
    engine = engine_at("http://127.0.0.1:9/v1")
    with pytest.raises(EngineUnreachable) as caught:
        await engine.generate(asking())
    await engine.close()
    assert str(caught.value) == f"127.0.0.1:9 accepts no connection, tried 4 times. {CHECK_SERVER}"
    assert caught.value.retryable


async def test_a_port_that_speaks_no_http_is_named() -> None:
    closing = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    async with closing:
        engine = engine_at(f"http://127.0.0.1:{closing.sockets[0].getsockname()[1]}/v1")
        with pytest.raises(EngineUnreachable, match="closed the connection without an answer, tried 4 times"):
            await engine.generate(asking())
        await engine.close()


async def test_an_address_without_chat_completions_is_named() -> None:
    async with served() as (server, _):
        engine = engine_at(server.url.removesuffix("/v1") + "/openai")
        with pytest.raises(EngineUnreachable) as caught:
            await engine.generate(asking())
        await engine.close()
    assert "has no chat completions at the address in OPENAI_BASE_URL (404)." in str(caught.value)
    assert caught.value.remedy == "Check OPENAI_BASE_URL: it usually ends in /v1."


async def test_openai_without_a_key_is_not_even_asked() -> None:
    with pytest.raises(EngineAuthError) as caught:
        await OpenAIEngine(model="gpt-x", api_key=None).check()
    assert str(caught.value) == (
        "api.openai.com wants an API key and none is set. "
        "Set OPENAI_API_KEY, or OPENAI_BASE_URL to a server that needs none."
    )


async def test_check_fails_as_generation_does() -> None:
    async with served({"api_key": "another"}) as (server, engine):
        with pytest.raises(EngineAuthError, match="refused the API key"):
            await engine.check()
    assert len(server.requests) == 1


async def test_a_user_and_password_in_the_address_are_not_shown() -> None:
    engine = engine_at("http://ana:hidden@127.0.0.1:9/v1", max_retries=0)
    with pytest.raises(EngineUnreachable) as caught:
        await engine.generate(asking())
    assert "hidden" not in str(caught.value)


# -- what must not get out --


@pytest.mark.parametrize(
    "echo",
    [
        f"Bad header: Bearer {KEY}",
        f"Key {KEY} is not allowed here",
        "Incorrect header sk-proj-****************wxyz",
        "Cannot render: Product: Aurora X phone / battery",
        f"Invalid: {ENGLISH}",
        "Bad text You write ads. and so on",
    ],
)
async def test_what_a_server_repeats_is_not_passed_on(echo: str) -> None:
    error, _, _ = await failing("bad_request", message=echo)
    for secret in (KEY, "wxyz", "Aurora", "You write ads"):
        assert secret not in str(error)


async def test_a_key_of_any_form_is_hidden() -> None:
    async with served(api_key=SecretStr("blue7")) as (server, engine):
        server.script("bad_request", message="No access for blue7 here")
        with pytest.raises(EngineCannotServe, match=r"It said: “No access for \*\*\* here”"):
            await engine.generate(asking())


async def test_no_error_carries_the_servers_words_behind_it() -> None:
    error, _, _ = await failing("bad_key")
    assert error.__cause__ is None
    assert error.__context__ is None


@pytest.mark.parametrize("fault", ["bad_key", "server_error", "rate_limited", "no_json_schema", "cut"])
async def test_logs_name_no_key_and_no_prompt(
    fault: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    with structlog.testing.capture_logs() as events:
        async with served() as (server, engine):
            server.script(fault)
            try:
                await engine.generate(asking(n=2, json_schema=SCHEMA))
            except EngineAuthError:
                events.append({"event": "refused"})
    assert events
    logged = f"{events} {caplog.text} {capsys.readouterr()}"
    for secret in (KEY, "Aurora", "You write ads"):
        assert secret not in logged


async def test_a_key_is_not_in_the_engines_own_words() -> None:
    engine = OpenAIEngine(model="m", api_key=SecretStr(KEY))
    assert KEY not in f"{engine!r} {vars(engine)} {engine.info}"
