"""What a history keeps of prompt templates: each workspace's own, every version of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class TemplateVersion:
    """One version of a workspace's template.

    `source` None is a return to the shipped template (or, where none is shipped, to none). `sha256` is the digest
    that drafts made from it carry (`Prompts.digest`).
    """

    team_id: str
    path: str
    version: int
    source: str | None
    sha256: str
    user_id: str
    note: str
    at: datetime


class Templates(Protocol):
    """The part of a history that keeps templates."""

    async def save_template(
        self, team_id: str, path: str, source: str | None, *, sha256: str, user_id: str, note: str = ""
    ) -> TemplateVersion:
        """Keep a new version, which is used from now on; without source the shipped template is.

        A text that is in use already stays the version that it is.
        """
        ...

    async def templates(self, team_id: str) -> dict[str, TemplateVersion]:
        """The latest versions that a workspace uses, by path."""
        ...

    async def template_versions(self, team_id: str, path: str) -> list[TemplateVersion]:
        """Every version of a path, oldest first."""
        ...
