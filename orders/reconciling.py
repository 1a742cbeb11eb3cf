"""Compare the ledger with a provider's books: pure, over plain facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from orders.gateways.facts import Movement

EDGE = timedelta(hours=1)  # the two clocks, and a callback that took its time


class Booked(NamedTuple):
    """A row of the ledger: `amount` is above zero for what came, below for what went back."""

    names: frozenset[str]  # every reference by which the provider may call it
    amount: Decimal
    at: datetime
    what: str


class Stretch(NamedTuple):
    """From when, included, until when, excluded."""

    since: datetime
    until: datetime

    def surely_holds(self, at: datetime) -> bool:
        """Tell whether a moment is within, and not so near to an edge that the other side may have it outside."""
        return self.since + EDGE <= at < self.until - EDGE


def compare(movements: Iterable[Movement], booked: Iterable[Booked], stretch: Stretch) -> Iterator[str]:
    """Yield each difference as a sentence: what one side has and the other does not, or for another amount.

    `booked` may reach beyond the stretch on both sides; what lies near its edges is not missed by either.
    """
    by_name: dict[str, list[Booked]] = defaultdict(list)
    entries = list(booked)
    for entry in entries:
        for name in entry.names:
            by_name[name].append(entry)
    met: set[int] = set()
    for movement in movements:
        names = [name for name in (movement.receipt, movement.provider_reference, movement.reference) if name]
        same_way = [entry for name in names for entry in by_name[name] if (entry.amount > 0) == (movement.amount > 0)]
        if not same_way:
            if stretch.surely_holds(movement.at):
                yield f"The provider has {movement.amount} under {names[0]}, and the ledger does not."
            continue
        entry = same_way[0]
        met.add(id(entry))
        if entry.amount != movement.amount:
            yield f"{names[0]}: the provider has {movement.amount}, and the ledger {entry.amount}."
    for entry in entries:
        if id(entry) not in met and stretch.surely_holds(entry.at):
            yield f"The ledger has {entry.amount} ({entry.what}), and the provider does not."
