"""Configures and ends DBOS, the durable jobs' engine, which is one for the whole process."""

import asyncio
import logging
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from pathlib import Path

from bot.store.connection import history_error
from models.errors import HistoryError

# Fixed: a version made from the code's hash would orphan unfinished jobs at each upgrade. Raise it only when an
# older job's recorded steps no longer mean the same.
JOBS_VERSION = "1"


def configure(path: Path) -> None:
    """Prepare DBOS with a SQLite file; jobs are registered after this, and `launch` starts them.

    Raises:
        HistoryError: The file cannot be opened or written.
    """
    from dbos import DBOS

    _check_writable(path)
    # A handler of its own would print to the console; ours are on the root.
    logger = logging.getLogger("dbos")
    logger.handlers = [logging.NullHandler()]
    logger.propagate = True
    DBOS(
        config={
            "name": "copydesk",
            "system_database_url": f"sqlite:///{path}",
            "application_version": JOBS_VERSION,
            "enable_otlp": False,
            "log_level": logging.getLevelName(logger.level or logging.WARNING),
            "notification_listener_polling_interval_sec": 0.2,
        }
    )


def _check_writable(path: Path) -> None:
    if not path.parent.is_dir():
        raise HistoryError(
            f"The folder of the jobs' database, {path.parent}, does not exist.",
            "Make the folder, or set COPYDESK_JOBS_DATABASE to another path.",
        )
    try:
        with closing(sqlite3.connect(path, timeout=5)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.rollback()
    except sqlite3.Error as error:
        problem = history_error(error, path)
        message = problem.message.replace("history database", "jobs' database", 1)
        remedy = problem.remedy.replace("COPYDESK_DATABASE", "COPYDESK_JOBS_DATABASE")
        raise HistoryError(message, remedy) from error


async def forget_done(before: datetime) -> int:
    """Delete jobs that ended before a moment; their ids are then free again, so keep them longer than Slack redelivers.

    Args:
        before: The moment, with its time zone.

    Returns:
        How many were deleted.
    """
    from dbos import DBOS

    deleted = 0
    while done := await DBOS.list_workflows_async(
        status=["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
        completed_before=before.isoformat(),
        limit=500,
        load_input=False,
        load_output=False,
    ):
        await DBOS.delete_workflows_async([workflow.workflow_id for workflow in done])
        deleted += len(done)
    return deleted


async def end(instance: object, seconds: float) -> None:
    """Stop taking jobs, wait for those at work, and forget the instance, so that another can be started.

    Jobs that are not done in time go on at the next start.

    Args:
        instance: The registered jobs.
        seconds: How long to wait for jobs at work.
    """
    from dbos import DBOS
    from dbos import _dbos as internals

    running = internals._dbos_global_instance
    loop = asyncio.get_running_loop()
    if running is not None and running._launched:
        for event in running.background_thread_stop_events:
            event.set()
        end_at = loop.time() + seconds
        # DBOS has no event to wait for.
        while running._active_workflows_set.activeList() and loop.time() < end_at:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        # A cancelled task records no outcome, so its job is found unfinished at the next start.
        left = [task for task in running._workflow_tasks if not task.done()]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
    await loop.run_in_executor(None, DBOS.destroy)
    # DBOS made its pool the loop's own and has shut it down.
    loop.set_default_executor(ThreadPoolExecutor())
    forget(instance)


def forget(instance: object) -> None:
    """Take an instance's name back, so that another of its class can be made in this process."""
    from dbos import _dbos as internals

    registered = internals._get_or_create_dbos_registry().instance_info_map
    for name in [name for name, held in registered.items() if held is instance]:
        del registered[name]
