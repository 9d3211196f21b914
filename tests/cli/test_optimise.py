"""`copydesk optimize` must say what it measured, show only what got better, and end with the documented codes."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.cli.conftest import Copydesk
from tests.servers.openai_server import OpenAIServer

SCHEMA = Path(__file__).parents[2] / "docs" / "schema" / "optimize.schema.json"
COPY = "The Oakwell lamp is a lamp that is made for desks of every kind. It has 12 W. It costs $49."
SHORT = ("Light for any desk: Oakwell, 12 W, $49.", "Oakwell lights your evenings with 12 W for $49.")


def answers(server: OpenAIServer, *texts: str) -> None:
    """Makes the server give these texts in turn."""
    given = itertools.cycle(texts)

    def reply(body: dict[str, Any]) -> list[str]:
        return [json.dumps({"text": next(given)}, ensure_ascii=False) for _ in range(int(body.get("n") or 1))]

    server.reply = reply


async def test_the_object_is_as_the_schema_describes_it(copydesk: Copydesk, writer: OpenAIServer) -> None:
    answers(writer, *SHORT)
    done = await copydesk("optimize", COPY, "--aim", "shorter", "-n", "2", "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(found)
    assert {rewrite["text"] for rewrite in found["rewrites"]} == set(SHORT)
    assert found["improved"] == 2
    assert {rewrite["lineage"]["parent_id"] for rewrite in found["rewrites"]} == {found["original"]["id"]}
    assert found["rewrites"][0]["figures"]["characters"] < found["original"]["figures"]["characters"]


async def test_the_text_tells_figures_aim_and_how_many_got_better(
    copydesk: Copydesk, writer: OpenAIServer
) -> None:
    answers(writer, *SHORT)
    done = await copydesk("optimize", COPY, "--aim", "shorter", "-n", "2")
    for text in (
        "readability",
        f"{len(COPY)} characters",
        "Aim: shorter.",
        SHORT[0],
        "2 of 2 rewrites improved",
    ):
        assert text in done.out
    found = await copydesk("history", "Oakwell", "--json")
    assert all(text in found.out for text in (COPY, *SHORT))


async def test_nothing_better_is_an_answer_too(copydesk: Copydesk, writer: OpenAIServer) -> None:
    answers(writer, "Oakwell costs $39 and has 12 W.")
    done = await copydesk("optimize", COPY, "--aim", "shorter", "--json")
    assert done.code == 0
    found = json.loads(done.out)
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(found)
    assert (found["improved"], found["rewrites"], found["draft_id"]) == (0, [], None)
    assert any("“$49” of the original is missing" in note for note in found["notes"])


async def test_a_file_and_standard_input_are_read(
    copydesk: Copydesk, writer: OpenAIServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(writer, "台灯只要199元，12 W，点亮你的书桌。")
    file = tmp_path / "copy.txt"
    file.write_bytes(
        "本台灯是一款适合各种书桌使用的台灯，功率为12 W，售价为199元，欢迎选购。".encode("gb18030")
    )
    done = await copydesk("optimize", str(file), "--aim", "更短", "-n", "1", "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert (found["language"], found["improved"]) == ("zh", 1)
    assert "1条改写中有1条确有改善。" in found["notes"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((" ",), 2, "There is no copy to optimise."),
        (("😀😀😀",), 2, "no words"),
        (("word " * 10_000,), 2, "49,999 characters long; the limit is 6,000"),
        ((COPY, "--platform", "myspace"), 2, "“myspace” is not a platform I know."),
        ((COPY, "--language", "fr"), 2, "“fr” is no language I know."),
        (("Notre lampe éclaire votre bureau avec douceur.",), 3, "French"),
        (("missing.txt",), 2, "missing.txt cannot be read"),
    ],
)
async def test_bad_input_is_one_line_with_its_code(
    copydesk: Copydesk, writer: OpenAIServer, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = await copydesk("optimize", *arguments)
    assert (done.code, done.out) == (code, "")
    assert said in done.err
    assert len(done.err.strip().splitlines()) == 1
    assert writer.requests == []


async def test_an_engine_that_cannot_write_the_language_ends_with_3(
    copydesk: Copydesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPYDESK_LOCAL_MODEL", "smollm2-135m-instruct")
    done = await copydesk("optimize", "这款台灯很亮，只要199元。", "--engine", "local")
    assert done.code == 3
    assert "writes English only" in done.err


async def test_an_engine_that_is_away_ends_with_4(
    copydesk: Copydesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("COPYDESK_MAX_RETRIES", "0")
    done = await copydesk("optimize", COPY)
    assert done.code == 4
