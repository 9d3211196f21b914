"""The test server speaks the protocol as OpenAI does, so that a test that passes against it means something."""

import asyncio
import sys

import aiohttp
import jsonschema
import openai
import pytest

from models.generation.openai_json import parse_json_object
from tests.generation.openai_support import CHINESE, ENGLISH, SCHEMA
from tests.servers.openai_server import OpenAIServer
from tests.servers.plausible_copy import CopyWriter, is_chinese

BROAD = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "maxLength": 12, "minLength": 3},
        "bullets": {"type": "array", "items": {"$ref": "#/$defs/bullet"}, "minItems": 5, "maxItems": 5},
        "score": {"type": "integer", "minimum": 1, "maximum": 5},
        "mood": {"enum": ["warm", "cool"]},
        "note": {"type": ["string", "null"]},
        "ready": {"type": "boolean"},
    },
    "required": ["title", "bullets", "score", "mood", "note", "ready"],
    "additionalProperties": False,
    "$defs": {"bullet": {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}},
}


@pytest.mark.parametrize("prompt", [ENGLISH, CHINESE])
@pytest.mark.parametrize("number", range(12))
def test_its_copy_conforms_to_any_schema(prompt: str, number: int) -> None:
    text = CopyWriter([{"role": "user", "content": prompt}], number).conforming(BROAD)
    copy = parse_json_object(text)
    assert copy is not None
    jsonschema.validate(copy, BROAD)
    assert is_chinese(copy["bullets"][0]["text"]) is (prompt == CHINESE)


async def test_it_serves_the_sdk_plain_and_streamed() -> None:
    async with OpenAIServer() as server, openai.AsyncOpenAI(api_key="k", base_url=server.url) as client:
        messages = [{"role": "user", "content": ENGLISH}]
        whole = await client.chat.completions.create(model="m", messages=messages, n=2)
        stream = await client.chat.completions.create(model="m", messages=messages, n=2, stream=True)
        texts = {0: "", 1: ""}
        async for chunk in stream:
            for choice in chunk.choices:
                texts[choice.index] += choice.delta.content or ""
        listed = [model.id async for model in client.models.list()]
        assert (await client.models.retrieve("org/m")).id == "org/m"
    assert len({whole.choices[0].message.content, whole.choices[1].message.content, *texts.values()}) == 4
    assert listed == ["copy-large"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"messages": []}, "empty array"),
        ({"messages": [{"role": "poet", "content": "hi"}]}, "Invalid value"),
        ({"n": 0}, None),
        ({"n": 200}, "Invalid 'n'"),
        ({"colour": "red"}, "Unrecognized request argument"),
        ({"stop": list("abcde")}, "array too long"),
        ({"stream_options": {"include_usage": True}}, "stream_options"),
        ({"max_tokens": 1, "max_completion_tokens": 1}, "same time"),
        ({"response_format": {"type": "json_object"}}, "must contain the word 'json'"),
        (
            {"response_format": {"type": "json_schema", "json_schema": {"name": "a b", "schema": SCHEMA}}},
            "response_format.json_schema.name",
        ),
        (
            {
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {
                        "name": "a",
                        "strict": True,
                        "schema": {"type": "object", "properties": {}},
                    },
                }
            },
            "additionalProperties",
        ),
    ],
)
async def test_it_refuses_what_openai_refuses(body: dict[str, object], words: str | None) -> None:
    request = {"model": "m", "messages": [{"role": "user", "content": "hi"}], **body}
    async with (
        OpenAIServer() as server,
        aiohttp.ClientSession() as session,
        session.post(f"{server.url}/chat/completions", json=request) as response,
    ):
        answer = await response.json()
    if words is None:
        assert response.status == 200
    else:
        assert response.status == 400
        assert words in answer["error"]["message"]


async def test_it_runs_as_a_process_of_its_own() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.servers.openai_server", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        url = (await process.stdout.readline()).decode().strip()
        async with aiohttp.ClientSession() as session, session.get(f"{url}/models") as response:
            assert (await response.json())["object"] == "list"
    finally:
        process.terminate()
        await process.wait()
