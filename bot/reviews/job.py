"""The durable job of reading reviews for Slack: once, whatever Slack redelivers and whenever the process dies."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Protocol

import structlog
from dbos import DBOS, DBOSConfiguredInstance, SetWorkflowID
from pydantic import Field

from bot.attempt import Attempt, this_attempt
from bot.desk import Desk
from bot.jobs import Failure, guarded
from bot.reviews.chart import draw
from bot.reviews.listening import CHUNK
from bot.reviews.pipeline import Pipeline, scorer_of
from bot.reviews.runs import Runs
from bot.reviews.values import Options, Report
from bot.store import History
from bot.templates_store import desk_for
from models.brief import Language
from models.errors import DeliveryError
from models.variant import Value

__all__ = ["ReviewJobs", "ReviewsDelivery", "ReviewsTask"]

log = structlog.get_logger()

QUEUE = "reviews"
FILES_AT_ONCE = 3


class ReviewsTask(Value):
    """Whose reviews to read, for whom and where: pasted ones, or a file of Slack's.

    `facts` are the product's attributes as the person gave them, `name: value`.
    """

    action: Literal["reviews"] = "reviews"
    team_id: str
    channel_id: str
    user_id: str
    thread_ts: str = ""
    text: str = ""
    file_id: str = ""
    file_name: str = ""
    product: str = ""
    language: Language | None = None
    facts: Mapping[str, str] = Field(default_factory=dict)

    @property
    def name(self) -> str:
        """What people call what is read."""
        return self.file_name or ("粘贴的评价" if self.language == "zh" else "the pasted reviews")


class ReviewsDelivery(Protocol):
    """Where files come from and reports go; `handlers` implement it for Slack.

    Each method raises `DeliveryError` when it is refused.
    """

    async def begin_reviews(self, task: ReviewsTask, attempt: Attempt) -> str:
        """Post that the reviews are being read, unless an earlier try has; returns the message's ts."""
        ...

    async def fetch_file(self, task: ReviewsTask, target: Path) -> None:
        """Download the task's file.

        Raises:
            ReviewsError: It is too large, no file that is read, or gone.
        """
        ...

    async def progress_reviews(self, task: ReviewsTask, ts: str, done: int, total: int) -> None:
        """Show how far the reading is; may be called as often as anything is done, and never raises."""
        ...

    async def show_report(self, task: ReviewsTask, ts: str, report: Report) -> str:
        """Turn the placeholder into the report; returns the message's ts."""
        ...

    async def attach(
        self, task: ReviewsTask, ts: str, path: Path, name: str, title: str, *, again: bool
    ) -> None:
        """Post a file in the report's thread; `again` says that an earlier try may have posted it."""
        ...

    async def fail_reviews(self, task: ReviewsTask, ts: str, failure: Failure) -> None:
        """Turn the placeholder into the reason."""
        ...

    async def refuse_reviews(self, task: ReviewsTask, failure: Failure) -> None:
        """Tell the person alone that nothing can be posted where they asked."""
        ...


