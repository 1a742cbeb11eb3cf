"""The fronts of signals: what a port sends and takes, and how much of it comes how far."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import NamedTuple

from catalog.ports.vocabulary import FUNCTIONS, Carrying, Direction


class Lane(NamedTuple):
    """One thing that a port carries. `limit` is in W or Gbit/s; None where nothing limits it."""

    protocol: str
    direction: Direction
    limit: float | None = None


SignalKey = tuple[str, Direction]


class Reach(NamedTuple):
    """How much of a signal comes this far, which part of the chain last lowered it, and as what it set out.

    The first product of a chain is part 0.
    """

    limit: float
    by: int
    began_as: str


Signals = dict[SignalKey, Reach]


def signals_of(lanes: Iterable[Lane], *, carrying: Carrying | None = None) -> Signals:
    """Return what lanes send and take, all of it or what carries one thing."""
    signals: Signals = {}
    for lane in lanes:
        if carrying is not None and FUNCTIONS[lane.protocol].carrying != carrying:
            continue
        reach = Reach(inf if lane.limit is None else lane.limit, 0, lane.protocol)
        for direction in (Direction.OUT, Direction.IN):
            if lane.direction in (direction, Direction.BOTH):
                keep_best(signals, (lane.protocol, direction), reach)
    return signals


def keep_best(signals: Signals, key: SignalKey, reach: Reach) -> None:
    """Put a signal where none is, or one that reaches less."""
    known = signals.get(key)
    if known is None or reach.limit > known.limit:
        signals[key] = reach
