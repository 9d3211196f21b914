"""What the handlers work with, passed to each `register`."""

from dataclasses import dataclass, field

from bot.jobs import Jobs
from bot.store import SqliteHistory

DEFAULT_REWARDS = {
    "+1": 1.0,
    "thumbsup": 1.0,
    "heart": 1.0,
    "tada": 1.0,
    "fire": 1.0,
    "-1": -1.0,
    "thumbsdown": -1.0,
    "one": 1.0,
    "two": 1.0,
    "three": 1.0,
    "four": 1.0,
    "five": 1.0,
}


@dataclass(frozen=True)
class Services:
    """The jobs, the history, and what a reaction is worth (`rewards`: Slack's emoji name to -1..1)."""

    jobs: Jobs
    history: SqliteHistory
    rewards: dict[str, float] = field(default_factory=lambda: dict(DEFAULT_REWARDS))
