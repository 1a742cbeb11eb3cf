"""How many failures are let pass, how long the pauses grow, and when failures are forgotten: arithmetic alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple


class Limit(NamedTuple):
    """So many failures are free; then comes a pause, which doubles with each further one, up to the longest.

    Failures leak away, one in each `forgiven_every`: slow guessing and a customer's slips are told apart by their rate.
    """

    free: int
    first: timedelta
    longest: timedelta
    forgiven_every: timedelta

    def pause(self, failures: int) -> timedelta | None:
        """Return how long nothing is tried after so many failures, if they are no longer free."""
        if failures < self.free:
            return None
        times: int = 2 ** min(failures - self.free, 32)
        return min(self.first * times, self.longest)

    @property
    def most(self) -> int:
        """The failures at which the pause is the longest: more are not remembered, for they would change nothing."""
        return self.free + max(0, ceil(self.longest / self.first) - 1).bit_length()

    def failures(self, forgotten_at: datetime, *, at: datetime) -> int:
        """Return how many failures are remembered at `at`, of those that are all forgotten at `forgotten_at`."""
        return max(0, ceil((forgotten_at - at) / self.forgiven_every))

    def after_failure(self, forgotten_at: datetime, *, at: datetime) -> tuple[datetime, datetime | None]:
        """Return when all is forgotten with one failure more at `at`, and until when nothing is tried."""
        later = max(forgotten_at, at) + self.forgiven_every
        later = min(later, at + self.most * self.forgiven_every)
        pause = self.pause(self.failures(later, at=at))
        return later, None if pause is None else at + pause
