"""Makes one chat completion request to an OpenAI-compatible server, tried again as far as that may help."""

import asyncio
import functools
import json
import random
import weakref
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from models.errors import CopydeskError
from models.generation.base import GenerationRequest
from models.generation.openai_dialect import Arguments, Dialect
from models.generation.openai_errors import Explainer, Problem, read_error
from models.generation.openai_stream import Answer

if TYPE_CHECKING:
    from openai import APIError, AsyncOpenAI

log = structlog.get_logger(__name__)

OPENAI_HOST = "api.openai.com"
MAX_BACKOFF = 8.0
MAX_LESSONS = 12
"""How many refused parameters one request gives up before the refusal counts."""
TIMEOUT_TRIES = 2
"""A second time-out tells enough; waiting for all tries would keep the person for minutes."""


@dataclass(frozen=True)
class Patience:
    """How long and how often a caller tries; all times in seconds, see `OpenAIEngine`."""

    timeout: float
    connect_timeout: float
    idle_timeout: float
    tries: int
    backoff: float
    max_retry_after: float
    concurrency: int
    sleep: Callable[[float], Awaitable[Any]]

    def wait(self, tries: int, retry_after: float | None) -> float:
        """Seconds to wait after this many tries: what the server asks for, else doubling, less up to a quarter."""
        if retry_after:
            return retry_after
        jitter = 1 - 0.25 * random.random()  # noqa: S311 - spreads retries, keeps no secret
        return float(min(self.backoff * 2 ** (tries - 1), MAX_BACKOFF) * jitter)


@dataclass
class _Failure:
    """Why a try failed: the error to raise when no other try helps, and how far others may."""

    error: CopydeskError
    most_tries: int | None = None
    retry_after: float | None = None


class _Learned(Exception):
    """The dialect changed; ask again at once."""


class _Stalled(Exception):
    """A stream that had begun fell silent."""


@dataclass
class _Line:
    """The client of one event loop, and the bound on its open requests."""

    client: "AsyncOpenAI"
    gate: asyncio.Semaphore


