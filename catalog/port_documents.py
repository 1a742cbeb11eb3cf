"""How the API shows ports and what passes through them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.ports import PROTOCOLS, Budget, Carrying, Layout

UNITS = {Carrying.POWER: "W"}
TURNED = {"out": "in", "in": "out", "both": "both"}


def port_documents(layout: Layout, connectors: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the ports of a product as its page shows them; `connectors` are the names of theirs by code."""
    documents: list[dict[str, Any]] = [
        {
            "name": port.name,
            "connector": {"code": port.connector, "name": connectors[port.connector]},
            "gender": port.gender.value,
            "quantity": port.quantity,
            "carries": [lane_document(lane.protocol, lane.direction, lane.limit) for lane in port.lanes],
            "joined_to": [],
        }
        for port in layout.ports
    ]
    for join in layout.joins:
        one, other = documents[join.one], documents[join.other]
        one["joined_to"].append(
            {
                "port": other["name"],
                "carries": [
                    {**lane_document(lane.protocol, lane.direction, lane.limit), "becomes": lane.becomes}
                    for lane in join.lanes
                ],
            }
        )
        other["joined_to"].append(
            {
                "port": one["name"],
                "carries": [
                    {**lane_document(lane.becomes, TURNED[lane.direction], lane.limit), "becomes": lane.protocol}
                    for lane in join.lanes
                ],
            }
        )
    return documents


def lane_document(protocol: str, direction: str, limit: float | None) -> dict[str, Any]:
    """Return one thing that is carried: watts of power, Gbit/s of everything else, null where nothing limits it."""
    row = PROTOCOLS[protocol]
    return {
        "carrying": row.carrying.value,
        "protocol": protocol,
        "name": row.name,
        "direction": str(direction),
        "limit": limit,
        "unit": None if limit is None else UNITS.get(row.carrying, "Gbit/s"),
    }


def budget_document(budget: Budget | None) -> dict[str, Any] | None:
    """Return what all outputs give together, in W, and how it is shared; None where nothing is known of it."""
    if budget is None:
        return None
    splits = [{"devices": devices, "watts": list(watts)} for devices, watts in sorted(budget.splits.items())]
    return {"watts": budget.watts, "splits": splits}


def staff_ports_document(layout: Layout) -> dict[str, Any]:
    """Return the ports of a product as staff send them: codes without their names, each way at one of its ends."""
    documents: list[dict[str, Any]] = [
        {
            "name": port.name,
            "connector": port.connector,
            "gender": port.gender.value,
            "quantity": port.quantity,
            "carries": [_lane(lane.protocol, lane.direction, lane.limit) for lane in port.lanes],
            "joined_to": [],
        }
        for port in layout.ports
    ]
    for join in layout.joins:
        carries = [{**_lane(lane.protocol, lane.direction, lane.limit), "becomes": lane.becomes} for lane in join.lanes]
        documents[join.one]["joined_to"].append({"port": layout.ports[join.other].name, "carries": carries})
    return {"ports": documents, "power_budget": budget_document(layout.budget)}


def _lane(protocol: str, direction: str, limit: float | None) -> dict[str, Any]:
    return {"protocol": protocol, "direction": str(direction), "limit": limit}
