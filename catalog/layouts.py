"""The layouts of products: made from the rows of their ports, and kept in memory by those who ask what fits what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, ItemsView
from dataclasses import dataclass, field

from catalog.models import Port, PortJoin, PortLayout, PowerBudget
from catalog.ports import (
    Budget,
    Carrying,
    Direction,
    Gender,
    Join,
    JoinLane,
    Lane,
    Layout,
    read_layout,
)
from catalog.ports import Port as PortOfLayout


@dataclass(slots=True)
class PortRows:
    """The rows about the ports of some products, by product."""

    ports: dict[int, list[Port]] = field(default_factory=lambda: defaultdict(list))
    joins: dict[int, list[PortJoin]] = field(default_factory=lambda: defaultdict(list))
    budgets: dict[int, PowerBudget] = field(default_factory=dict)

    def layout(self, product_id: int, purposes: frozenset[Carrying]) -> Layout:
        """Return the layout of a product."""
        ports = self.ports.get(product_id, [])
        places = {port.pk: place for place, port in enumerate(ports)}
        budget = self.budgets.get(product_id)
        return Layout(
            tuple(
                PortOfLayout(port.name, port.connector.code, Gender(port.gender), port.quantity, _lanes(port.carries))
                for port in ports
            ),
            tuple(
                Join(places[join.one_id], places[join.other_id], _join_lanes(join.carries))
                for join in self.joins.get(product_id, [])
            ),
            purposes,
            Budget(float(budget.watts), {int(n): tuple(split) for n, split in budget.splits.items()})
            if budget
            else None,
        )


def load_layouts(product_ids: Collection[int]) -> PortRows:
    """Return the rows about the ports of these products, in three queries; in one where none has any."""
    rows = PortRows()
    ports = Port.objects.filter(product_id__in=product_ids).select_related("connector").order_by("position", "id")
    for port in ports:
        rows.ports[port.product_id].append(port)
    if not rows.ports:
        return rows
    for join in PortJoin.objects.filter(product_id__in=product_ids).order_by("position", "id"):
        rows.joins[join.product_id].append(join)
    rows.budgets = {row.product_id: row for row in PowerBudget.objects.filter(product_id__in=product_ids)}
    return rows


class LayoutStore:
    """Layouts by their keys. A row of them never changes, so what was read once holds for ever."""

    def __init__(self) -> None:
        self._known: dict[int, Layout] = {}

    def __getitem__(self, layout_id: int) -> Layout:
        return self._known[layout_id]

    def __len__(self) -> int:
        return len(self._known)

    def items(self) -> ItemsView[int, Layout]:
        """Return the layouts that are known, with their keys."""
        return self._known.items()

    def need(self, layout_ids: Collection[int | None]) -> None:
        """Read those of the layouts that are not known yet, by one query if there are any."""
        missing = {pk for pk in layout_ids if pk is not None and pk not in self._known}
        if missing:
            rows = PortLayout.objects.filter(pk__in=missing).values_list("pk", "layout")
            self._known |= {pk: read_layout(text) for pk, text in rows}


def _lanes(carries: list[list[object]]) -> tuple[Lane, ...]:
    return tuple(Lane(str(protocol), Direction(str(way)), _number(limit)) for protocol, way, limit in carries)


def _join_lanes(carries: list[list[object]]) -> tuple[JoinLane, ...]:
    return tuple(
        JoinLane(str(here), str(there), Direction(str(way)), _number(limit)) for here, there, way, limit in carries
    )


def _number(limit: object) -> float | None:
    return None if limit is None else float(str(limit))
