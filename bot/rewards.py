"""What a reaction is worth when settings do not say, and how settings say it."""

import json
from typing import Any

DEFAULT_REWARDS: dict[str, float] = {
    **{"+1": 1.0, "heart": 1.0, "tada": 1.0, "fire": 1.0, "star": 1.0, "clap": 1.0},
    **{
        "one": 1.0,
        "two": 1.0,
        "three": 1.0,
        "four": 1.0,
        "five": 1.0,
        "six": 1.0,
        "seven": 1.0,
        "eight": 1.0,
    },
    **{"-1": -1.0, "confused": -0.5},
}


# Slack's other names for the same reactions; Slack sends either.
_ALIASES = {"thumbsup": "+1", "thumbsdown": "-1"}


def read_rewards(value: Any) -> Any:
    """`+1=1, -1=-1`, JSON or a table, as a map by the names that reactions are kept under.

    Raises:
        ValueError: The text is neither.
    """
    if isinstance(value, str):
        value = _read_text(value)
    if not isinstance(value, dict):
        return value
    bare = {str(name).strip().strip(":"): worth for name, worth in value.items()}
    return {_ALIASES.get(name, name): worth for name, worth in bare.items()}


def _read_text(value: str) -> Any:
    if value.lstrip().startswith("{"):
        try:
            return json.loads(value)
        except ValueError as error:
            raise ValueError("begins like JSON but is not") from error
    rewards: dict[str, Any] = {}
    for item in filter(None, (part.strip() for part in value.split(","))):
        name, equals, worth = item.partition("=")
        if not equals:
            raise ValueError("has a part that is no name=number")
        rewards[name] = worth
    return rewards
