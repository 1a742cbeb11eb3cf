"""How well a supply charges a device when the right cable is between them."""

from __future__ import annotations

from math import inf

from catalog.ports.effects import ENOUGH
from catalog.ports.findings import POWER
from catalog.ports.layouts import Layout
from catalog.ports.reasons import Verdict
from catalog.ports.vocabulary import FUNCTIONS, Direction


def charges(supply: Layout, device: Layout) -> Verdict:
    """Return how well a supply charges a device by what both speak; that a cable joins them is taken for granted."""
    given, taken = watts(supply, Direction.OUT), watts(device, Direction.IN)
    reached = max((min(given[protocol], taken[protocol]) for protocol in given.keys() & taken.keys()), default=0.0)
    if not reached:
        return Verdict.NO
    return Verdict.WORKS if reached >= max(taken.values()) * ENOUGH else Verdict.LIMITED


def watts(layout: Layout, direction: Direction) -> dict[str, float]:
    """Return the most that any port gives or takes, in W by protocol; infinite where nothing limits it."""
    found: dict[str, float] = {}
    for port in layout.ports:
        for lane in port.lanes:
            if FUNCTIONS[lane.protocol] == POWER and lane.direction in (direction, Direction.BOTH):
                limit = inf if lane.limit is None else lane.limit
                found[lane.protocol] = max(limit, found.get(lane.protocol, 0.0))
    return found
