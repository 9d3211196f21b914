"""The engine against a real server of another make: `transformers serve` with the local weights."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import platformdirs
import pytest

from models.errors import EngineCannotServe
from models.generation.openai_api import OpenAIEngine
from models.generation.weights import find_weights
from tests.generation.openai_support import SCHEMA, asking, engine_at

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

PROMPT = "Write one line about the Aurora X phone."


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The local weights in a folder whose generation config samples: the server is greedy without."""
    weights = find_weights(
        Path(platformdirs.user_cache_dir("copydesk", appauthor=False)), "smollm2-135m-instruct"
    )
    if weights is None:
        pytest.skip("the local weights are not here; `copydesk setup` fetches them")
    folder = tmp_path_factory.mktemp("weights") / "small-writer"
    folder.mkdir()
    for file in weights.iterdir():
        (folder / file.name).symlink_to(file)
    (folder / "generation_config.json").unlink()
    (folder / "generation_config.json").write_text(
        '{"do_sample": true, "eos_token_id": 2, "pad_token_id": 2}'
    )
    return str(folder)


@pytest.fixture(scope="session")
def url(model: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of a running `transformers serve`."""
    pytest.importorskip("fastapi", reason="transformers serve needs fastapi")
    command = Path(sys.executable).with_name("transformers")
    if not command.exists():
        pytest.skip("the transformers command is not installed beside this Python")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    log = tmp_path_factory.mktemp("serve") / "log"
    arguments = [
        str(command),
        "serve",
        model,
        "--host",
        "127.0.0.1",
        "--port",
        port,
        "--device",
        "cpu",
        "--dtype",
        "float32",
    ]
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "2"}
    with log.open("w") as output:
        process = subprocess.Popen(arguments, stdout=output, stderr=output, env=environment)
    try:
        deadline = time.monotonic() + 240
        while not _healthy(port):
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"transformers serve did not start:\n{log.read_text()[-2000:]}")
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _healthy(port: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture
def engine(url: str, model: str) -> OpenAIEngine:
    return engine_at(url, model=model, api_key=None, timeout=240, idle_timeout=120, max_retries=0)


async def test_a_real_server_streams_two_different_texts(engine: OpenAIEngine) -> None:
    seen: list[tuple[int, int]] = []
    request = asking(PROMPT, n=2, max_tokens=10, temperature=0.9, seed=3)
    written = await engine.generate(request, lambda done, total: seen.append((done, total)))
    await engine.close()
    assert len(set(written.texts)) == 2, "the server ignores n; the rest is asked for"
    assert written.usage.prompt_tokens > 20
    assert 2 <= written.usage.completion_tokens <= 20
    assert len(seen) > 4, "the text came in pieces"
    assert written.engine.model == "small-writer"


async def test_a_real_server_that_ignores_the_schema_still_answers(engine: OpenAIEngine) -> None:
    written = await engine.generate(asking(PROMPT, max_tokens=8, json_schema=SCHEMA))
    await engine.close()
    assert written.texts[0]


async def test_a_real_server_says_who_it_is(engine: OpenAIEngine, url: str) -> None:
    host = url.removeprefix("http://").removesuffix("/v1")
    assert await engine.check() == f"{host} answers with small-writer."
    await engine.close()


async def test_a_model_that_a_real_server_lacks_is_named(url: str) -> None:
    engine = engine_at(url, model="org/no-such", api_key=None)
    with pytest.raises(EngineCannotServe, match=r"has no model named org/no-such\. Set COPYDESK_MODEL"):
        await engine.check()
    await engine.close()
