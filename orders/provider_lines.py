"""How many threads of a process wait for a provider: few once it is slow, for the same threads serve the whole shop."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from weakref import WeakKeyDictionary

from orders.gateways.facts import Gateway

SLOW = 5.0  # seconds within which a provider that is well has answered
REMEMBERED = 60.0  # seconds for which one that was not is asked by one thread at a time


class ProviderBusy(Exception):
    """The provider keeps others waiting, and was not asked."""


class Line:
    """Who of this process waits for one provider, and until when it counts as slow."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.waiting: dict[object, float] = {}
        self.slow_until = 0.0

    def join(self) -> object:
        """Take a place; raises ProviderBusy while somebody has waited long, or waits for one that was slow lately."""
        now = time.monotonic()
        with self.lock:
            if self.waiting and (now < self.slow_until or now - min(self.waiting.values()) > SLOW):
                raise ProviderBusy
            place = object()
            self.waiting[place] = now
            return place

    def leave(self, place: object) -> None:
        """Give the place up, with or without an answer."""
        now = time.monotonic()
        with self.lock:
            if now - self.waiting.pop(place) > SLOW:
                self.slow_until = now + REMEMBERED


_lines: WeakKeyDictionary[Gateway, Line] = WeakKeyDictionary()
_lines_lock = Lock()


@contextmanager
def in_line(provider: Gateway) -> Iterator[None]:
    """Ask a provider within this; raises ProviderBusy where too many wait for it already."""
    with _lines_lock:
        line = _lines.setdefault(provider, Line())
    place = line.join()
    try:
        yield
    finally:
        line.leave(place)
