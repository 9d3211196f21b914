"""What the handlers work with, passed to each `register`."""

from dataclasses import dataclass, field

from bot.jobs import Jobs
from bot.reviews.job import ReviewJobs
from bot.rewards import DEFAULT_REWARDS
from bot.store import SqliteHistory
from bot.template_job import TemplateJobs
from models.generation.base import EngineInfo


@dataclass(frozen=True)
class Services:
    """What handlers need: the jobs of copy, of reviews and of trials of templates, the history, the sectors that
    a brand profile may name, what a reaction is worth (Slack's emoji name to -1..1), and what writes."""

    jobs: Jobs
    reviews: ReviewJobs
    history: SqliteHistory
    templates: TemplateJobs
    sectors: tuple[str, ...]
    rewards: dict[str, float] = field(default_factory=lambda: dict(DEFAULT_REWARDS))
    engine: EngineInfo | None = None
