"""What a button carries of a task: the task itself, or where it is kept when it is too long for a button."""

from bot.jobs import Task
from bot.optimise_request import print_request, request_of
from bot.store import History
from handlers.blocks import MOST_VALUE
from models.brief import Brief
from models.errors import CopydeskError
from models.grammar import print_brief

_KEPT = "kept:"


async def token_for(task: Task, history: History, key: str) -> str:
    """What a button is given for a task, kept in the history under `key` when it is long.

    Raises:
        HistoryError: The history cannot keep it.
    """
    body = task.model_dump_json(exclude_defaults=True)
    if len(body) <= MOST_VALUE:
        return body
    await history.keep_task(key, body)
    return f"{_KEPT}{key}"


async def task_of(token: str, history: History) -> Task:
    """The task that a button was given.

    Raises:
        CopydeskError: It is not kept any more.
        HistoryError: The history cannot be read.
    """
    body: str | None = token
    if token.startswith(_KEPT):
        body = await history.kept_task(token.removeprefix(_KEPT))
    if body is None:
        raise CopydeskError("That brief is not in my history any more.", "Start again with `/copy`.")
    return Task.model_validate_json(body)


def as_command(brief: Brief) -> str:
    """A brief as the command that asks for it."""
    return f"/copy {brief.kind.value} {print_brief(brief)}"


def typed_of(task: Task) -> str:
    """A task in the person's words: the command, or the instruction of a rewrite."""
    if task.brief is None:
        return task.instruction
    if task.action == "optimise":
        return f"/copy optimize {print_request(request_of(task.brief, task.instruction))}"
    return as_command(task.brief)
