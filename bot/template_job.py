"""Trying a template on a brief, as a durable job: the rendered prompt, and what the model makes of it."""

from typing import Any, Literal, Protocol

import structlog
from dbos import DBOS, DBOSConfiguredInstance, SetWorkflowID

from bot.brand import profile_of
from bot.desk import Desk
from bot.jobs import Failure, guarded
from bot.store import History
from bot.templates_store import Place, check, context_for, desk_for, sample_variant
from models.brand import Profile
from models.brief import Brief, Kind
from models.errors import DeliveryError, EngineCannotServe
from models.generation.base import GenerationRequest
from models.variant import Draft, EngineRef, Message, PromptRef, Usage, Value

__all__ = ["TemplateDelivery", "TemplateJobs", "TemplateTask", "Tried", "try_template"]

log = structlog.get_logger()

QUEUE = "templates"
_KINDS = {kind.value for kind in Kind}
_TOKENS = 800


class TemplateTask(Value):
    """Which template to try, on which brief, for whom; with a `source` that is not saved, that text."""

    action: Literal["template"] = "template"
    team_id: str
    channel_id: str
    user_id: str
    path: str
    brief: Brief
    source: str = ""


class Tried(Value):
    """What came of it: the prompt as it was sent, the texts that came, and sentences for the person."""

    path: str
    sha256: str
    messages: tuple[Message, ...]
    texts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class TemplateDelivery(Protocol):
    """Where a trial is shown; `handlers` implement it for Slack. Each method raises `DeliveryError` when refused."""

    async def begin_trial(self, task: TemplateTask) -> tuple[str, str]:
        """Tell the person that it is being tried; returns the message's channel and ts."""
        ...

    async def show_trial(self, task: TemplateTask, channel_id: str, ts: str, tried: Tried) -> None:
        """Turn that message into prompt and result."""
        ...

    async def fail_trial(self, task: TemplateTask, channel_id: str, ts: str, failure: Failure) -> None:
        """Turn that message into the reason."""
        ...


async def try_template(
    desk: Desk, path: str, brief: Brief, *, source: str = "", brand: Profile | None = None
) -> Tried:
    """Render a template for a brief and let the engine answer, through the desk where the desk has such a task.

    Args:
        desk: With the workspace's templates.
        path: The template.
        brief: The brief; its kind is the task's.
        source: The template's text, when it is not the one in use.
        brand: The profile to write under.

    Raises:
        TemplateError: The template is refused, or does not render for the brief.
        EngineUnreachable, WeightsError: No answer came.
    """
    place = Place.of(path)
    prompts = desk.prompts
    if source:
        check(place.path, source, prompts)
        prompts = prompts.with_own({**prompts.own, place.path: source})
    prompts = prompts.only(place.path)
    prompt = prompts.render(place.path, context_for(place, brief))
    info = desk.engine.info
    if place.ability is not info.ability:
        note = (
            f"Only rendered: it is for {place.ability.value} models, and {info.ref.model} is a "
            f"{info.ability.value} one."
        )
        return Tried(path=place.path, sha256=prompt.ref.sha256, messages=prompt.messages, notes=(note,))
    trying = desk.with_prompts(prompts)
    try:
        return await _answered(trying, place, brief, prompt.messages, prompt.ref, brand)
    except EngineCannotServe as error:
        note = f"Nothing usable came: {error}"
        return Tried(path=place.path, sha256=prompt.ref.sha256, messages=prompt.messages, notes=(note,))


async def _answered(
    desk: Desk,
    place: Place,
    brief: Brief,
    messages: tuple[Message, ...],
    ref: PromptRef,
    brand: Profile | None,
) -> Tried:
    if place.task in _KINDS:
        draft = await desk.write(brief, brand)
    elif place.task == "rewrite":
        before = sample_variant(brief)
        sample = Draft(
            id="sample",
            brief_id="sample",
            brief=brief,
            variants=(before,),
            prompt=ref,
            messages=(),
            engine=EngineRef(name="person", model=""),
            usage=Usage(),
        )
        draft = await desk.rewrite(sample, before, context_for(place, brief)["instruction"], brand=brand)
    else:
        # Tasks that no brief alone asks for: the bare answer to the sample.
        request = GenerationRequest(messages=messages, n=1, max_tokens=_TOKENS, temperature=desk.temperature)
        made = await desk.engine.generate(request)
        note = "The model's bare answer to a sample: nothing was checked."
        return Tried(path=place.path, sha256=ref.sha256, messages=messages, texts=made.texts, notes=(note,))
    texts, notes = [], []
    for variant in draft.variants:
        texts.append(variant.text)
        if not variant.ready:
            reasons = "; ".join(check.reason or check.name for check in variant.failures)
            notes.append(f"Variant {variant.position} is not ready: {reasons}")
    return Tried(
        path=place.path,
        sha256=draft.prompt.sha256,
        messages=draft.messages,
        texts=tuple(texts),
        notes=(*notes, *draft.notes),
    )


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
            channel, ts = await self.delivery.begin_trial(task)
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
