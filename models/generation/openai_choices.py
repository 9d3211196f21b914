"""How many choices one request to an OpenAI-compatible server brings, learned from what comes."""

import math
import time
from collections.abc import Callable

__all__ = ["KEPT_SECONDS", "SHORT_ANSWERS", "Choices"]

SHORT_ANSWERS = 2
"""How many answers in a row must bring the same too few choices before that is taken for the server's habit."""

KEPT_SECONDS = 3_600.0
"""How long it is; then all choices are asked for in one request again, since another server may answer by now."""


class Choices:
    """What a server is known to give at most.

    A single short answer tells nothing: behind one address there may be several servers, and a content filter may
    leave choices out.

    Args:
        clock: Tells seconds that only rise.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen = 0
        self._short = 0
        self._until = 0.0

    @property
    def most(self) -> int | None:
        """The most that one request is known to bring; None while any number may be asked for."""
        return self._seen if self._clock() < self._until else None

    def refuse(self) -> None:
        """The server said that it gives one at a time."""
        self._seen, self._until = 1, math.inf

    def note(self, asked: int, came: int, *, whole: bool) -> None:
        """Learn from an answer.

        Args:
            asked: How many choices the request asked for.
            came: How many the answer has.
            whole: Whether each of them ended by itself, neither filtered nor cut at its limit.
        """
        if came >= asked:
            if came > self._seen:
                self._short, self._until = 0, 0.0
            return
        if not whole or self._until == math.inf:
            return
        if came != self._seen:
            self._seen, self._short = came, 0
        self._short += 1
        # Once it was known, one more short answer after its time is enough.
        if self._short >= SHORT_ANSWERS:
            self._until = self._clock() + KEPT_SECONDS
