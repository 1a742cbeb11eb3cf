"""The ports of one product and how they are joined within it, as values without a database.

A layout is written as compact JSON, equal layouts as equal bytes, so that products which are alike to a plug share one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import inf
from typing import Any, NamedTuple

import orjson

from catalog.ports.fronts import Lane, Signals, signals_of
from catalog.ports.mating import Half, fit_of
from catalog.ports.vocabulary import FUNCTIONS, Carrying, Direction, Fit, Function, Gender


@dataclass(frozen=True)
class Port:
    """A socket, a plug, a coil or a radio of a product; `quantity` of them alike."""

    name: str
    connector: str
    gender: Gender
    quantity: int
    lanes: tuple[Lane, ...]

    @cached_property
    def half(self) -> Half:
        """Which half of which connector it is."""
        return self.connector, self.gender

    @cached_property
    def gives(self) -> frozenset[Function]:
        """What it can do for another port by sending something out."""
        return frozenset(FUNCTIONS[lane.protocol] for lane in self.lanes if lane.direction != Direction.IN)

    @cached_property
    def takes(self) -> frozenset[Function]:
        """What another port can do for it."""
        return frozenset(FUNCTIONS[lane.protocol] for lane in self.lanes if lane.direction != Direction.OUT)


class JoinLane(NamedTuple):
    """What passes between two joined ports: `protocol` at the first is `becomes` at the second.

    `direction` is OUT for what goes from the first to the second, IN for the other way. `limit` as in Lane.
    """

    protocol: str
    becomes: str
    direction: Direction
    limit: float | None = None


class Join(NamedTuple):
    """A way through a product from one of its ports to another, by their places in its list."""

    one: int
    other: int
    lanes: tuple[JoinLane, ...]


class Budget(NamedTuple):
    """What a power supply gives in all, in watts, and how it shares that between devices: {2: (45, 20)}."""

    watts: float
    splits: dict[int, tuple[float, ...]]


class Mated(NamedTuple):
    """A port that something is put into, and how that fits."""

    port: Port
    fit: Fit


class Entry(NamedTuple):
    """A port of a link that something is put into, by its place in the list, and how that fits."""

    place: int
    port: Port
    fit: Fit


@dataclass(frozen=True)
class Layout:
    """All ports of a product, the ways through it, what it is bought for, and the power that its ports share."""

    ports: tuple[Port, ...] = ()
    joins: tuple[Join, ...] = ()
    purposes: frozenset[Carrying] = frozenset(Carrying)
    budget: Budget | None = None
    _ways: dict[int, tuple[Way, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _ends: dict[Half, tuple[Mated, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _entries: dict[Half, tuple[Entry, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def is_link(self) -> bool:
        """Whether it joins other products: a cable, an adapter, a hub."""
        return bool(self.joins)

    @cached_property
    def connectors(self) -> tuple[str, ...]:
        """The codes of its connectors, each once."""
        return tuple(dict.fromkeys(port.connector for port in self.ports))

    def ways_from(self, place: int) -> tuple[Way, ...]:
        """Return the ways through the product that begin at the port in this place."""
        ways = self._ways.get(place)
        if ways is None:
            ways = self._ways[place] = tuple(_ways(self, place))
        return ways

    @cached_property
    def link_ports(self) -> tuple[tuple[int, Port], ...]:
        """The ports from which a way leads through the product, with their places."""
        return tuple((place, port) for place, port in enumerate(self.ports) if self.ways_from(place))

    @cached_property
    def open_ports(self) -> tuple[Port, ...]:
        """The ports with what can be had there, also where that only comes through from the product's other end.

        So a hub can be asked what plugs into it before it is plugged in itself.
        """
        return tuple(port for port in (self._opened(place) for place in range(len(self.ports))) if port.lanes)

    def ends_for(self, half: Half) -> tuple[Mated, ...]:
        """Return the open ports that go together with this half of a connector."""
        found = self._ends.get(half)
        if found is None:
            mated = ((port, fit_of(half, port.half)) for port in self.open_ports)
            found = self._ends[half] = tuple(Mated(port, fit) for port, fit in mated if fit is not None)
        return found

    def entries_for(self, half: Half) -> tuple[Entry, ...]:
        """Return the ports from which a way leads through and that go together with this half of a connector."""
        found = self._entries.get(half)
        if found is None:
            mated = ((place, port, fit_of(half, port.half)) for place, port in self.link_ports)
            found = self._entries[half] = tuple(
                Entry(place, port, fit) for place, port, fit in mated if fit is not None
            )
        return found

    @cached_property
    def fronts(self) -> tuple[tuple[Port, Signals], ...]:
        """The open ports, each with what it sends and takes."""
        return tuple((port, signals_of(port.lanes)) for port in self.open_ports)

    @cached_property
    def without_ways(self) -> Layout:
        """The product as if nothing led through it: what its ports are themselves."""
        return replace(self, joins=())

    @cached_property
    def gives(self) -> frozenset[Function]:
        """What it can do for another product by sending something out."""
        return frozenset().union(*(port.gives for port in self.open_ports))

    @cached_property
    def takes(self) -> frozenset[Function]:
        """What another product can do for it."""
        return frozenset().union(*(port.takes for port in self.open_ports))

    def _opened(self, place: int) -> Port:
        port = self.ports[place]
        lanes = dict.fromkeys(port.lanes)
        for way in self.ways_from(place):
            for table, direction in ((way.out, Direction.IN), (way.back, Direction.OUT)):
                for protocol, passes in table.items():
                    limit = max(limit for _becomes, limit in passes)
                    lanes[Lane(protocol, direction, None if limit == inf else limit)] = None
        return replace(port, lanes=tuple(lanes))


class Way(NamedTuple):
    """A join seen from one of its ports: where it comes out, and what each protocol is there, out and in."""

    exit: int
    out: dict[str, tuple[tuple[str, float], ...]]
    back: dict[str, tuple[tuple[str, float], ...]]


def _ways(layout: Layout, place: int) -> Iterable[Way]:
    for join in layout.joins:
        if join.one == place:
            yield _way(join.other, [(lane.protocol, lane.becomes, lane.direction, lane.limit) for lane in join.lanes])
        if join.other == place:
            turned = {Direction.OUT: Direction.IN, Direction.IN: Direction.OUT, Direction.BOTH: Direction.BOTH}
            yield _way(
                join.one, [(lane.becomes, lane.protocol, turned[lane.direction], lane.limit) for lane in join.lanes]
            )


def _way(place: int, lanes: Iterable[tuple[str, str, Direction, float | None]]) -> Way:
    out: dict[str, list[tuple[str, float]]] = {}
    back: dict[str, list[tuple[str, float]]] = {}
    for here, there, direction, limit in lanes:
        passes = (there, inf if limit is None else limit)
        if direction != Direction.IN:
            out.setdefault(here, []).append(passes)
        if direction != Direction.OUT:
            back.setdefault(here, []).append(passes)
    return Way(place, {k: tuple(v) for k, v in out.items()}, {k: tuple(v) for k, v in back.items()})


def write_layout(layout: Layout) -> str:
    """Return the layout as compact JSON: the same text for equal layouts."""
    value = {
        "ports": [[port.name, port.connector, port.gender, port.quantity, port.lanes] for port in layout.ports],
        "joins": layout.joins,
        "purposes": sorted(layout.purposes),
        "budget": [layout.budget.watts, sorted(layout.budget.splits.items())] if layout.budget else None,
    }
    return orjson.dumps(_plain(value)).decode()


def read_layout(text: str) -> Layout:
    """Return the layout that `write_layout` wrote."""
    value = orjson.loads(text)
    budget = value["budget"]
    return Layout(
        ports=tuple(
            Port(
                name,
                connector,
                Gender(gender),
                quantity,
                tuple(Lane(protocol, Direction(direction), limit) for protocol, direction, limit in lanes),
            )
            for name, connector, gender, quantity, lanes in value["ports"]
        ),
        joins=tuple(
            Join(one, other, tuple(JoinLane(here, there, Direction(way), limit) for here, there, way, limit in lanes))
            for one, other, lanes in value["joins"]
        ),
        purposes=frozenset(Carrying(word) for word in value["purposes"]),
        budget=Budget(budget[0], {count: tuple(split) for count, split in budget[1]}) if budget else None,
    )


def _plain(value: Any) -> Any:
    """Return tuples as lists and enumerations as their words: orjson writes no subclasses of either."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, str) else value
