"""Durable jobs: from a task to delivered copy, once, whatever Slack redelivers and whenever the process dies."""

import uuid
from collections.abc import Awaitable, Callable
from typing import Any, Literal, Protocol

import structlog
from dbos import DBOS, DBOSConfiguredInstance, SetWorkflowID

from bot.attempt import Attempt, this_attempt
from bot.brand import profile_of
from bot.desk import Desk
from bot.earlier import Earlier
from bot.optimise import Optimised, optimise
from bot.optimise_request import Request, request_of
from bot.store import History
from bot.templates_store import desk_for
from models.brand import Profile
from models.brief import Brief
from models.errors import CopydeskError, DeliveryError, HistoryError
from models.variant import Draft, Value, Variant

log = structlog.get_logger()

QUEUE = "copy"

_THREAD_CONTEXT = 6
"""How many of a thread's latest messages a rewrite is shown."""


class Task(Value):
    """What a job is to do, for whom and where.

    A `write` carries the brief; a `rewrite` the variant it starts from and the instruction; an `optimise` the aim as
    its instruction, and either a variant or the brief that holds the copy (`bot.optimise_request`).
    """

    action: Literal["write", "rewrite", "optimise"]
    team_id: str
    channel_id: str
    user_id: str
    thread_ts: str = ""
    brief: Brief | None = None
    variant_id: str = ""
    instruction: str = ""


class Failure(Value):
    """Why a job could not make copy, in words for the person who asked."""

    code: str
    message: str
    remedy: str


class Delivery(Protocol):
    """Where copy goes; `handlers` implement it for Slack. Each method raises `DeliveryError` when refused."""

    async def placeholder(self, task: Task, attempt: Attempt) -> str:
        """Post that the copy is being written, unless an earlier try has; returns the message's ts."""
        ...

    async def deliver(self, task: Task, ts: str, draft: Draft) -> None:
        """Turn the placeholder into the copy."""
        ...

    async def deliver_optimised(self, task: Task, ts: str, optimised: Optimised) -> None:
        """Turn the placeholder into a copy's figures and its rewrites."""
        ...

    async def fail(self, task: Task, ts: str, failure: Failure) -> None:
        """Turn the placeholder into the reason, with a way to try again."""
        ...

    async def refuse(self, task: Task, failure: Failure) -> None:
        """Tell the person alone that nothing can be posted where they asked."""
        ...


