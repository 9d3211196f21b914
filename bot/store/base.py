"""What a history keeps, whatever database is behind it: its values and the `History` protocol."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.store.approvals import Approvals
from bot.store.brands import Brands
from bot.store.templates import Templates
from models.brief import Brief, Kind
from models.variant import Draft, EngineRef, Part, Variant

ExportRow = dict[str, str | int | float | None]


@dataclass(frozen=True)
class Delivery:
    """One message that shows copy.

    `variant_ids` are in the message's order, the lead first; `user_id` is who asked for the copy.
    """

    draft_id: str
    team_id: str
    channel_id: str
    ts: str
    thread_ts: str
    variant_ids: tuple[str, ...]
    user_id: str = ""


@dataclass(frozen=True)
class ThreadMessage:
    """What a person said in a thread that holds copy."""

    channel_id: str
    thread_ts: str
    ts: str
    user_id: str
    text: str


@dataclass(frozen=True)
class Feedback:
    """One person's reaction to one variant; it is live until `removed_at` is set."""

    variant_id: str
    user_id: str
    reaction: str
    reward: float
    source: str
    at: datetime
    removed_at: datetime | None = None


@dataclass(frozen=True)
class HistoryEntry:
    """One variant as a search shows it; `reward` is the sum of its live feedback."""

    variant: Variant
    brief: Brief
    created_at: datetime
    channel_id: str
    user_id: str
    engine: EngineRef
    reward: float


@dataclass(frozen=True)
class EarlierCopy:
    """One variant as later copy is compared with it; a later variant has a higher `number`."""

    number: int
    brief: Brief
    parts: tuple[Part, ...]
    created_at: datetime


class History(Approvals, Brands, Templates, Protocol):
    """Keeps every draft, where it was shown and what people did with it.

    Every method raises `HistoryError`, with what to do next, when the database cannot serve it.
    """

    async def save_draft(
        self,
        draft: Draft,
        *,
        team_id: str = "",
        channel_id: str = "",
        user_id: str = "",
        source: str = "cli",
        job_id: str | None = None,
    ) -> None:
        """Keep a draft with its brief and variants, all or nothing; a draft already kept stays as it is."""
        ...

    async def draft(self, draft_id: str) -> Draft | None:
        """The draft as it was saved."""
        ...

    async def variant(self, variant_id: str) -> tuple[Draft, Variant] | None:
        """A variant and the draft that it belongs to."""
        ...

    async def save_delivery(
        self,
        draft_id: str,
        *,
        team_id: str,
        channel_id: str,
        ts: str,
        thread_ts: str,
        variant_ids: Sequence[str],
    ) -> None:
        """Keep which message shows which variants, lead first; the same message again replaces it."""
        ...

    async def delivery(self, channel_id: str, ts: str) -> Delivery | None:
        """The copy that a message shows."""
        ...

    async def thread(self, channel_id: str, thread_ts: str) -> list[Delivery]:
        """The copy shown in a thread, its first message included, oldest first."""
        ...

    async def add_thread_message(
        self, channel_id: str, thread_ts: str, ts: str, user_id: str, text: str
    ) -> None:
        """Keep what somebody said in a thread; the same message again replaces its text."""
        ...

    async def thread_messages(self, channel_id: str, thread_ts: str) -> list[ThreadMessage]:
        """What people said in a thread, oldest first."""
        ...

    async def add_feedback(
        self, *, variant_id: str, user_id: str, reaction: str, reward: float, source: str, at: datetime
    ) -> bool:
        """Keep a reaction that was given `at`.

        False when the same person's same reaction to the variant is already live, or was taken back later
        than `at`: Slack may deliver a reaction again after its removal.
        """
        ...

    async def remove_feedback(
        self, *, variant_id: str, user_id: str, reaction: str, at: datetime | None = None
    ) -> bool:
        """End a live reaction, keeping its row; False when there was none.

        With `at`, the moment of the removal: a reaction given later stays, and one given earlier that is
        delivered later does not count any more.
        """
        ...

    async def feedback(self, variant_id: str, *, removed: bool = False) -> list[Feedback]:
        """The live reactions to a variant, oldest first; with `removed` also those taken back."""
        ...

    async def keep_task(self, task_id: str, body: str) -> None:
        """Keep a task as text for a later retry; the same id again replaces it."""
        ...

    async def kept_task(self, task_id: str) -> str | None:
        """The task kept under this id."""
        ...

    async def search(
        self,
        query: str = "",
        *,
        kind: Kind | str | None = None,
        channel_id: str | None = None,
        team_id: str | None = None,
        user_id: str | None = None,
        since: datetime | None = None,
        limit: int = 20,
    ) -> list[HistoryEntry]:
        """Variants whose copy or brief has all words of `query`, best first; newest first without words.

        Any text is a valid query: English words match by their stem, Chinese ones by word or as they
        stand. A `since` without time zone is local time.
        """
        ...

    async def earlier_copy(self, team_id: str, *, after: int = 0, limit: int = 1_000) -> list[EarlierCopy]:
        """A workspace's ready or approved variants: the approved first, then the well-liked, then the newest.

        What a person wrote and had optimised is not among them: it may be anybody's.

        Args:
            team_id: The workspace; "" = copy of the command line.
            after: Only variants with a higher number.
            limit: How many at most.
        """
        ...

    def export(
        self,
        *,
        kind: Kind | str | None = None,
        channel_id: str | None = None,
        since: datetime | None = None,
    ) -> AsyncIterator[ExportRow]:
        """Every variant as one flat row, oldest first, all rows with the same columns."""
        ...

    async def close(self) -> None:
        """Close the database; closing again does nothing."""
        ...