@DBOS.dbos_class()
class ReviewJobs(DBOSConfiguredInstance):
    """The queue of files of reviews. A few are read at once, a chunk of each in turn, so that a small file need not
    wait for a large one.

    Make it before `Jobs.start`, and call `open` after.

    Args:
        desk: Scores, and writes the summary.
        delivery: Slack.
        runs: Where the reviews are kept while they are read.
        history: Where workspaces' own prompt templates are.
    """

    def __init__(
        self, desk: Desk, delivery: ReviewsDelivery, runs: Runs, history: History | None = None
    ) -> None:
        super().__init__("reviews")
        self.desk = desk
        self.history = history
        self.delivery = delivery
        self.runs = runs

    async def open(self) -> None:
        """Take tasks, and go on with what a killed process left."""
        await DBOS.register_queue_async(QUEUE, worker_concurrency=FILES_AT_ONCE, polling_interval_sec=0.05)

    async def submit(self, task: ReviewsTask, job_id: str) -> None:
        """Queue a task under Slack's own key; the same key again does nothing."""
        with SetWorkflowID(job_id):
            await DBOS.enqueue_workflow_async(QUEUE, self.run, task.model_dump_json())

    @DBOS.workflow()
    async def run(self, task_json: str) -> None:
        """One job: placeholder, file, chunks, report, chart and scored file, each recorded."""
        key = DBOS.workflow_id or ""
        posted = await self.post_placeholder(task_json)
        if failure := posted.get("failure"):
            await self.refuse(task_json, failure)
            return
        ts = posted["ts"]
        told = await self.load(task_json, key)
        for _ in range(-(-told.get("total", 0) // CHUNK)):
            told = await self.score(task_json, key, ts, told["total"])
            if "failure" in told:
                break
        if "failure" not in told:
            told = await self.conclude(task_json, key, ts)
        if failure := told.get("failure"):
            shown = await self.report_failure(task_json, ts, failure)
            if failure := shown.get("failure"):
                await self.refuse(task_json, failure)
        else:
            for what in ("chart", "scored"):
                attached = await self.attach(task_json, key, told["ts"], told["report"], what)
                if failure := attached.get("failure"):
                    # The report stays where it is.
                    await self.refuse(task_json, failure)
            log.info("reviews.delivered", ts=told["ts"])
        await self.clear(key)

    def _pipeline(self, task: ReviewsTask, key: str) -> Pipeline:
        options = Options(product=task.product, language=task.language)
        # Its own ending tells plain text from a table.
        name = task.file_name or "pasted.txt"
        return Pipeline(self.runs.path(key, ".file"), name, self.runs.path(key), options)

    @DBOS.step()
    async def post_placeholder(self, task_json: str) -> dict[str, Any]:
        """Post the placeholder, or say why the place takes no message."""
        task = ReviewsTask.model_validate_json(task_json)

        async def post() -> dict[str, Any]:
            return {"ts": await self.delivery.begin_reviews(task, await this_attempt())}

        return await guarded(post, task)

    @DBOS.step()
    async def load(self, task_json: str, key: str) -> dict[str, Any]:
        """Get the file, and read it into the run's store."""
        task = ReviewsTask.model_validate_json(task_json)

        async def work() -> dict[str, Any]:
            path = self.runs.path(key, ".file")
            if task.file_id:
                await self.delivery.fetch_file(task, path)
            else:
                await asyncio.to_thread(path.write_text, task.text, encoding="utf-8")
            return {"total": await self._pipeline(task, key).load()}

        return await guarded(work, task)

    @DBOS.step()
    async def score(self, task_json: str, key: str, ts: str, total: int) -> dict[str, Any]:
        """Score the next chunk."""
        task = ReviewsTask.model_validate_json(task_json)

        async def work() -> dict[str, Any]:
            done = await self._pipeline(task, key).score(scorer_of(self.desk))
            await self.delivery.progress_reviews(task, ts, done, total)
            return {"total": total}

        return await guarded(work, task)

    @DBOS.step()
    async def conclude(self, task_json: str, key: str, ts: str) -> dict[str, Any]:
        """Make the report and show it."""
        task = ReviewsTask.model_validate_json(task_json)

        async def work() -> dict[str, Any]:
            desk = await desk_for(self.desk, self.history, task.team_id) if self.history else self.desk
            report = await self._pipeline(task, key).report(desk)
            shown = await self.delivery.show_report(task, ts, report)
            return {"ts": shown, "report": report.model_dump_json()}

        return await guarded(work, task)

    @DBOS.step()
    async def attach(self, task_json: str, key: str, ts: str, report_json: str, what: str) -> dict[str, Any]:
        """Post the chart or the scored rows in the report's thread."""
        task, report = ReviewsTask.model_validate_json(task_json), Report.model_validate_json(report_json)

        async def work() -> dict[str, Any]:
            path = self.runs.path(key, ".png" if what == "chart" else ".csv")
            # The file is there already: an earlier try was cut off, perhaps after Slack had it.
            again = path.exists()
            if what == "chart":
                await asyncio.to_thread(path.write_bytes, await asyncio.to_thread(draw, report))
                name, title = "reviews.png", "评价图表" if report.language == "zh" else "Chart of the reviews"
            else:
                await self._pipeline(task, key).write_scored(path, report)
                stem = Path(task.file_name).stem or "reviews"
                name, title = (
                    f"{stem}-scored.csv",
                    "带评分的评价" if report.language == "zh" else "Scored reviews",
                )
            await self.delivery.attach(task, ts, path, name, title, again=again)
            return {}

        return await guarded(work, task)

    @DBOS.step()
    async def report_failure(self, task_json: str, ts: str, failure: dict[str, str]) -> dict[str, Any]:
        """Turn the placeholder into the reason."""
        task = ReviewsTask.model_validate_json(task_json)

        async def fail() -> dict[str, Any]:
            await self.delivery.fail_reviews(task, ts, Failure.model_validate(failure))
            return {}

        return await guarded(fail, task)

    @DBOS.step()
    async def refuse(self, task_json: str, failure: dict[str, str]) -> None:
        """Tell the person alone."""
        task = ReviewsTask.model_validate_json(task_json)
        try:
            await self.delivery.refuse_reviews(task, Failure.model_validate(failure))
        except DeliveryError as error:
            log.error("reviews.undeliverable", channel=task.channel_id, reason=error.message)

    @DBOS.step()
    async def clear(self, key: str) -> None:
        """Forget the reviews: the thread has the report and the rows."""
        await asyncio.to_thread(self.runs.clear, key)
