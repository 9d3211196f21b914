"""`copydesk write`: what a person types, and what they get."""

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bot.assembly import make_history
from bot.settings import load_settings
from tests.cli.conftest import Copydesk
from tests.servers.openai_server import OpenAIServer

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schema/write.schema.json").read_text(encoding="utf-8"))
BRIEFS = Path(__file__).parents[3] / "shared/data/briefs.jsonl"
PHONE = {"kind": "ad", "product": "Aurora X", "attributes": {"battery": "5000 mAh"}, "platform": "google_rsa"}


def brief_file(tmp_path: Path, value: Any, name: str = "brief.json") -> str:
    """A file with a brief; its path."""
    path = tmp_path / name
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return str(path)


def valid(text: str) -> dict[str, Any]:
    """The printed object, valid against the documented schema."""
    value: dict[str, Any] = json.loads(text)
    jsonschema.Draft202012Validator(SCHEMA).validate(value)
    return value


async def test_text_as_in_slack_is_written(copydesk: Copydesk, writer: OpenAIServer) -> None:
    """The slash command's text works on the command line too."""
    result = await copydesk("write", "ad", "Aurora X | battery: 5000 mAh | n: 2", "--json")
    assert result.code == 0, result.err
    written = valid(result.out)
    assert written["brief"]["attributes"] == {"battery": "5000 mAh"}
    assert len(written["variants"]) == 2


async def test_options_make_a_brief(copydesk: Copydesk, writer: OpenAIServer) -> None:
    """Every fact given as an option is in the brief that is written."""
    options = ["--product", "Aurora X", "--attribute", "battery=5000 mAh", "--attribute", "weight: 189 g"]
    options += [
        "--audience",
        "young travellers",
        "--goal",
        "pre-orders",
        "--offer",
        "10 % off",
        "--dates",
        "May",
    ]
    options += ["--channel", "email", "--channel", "x_post", "--tone", "warm", "--platform", "Google Ads"]
    options += [
        "--language",
        "en",
        "--keyword",
        "travel phone",
        "--must-include",
        "Aurora",
        "--must-avoid",
        "cheap",
    ]
    result = await copydesk("write", "ad", *options, "-n", "1", "--json")
    assert result.code == 0, result.err
    assert valid(result.out)["brief"] == {
        **{"kind": "ad", "product": "Aurora X", "audience": "young travellers", "goal": "pre-orders"},
        **{"attributes": {"battery": "5000 mAh", "weight": "189 g"}, "offer": "10 % off", "dates": "May"},
        **{"channels": ["email", "x_post"], "tone": "warm", "platform": "google_rsa", "language": "en"},
        **{"keywords": ["travel phone"], "must_include": ["Aurora"], "must_avoid": ["cheap"], "n": 1},
    }


