"""What the handlers work with, passed to each `register`."""

from dataclasses import dataclass, field

from bot.jobs import Jobs
from bot.reviews.job import ReviewJobs
from bot.rewards import DEFAULT_REWARDS
from bot.store import SqliteHistory
from models.generation.base import EngineInfo


@dataclass(frozen=True)
class Services:
    """The jobs of copy and of reviews, the history, what a reaction is worth (Slack's emoji name to -1..1), and
    what writes."""

    jobs: Jobs
    reviews: ReviewJobs
    history: SqliteHistory
    rewards: dict[str, float] = field(default_factory=lambda: dict(DEFAULT_REWARDS))
    engine: EngineInfo | None = None
