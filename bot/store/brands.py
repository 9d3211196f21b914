"""What a history keeps of brand profiles: one for a workspace and for each channel, every version of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from models.brand import Brand, Profile
from models.variant import BrandRef


@dataclass(frozen=True)
class BrandVersion:
    """One version of a profile.

    `channel_id` empty is the workspace's. `brand` None ends the profile: a channel has the workspace's again.
    `source` is how it came: `form`, `file`, `draft`, `removed`.
    """

    team_id: str
    channel_id: str
    version: int
    brand: Brand | None
    user_id: str
    source: str
    at: datetime

    @property
    def ref(self) -> BrandRef:
        """What a draft keeps of it."""
        return BrandRef(id=f"{self.team_id}/{self.channel_id}".rstrip("/"), version=self.version)

    @property
    def profile(self) -> Profile | None:
        """What the desk writes under."""
        return Profile(ref=self.ref, brand=self.brand) if self.brand else None


class Brands(Protocol):
    """The part of a history that keeps brand profiles."""

    async def save_brand(
        self,
        brand: Brand | None,
        *,
        team_id: str,
        channel_id: str = "",
        user_id: str = "",
        source: str = "form",
        origin: str | None = None,
    ) -> BrandVersion:
        """Keep a new version, which is used from now on.

        With `origin` (what Slack sent) once: the same again gives the version that is there.
        """
        ...

    async def brand(self, team_id: str, channel_id: str = "") -> BrandVersion | None:
        """The profile that a channel's copy is written under: its own, else the workspace's."""
        ...

    async def brands(self) -> list[BrandVersion]:
        """Every profile that is in use, the workspace's before its channels'."""
        ...

    async def brand_versions(self, team_id: str, channel_id: str = "") -> list[BrandVersion]:
        """Every version of a channel's own profile, or of the workspace's, newest first."""
        ...

    async def teams(self) -> list[str]:
        """The workspaces that copy or profiles are kept of."""
        ...
