"""The cables and adapters that may be put between two products, and how many of them are needed from where to where."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from math import inf
from typing import NamedTuple

from catalog.ports.fronts import SignalKey, Signals
from catalog.ports.layouts import Layout, Port, Way
from catalog.ports.mating import Half, mating_halves
from catalog.ports.vocabulary import PROTOCOLS, Direction

RIDERS = [(row.over, row) for row in PROTOCOLS.values() if row.over is not None]
TURNED = {Direction.OUT: Direction.IN, Direction.IN: Direction.OUT}
MAX_LINKS = 3  # in a chain
KEPT_DISTANCES = 100
Place = tuple[Half, SignalKey]  # a half of a connector, and a signal that comes out of it
Distances = dict[Place, int]  # the fewest links from there to an end; what is not in it leads to none


class Offer(NamedTuple):
    """A cable or an adapter that may be used: whose it is, what it costs (KES), and how it is laid out."""

    product_id: int
    price: Decimal
    layout: Layout


class Links:
    """The offers by what they can be put into, cheapest first. Made once for a state of the shop."""

    def __init__(self, offers: Iterable[Offer]) -> None:
        self._by_half: dict[Half, list[tuple[Offer, int, Port]]] = defaultdict(list)
        self._into: dict[Place, set[Place]] = defaultdict(set)  # from what comes out of a link to what went into it
        self._distances: OrderedDict[frozenset[Place], Distances] = OrderedDict()
        for offer in sorted(offers, key=lambda offer: (offer.price, offer.product_id)):
            for place, port in offer.layout.link_ports:
                self._by_half[port.half].append((offer, place, port))
                for way in offer.layout.ways_from(place):
                    half = offer.layout.ports[way.exit].half
                    for went_in, comes_out in _passes(way):
                        self._into[half, comes_out].add((port.half, went_in))

    def fitting(self, port: Port) -> Iterable[tuple[Offer, int, Port]]:
        """Yield the offers that fit a port, with the place and the port of each that goes into it."""
        for half in mating_halves(port.half):
            yield from self._by_half.get(half, ())

    def distances(self, ends: Iterable[Port]) -> Distances:
        """Return from where up to MAX_LINKS lead to one of these ports: no fewer are needed than it says.

        It goes by connectors and protocols alone, so that what it does not lead to cannot be reached.
        """
        start = frozenset(_taken(ends))
        found = self._distances.get(start)
        if found is None:
            found = self._distances[start] = self._spread(start)
            if len(self._distances) > KEPT_DISTANCES:
                self._distances.popitem(last=False)
        return found

    def _spread(self, start: frozenset[Place]) -> Distances:
        found: Distances = dict.fromkeys(start, 0)
        reached: Iterable[Place] = start
        for links in range(1, MAX_LINKS + 1):
            before = {into for place in reached for into in self._into.get(place, ())}
            reached = {(half, signal) for entry, signal in before for half in mating_halves(entry)} - found.keys()
            found |= dict.fromkeys(reached, links)
        return found


def leading(port: Port, signals: Signals, distances: Distances, *, most: int) -> Signals:
    """Return those signals at a port from where up to `most` links lead to an end."""
    half = port.half
    return {key: reach for key, reach in signals.items() if distances.get((half, key), inf) <= most}


def _taken(ends: Iterable[Port]) -> Iterator[Place]:
    """Yield what an end takes of whatever is put into it, and what it gives."""
    for port in ends:
        for half in mating_halves(port.half):
            for lane in port.lanes:
                for direction, wanted in TURNED.items():
                    if lane.direction in (wanted, Direction.BOTH):
                        yield half, (lane.protocol, direction)


def _passes(way: Way) -> Iterator[tuple[SignalKey, SignalKey]]:
    """Yield what goes into a way and what becomes of it; what rides over another protocol goes where that one goes."""
    for direction, table in ((Direction.OUT, way.out), (Direction.IN, way.back)):
        for protocol, passes in table.items():
            for becomes, _limit in passes:
                yield (protocol, direction), (becomes, direction)
                for over, rider in RIDERS if becomes == protocol else ():
                    if over == protocol:
                        # Sound of a microphone runs from the device to the host, as in `lanes_for`.
                        along = TURNED[direction] if rider.is_capture else direction
                        yield (rider.code, along), (rider.code, along)
