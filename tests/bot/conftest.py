"""A desk whose engine speaks to an OpenAI-compatible server on this machine."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.desk import Desk
from models.generation.openai_api import OpenAIEngine
from tests.servers.openai_server import OpenAIServer


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    """An OpenAI-compatible server that writes plausible copy."""
    async with OpenAIServer() as running:
        yield running


@pytest.fixture
async def desk(server: OpenAIServer) -> AsyncIterator[Desk]:
    """A desk without a sentiment engine, around the server."""
    engine = OpenAIEngine(model="gpt-test", api_key=SecretStr("sk-test"), base_url=server.url, max_retries=0)
    made = Desk(engine, seed=1)
    yield made
    await made.close()
