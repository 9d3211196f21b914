"""Brand profiles on the command line: written under, kept, listed, printed, drafted; and wrong files."""

import asyncio
import json
import tomllib
from pathlib import Path

import pytest

from bot.assembly import make_history
from bot.settings import load_settings
from models.brand import make_brand
from tests.cli.conftest import Copydesk
from tests.servers.openai_server import OpenAIServer
from tests.store.factories import make_draft

PROFILE = """name = "Hearth"
voice = "Warm and plain."

[banned]
cheap = "affordable"

[[disclaimers]]
text = "Terms apply."
kinds = ["ad"]
"""
BRIEF = ("ad", "Aurora X | battery: 5000 mAh | platform: google_rsa | n: 1")


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "hearth.toml"
    path.write_text(PROFILE, encoding="utf-8")
    return str(path)


def cheap(server: OpenAIServer) -> None:
    text = json.dumps(
        {
            "headline": ["Cheap and bright", "Made for the road", "See far"],
            "description": ["It is there when you need it.", "Charge it once and leave."],
        }
    )
    server.reply = lambda body: [text] * int(body.get("n") or 1)


async def test_copy_is_written_under_a_file(copydesk: Copydesk, writer: OpenAIServer, file: str) -> None:
    cheap(writer)
    result = await copydesk("write", *BRIEF, "--brand", file, "--json")
    assert result.code == 0, result.err
    written = json.loads(result.out)
    assert "Affordable and bright" in written["variants"][0]["text"]
    assert "Terms apply." in written["variants"][0]["text"]
    assert written["brand"]["id"].startswith("file:")
    assert "Brand profile: Hearth." in written["notes"]


