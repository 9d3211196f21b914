"""An OpenAI-compatible server on loopback that writes plausible copy and plays a script of faults."""

import argparse
import asyncio
import contextlib
import json
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from aiohttp import web

from tests.servers.openai_faults import ErrorAnswer, Fault, Json, Scripted, error_answer, openai_error
from tests.servers.openai_wire import request_problem, stream_events, usage_of
from tests.servers.plausible_copy import CopyWriter, schema_in_prompt

Reply = Callable[[Json], str | list[str]]

_BROKEN_JSON = 'Sure! Here it is:\n```json\n{"headline": ["Light as air", "Made for roads"'


class OpenAIServer:
    """Speaks `/v1/chat/completions` (plain and streamed) and `/v1/models` on a free loopback port.

    ```python
    async with OpenAIServer() as server:
        server.script("rate_limited", times=2, retry_after=1)   # the next two requests get a 429
        server.script("no_json_schema", times=None)             # whenever a request asks for json_schema
        ...                                                     # server.url goes into OPENAI_BASE_URL
        server.requests[-1]["messages"]
    ```

    Args:
        reply: The model's text for a request body, or one text for each choice; copy from the prompt's facts
            when absent. May be set later through `server.reply`.
        delay: Seconds before each answer begins; may be changed at any time through `server.delay`.
        models: The model names that exist; None = any.
        api_key: The key that must be sent; None = none is needed.
        port: The port to listen on; 0 = a free one.
    """

    def __init__(
        self,
        *,
        reply: Reply | None = None,
        delay: float = 0.0,
        models: tuple[str, ...] | None = None,
        api_key: str | None = None,
        port: int = 0,
    ) -> None:
        self.reply = reply
        self.delay = delay
        self.models = models
        self.api_key = api_key
        self.requests: list[Json] = []
        """Bodies of the chat requests in order, refused ones too."""
        self.headers: list[dict[str, str]] = []
        """Headers of the chat requests, names in lower case."""
        self.paths: list[str] = []
        """Method and path of every request."""
        self.active = 0
        """Chat requests that are being answered now."""
        self.most_active = 0
        """The most chat requests that were being answered at once."""
        self.abandoned = 0
        """Chat requests whose client went away before the answer's end."""
        self._port = port
        self._script: list[Scripted] = []
        self._open = asyncio.Event()
        self._open.set()
        self._written = 0
        self._runner: web.AppRunner | None = None

    # -- life --

    @property
    def url(self) -> str:
        """The base URL, ending in `/v1`."""
        return f"http://127.0.0.1:{self._port}/v1"

    async def __aenter__(self) -> "OpenAIServer":
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen."""
        app = web.Application(client_max_size=8 * 1024**2)
        app.router.add_post("/v1/chat/completions", self._chat)
        app.router.add_get("/v1/models", self._list_models)
        app.router.add_get("/v1/models/{id:.+}", self._model)
        # Cancelled handlers let tests see that a client closed its stream.
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close the port and every open answer."""
        self.release()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    # -- control --

    def script(self, fault: Fault | str, times: int | None = 1, **options: Any) -> None:
        """Add a fault to the queue; options are listed in `Fault`.

        Args:
            fault: The fault or its name.
            times: How many requests get it; None = every request that it applies to, beside the queue.
            **options: The fault's options.
        """
        self._script.append(Scripted(Fault(fault), times, options))

    def clear(self) -> None:
        """Drop what is left of the script."""
        self._script.clear()

    def hold(self) -> None:
        """Keep every answer back until `release`."""
        self._open.clear()

    def release(self) -> None:
        """Let the answers go."""
        self._open.set()

    async def wait_for(self, condition: Callable[["OpenAIServer"], bool], seconds: float = 10.0) -> None:
        """Wait until a condition on this server holds, e.g. `lambda s: s.active == 2`."""
        async with asyncio.timeout(seconds):
            while not condition(self):  # noqa: ASYNC110 - any condition
                await asyncio.sleep(0.005)

    async def wait_for_requests(self, count: int, seconds: float = 10.0) -> None:
        """Wait until this many chat requests have come in."""
        await self.wait_for(lambda server: len(server.requests) >= count, seconds)

    # -- models --

    def _model_json(self, name: str) -> Json:
        return {"id": name, "object": "model", "created": 1700000000, "owned_by": "tests"}

    async def _list_models(self, request: web.Request) -> web.Response:
        self.paths.append(f"{request.method} {request.path}")
        if refused := self._unauthorised(request):
            return refused
        names = self.models or ("copy-large",)
        return web.json_response({"object": "list", "data": [self._model_json(name) for name in names]})

    async def _model(self, request: web.Request) -> web.Response:
        self.paths.append(f"{request.method} {request.path}")
        if refused := self._unauthorised(request):
            return refused
        name = request.match_info["id"]
        scripted = self._take({"model": name})
        answer = scripted and error_answer(scripted, {"model": name}, self._key(request))
        if answer:
            return _error_response(answer)
        if self.models is not None and name not in self.models:
            return web.json_response(
                openai_error(f"The model '{name}' does not exist", code="model_not_found"), status=404
            )
        return web.json_response(self._model_json(name))

    # -- chat --

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        body: Json = await request.json()
        self.paths.append(f"{request.method} {request.path}")
        self.requests.append(body)
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        self.active += 1
        self.most_active = max(self.most_active, self.active)
        try:
            return await self._answer(request, body)
        except (asyncio.CancelledError, ConnectionError):
            self.abandoned += 1
            raise
        finally:
            self.active -= 1

    async def _answer(self, request: web.Request, body: Json) -> web.StreamResponse:
        if refused := self._unauthorised(request):
            return refused
        lasting = [entry for entry in self._script if entry.times is None and entry.applies(body)]
        queued = self._take(body)
        played = [*lasting, *([queued] if queued else [])]
        for entry in played:
            if answer := error_answer(entry, body, self._key(request)):
                return _error_response(answer)
        if self.models is not None and body.get("model") not in self.models:
            message = f"The model `{body.get('model')}` does not exist or you do not have access to it."
            return web.json_response(openai_error(message, code="model_not_found"), status=404)
        if problem := request_problem(body):
            return web.json_response(problem, status=400)
        faults = {entry.fault: entry.options for entry in played}
        await self._open.wait()
        seconds = faults.get(Fault.SLOW_FIRST_BYTE, {}).get(
            "seconds", 30.0 if Fault.SLOW_FIRST_BYTE in faults else 0
        )
        await asyncio.sleep(self.delay + seconds)
        choices = self._choices(body, faults)
        usage = usage_of(body, choices)
        if body.get("stream"):
            return await self._stream(request, body, choices, usage, faults)
        if Fault.CUT in faults:
            return _cut(request, web.Response())
        answer_body = {
            "id": f"chatcmpl-{self._written}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": body["model"],
            "choices": [
                {
                    "index": index,
                    "message": {"role": "assistant", **message},
                    "finish_reason": reason,
                    "logprobs": None,
                }
                for index, (message, reason) in enumerate(choices)
            ],
            "usage": usage,
        }
        return web.json_response(answer_body)

    def _choices(self, body: Json, faults: dict[Fault, Json]) -> list[tuple[Json, str]]:
        """Each choice's message fields and finish reason."""
        if Fault.EMPTY_CHOICES in faults:
            return []
        n = body.get("n") or 1
        if Fault.IGNORES_N in faults:
            n = min(n, faults[Fault.IGNORES_N].get("gives", 1))
        if Fault.MALFORMED_JSON in faults:
            texts = [faults[Fault.MALFORMED_JSON].get("text", _BROKEN_JSON)] * n
        elif Fault.EMPTY_TEXT in faults:
            texts = [""] * n
        else:
            texts = self._texts(body, n)
        choices: list[tuple[Json, str]] = [({"content": text}, "stop") for text in texts]
        if Fault.REFUSAL in faults:
            refusal = "I'm sorry, but I cannot assist with that request."
            choices = [({"content": None, "refusal": refusal}, "stop") for _ in texts]
        if Fault.CONTENT_FILTER in faults:
            hit = faults[Fault.CONTENT_FILTER].get("choices", n)
            choices[:hit] = [({"content": text[: len(text) // 2]}, "content_filter") for text in texts[:hit]]
        if Fault.LENGTH in faults:
            choices = [({"content": text[: len(text) // 2]}, "length") for text in texts]
        if Fault.THINKING in faults:
            thought = "The reader wants warmth, so I shall begin with the battery."
            if faults[Fault.THINKING].get("how") == "reasoning_content":
                choices = [({"reasoning_content": thought, "content": text}, "stop") for text in texts]
            else:
                choices = [({"content": f"<think>\n{thought}\n</think>\n\n{text}"}, "stop") for text in texts]
        return choices

    def _texts(self, body: Json, n: int) -> list[str]:
        if self.reply is not None:
            given = self.reply(body)
            return [given] * n if isinstance(given, str) else given[:n]
        shape = body.get("response_format") or {}
        schema = (shape.get("json_schema") or {}).get("schema") or schema_in_prompt(body["messages"])
        if schema is None and shape.get("type") == "json_object":
            schema = {"type": "object", "properties": {"text": {"type": "string"}}}
        texts = []
        for _ in range(n):
            writer = CopyWriter(body["messages"], self._written)
            self._written += 1
            texts.append(writer.conforming(schema) if schema else writer.plain())
        return texts

    async def _stream(
        self,
        request: web.Request,
        body: Json,
        choices: list[tuple[Json, str]],
        usage: Json,
        faults: dict[Fault, Json],
    ) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        await response.prepare(request)
        events = list(stream_events(body, choices, usage, with_usage=Fault.NO_USAGE not in faults))
        middle = max(1, len(events) // 2)
        for number, event in enumerate(events):
            if Fault.STALLED in faults and number == faults[Fault.STALLED].get("after", middle):
                await asyncio.sleep(faults[Fault.STALLED].get("seconds", 30.0))
            if number == middle:
                if Fault.CUT in faults:
                    return _cut(request, response)
                if Fault.SHORT in faults:
                    await response.write_eof()
                    return response
                if Fault.STREAM_ERROR in faults:
                    message = faults[Fault.STREAM_ERROR].get("message", "The server had an error.")
                    event = openai_error(message, "server_error")
                if Fault.MALFORMED_SSE in faults:
                    await response.write(b'data: {"id": "chatcmpl-1", "choices": [{"index": 0, "del\n\n')
                    continue
            await response.write(b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n")
        await response.write(b"data: [DONE]\n\n")
        await response.write_eof()
        return response

    # -- helpers --

    def _take(self, body: Json) -> Scripted | None:
        for entry in self._script:
            if entry.times is not None and entry.applies(body):
                entry.times -= 1
                if entry.times <= 0:
                    self._script.remove(entry)
                return entry
        return None

    def _key(self, request: web.Request) -> str:
        return request.headers.get("Authorization", "").removeprefix("Bearer ")

    def _unauthorised(self, request: web.Request) -> web.Response | None:
        if self.api_key is None or self._key(request) == self.api_key:
            return None
        answer = error_answer(Scripted(Fault.BAD_KEY, 1), {}, self._key(request))
        return _error_response(answer) if answer else None


def _error_response(answer: ErrorAnswer) -> web.Response:
    if isinstance(answer.body, str):
        return web.Response(
            text=answer.body, status=answer.status, content_type="text/html", headers=answer.headers
        )
    return web.json_response(answer.body, status=answer.status, headers=answer.headers)


def _cut(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """Reset the connection; aiohttp finds it gone when it wants to finish the answer."""
    if request.transport is not None:
        request.transport.abort()
    return response


async def _serve(port: int, delay: float) -> None:
    async with OpenAIServer(port=port, delay=delay) as server:
        print(server.url, flush=True)
        await asyncio.Event().wait()


def main() -> None:
    """Serve until interrupted; prints the base URL on the first line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port to listen on (0: a free one)")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    arguments = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(arguments.port, arguments.delay))


if __name__ == "__main__":
    main()
