"""What must hold of the ports of a product, whether the back office, the staff API or a file describes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from catalog.files.ports import BudgetRow, JoinRow, PortRow, ProductPorts, may_become
from catalog.ports import PROTOCOLS, Carrying, Direction, Gender, JoinLane, Lane
from electroports.errors import DOES_NOT_EXIST

# Without control characters, and with none that is blank at either end.
NAME = re.compile(r"^[^\s\x00-\x1f\x7f-\x9f]([^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$")
MAX_PORTS = 30  # a Thunderbolt dock has 13, and 22 ways through it
MAX_JOINS = 60
MAX_LANES = 40
MAX_ALL_LANES = 150  # where the seed has up to 39: comparing two products takes time with the product of theirs
MAX_QUANTITY = 100
MAX_NAME = 40
MAX_LIMIT = 10_000.0
MAX_WATTS = 9999.9  # what the column holds
MAX_DEVICES = 20


class Fault(NamedTuple):
    """Something that must not be: in which part (`ports`, `joins`, `power_budget`), which of it, and in which field."""

    part: str
    place: int | None
    field: str
    code: str
    message: str


def port_faults(found: ProductPorts, wireless: Mapping[str, bool]) -> list[Fault]:
    """Return what is wrong with the ports of a product; `wireless` says of each code of a connector whether it is one.

    Ways between ports are looked at once the names of the ports are in order.
    """
    faults = [fault for place, row in enumerate(found.ports) for fault in _of_port(place, row, wireless)]
    if len(found.ports) > MAX_PORTS:
        faults.append(Fault("ports", None, "", "max_length", f"At most {MAX_PORTS} ports; alike ones are one."))
    lanes = sum(len(port.carries) for port in found.ports) + sum(len(join.carries) for join in found.joins)
    if lanes > MAX_ALL_LANES:
        message = f"The ports and ways carry {lanes} things in all; at most {MAX_ALL_LANES}."
        faults.append(Fault("ports", None, "", "max_length", message))
    named = list(_names(found.ports))
    return faults + (named or list(_of_joins(found))) + (list(_of_budget(found)) if found.budget else [])


def _names(rows: Sequence[PortRow]) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, row in enumerate(rows):
        if not NAME.fullmatch(row.port) or len(row.port) > MAX_NAME:
            message = f"Give a name of 1 to {MAX_NAME} characters on one line, with no blank at either end."
            yield Fault("ports", place, "name", "invalid", message)
        elif row.port.casefold() in seen:
            message = f"“{row.port}” comes twice. Number them (USB-C 1, USB-C 2), or count those that are alike."
            yield Fault("ports", place, "name", "repeated_name", message)
        seen.add(row.port.casefold())


def _of_port(place: int, row: PortRow, wireless: Mapping[str, bool]) -> Iterator[Fault]:
    if row.connector not in wireless:
        yield Fault("ports", place, "connector", DOES_NOT_EXIST, "There is no connector of this code.")
    elif wireless[row.connector] and row.gender != Gender.NEITHER:
        yield Fault("ports", place, "gender", "invalid", "This connector is wireless: neither plug nor receptacle.")
    elif not wireless[row.connector] and row.gender == Gender.NEITHER:
        yield Fault("ports", place, "gender", "invalid", "This connector has two halves: say plug or receptacle.")
    if not 1 <= row.quantity <= MAX_QUANTITY:
        yield Fault("ports", place, "quantity", "out_of_range", f"From 1 to {MAX_QUANTITY}.")
    yield from _of_lanes("ports", place, [(lane, lane.protocol) for lane in row.carries])


def _of_lanes(part: str, place: int, rows: Sequence[tuple[Lane | JoinLane, str]]) -> Iterator[Fault]:
    """Yield what is wrong with what is carried; each row is a lane, and what its protocol becomes."""
    if len(rows) > MAX_LANES:
        yield Fault(part, place, "carries", "max_length", f"At most {MAX_LANES} things.")
    seen: set[tuple[str, str, Direction]] = set()
    for number, (lane, becomes) in enumerate(rows):
        ways = {(lane.protocol, becomes, direction) for direction in _directions(lane.direction)}
        if ways & seen:
            message = f"{lane.protocol} comes twice in one direction."
            yield Fault(part, place, f"carries.{number}.protocol", "duplicate", message)
        seen |= ways
        if lane.limit is None:
            continue
        if PROTOCOLS[lane.protocol].carrying == PROTOCOLS[becomes].carrying == Carrying.AUDIO:
            yield Fault(
                part, place, f"carries.{number}.limit", "invalid", f"{lane.protocol} is sound: it has no limit."
            )
        elif not 0 < lane.limit <= MAX_LIMIT:
            message = f"A limit is above 0 and at most {MAX_LIMIT:.0f}, in W or Gbit/s."
            yield Fault(part, place, f"carries.{number}.limit", "out_of_range", message)


def _directions(direction: Direction) -> Iterable[Direction]:
    return (Direction.OUT, Direction.IN) if direction == Direction.BOTH else (direction,)


def _of_joins(found: ProductPorts) -> Iterator[Fault]:
    names = {row.port for row in found.ports}
    seen: set[frozenset[str]] = set()
    if len(found.joins) > MAX_JOINS:
        yield Fault("joins", None, "", "max_length", f"At most {MAX_JOINS} ways.")
    for place, row in enumerate(found.joins):
        strangers = [(field, name) for field, name in (("one", row.one), ("other", row.other)) if name not in names]
        for field, name in strangers:
            message = f"The product has no port “{name[:MAX_NAME]}”; it has {', '.join(sorted(names)) or 'none'}."
            yield Fault("joins", place, field, DOES_NOT_EXIST, message)
        if not strangers and row.one == row.other:
            yield Fault("joins", place, "other", "invalid", "A way leads from one port to another one.")
        elif not strangers and frozenset((row.one, row.other)) in seen:
            message = f"The way between “{row.one}” and “{row.other}” is described already; say it at one of its ends."
            yield Fault("joins", place, "other", "duplicate", message)
        seen.add(frozenset((row.one, row.other)))
        yield from _of_way(place, row)


def _of_way(place: int, row: JoinRow) -> Iterator[Fault]:
    if not row.carries:
        yield Fault("joins", place, "carries", "required", "Say what passes here.")
    for number, lane in enumerate(row.carries):
        if not may_become(lane.protocol, lane.becomes):
            message = f"{lane.protocol} cannot become {lane.becomes}, which carries something else."
            yield Fault("joins", place, f"carries.{number}.becomes", "invalid", message)
    yield from _of_lanes("joins", place, [(lane, lane.becomes) for lane in row.carries])


def _of_budget(found: ProductPorts) -> Iterator[Fault]:
    budget: BudgetRow = found.budget  # type: ignore[assignment]
    watts = float(budget.watts)
    if not found.ports:
        yield Fault("power_budget", 0, "watts", "invalid", "A product without ports gives no power.")
    if not 0 < watts <= MAX_WATTS:
        yield Fault("power_budget", 0, "watts", "out_of_range", f"Above 0 and at most {MAX_WATTS} W.")
    for number, (devices, each) in enumerate(budget.splits.items()):
        field = f"splits.{number}.watts"
        if not 2 <= devices <= MAX_DEVICES:
            message = f"Power is shared between 2 to {MAX_DEVICES} devices."
            yield Fault("power_budget", 0, f"splits.{number}.devices", "out_of_range", message)
        elif len(each) != devices:
            yield Fault("power_budget", 0, field, "invalid", f"Say for each of the {devices} devices what it gets.")
        elif not all(share > 0 for share in each) or sum(each) > watts + 0.001:
            message = f"{devices} devices get more than nothing each, and together no more than the {watts:g} W."
            yield Fault("power_budget", 0, field, "out_of_range", message)
