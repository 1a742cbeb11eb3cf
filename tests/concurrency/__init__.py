"""Races: real threads and real processes on the real database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, current_thread, main_thread
from typing import TypeVar

from django.db import connection

Result = TypeVar("Result")


def at_once(*calls: Callable[[], Result]) -> list[Result]:
    """Run the calls at the same moment, each in a thread with a connection of its own; return their results."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Result]) -> Result:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


class Meeting:
    """A place where the first `parties` callers wait for one another, at most so long; who comes later walks through.

    Not the test's own thread, which makes things ready before.

    A control puts it where the guard is missing, between what is read and what is written: a mere pause would now and
    then be over on a busy machine before the others have read.
    """

    def __init__(self, parties: int, *, at_most: float = 30) -> None:
        self._barrier = Barrier(parties)
        self._tickets = iter(range(parties))
        self._at_most = at_most

    def wait(self) -> None:
        """Return when all are here, or when nobody else comes."""
        if current_thread() is not main_thread() and next(self._tickets, None) is not None:
            with suppress(BrokenBarrierError):
                self._barrier.wait(timeout=self._at_most)


def tally(statuses: Sequence[int]) -> dict[int, int]:
    """How many answers had which status."""
    return {status: list(statuses).count(status) for status in sorted(set(statuses))}
