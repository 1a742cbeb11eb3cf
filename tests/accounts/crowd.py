"""Others who hash passwords at this moment."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

from accounts.hashers import slots

PATIENCE = 30  # seconds until what has to happen has happened


@contextmanager
def somebody_hashing() -> Iterator[None]:
    """Let another thread hold one of the process's turns as long as the block lasts."""
    begun, end = Event(), Event()

    def hash_slowly() -> None:
        with slots().turn(wait=PATIENCE):
            begun.set()
            end.wait(PATIENCE)

    with ThreadPoolExecutor(1) as pool:
        hashing = pool.submit(hash_slowly)
        assert begun.wait(PATIENCE)
        try:
            yield
        finally:
            end.set()
            hashing.result(PATIENCE)
