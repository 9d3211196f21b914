"""The generation engine that asks any OpenAI-compatible server."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import structlog
from pydantic import SecretStr

from models.errors import CopydeskError, SettingsError
from models.generation.base import Ability, EngineInfo, Generation, GenerationRequest, Progress
from models.generation.openai_caller import OPENAI_HOST, Caller, Patience
from models.generation.openai_choices import Choices
from models.generation.openai_dialect import Dialect, Shape
from models.generation.openai_errors import Explainer
from models.generation.openai_json import parse_json_object
from models.generation.openai_stream import Answer
from models.variant import EngineRef, Message, Usage

log = structlog.get_logger(__name__)

OPENAI_URL = f"https://{OPENAI_HOST}/v1"
CHECK_TOKENS = 16


class OpenAIEngine:
    """Writes through the chat completions of an OpenAI-compatible server.

    What the server does not accept (several choices, JSON schemas, `max_tokens`, a temperature …) is learned
    from its refusals and remembered while the engine lives; that it leaves choices out without a word, for an hour.

    Args:
        model: The model's name at the server.
        api_key: The key; None for a server that needs none.
        base_url: The server's address up to `/v1`; None = OpenAI.
        timeout: Seconds that one request may take, its stream included.
        max_retries: How often a request is tried again after a network or server error or a rate limit.
        prompt_price: US dollars for a million prompt tokens; costs are told when both prices are given.
        completion_price: US dollars for a million completion tokens.
        ability: How capable the model is; prompts are chosen by it.
        context_tokens: The model's context window, as far as known.
        connect_timeout: Seconds to reach the server.
        idle_timeout: Seconds without news in a stream that has begun.
        backoff: Seconds before the first retry; doubled for each further one, up to 8 s, less up to a quarter.
        max_retry_after: The longest wait (seconds) that a server's Retry-After is granted; a longer one is told
            to the person at once.
        concurrency: The most requests that are open at once.
        sleep: What waits between tries.
        clock: What measures how long a habit of the server's is remembered, in seconds.

    Raises:
        SettingsError: The key or the address cannot be one.
    """

    def __init__(
        self,
        *,
        model: str,
        api_key: SecretStr | None,
        base_url: str | None = None,
        timeout: float = 60.0,
        max_retries: int = 3,
        prompt_price: float | None = None,
        completion_price: float | None = None,
        ability: Ability = Ability.LARGE,
        context_tokens: int = 32_768,
        connect_timeout: float = 10.0,
        idle_timeout: float = 30.0,
        backoff: float = 0.5,
        max_retry_after: float = 30.0,
        concurrency: int = 8,
        sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        url = (base_url or OPENAI_URL).strip()
        host = _host_of(url)
        key = _valid_key(api_key)
        self._host = host
        self._prices = (prompt_price, completion_price)
        self._words = Explainer(host, model, key)
        # OpenAI's newer models take only the newer name; other servers may know only the older one.
        limit_name = "max_completion_tokens" if host == OPENAI_HOST else "max_tokens"
        self._dialect = Dialect(limit_name=limit_name, choices=Choices(clock))
        patience = Patience(
            timeout=timeout,
            connect_timeout=min(connect_timeout, timeout),
            idle_timeout=min(idle_timeout, timeout),
            tries=max_retries + 1,
            backoff=backoff,
            max_retry_after=max_retry_after,
            concurrency=concurrency,
            sleep=sleep,
        )
        self._caller = Caller(
            url=url, key=key, model=model, words=self._words, dialect=self._dialect, patience=patience
        )
        self._info = EngineInfo(
            ref=EngineRef(name="openai", model=model),
            ability=ability,
            languages=frozenset({"en", "zh"}),
            context_tokens=context_tokens,
        )

    @property
    def info(self) -> EngineInfo:
        """What the engine declares."""
        return self._info

    async def generate(self, request: GenerationRequest, progress: Progress | None = None) -> Generation:
        """Write up to `request.n` completions; see `models.generation.base.Engine.generate`.

        Fewer come back when the server blocks some of them, or fails for some after others have come.
        """
        started = time.monotonic()
        meter = _Meter(progress, request.n * request.max_tokens)
        sizes = _split(request.n, self._dialect.choices.most or request.n)
        answers, failure = await self._ask_all(request, sizes, meter, before=0)
        came = sum(len(answer.choices) for answer in answers)
        if failure is None and came < request.n:
            # The server may know no `n`, or cap it: no more are asked for at once than came at once.
            sizes = _split(request.n - came, max(len(answer.choices) for answer in answers))
            more, failure = await self._ask_all(request, sizes, meter, before=came)
            answers += more
        texts = tuple(text for answer in answers for text in answer.texts)[: request.n]
        if not texts:
            raise failure or self._words.refused()
        if failure is not None:
            log.warning(
                "engine.fewer", host=self._host, wanted=request.n, got=len(texts), problem=failure.code
            )
        if request.json_schema is not None:
            self._notice_ignored_shape(answers)
        meter.finish()
        usage = self._usage(answers, time.monotonic() - started)
        ref = EngineRef(name=self._info.ref.name, model=self._model_of(answers[0]))
        log.info(
            "engine.wrote",
            host=self._host,
            model=ref.model,
            texts=len(texts),
            requests=len(answers),
            tokens=usage.completion_tokens,
            ms=round(usage.seconds * 1000),
        )
        return Generation(texts=texts, usage=usage, engine=ref)

    async def check(self) -> str:
        """One sentence that the server answers and with which model.

        Asks for a few tokens rather than for the model's entry: not every server has the entry, and only a
        completion shows that key, credit and model work together.
        """
        request = GenerationRequest(
            messages=(Message(role="user", content="Say OK."),), max_tokens=CHECK_TOKENS
        )
        answer = await self._caller.ask(request, 1, None, _Meter(None, 0).one)
        return f"{self._host} answers with {self._model_of(answer)}."

    async def close(self) -> None:
        """Close the connections."""
        await self._caller.close()

    async def _ask_all(
        self, request: GenerationRequest, sizes: list[int], meter: "_Meter", before: int
    ) -> tuple[list[Answer], CopydeskError | None]:
        """Ask for completions in requests of these sizes, side by side.

        Returns:
            The answers in order, and the first error if some request failed.
        """
        failures: list[CopydeskError] = []

        async def one(size: int, position: int) -> Answer | None:
            # The same seed in a second request would bring the same text again.
            seed = None if request.seed is None else request.seed + position
            try:
                return await self._caller.ask(request, size, seed, meter.one)
            except CopydeskError as error:
                failures.append(error)
                return None

        tasks = []
        try:
            async with asyncio.TaskGroup() as group:
                for size in sizes:
                    tasks.append(group.create_task(one(size, before)))
                    before += size
        except ExceptionGroup as several:
            raise several.exceptions[0] from None
        answers = [answer for task in tasks if (answer := task.result()) is not None]
        return answers, failures[0] if failures else None

    def _notice_ignored_shape(self, answers: list[Answer]) -> None:
        """Tell the shape in the prompt from now on if the server took `response_format` but ignored it."""
        ended = [
            c.text for a in answers for c in a.choices.values() if c.finish_reason == "stop" and not c.blocked
        ]
        if ended and self._dialect.shape is not Shape.PROMPT and not any(parse_json_object(t) for t in ended):
            self._dialect.shape = Shape.PROMPT
            log.info(
                "engine.stepped_down", host=self._host, model=self._info.ref.model, without="ignored shape"
            )

    def _usage(self, answers: list[Answer], seconds: float) -> Usage:
        """What the answers cost; tokens are 0 and the cost unknown where the server does not tell them."""
        told = [answer.usage for answer in answers if answer.usage is not None]
        prompt = sum(usage.prompt_tokens or 0 for usage in told)
        completion = sum(usage.completion_tokens or 0 for usage in told)
        cost = None
        prompt_price, completion_price = self._prices
        if prompt_price is not None and completion_price is not None and len(told) == len(answers):
            cost = (prompt * prompt_price + completion * completion_price) / 1_000_000
        return Usage(prompt_tokens=prompt, completion_tokens=completion, seconds=seconds, cost_usd=cost)

    def _model_of(self, answer: Answer) -> str:
        """The model as the server names it; some name the file they loaded, whose folder is nobody's business."""
        name = answer.model or self._info.ref.model
        return name.rstrip("/").rsplit("/", 1)[-1] if name.startswith(("/", "~", ".")) else name


