"""An asynchronous client of the client API, with which tests act as people in the local workspace."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from types import TracebackType
from typing import Any

import aiohttp

Json = dict[str, Any]
Predicate = Callable[[Json], bool]


class ClientError(Exception):
    """The client API refused a call; ``code`` is its error, ``body`` the whole answer."""

    def __init__(self, path: str, body: Json) -> None:
        self.code = str(body.get("error", "unknown_error"))
        self.body = body
        super().__init__(f"{path}: {self.code}")


class WorkspaceClient:
    """People's side of the local workspace.

    Use it as ``async with WorkspaceClient(workspace.url) as people:``. ``user`` arguments are user ids, for
    example ``ANA``, ``BEN`` and ``LIN`` of `workspace.seed`; without one, `default_user` acts. Methods raise
    `ClientError` when the workspace refuses, unless they say that they return the answer.
    """

    def __init__(self, url: str, default_user: str = "U0ANA0001") -> None:
        self.url = url.rstrip("/")
        self.default_user = default_user
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> WorkspaceClient:
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    # -- acting --

    async def command(self, channel: str, command: str, text: str = "", user: str | None = None) -> Json:
        """Types a slash command; returns the answer: ``ok: False`` when the app did not ack in 3 s."""
        body = {"user": self._who(user), "channel": channel, "command": command, "text": text}
        return await self._post("/client/command", body, check=False)

    async def message(
        self,
        channel: str,
        text: str,
        thread_ts: str | None = None,
        user: str | None = None,
        file_ids: list[str] | None = None,
    ) -> str:
        """Posts a message as a person; returns its ts."""
        body: Json = {"user": self._who(user), "channel": channel, "text": text}
        if thread_ts:
            body["thread_ts"] = thread_ts
        if file_ids:
            body["file_ids"] = file_ids
        return str((await self._post("/client/message", body))["ts"])

    async def edit(self, channel: str, ts: str, text: str, user: str | None = None) -> None:
        """Edits a person's own message."""
        await self._post(
            "/client/message/edit", {"user": self._who(user), "channel": channel, "ts": ts, "text": text}
        )

    async def delete(self, channel: str, ts: str, user: str | None = None) -> None:
        """Deletes a person's own message."""
        await self._post("/client/message/delete", {"user": self._who(user), "channel": channel, "ts": ts})

    async def react(self, channel: str, ts: str, name: str, user: str | None = None) -> None:
        """Adds a reaction; ``name`` without colons, for example ``+1``."""
        await self._post(
            "/client/reaction", {"user": self._who(user), "channel": channel, "ts": ts, "name": name}
        )

    async def unreact(self, channel: str, ts: str, name: str, user: str | None = None) -> None:
        """Takes a reaction back."""
        body = {"user": self._who(user), "channel": channel, "ts": ts, "name": name, "remove": True}
        await self._post("/client/reaction", body)

    async def action(
        self,
        container: Json,
        action_id: str,
        block_id: str | None = None,
        value: Any = None,
        user: str | None = None,
    ) -> Json:
        """Presses a button or changes an element; returns the answer.

        Args:
            container: a message (its ``channel`` and ``ts``) or view (its ``id``) as this client returned it,
                or the client API's own ``{"type": "message", "channel", "ts"}`` and
                ``{"type": "view", "view_id"}``.
            action_id: which element.
            block_id: which block, when several hold an element of that id.
            value: what the element holds now; a button's own value is filled in from the block. For
                ``feedback_buttons`` the value of the pressed one, for a select the option's value.
            user: who acts.
        """
        body: Json = {"user": self._who(user), "container": _container(container), "action_id": action_id}
        if block_id:
            body["block_id"] = block_id
        if value is not None:
            body["value"] = value
        return await self._post("/client/action", body, check=False)

    async def submit(self, view_id: str, values: Json | None = None, user: str | None = None) -> Json:
        """Submits a modal; returns the answer with ``response_action`` and ``errors``.

        Args:
            view_id: the open view.
            values: ``{block_id: {action_id: state}}`` as in Slack's ``view.state.values``; what the element
                holds (a text, an option's value, a list of them, a date …) stands for the state.
            user: who submits.
        """
        body = {"user": self._who(user), "view_id": view_id, "values": values or {}}
        return await self._post("/client/view/submit", body, check=False)

    async def close_view(self, view_id: str, user: str | None = None) -> None:
        """Closes a modal with its close button."""
        await self._post("/client/view/close", {"user": self._who(user), "view_id": view_id})

    async def shortcut(
        self, callback_id: str, channel: str | None = None, ts: str | None = None, user: str | None = None
    ) -> Json:
        """Runs a shortcut: on a message when ``ts`` is given, else a global one; returns the answer."""
        body: Json = {"user": self._who(user), "callback_id": callback_id}
        if channel:
            body["channel"] = channel
        if ts:
            body["ts"] = ts
        return await self._post("/client/shortcut", body, check=False)

    async def home(self, tab: str = "home", user: str | None = None) -> None:
        """Opens the app's home (or its ``messages`` tab)."""
        await self._post("/client/home", {"user": self._who(user), "tab": tab})

    async def upload(self, filename: str, content: bytes, user: str | None = None) -> Json:
        """Uploads a file, to be attached with `message`'s ``file_ids``; returns the file."""
        form = aiohttp.FormData()
        form.add_field("user", self._who(user))
        form.add_field("file", content, filename=filename)
        async with self._http.post(f"{self.url}/client/upload", data=form) as response:
            answer: Json = await response.json()
        if not answer.get("ok"):
            raise ClientError("/client/upload", answer)
        file: Json = answer["file"]
        return file

    async def control(self, what: str, **arguments: Any) -> Json:
        """Calls the control API.

        ``calls`` and ``deliveries`` are read, everything else is told: ``await people.control("rate_limit",
        method="chat.postMessage", times=1, retry_after=1)``.
        """
        if what in ("calls", "deliveries"):
            return await self._get(f"/control/{what}", {k: str(v) for k, v in arguments.items()})
        return await self._post(f"/control/{what}", arguments)

    # -- looking --

    async def state(self, user: str | None = None) -> Json:
        """All that a person sees now."""
        return await self._get("/client/state", {"user": self._who(user)})

    async def messages(self, channel: str, user: str | None = None) -> list[Json]:
        """The channel's messages, oldest first, thread replies and the person's ephemeral ones included."""
        found: list[Json] = (await self.state(user))["messages"].get(channel, [])
        return found

    async def channel_id(self, name: str) -> str:
        """The id of a channel by its name, with or without ``#``."""
        for channel in (await self.state())["channels"]:
            if channel["name"] == name.lstrip("#"):
                return str(channel["id"])
        raise KeyError(name)

    async def wait_for(
        self,
        predicate: Predicate,
        timeout: float = 15.0,  # noqa: ASYNC109 - the error tells what was seen instead
        user: str | None = None,
        kind: str = "message",
    ) -> Json:
        """Waits until something that the person sees fulfils a condition, and returns it.

        What is there already counts; then the live events are followed, so that nothing in between is missed.

        Args:
            predicate: gets one message, view, … and says whether it is the awaited one.
            timeout: seconds.
            user: whose eyes.
            kind: ``message``, ``ephemeral`` (messages that only this person sees), ``view`` (open modals),
                ``home``, or ``event`` (raw live events only).

        Raises:
            TimeoutError: nothing matched in time; says what was there.
        """
        who = self._who(user)
        try:
            async with asyncio.timeout(timeout):
                async with self._http.ws_connect(f"{self.url}/client/live", params={"user": who}) as live:
                    # The connection first, then the state, then what is pushed: nothing falls between them.
                    found = next((one for one in await self._candidates(kind, who) if predicate(one)), None)
                    while found is None:
                        received = await live.receive()
                        if received.type != aiohttp.WSMsgType.TEXT:
                            raise ConnectionError("the local workspace closed the live connection")
                        pushed = _pushed(received.json(), kind)
                        found = pushed if pushed is not None and predicate(pushed) else None
                    return found
        except TimeoutError:
            seen: list[Json] = []
            with contextlib.suppress(aiohttp.ClientError):
                seen = await self._candidates(kind, who)
            raise TimeoutError(f"no {kind} as awaited within {timeout} s; last seen: {seen[-3:]}") from None

    async def _candidates(self, kind: str, user: str) -> list[Json]:
        if kind == "event":
            return []
        state = await self.state(user)
        if kind == "view":
            return list(state["open_views"])
        if kind == "home":
            return [state["home"]] if state["home"] else []
        messages = [message for channel in state["messages"].values() for message in channel]
        return [message for message in messages if bool(message.get("ephemeral_to")) == (kind == "ephemeral")]

    # -- transport --

    @property
    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session

    def _who(self, user: str | None) -> str:
        return user or self.default_user

    async def _get(self, path: str, params: dict[str, str]) -> Json:
        async with self._http.get(f"{self.url}{path}", params=params) as response:
            body: Json = await response.json()
        if not body.get("ok"):
            raise ClientError(path, body)
        return body

    async def _post(self, path: str, body: Json, check: bool = True) -> Json:
        async with self._http.post(f"{self.url}{path}", json=body) as response:
            answer: Json = await response.json()
        if check and not answer.get("ok"):
            raise ClientError(path, answer)
        return answer


def _pushed(event: Json, kind: str) -> Json | None:
    """What a live event brings of the awaited kind."""
    if kind == "event":
        return event
    payload: Json | None = event.get("view" if kind in ("view", "home") else "message")
    return payload if event.get("type") == kind else None


def _container(container: Json) -> Json:
    """The client API's container for what a caller holds: a message, a view, or already a container."""
    if container.get("type") in ("message", "view") and ("view_id" in container or "ts" in container):
        return container
    if "ts" in container:
        return {"type": "message", "channel": container["channel"], "ts": container["ts"]}
    return {"type": "view", "view_id": container["id"]}