@DBOS.dbos_class()
class Jobs(DBOSConfiguredInstance):
    """The queue of tasks. One instance a process; `start` after it is made, `stop` at the end."""

    def __init__(self, desk: Desk, history: History, delivery: Delivery) -> None:
        super().__init__("jobs")
        self.desk = desk
        self.history = history
        self.delivery = delivery
        self.earlier = Earlier(history)

    async def start(self, concurrency: int = 4) -> None:
        """Open the queue and go on with what a killed process left."""
        DBOS.launch()
        await DBOS.register_queue_async(QUEUE, worker_concurrency=concurrency, polling_interval_sec=0.05)

    async def stop(self) -> None:
        """Stop taking tasks; unfinished ones go on at the next start."""
        DBOS.destroy()

    async def submit(self, task: Task, job_id: str) -> None:
        """Queue a task under Slack's own key; the same key again does nothing."""
        with SetWorkflowID(job_id):
            await DBOS.enqueue_workflow_async(QUEUE, self.run, task.model_dump_json())

    @DBOS.workflow()
    async def run(self, task_json: str) -> None:
        """One job: placeholder, copy, history, delivery, each recorded so that it is not done twice."""
        posted = await self.post_placeholder(task_json)
        if failure := posted.get("failure"):
            await self.refuse(task_json, failure)
            return
        ts = posted["ts"]
        made = await self.make(task_json)
        if failure := made.get("failure"):
            shown = await self.report(task_json, ts, failure)
        else:
            note = await self.save(task_json, ts, made["draft"])
            shown = await self.show(task_json, ts, made["draft"], note)
        if failure := shown.get("failure"):
            await self.refuse(task_json, failure)
        else:
            log.info("copy.delivered", ts=ts, failed="failure" in made)

    @DBOS.step()
    async def post_placeholder(self, task_json: str) -> dict[str, Any]:
        """Post the placeholder, or say why the place takes no message."""
        task = Task.model_validate_json(task_json)

        async def post() -> dict[str, Any]:
            return {"ts": await self.delivery.placeholder(task, await this_attempt())}

        return await guarded(post, task)

    @DBOS.step()
    async def make(self, task_json: str) -> dict[str, Any]:
        """Write, rewrite or optimise; a failure comes back as a value, so that it is recorded like a result."""
        task = Task.model_validate_json(task_json)

        async def work() -> dict[str, Any]:
            if task.action == "optimise":
                return {"draft": (await self._optimise(task)).model_dump_json()}
            brand = await profile_of(self.history, task.team_id, task.channel_id)
            if task.brief:
                desk = await self._desk_for(task)
                return {"draft": (await desk.write(task.brief, brand)).model_dump_json()}
            return {"draft": (await self._rewrite(task, brand)).model_dump_json()}

        return await guarded(work, task)

    async def _desk_for(self, task: Task) -> Desk:
        """The workspace's desk: its own templates, and its earlier copy to compare with."""
        desk = await desk_for(self.desk, self.history, task.team_id)
        earlier = await self.earlier.of(task.team_id)
        return desk.with_earlier(earlier) if earlier else desk

    async def _found(self, variant_id: str) -> tuple[Draft, Variant]:
        found = await self.history.variant(variant_id)
        if found is None:
            raise CopydeskError("That copy is not in my history any more.", "Start again with /copy.")
        return found

    async def _optimise(self, task: Task) -> Optimised:
        brand = await profile_of(self.history, task.team_id, task.channel_id)
        desk = await self._desk_for(task)
        if task.brief is not None:
            request = request_of(task.brief, task.instruction)
            return await optimise(desk, request, n=task.brief.n, brand=brand)
        draft, variant = await self._found(task.variant_id)
        request = Request(brief=draft.brief, parts=variant.parts, aim=task.instruction)
        return await optimise(desk, request, of=(draft, variant), brand=brand)

    async def _rewrite(self, task: Task, brand: Profile | None) -> Draft:
        draft, parent = await self._found(task.variant_id)
        said = await self.history.thread_messages(task.channel_id, task.thread_ts)
        thread = tuple(
            message.text for message in said[-_THREAD_CONTEXT:] if message.text != task.instruction
        )
        desk = await self._desk_for(task)
        return await desk.rewrite(draft, parent, task.instruction, thread=thread, brand=brand)

    @DBOS.step()
    async def save(self, task_json: str, ts: str, draft_json: str) -> str:
        """Keep the draft and where it is shown.

        Returns:
            "" or, when the history cannot take it, a sentence for the person: copy that was made is shown all
            the same.
        """
        task, (draft, optimised) = Task.model_validate_json(task_json), _made(task_json, draft_json)
        new = [draft] if optimised is None else optimised.new
        try:
            for one in new:
                await self.history.save_draft(
                    one,
                    team_id=task.team_id,
                    channel_id=task.channel_id,
                    user_id=task.user_id,
                    source="slack",
                )
            await self.history.save_delivery(
                draft.id,
                team_id=task.team_id,
                channel_id=task.channel_id,
                ts=ts,
                thread_ts=task.thread_ts or ts,
                variant_ids=[variant.id for variant in draft.variants],
            )
        except HistoryError as error:
            log.error("history.failed", reason=error.message)
            return f"Not saved, so replies and buttons will not work on it: {error}"
        return ""

    @DBOS.step()
    async def show(self, task_json: str, ts: str, draft_json: str, note: str) -> dict[str, Any]:
        """Update the placeholder to the copy."""
        task, (draft, optimised) = Task.model_validate_json(task_json), _made(task_json, draft_json)
        more = (note,) if note else ()

        async def deliver() -> dict[str, Any]:
            if optimised:
                told = optimised.model_copy(update={"notes": (*optimised.notes, *more)})
                await self.delivery.deliver_optimised(task, ts, told)
                return {}
            await self.delivery.deliver(task, ts, draft.model_copy(update={"notes": (*draft.notes, *more)}))
            return {}

        return await guarded(deliver, task)

    @DBOS.step()
    async def report(self, task_json: str, ts: str, failure: dict[str, str]) -> dict[str, Any]:
        """Update the placeholder to the reason."""
        task = Task.model_validate_json(task_json)

        async def fail() -> dict[str, Any]:
            await self.delivery.fail(task, ts, Failure.model_validate(failure))
            return {}

        return await guarded(fail, task)

    @DBOS.step()
    async def refuse(self, task_json: str, failure: dict[str, str]) -> None:
        """Tell the person alone."""
        task = Task.model_validate_json(task_json)
        try:
            await self.delivery.refuse(task, Failure.model_validate(failure))
        except DeliveryError as error:
            # Nobody can be told any more; the log is the last place.
            log.error("copy.undeliverable", channel=task.channel_id, user=task.user_id, reason=error.message)


def _made(task_json: str, made_json: str) -> tuple[Draft, Optimised | None]:
    """What a job made, as it was recorded: the draft that is shown and, of an optimisation, all else."""
    if Task.model_validate_json(task_json).action != "optimise":
        return Draft.model_validate_json(made_json), None
    optimised = Optimised.model_validate_json(made_json)
    return optimised.shown, optimised


class Asked(Protocol):
    """What a log line tells of a task."""

    @property
    def action(self) -> str:
        """What is to be done."""
        ...

    @property
    def channel_id(self) -> str:
        """For which channel."""
        ...


async def guarded(work: Callable[[], Awaitable[dict[str, Any]]], task: Asked) -> dict[str, Any]:
    """The work's result, or its error as a value: the person is told, and a restart does not try for ever."""
    try:
        return await work()
    except CopydeskError as error:
        log.warning("copy.failed", code=error.code, action=task.action, channel=task.channel_id)
        return {"failure": {"code": error.code, "message": error.message, "remedy": error.remedy}}
    except Exception:
        reference = uuid.uuid4().hex[:8]
        log.exception("copy.crashed", reference=reference, action=task.action, channel=task.channel_id)
        return {
            "failure": {
                "code": "internal",
                "message": f"Something in me broke (reference {reference}); the log has the details.",
                "remedy": "Try again; if it happens again, give this reference to whoever runs me.",
            }
        }
