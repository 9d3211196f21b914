"""What the tests of the OpenAI-compatible engine share: a brief's request, and an engine at a fault server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pydantic import SecretStr

from models.generation.base import GenerationRequest
from models.generation.openai_api import OpenAIEngine
from models.variant import Message
from tests.servers.openai_server import OpenAIServer

KEY = "sk-test-0123456789abcdefghij"

ENGLISH = "Write one ad.\n<brief>\nProduct: Aurora X phone\nbattery: 5000 mAh\ncamera: 108 MP\n</brief>"
CHINESE = "写一则广告。\n<brief>\n产品：极光手机\n电池：5000毫安时\n目标人群：年轻旅行者\n</brief>"

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "headline": {"type": "array", "items": {"type": "string"}, "minItems": 3, "maxItems": 3},
        "description": {"type": "string"},
    },
    "required": ["headline", "description"],
    "additionalProperties": False,
}


class Waits(list[float]):
    """Stands for the clock: records the waits between tries and lets them pass at once."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


def asking(prompt: str = ENGLISH, **changes: Any) -> GenerationRequest:
    """A request as the desk makes it."""
    messages = (Message(role="system", content="You write ads."), Message(role="user", content=prompt))
    return GenerationRequest(messages=messages, **changes)


def engine_at(url: str, **changes: Any) -> OpenAIEngine:
    """An engine that waits for nothing between tries."""
    options: dict[str, Any] = {
        "model": "copy-large",
        "api_key": SecretStr(KEY),
        "base_url": url,
        "sleep": Waits(),
    }
    return OpenAIEngine(**(options | changes))


@asynccontextmanager
async def served(
    server: dict[str, Any] | None = None, **engine: Any
) -> AsyncIterator[tuple[OpenAIServer, OpenAIEngine]]:
    """A test server and an engine at it."""
    async with OpenAIServer(**(server or {})) as running:
        asked = engine_at(running.url, **engine)
        try:
            yield running, asked
        finally:
            await asked.close()
