"""What the generation tests share."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import platformdirs
import pytest
import pytest_asyncio

from models.errors import WeightsError
from models.generation.local import LocalEngine
from models.generation.sources import DEFAULT_MODEL
from models.generation.weights import ensure_weights

SMALL_MODEL = "smollm2-135m-instruct"
"""A model that nobody trained for this job: what is forced on it while it samples."""


@pytest.fixture(scope="session")
def weights_cache() -> Path:
    """The user's cache folder with a small general model's weights in it, made if absent."""
    cache = Path(os.environ.get("COPYDESK_CACHE_DIR") or platformdirs.user_cache_dir("copydesk"))
    try:
        ensure_weights(cache, None, SMALL_MODEL)
    except WeightsError as error:
        pytest.skip(f"the local weights cannot be had here: {error}")
    return cache


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def local_engine(weights_cache: Path) -> AsyncIterator[LocalEngine]:
    """One loaded engine for the session; its worker serves any event loop."""
    engine = LocalEngine(SMALL_MODEL, cache_dir=weights_cache, threads=1)
    await engine.check()
    yield engine
    await engine.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def writer_engine() -> AsyncIterator[LocalEngine]:
    """Our own writer, loaded once."""
    cache = Path(os.environ.get("COPYDESK_CACHE_DIR") or platformdirs.user_cache_dir("copydesk"))
    try:
        ensure_weights(cache)
    except WeightsError as error:
        pytest.skip(f"the writer's weights cannot be had here: {error}")
    engine = LocalEngine(DEFAULT_MODEL, cache_dir=cache, threads=1)
    await engine.check()
    yield engine
    await engine.close()