async def test_json_says_all_that_the_schema_lists(
    copydesk: Copydesk, writer: OpenAIServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The schema describes the whole object, so a reader of it misses nothing."""
    monkeypatch.delenv("COPYDESK_SENTIMENT_MODEL")
    result = await copydesk("write", "--brief", brief_file(tmp_path, PHONE), "--json")
    assert result.code == 0, result.err
    written = valid(result.out)
    assert set(written) == set(SCHEMA["properties"])
    assert set(written["brief"]) == set(SCHEMA["$defs"]["brief"]["properties"])
    assert set(written["variants"][0]) == set(SCHEMA["$defs"]["variant"]["properties"])


async def test_copy_is_kept_in_the_history(copydesk: Copydesk, writer: OpenAIServer, tmp_path: Path) -> None:
    """What was written on the command line is found again."""
    written = valid((await copydesk("write", "--brief", brief_file(tmp_path, PHONE), "--json")).out)
    history = make_history(load_settings())
    try:
        kept = await history.draft(written["id"])
    finally:
        await history.close()
    assert kept is not None
    assert [variant.text for variant in kept.variants] == [v["text"] for v in written["variants"]]


async def test_people_see_copy_checks_and_who_wrote_it(
    copydesk: Copydesk, writer: OpenAIServer, tmp_path: Path
) -> None:
    """Without --json the copy is readable, and says whether it is ready."""
    result = await copydesk("write", "--brief", brief_file(tmp_path, PHONE))
    assert result.code == 0, result.err
    assert "Aurora X: ad for Google Ads" in result.out
    assert "ready" in result.out
    assert "checks passed" in result.out
    assert "Written by openai" in result.out


async def test_brief_from_standard_input(
    copydesk: Copydesk, writer: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--brief -` reads a pipe, and options stand over what is in it."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(PHONE).encode())))
    result = await copydesk(
        "write", "--brief", "-", "--tone", "calm", "--attribute", "weight=189 g", "--json"
    )
    assert result.code == 0, result.err
    assert valid(result.out)["brief"]["tone"] == "calm"
    assert valid(result.out)["brief"]["attributes"] == {"battery": "5000 mAh", "weight": "189 g"}


@pytest.mark.skipif(not BRIEFS.exists(), reason="the example briefs are not on this machine")
async def test_example_briefs_are_all_understood(
    copydesk: Copydesk, writer: OpenAIServer, tmp_path: Path
) -> None:
    """Each example brief, Chinese ones included, is written and printed as the schema says."""
    for line in BRIEFS.read_text(encoding="utf-8").splitlines():
        value = json.loads(line)
        result = await copydesk("write", "--brief", brief_file(tmp_path, value), "-n", "1", "--json")
        assert result.code == 0, (value["id"], result.err)
        assert valid(result.out)["brief"]["product"] == value["product"]


BAD = [
    (["ad"], "names no product"),
    ([], "says no kind"),
    (["advert", "Aurora X"], "no kind of copy"),
    (["ad", "--product", " "], "names no product"),
    (["ad", "--product", "Aurora X", "-n", "0"], "n:"),
    (["ad", "--product", "Aurora X", "-n", "50"], "n:"),
    (["ad", "--product", "Aurora X", "-n", "many"], "many"),
    (["ad", "--product", "Aurora X", "--attribute", "battery"], "no NAME=VALUE"),
    (["ad", "--product", "Aurora X", "--platform", "gogle_rsa"], "google_rsa"),
    (["ad", "--product", "Aurora X", "--language", "klingon"], "language"),
    (["ad", "--product", "x" * 50_000], "the limit is"),
    (["ad", "Aurora X", "--product", "Aurora X"], "Both"),
    (["ad", "--engine", "gpt", "--product", "x"], "--engine"),
    (["ad", "--nonsense"], "--nonsense"),
    (["--brief", "missing.json"], "missing.json"),
    (["--brief", "missing.json", "ad", "Aurora X"], "Both"),
]


@pytest.mark.parametrize(("arguments", "said"), BAD)
async def test_bad_input_is_told_in_one_line(copydesk: Copydesk, arguments: list[str], said: str) -> None:
    """Exit code 2, one line, no traceback."""
    result = await copydesk("write", *arguments)
    assert result.code == 2, result
    assert said in result.err
    assert result.err.count("\n") == 1
    assert not result.out


FILES = [
    (b"{", "not valid JSON"),
    (b"[]", "a list"),
    (b'"x"', "a single value"),
    (b"\xff\xfe", "not UTF-8"),
    (b'{"kind":"ad","product":"A"}\n{"kind":"ad","product":"B"}\n', "2 briefs"),
    (b'{"kind":"poem","product":"A"}', "kind"),
    (b'{"kind":"ad","product":"A","colour":"red"}', "colour"),
    (b'{"kind":"ad","product":"A","n":"x"}', "n"),
    (b'{"product":"A"}', "kind"),
    (b"[" * 100_000, "nested"),
]


@pytest.mark.parametrize(("content", "said"), FILES, ids=[said for _, said in FILES])
async def test_bad_brief_files_are_told(
    copydesk: Copydesk, tmp_path: Path, content: bytes, said: str
) -> None:
    """A file that holds no brief says what it holds."""
    (tmp_path / "brief.json").write_bytes(content)
    result = await copydesk("write", "--brief", "brief.json")
    assert result.code == 2, result
    assert said in result.err
    assert result.err.count("\n") == 1


async def test_kind_that_contradicts_the_brief_is_refused(copydesk: Copydesk, tmp_path: Path) -> None:
    """Nobody gets a campaign who asked for an ad."""
    result = await copydesk("write", "campaign", "--brief", brief_file(tmp_path, PHONE))
    assert result.code == 2
    assert "campaign" in result.err
    assert "“ad”" in result.err


async def test_unreachable_engine_is_exit_code_4(copydesk: Copydesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A script can tell a dead server from a bad brief."""
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("COPYDESK_MAX_RETRIES", "0")
    result = await copydesk("write", "ad", "--product", "Aurora X")
    assert result.code == 4, result
    assert "127.0.0.1" in result.err


async def test_chinese_with_an_english_model_is_exit_code_3(
    copydesk: Copydesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An English-only model says so at once, and what to set; nothing is fetched for it."""
    monkeypatch.setenv("COPYDESK_LOCAL_MODEL", "smollm2-135m-instruct")
    result = await copydesk("write", "ad", "极光手机 | 电池: 5000 mAh", "--engine", "local")
    assert result.code == 3, result
    assert "English only" in result.err
    assert "OPENAI_API_KEY" in result.err
    assert "setup --writer gemma" in result.err
    assert "cache" not in os.listdir(tmp_path)


async def test_refused_prompt_is_exit_code_3(copydesk: Copydesk, writer: OpenAIServer) -> None:
    """A brief that the engine will not serve is told apart from an engine that is down."""
    writer.script("content_filter", times=None)
    result = await copydesk("write", "ad", "--product", "Aurora X")
    assert result.code == 3, result


async def test_refused_key_is_told_without_the_key(
    copydesk: Copydesk, writer: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong key names its variable, and is in no output."""
    writer.api_key = "sk-the-right-one-000"
    monkeypatch.setenv("OPENAI_API_KEY", "sk-the-wrong-one-999")
    result = await copydesk("--debug", "write", "ad", "--product", "Aurora X")
    assert result.code == 4
    assert "OPENAI_API_KEY" in result.err
    assert "wrong-one" not in result.out + result.err


async def test_unusable_history_stops_before_anything_is_written(
    copydesk: Copydesk, writer: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No copy is paid for that cannot be kept: exit code 5, and no request."""
    monkeypatch.setenv("COPYDESK_DATABASE", "/nowhere/history.db")
    result = await copydesk("write", "ad", "--product", "Aurora X")
    assert result.code == 5
    assert "/nowhere" in result.err
    assert not writer.requests