class Caller:
    """Asks one model at one server.

    Retries are made here and not by the SDK (`max_retries=0`): the SDK can neither retry a stream that was cut
    nor tell an account without credit from a rate limit, and two layers of retries would multiply.

    Args:
        url: The server's address up to `/v1`.
        key: The API key; empty = none is sent.
        model: The model's name.
        words: Words the errors.
        dialect: What the server accepts; changed by what is learned.
        patience: How long and how often to try.
    """

    def __init__(
        self, *, url: str, key: str, model: str, words: Explainer, dialect: Dialect, patience: Patience
    ) -> None:
        self._url = url
        self._key = key
        self._model = model
        self._words = words
        self._dialect = dialect
        self._patience = patience
        # Connections belong to the event loop that opened them, and durable jobs may run in a loop of their own.
        self._lines: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Line] = weakref.WeakKeyDictionary()

    async def ask(
        self, request: GenerationRequest, n: int, seed: int | None, on_piece: Callable[[], None]
    ) -> Answer:
        """The complete answer to a request for `n` choices; its choices may be fewer, or blocked.

        Args:
            request: What to write.
            n: How many choices to ask for in this one request.
            seed: The seed to pass on.
            on_piece: Called for every piece of text that comes in.

        Raises:
            CopydeskError: As `models.generation.base.Engine.generate` says.
        """
        if not self._key and self._words.host == OPENAI_HOST:
            raise self._words.no_key()
        line = await self._line()
        tries = lessons = 0
        while True:
            choices = min(n, self._dialect.choices.most or n)
            arguments = self._dialect.arguments(request, self._model, choices, seed)
            failure: _Failure | None
            try:
                async with line.gate:
                    answer, failure = await self._try(line.client, arguments, tries + 1, on_piece)
            except _Learned as learned:
                lessons += 1
                log.info(
                    "engine.stepped_down", host=self._words.host, model=self._model, without=str(learned)
                )
                if lessons <= MAX_LESSONS:
                    continue
                failure = _Failure(self._words.hopeless(), most_tries=1)
            if failure is None:
                self._dialect.choices.note(choices, len(answer.choices), whole=answer.whole)
                return answer
            tries += 1
            if tries >= min(self._patience.tries, failure.most_tries or self._patience.tries):
                # Raised outside of any handler, so that the SDK's error with the server's words stays behind.
                raise failure.error
            wait = self._patience.wait(tries, failure.retry_after)
            log.warning(
                "engine.retried",
                host=self._words.host,
                tries=tries,
                wait=round(wait, 2),
                problem=failure.error.code,
            )
            await self._patience.sleep(wait)

    async def close(self) -> None:
        """Close the connections of this event loop; those of others end with their loops."""
        line = self._lines.pop(asyncio.get_running_loop(), None)
        if line is not None:
            await line.client.close()

    async def _line(self) -> _Line:
        loop = asyncio.get_running_loop()
        line = self._lines.get(loop)
        if line is None:
            # The import takes a good part of a second, in which the loop must go on acknowledging.
            line = self._lines.setdefault(loop, await asyncio.to_thread(self._new_line))
        return line

    def _new_line(self) -> _Line:
        import openai
        import openai.resources.chat.completions  # else loaded at the first request, in the event loop

        client = openai.AsyncOpenAI(
            api_key=self._key or "none",
            base_url=self._url,
            max_retries=0,
            timeout=openai.Timeout(self._patience.timeout, connect=self._patience.connect_timeout),
        )
        return _Line(client, asyncio.Semaphore(self._patience.concurrency))

    async def _try(
        self, client: "AsyncOpenAI", arguments: Arguments, tries: int, on_piece: Callable[[], None]
    ) -> tuple[Answer, _Failure | None]:
        """One try.

        Raises:
            _Learned: The server refused something that the dialect now leaves out.
        """
        import openai

        create: Any = client.chat.completions.create  # its overloads want `stream` as a literal
        if not self._key:
            create = functools.partial(create, extra_headers={"Authorization": openai.omit})
        answer = Answer()
        failure: _Failure | None
        try:
            async with asyncio.timeout(self._patience.timeout):
                if arguments.get("stream"):
                    await self._read_stream(create, arguments, answer, on_piece)
                else:
                    answer.add_completion(await create(**arguments))
        except _Stalled:
            what = f"fell silent for {self._patience.idle_timeout:g} s in the middle of its answer"
            failure = _Failure(self._words.unreachable(what, tries), most_tries=TIMEOUT_TRIES)
        except (TimeoutError, openai.APITimeoutError) as error:
            what = f"did not answer within {self._patience.timeout:g} s"
            if "Connect" in type(error.__cause__).__name__:
                what = f"could not be reached within {self._patience.connect_timeout:g} s"
            failure = _Failure(self._words.unreachable(what, tries), most_tries=TIMEOUT_TRIES)
        except openai.APIConnectionError as error:
            failure = _Failure(self._words.unreachable(_connection_words(error, answer), tries))
        except openai.APIError as error:
            failure = self._refusal(error, arguments, tries)
        except (json.JSONDecodeError, UnicodeDecodeError):
            failure = _Failure(self._words.unreachable("sent an answer that cannot be read", tries))
        else:
            failure = self._flaw(answer, arguments, tries)
        return answer, failure

    async def _read_stream(
        self, create: Any, arguments: Arguments, answer: Answer, on_piece: Callable[[], None]
    ) -> None:
        async with await create(**arguments) as stream:
            if stream.response.headers.get("content-type", "").startswith("application/json"):
                self._dialect.streams = False
                raise _Learned("stream")
            chunks = aiter(stream)
            while True:
                try:
                    # The first words may wait for a model to load or for a place in the server's queue, also after
                    # an empty first chunk; only the whole request's time bounds them.
                    async with asyncio.timeout(self._patience.idle_timeout if answer.begun else None):
                        chunk = await anext(chunks)
                except StopAsyncIteration:
                    return
                except TimeoutError:
                    raise _Stalled from None
                answer.add_chunk(chunk, on_piece)

    def _refusal(self, error: "APIError", arguments: Arguments, tries: int) -> _Failure:
        told = read_error(error)
        if told.problem in {Problem.REQUEST, Problem.SERVER} and (
            learned := self._dialect.learn(told, arguments)
        ):
            raise _Learned(learned)
        prompts = [str(message["content"]) for message in arguments["messages"]]
        failure = self._words.explain(told, tries, prompts)
        if not told.problem.passing:
            return _Failure(failure, most_tries=1)
        if told.retry_after is not None and told.retry_after > self._patience.max_retry_after:
            return _Failure(self._words.busy(tries, told.retry_after), most_tries=1)
        return _Failure(failure, retry_after=told.retry_after)

    def _flaw(self, answer: Answer, arguments: Arguments, tries: int) -> _Failure | None:
        """What makes an answer that came without an error unusable."""
        if answer.choices and not answer.complete:
            return _Failure(self._words.unreachable("broke off in the middle of its answer", tries))
        if answer.texts:
            return None
        choices = list(answer.choices.values())
        if any(choice.refusal for choice in choices):
            return _Failure(self._words.declined(), most_tries=1)
        if any(choice.blocked for choice in choices):
            return _Failure(self._words.refused(), most_tries=1)
        if any(choice.finish_reason == "length" for choice in choices):
            if not self._dialect.thinks:
                self._dialect.thinks = True
                raise _Learned("tight token limit")
            limit = self._dialect.limit_name or "max_tokens"
            return _Failure(self._words.only_thoughts(int(arguments.get(limit, 0))), most_tries=1)
        return _Failure(self._words.unreachable("answered without any text", tries))


def _connection_words(error: Exception, answer: Answer) -> str:
    """What happened to a connection, continuing the host's name."""
    if answer.choices:
        return "broke off in the middle of its answer"
    seen: BaseException | None = error
    while seen is not None:
        words = str(seen).casefold()
        if "certificate" in words:
            return "has a certificate that is not trusted here"
        if (
            "name or service" in words
            or "getaddrinfo" in words
            or "name resolution" in words
            or "nodename" in words
        ):
            return "is not a name that can be resolved"
        if "refused" in words or "connect call failed" in words or "all connection attempts failed" in words:
            return "accepts no connection"
        seen = seen.__cause__ or seen.__context__
    return "closed the connection without an answer"
