"""Trying a template on a brief as a durable job, for Slack."""

from typing import Any, Literal, Protocol

import structlog
from dbos import DBOS, DBOSConfiguredInstance, SetWorkflowID

from bot.attempt import Attempt, this_attempt
from bot.brand import profile_of
from bot.desk import Desk
from bot.jobs import Failure, guarded
from bot.store import History
from bot.template_trial import Tried, try_template
from bot.templates_store import desk_for
from models.brief import Brief
from models.errors import DeliveryError
from models.variant import Value

__all__ = ["TemplateDelivery", "TemplateJobs", "TemplateTask"]

log = structlog.get_logger()

QUEUE = "templates"


class TemplateTask(Value):
    """Which template to try, on which brief, for whom; with a `source` that is not saved, that text."""

    action: Literal["template"] = "template"
    team_id: str
    channel_id: str
    user_id: str
    path: str
    brief: Brief
    source: str = ""


class TemplateDelivery(Protocol):
    """Where a trial is shown; `handlers` implement it for Slack. Each method raises `DeliveryError` when refused."""

    async def begin_trial(self, task: TemplateTask, attempt: Attempt) -> tuple[str, str]:
        """Tell the person that it is being tried, unless an earlier try has; returns the message's channel and ts."""
        ...

    async def show_trial(self, task: TemplateTask, channel_id: str, ts: str, tried: Tried) -> None:
        """Turn that message into prompt and result."""
        ...

    async def fail_trial(self, task: TemplateTask, channel_id: str, ts: str, failure: Failure) -> None:
        """Turn that message into the reason."""
        ...


@DBOS.dbos_class()
class TemplateJobs(DBOSConfiguredInstance):
    """The queue of trials, one at a time. Make it before `Jobs.start`, and call `open` after.

    Args:
        desk: Writes.
        history: Where workspaces' templates and brands are.
        delivery: Slack.
    """

    def __init__(self, desk: Desk, history: History, delivery: TemplateDelivery) -> None:
        super().__init__("templates")
        self.desk = desk
        self.history = history
        self.delivery = delivery

    async def open(self) -> None:
        """Take tasks, and go on with what a killed process left."""
        await DBOS.register_queue_async(QUEUE, worker_concurrency=1, polling_interval_sec=0.05)

    async def submit(self, task: TemplateTask, job_id: str) -> None:
        """Queue a task under Slack's own key; the same key again does nothing."""
        with SetWorkflowID(job_id):
            await DBOS.enqueue_workflow_async(QUEUE, self.run, task.model_dump_json())

    @DBOS.workflow()
    async def run(self, task_json: str) -> None:
        """One trial: placeholder, answer, result, each recorded so that it is not done twice."""
        begun = await self.begin(task_json)
        if "failure" in begun:
            log.warning("template.untold", code=begun["failure"]["code"])
            return
        made = await self.make(task_json)
        await self.show(task_json, begun["channel"], begun["ts"], made)

    @DBOS.step()
    async def begin(self, task_json: str) -> dict[str, Any]:
        """Tell the person."""
        task = TemplateTask.model_validate_json(task_json)

        async def post() -> dict[str, Any]:
            channel, ts = await self.delivery.begin_trial(task, await this_attempt())
            return {"channel": channel, "ts": ts}

        return await guarded(post, task)

    @DBOS.step()
    async def make(self, task_json: str) -> dict[str, Any]:
        """Render and write."""
        task = TemplateTask.model_validate_json(task_json)

        async def work() -> dict[str, Any]:
            desk = await desk_for(self.desk, self.history, task.team_id)
            brand = await profile_of(self.history, task.team_id, task.channel_id)
            tried = await try_template(desk, task.path, task.brief, source=task.source, brand=brand)
            return {"tried": tried.model_dump_json()}

        return await guarded(work, task)

    @DBOS.step()
    async def show(self, task_json: str, channel_id: str, ts: str, made: dict[str, Any]) -> None:
        """Show what came."""
        task = TemplateTask.model_validate_json(task_json)
        try:
            if failure := made.get("failure"):
                await self.delivery.fail_trial(task, channel_id, ts, Failure.model_validate(failure))
            else:
                await self.delivery.show_trial(task, channel_id, ts, Tried.model_validate_json(made["tried"]))
        except DeliveryError as error:
            log.error("template.undeliverable", user=task.user_id, reason=error.message)