async def test_a_files_markets_stand_in_place_of_the_settings(
    copydesk: Copydesk, writer: OpenAIServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "british.toml"
    path.write_text('markets = ["uk"]\nsectors = ["food"]\n', encoding="utf-8")
    monkeypatch.setenv("COPYDESK_MARKETS", "us")
    ad = {
        "headline": ["Endorsed by nutritionists", "5000 mAh", "Go far"],
        "description": ["It is a bar.", "Go."],
    }
    writer.reply = lambda body: [json.dumps(ad)] * int(body.get("n") or 1)
    assert "CAP 15.6.3" not in (await copydesk("write", *BRIEF, "--json")).out
    under = json.loads((await copydesk("write", *BRIEF, "--json", "--brand", str(path))).out)
    assert not under["variants"][0]["ready"]
    assert "CAP 15.6.3" in json.dumps(under["variants"][0]["checks"])


async def test_a_file_may_name_a_sector_of_ones_own_rules(
    copydesk: Copydesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/ours.toml").write_text('[[sector]]\nid = "fish"\nterms = ["cod"]', encoding="utf-8")
    path = tmp_path / "quay.toml"
    path.write_text('sectors = ["fish"]\n', encoding="utf-8")
    monkeypatch.setenv("COPYDESK_CLAIM_RULES", str(tmp_path / "rules"))
    assert (await copydesk("brand", "import", str(path), "--team", "T1")).code == 0
    exported = (await copydesk("brand", "export", "--team", "T1")).out
    assert tomllib.loads(exported) == {"sectors": ["fish"]}


async def test_the_setting_is_the_default_and_without_one_there_is_no_brand(
    copydesk: Copydesk, writer: OpenAIServer, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cheap(writer)
    assert json.loads((await copydesk("write", *BRIEF, "--json")).out)["brand"] is None
    monkeypatch.setenv("COPYDESK_BRAND", file)
    assert "Affordable and bright" in (await copydesk("write", *BRIEF)).out


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('voise = "warm"', "Did you mean voice?"),
        ("voice = warm", "not valid TOML"),
        ("max_exclamations = 99", "0 to 20"),
        ('markets = ["fr"]', "“fr” is not known. Known: cn, us, eu, uk."),
        ('sectors = ["fish"]', "“fish” is not known. Known: cosmetics, food"),
        ("#" * 1_048_576, "at most 200,000"),
    ],
)
async def test_a_wrong_file_is_one_line_and_nothing_is_written(
    copydesk: Copydesk, writer: OpenAIServer, tmp_path: Path, content: str, says: str
) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(content, encoding="utf-8")
    for command in (
        ("write", *BRIEF, "--brand"),
        ("optimize", "A lamp for the home.", "--brand"),
        ("brand", "import"),
    ):
        result = await copydesk(*command, str(path))
        assert result.code == 2
        assert says in result.err
        assert len(result.err.strip().splitlines()) == 1
    assert writer.requests == []


async def test_a_missing_file_is_named(copydesk: Copydesk, writer: OpenAIServer) -> None:
    result = await copydesk("write", *BRIEF, "--brand", "none.toml")
    assert (result.code, "none.toml cannot be read" in result.err) == (2, True)


async def test_a_profile_is_imported_listed_and_exported_as_it_was(copydesk: Copydesk, file: str) -> None:
    refused = await copydesk("brand", "import", file)
    assert (refused.code, "--team" in refused.err) == (2, True)
    assert (await copydesk("brand", "import", file, "--team", "T1")).code == 0
    # One workspace is known now.
    assert "v1" in (await copydesk("brand", "import", file, "--channel", "C1")).out
    assert "T1 C1  v2" in (await copydesk("brand", "import", file, "--channel", "C1")).out
    listed = (await copydesk("brand", "show")).out.splitlines()
    assert [line.split("  ")[0] for line in listed] == ["T1 (workspace)", "T1 C1"]
    assert len((await copydesk("brand", "show", "--channel", "C1", "--versions")).out.splitlines()) == 2
    exported = await copydesk("brand", "export", "--channel", "C1", "--version", "1")
    assert make_brand(tomllib.loads(exported.out)) == make_brand(tomllib.loads(PROFILE))


async def test_the_workspace_of_earlier_copy_is_the_one_that_is_meant(copydesk: Copydesk, file: str) -> None:
    def keep() -> None:
        async def save() -> None:
            history = make_history(load_settings())
            await history.save_draft(make_draft("One"), team_id="T9")
            await history.close()

        asyncio.run(save())

    await asyncio.to_thread(keep)
    assert (await copydesk("brand", "import", file)).out.startswith("T9 (workspace)  v1")


async def test_what_is_not_there_is_told(copydesk: Copydesk) -> None:
    shown = await copydesk("brand", "show")
    assert (shown.code, shown.out, "No brand profile" in shown.err) == (0, "", True)
    exported = await copydesk("brand", "export", "--team", "T1")
    assert (exported.code, "brand show" in exported.err) == (2, True)


async def test_a_profile_is_drafted_from_a_file_of_copy(
    copydesk: Copydesk, writer: OpenAIServer, tmp_path: Path
) -> None:
    texts = tmp_path / "copy.txt"
    texts.write_text("\n".join(f"Meet lamp {n}. Its colour is warm!" for n in "abcdef"), encoding="utf-8")
    writer.reply = lambda body: [json.dumps({"voice": "Short greetings, then one calm fact."})]
    result = await copydesk("brand", "draft", str(texts), "--name", "Hearth")
    assert result.code == 0, result.err
    drafted = make_brand(tomllib.loads(result.out))
    assert drafted.voice.startswith("Short greetings")
    assert (drafted.name, drafted.spelling, drafted.max_exclamations) == ("Hearth", "uk", 1)
    few = tmp_path / "few.txt"
    few.write_text("one\ntwo", encoding="utf-8")
    result = await copydesk("brand", "draft", str(few))
    assert (result.code, "2 different texts" in result.err) == (2, True)


@pytest.mark.parametrize("command", ["show", "import", "export", "draft"])
async def test_each_command_explains_itself(copydesk: Copydesk, command: str) -> None:
    result = await copydesk("brand", command, "--help")
    assert result.out.startswith(f"Usage: copydesk brand {command}")
