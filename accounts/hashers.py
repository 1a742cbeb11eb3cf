"""Password hashing: how dear one hash is, and how many a process computes at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

from accounts.errors import TooBusy


@cache
def slots(at_once: int) -> BoundedSemaphore:
    """Return the process's places for hashes, of which each is held as long as one takes."""
    return BoundedSemaphore(at_once)


@contextmanager
def hash_slot() -> Iterator[None]:
    """Wait, at most HASH_WAIT, for one of the process's HASHES_AT_ONCE; raises TooBusy if none becomes free.

    A hash lets go of Python's lock, so without a bound every thread of the server would compute one when many sign in,
    and the shop window would wait behind them.
    """
    free = slots(settings.HASHES_AT_ONCE)
    if not free.acquire(timeout=settings.HASH_WAIT.total_seconds()):
        raise TooBusy
    try:
        yield
    finally:
        free.release()


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
