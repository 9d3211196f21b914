"""Which durable job is at work, and whether an earlier try at it was cut off."""

from dataclasses import dataclass

from dbos import DBOS

__all__ = ["Attempt", "this_attempt"]


@dataclass(frozen=True)
class Attempt:
    """One try at a job.

    Args:
        job_id: The job's id, the same in every try.
        since: When the job was made, in seconds since the epoch, where an earlier try may have done something that
            was not recorded; None in the first try.
    """

    job_id: str
    since: float | None = None


async def this_attempt() -> Attempt:
    """The try that is at work; asked inside of a step, where the asking is not recorded as one."""
    job_id = DBOS.workflow_id or ""
    status = await DBOS.get_workflow_status_async(job_id)
    # DBOS counts a try whenever it takes the job from its queue.
    if status is None or (status.recovery_attempts or 0) < 2:
        return Attempt(job_id)
    return Attempt(job_id, (status.created_at or 0) / 1_000)
