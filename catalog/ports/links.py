"""What goes through when one port is put into another, or a chain of products is put together.

Signals are followed from a port of the first product: what it sends out and what it takes in, each with the most that
the way so far lets through. A link can only lower that, so a chain is as good as its weakest part.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import NamedTuple

from catalog.ports.fronts import Signals, keep_best
from catalog.ports.layouts import Port, Way
from catalog.ports.mating import fit_of
from catalog.ports.vocabulary import PROTOCOLS, Direction, Fit


class Flow(NamedTuple):
    """A signal that arrived, in the words of whoever takes it: OUT is from the first product to the last."""

    protocol: str
    direction: Direction
    limit: float
    by: int


def mate(one: Port, other: Port) -> Fit | None:
    """Return how two ports go together, None if they do not. The order of the two makes no difference."""
    return fit_of(one.half, other.half)


def through_fit(signals: Signals, fit: Fit) -> Signals:
    """Return what passes between two mated ports."""
    if not fit.blocks:
        return signals
    return {key: reach for key, reach in signals.items() if key[0] not in fit.blocks}


def through_way(signals: Signals, way: Way, position: int) -> Signals:
    """Return what of the signals comes out at the other end of a product that stands at `position` in the chain.

    Where an adapter makes one thing of another, as a picture of data, what it gives is counted anew.
    """
    passed: Signals = {}
    for (protocol, direction), reach in signals.items():
        for becomes, limit in lanes_for(protocol, direction, way):
            is_other = PROTOCOLS[becomes].carrying != PROTOCOLS[protocol].carrying
            lowered = reach._replace(limit=limit, by=position) if is_other or limit < reach.limit else reach
            keep_best(passed, (becomes, direction), lowered)
    return passed


def arriving(signals: Signals, port: Port, position: int) -> Iterator[Flow]:
    """Yield what of the signals the port at the end takes and gives; the end stands at `position` in the chain."""
    for lane in port.lanes:
        limit = inf if lane.limit is None else lane.limit
        for direction, wanted in ((Direction.OUT, Direction.IN), (Direction.IN, Direction.OUT)):
            reach = signals.get((lane.protocol, direction))
            if reach is not None and lane.direction in (wanted, Direction.BOTH):
                taken_as = lane.protocol if direction == Direction.OUT else reach.began_as
                lowered = limit < reach.limit
                yield Flow(taken_as, direction, min(limit, reach.limit), position if lowered else reach.by)


def lanes_for(protocol: str, direction: Direction, way: Way) -> tuple[tuple[str, float], ...]:
    """Return what a protocol becomes on its way, and its limits; it may ride over another that passes unchanged."""
    lanes, reverse = (way.out, way.back) if direction == Direction.OUT else (way.back, way.out)
    found = lanes.get(protocol)
    if found is not None:
        return found
    row = PROTOCOLS[protocol]
    if row.over is None:
        return ()
    # OUT is from the host to the device, and the sound of a microphone runs from the device to the host.
    under = (reverse if row.is_capture else lanes).get(row.over, ())
    return tuple((protocol, limit) for becomes, limit in under if becomes == row.over)
