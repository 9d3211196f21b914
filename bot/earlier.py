"""Workspaces' earlier copy as references, kept in memory and brought up to date when it is asked for."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from bot.house_rules import origin_of
from bot.store import EarlierCopy, History
from models.checks.likeness import Reference, References
from models.errors import HistoryError

__all__ = ["MOST", "Earlier"]

log = structlog.get_logger()

MOST = 1_000
"""How many variants copy is compared with; when a quarter more have come, it is chosen anew which."""

_TEAMS = 50


@dataclass(frozen=True)
class _Held:
    """One workspace's references: pieces of the index, the first the largest, and the last variant in them."""

    pieces: tuple[References, ...] = ()
    variants: int = 0
    last: int = 0


class Earlier:
    """The earlier copy of workspaces.

    Approved copy comes first, then what people liked, then the newest. The first call for a workspace reads and
    indexes it, a later one what has come since.

    Args:
        history: Where copy is kept.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self._held: OrderedDict[str, _Held] = OrderedDict()

    async def of(self, team_id: str) -> References:
        """A workspace's earlier copy ("" = the command line's).

        A history that fails does not keep copy from being written: there is nothing then, and that is logged.
        """
        held = self._held.get(team_id, _Held())
        try:
            found = await self._history.earlier_copy(team_id, after=held.last, limit=MOST)
            if found and held.variants + len(found) > MOST * 1.25:
                held = _Held()
                found = await self._history.earlier_copy(team_id, limit=MOST)
        except HistoryError as error:
            log.warning("earlier.not_read", reason=error.message)
            return References()
        if found:
            # Off the event loop: a thousand variants take a good tenth of a second.
            held = await asyncio.to_thread(_grown, held, found)
        self._held[team_id] = held
        self._held.move_to_end(team_id)
        while len(self._held) > _TEAMS:
            self._held.popitem(last=False)
        return sum(held.pieces, References())


def _grown(held: _Held, found: Sequence[EarlierCopy]) -> _Held:
    """The references with new ones; pieces of a size are made one, so that there are few and the large one stays."""
    started = time.perf_counter()
    pieces = [*held.pieces, References(one for copy in found for one in _references(copy))]
    while len(pieces) > 1 and len(pieces[-2]) <= 2 * len(pieces[-1]):
        newer, older = pieces.pop(), pieces.pop()
        pieces.append(References([*older, *newer]))
    milliseconds = round((time.perf_counter() - started) * 1000)
    log.debug("earlier.indexed", variants=len(found), ms=milliseconds)
    return _Held(tuple(pieces), held.variants + len(found), max(held.last, *(copy.number for copy in found)))


def _references(copy: EarlierCopy) -> list[Reference]:
    name = f"{copy.brief.product[:40]}, {copy.created_at:%Y-%m-%d}"
    origin = origin_of(copy.brief)
    return [Reference(part.text, "earlier", name, origin) for part in copy.parts]
