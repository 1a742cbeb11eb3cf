"""The data files of ports: what each product has, how its ports are joined, and the power that they share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from catalog.errors import InvalidCatalogueFile
from catalog.files import cells
from catalog.files.cells import CellRefused
from catalog.files.taxonomy import check_once, read_as, slug
from catalog.ports import PROTOCOLS, Budget, Carrying, Direction, Gender, Join, JoinLane, Lane, Layout, Port

NUMBER = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?\Z")
LANE = "Write a protocol, out, in or both, and a limit in W or Gbit/s if there is one: usb-pd in 65"
JOIN_LANE = "Write a protocol (or two: dp > hdmi), out, in or both, and a limit if there is one: usb both 0.48"
# Data of these carry pictures, sound and networks too: an adapter may turn one into another.
TUNNELS = frozenset({"usb", "usb4", "thunderbolt"})
SPLIT = "Write the number of devices and what each gets: 2: 45 + 20"


class PortRow(NamedTuple):
    """A port of the data files."""

    product: str
    port: str
    connector: str
    gender: str
    quantity: int
    carries: tuple[Lane, ...]


class JoinRow(NamedTuple):
    """A way through a product, from one of its ports to another."""

    product: str
    one: str
    other: str
    carries: tuple[JoinLane, ...]


class BudgetRow(NamedTuple):
    """What the outputs of a product give together, in W, and to several devices."""

    product: str
    watts: Decimal
    splits: dict[int, tuple[float, ...]]


class ProductPorts(NamedTuple):
    """All that the files say about the ports of one product."""

    ports: list[PortRow]
    joins: list[JoinRow]
    budget: BudgetRow | None


def read_ports(ports: Iterable[bytes], joins: bytes | None, budgets: bytes | None) -> dict[str, ProductPorts]:
    """Return what the files say about the ports of each product, by its slug; raises InvalidCatalogueFile."""
    found: dict[str, ProductPorts] = {}
    for data in ports:
        for row in read_as(data, PortRow, PORT_COLUMNS):
            found.setdefault(row.product, ProductPorts([], [], None)).ports.append(row)
    for product, rows in found.items():
        check_once(f"port of {product}", [row.port for row in rows.ports])
    for join in read_as(joins, JoinRow, JOIN_COLUMNS) if joins else ():
        _check_ports(join, found)
        found[join.product].joins.append(join)
    for budget in read_as(budgets, BudgetRow, BUDGET_COLUMNS) if budgets else ():
        if budget.product not in found:
            raise InvalidCatalogueFile(f"There is power of a product without ports: {budget.product}.")
        found[budget.product] = found[budget.product]._replace(budget=budget)
    return found


def layout_of(found: ProductPorts, purposes: frozenset[Carrying]) -> Layout:
    """Return the layout of a product of the files."""
    places = {row.port: place for place, row in enumerate(found.ports)}
    return Layout(
        tuple(Port(row.port, row.connector, Gender(row.gender), row.quantity, row.carries) for row in found.ports),
        tuple(Join(places[row.one], places[row.other], row.carries) for row in found.joins),
        purposes,
        Budget(float(found.budget.watts), found.budget.splits) if found.budget else None,
    )


def _check_ports(join: JoinRow, found: dict[str, ProductPorts]) -> None:
    names = {row.port for row in found[join.product].ports} if join.product in found else set()
    for name in (join.one, join.other):
        if name not in names:
            raise InvalidCatalogueFile(f"{join.product} joins a port that it does not have: {name}.")
    if join.one == join.other:
        raise InvalidCatalogueFile(f"{join.product} joins a port to itself: {join.one}.")


def quantity(cell: str) -> int:
    """Return how many ports of a kind there are, 1 to 100; raises CellRefused."""
    found = cells.integer(highest=100)(cell)
    if not found:
        raise CellRefused("invalid", "is 0; a port that a product does not have is not listed.")
    return found


def lanes(cell: str) -> tuple[Lane, ...]:
    """Return what a port carries, from `usb-pd in 65 | usb both 10`; raises CellRefused."""
    return tuple(_lane(part) for part in _parts(cell))


def join_lanes(cell: str) -> tuple[JoinLane, ...]:
    """Return what passes between two joined ports, from `usb both 0.48 | dp > hdmi out 14.4`; raises CellRefused."""
    return tuple(_join_lane(part) for part in _parts(cell))


def splits(cell: str) -> dict[int, tuple[float, ...]]:
    """Return how power is shared, from `2: 45 + 20 | 3: 45 + 10 + 10`; raises CellRefused."""
    found: dict[int, tuple[float, ...]] = {}
    for part in _parts(cell):
        devices, _colon, watts = part.partition(":")
        each = [word.strip() for word in watts.split("+")]
        if not devices.strip().isdecimal() or int(devices) != len(each) or not all(map(NUMBER.match, each)):
            raise CellRefused("invalid", f"is {cells.shown(part)}. {SPLIT}.")
        found[len(each)] = tuple(map(float, each))
    return found


def lanes_text(rows: Iterable[Lane]) -> str:
    """Return the cell that `lanes` reads."""
    return cells.BAR.join(_words(row.protocol, row.direction, row.limit) for row in rows)


def join_lanes_text(rows: Iterable[JoinLane]) -> str:
    """Return the cell that `join_lanes` reads."""
    return cells.BAR.join(
        _words(
            row.protocol if row.protocol == row.becomes else f"{row.protocol} > {row.becomes}",
            row.direction,
            row.limit,
        )
        for row in rows
    )


def splits_text(rows: dict[int, tuple[float, ...]]) -> str:
    """Return the cell that `splits` reads."""
    return cells.BAR.join(f"{devices}: {' + '.join(map(number_text, each))}" for devices, each in sorted(rows.items()))


def number_text(number: float) -> str:
    """Return a number as these cells write it, exact to three places: `13.5`, `1500`."""
    return f"{number:.3f}".rstrip("0").rstrip(".")


def _parts(cell: str) -> list[str]:
    """Return the parts of a cell between bars or on lines of their own."""
    return [part.strip() for part in re.split(r"[|\n]", cell) if part.strip()]


def _words(protocol: str, direction: str, limit: float | None) -> str:
    return f"{protocol} {direction}" + (f" {number_text(limit)}" if limit is not None else "")


def _lane(part: str) -> Lane:
    words = part.split()
    protocol = words.pop(0)
    return Lane(_protocol(protocol), *_way(words, part, LANE))


def _join_lane(part: str) -> JoinLane:
    words = part.replace(">", " > ").split()
    here = there = words.pop(0)
    if words[:1] == [">"]:
        there = words[1] if len(words) > 1 else ""
        words = words[2:]
    if not may_become(_protocol(here), _protocol(there)):
        raise CellRefused("invalid", f"turns {here} into {there}, which carries something else.")
    return JoinLane(here, there, *_way(words, part, JOIN_LANE))


def _way(words: list[str], part: str, rule: str) -> tuple[Direction, float | None]:
    if len(words) not in (1, 2) or words[0] not in list(Direction) or not all(map(NUMBER.match, words[1:])):
        raise CellRefused("invalid", f"is {cells.shown(part)}. {rule}.")
    return Direction(words[0]), float(words[1]) if len(words) == 2 else None


def _protocol(code: str) -> str:
    if code not in PROTOCOLS:
        raise CellRefused("invalid", f"names a protocol that there is not: {cells.shown(code)}.")
    return code


def may_become(here: str, there: str) -> bool:
    """Tell whether an adapter can turn one protocol into the other: they carry the same, or one can carry anything."""
    return PROTOCOLS[here].carrying == PROTOCOLS[there].carrying or not TUNNELS.isdisjoint((here, there))


PORT_COLUMNS: dict[str, Any] = {
    "product": slug,
    "port": cells.text(longest=40),
    "connector": slug,
    "gender": cells.choice([gender.value for gender in Gender]),
    "quantity": quantity,
    "carries": lanes,
}
JOIN_COLUMNS: dict[str, Any] = {
    "product": slug,
    "one": cells.text(longest=40),
    "other": cells.text(longest=40),
    "carries": join_lanes,
}
BUDGET_COLUMNS: dict[str, Any] = {
    "product": slug,
    "watts": cells.decimal(digits=5, places=1),
    "splits": splits,
}