class _Meter:
    """Counts pieces of text as they come; a piece is about a token."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0

    def one(self) -> None:
        self._done += 1
        if self._progress is not None:
            # Texts of tries that failed count too, hence the bound.
            self._progress(min(self._done, max(1, self._total - 1)), self._total)

    def finish(self) -> None:
        if self._progress is not None:
            self._progress(self._total, self._total)


def _split(n: int, most: int) -> list[int]:
    """`n` in parts of at most `most`."""
    return [most] * (n // most) + ([n % most] if n % most else [])


def _host_of(url: str) -> str:
    """Host and port of a base URL, without the user and password that may be in it."""
    remedy = "Write it in full, e.g. http://localhost:8000/v1."
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise SettingsError("OPENAI_BASE_URL is not an address.", remedy) from None
    if parts.scheme not in {"http", "https"} or not host:
        raise SettingsError("OPENAI_BASE_URL must begin with http:// or https:// and name a host.", remedy)
    return f"{host}:{port}" if port else host


def _valid_key(api_key: SecretStr | None) -> str:
    key = api_key.get_secret_value().strip() if api_key is not None else ""
    if key and not (key.isascii() and key.isprintable() and " " not in key):
        raise SettingsError(
            "OPENAI_API_KEY has characters that no key has (a space, a line break or a letter outside ASCII).",
            "Copy the key again from your provider's page.",
        )
    return key
