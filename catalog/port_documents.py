"""How the API shows ports and what passes through them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.ports import PROTOCOLS, Carrying, Layout

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
