"""Password hashing: how dear one hash is, and how many a process computes at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore, local

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

from accounts.errors import TooBusy


class Slots:
    """A process's places for hashes: so many are computed at once, and so many threads may wait for their turn.

    A hash lets go of Python's lock, so without the first bound every core would compute hashes when many sign in. A
    thread that waits serves nobody, so without the second one all of the server's threads would wait, and the shop
    window behind them.
    """

    def __init__(self, *, at_once: int, waiting: int) -> None:
        self._places = BoundedSemaphore(at_once + waiting)
        self._turns = BoundedSemaphore(at_once)
        self._here = local()

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place among those who hash or wait; raises TooBusy, at once, if all are taken.

        A thread has one place, however often it asks: a log-in holds it from its first query to its last, for while the
        database writes its session durably it holds its thread as well.
        """
        if getattr(self._here, "has_place", False):
            yield
            return
        if not self._places.acquire(blocking=False):
            raise TooBusy
        self._here.has_place = True
        try:
            yield
        finally:
            self._here.has_place = False
            self._places.release()

    @contextmanager
    def turn(self, *, wait: float) -> Iterator[None]:
        """Hold a place and wait for a turn to hash, at most so many seconds; raises TooBusy if none comes."""
        with self.place():
            if not self._turns.acquire(timeout=wait):
                raise TooBusy
            try:
                yield
            finally:
                self._turns.release()


@cache
def _slots(at_once: int, waiting: int) -> Slots:
    return Slots(at_once=at_once, waiting=waiting)


def slots() -> Slots:
    """Return the places of this process, as the settings have them."""
    return _slots(settings.HASHES_AT_ONCE, settings.HASHES_WAITING)


@contextmanager
def room_to_hash() -> Iterator[None]:
    """Hold a place in the block; raises TooBusy, before any work that would be for nothing, if there is none."""
    with slots().place():
        yield


def refuse_if_busy() -> None:
    """Raise TooBusy if there is no room to hash now, for whoever has not even read yet what is asked of them.

    No place is held: the sender of the rest may take their time.
    """
    with room_to_hash():
        pass


@contextmanager
def hash_slot() -> Iterator[None]:
    """Compute one hash in the block; raises TooBusy if none of the process's turns becomes free within HASH_WAIT."""
    with slots().turn(wait=settings.HASH_WAIT.total_seconds()):
        yield


class ShopArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id with the parameters that OWASP's Password Storage Cheat Sheet names as the minimum: 19 MiB, t=2, p=1.

    25 ms of CPU for one verification; Django's default parameters take 218 ms of the same CPU. Raises TooBusy.
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Return the hash of a password, computed in one of the process's slots."""
        with hash_slot():
            encoded: str = super().encode(password, salt)
        return encoded

    def verify(self, password: str, encoded: str) -> bool:
        """Tell whether a hash is that of a password, computed in one of the process's slots."""
        with hash_slot():
            return bool(super().verify(password, encoded))
