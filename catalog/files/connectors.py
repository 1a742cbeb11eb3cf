"""The data files of connectors and their pins."""

from __future__ import annotations

from typing import NamedTuple

from catalog.errors import InvalidCatalogueFile
from catalog.files import cells
from catalog.files.taxonomy import check_once, read_as, slug
from catalog.models import Connector


class PinRow(NamedTuple):
    """A contact of the data files."""

    connector: str
    pin: str
    signal: str
    description: str


class ConnectorRow(NamedTuple):
    """A connector of the data files; `pin_count` is what the rows of its pins must come to."""

    code: str
    name: str
    family: str
    shape: str
    pin_count: int
    is_wireless: bool
    source: str
    description: str


def read_connectors(connectors: bytes, pins: bytes) -> list[tuple[ConnectorRow, list[PinRow]]]:
    """Return the connectors of two files, each with its pins in their order.

    Raises InvalidCatalogueFile, also for a connector whose pins are not as many as it says, or name one twice.
    """
    rows = read_as(
        connectors,
        ConnectorRow,
        {
            "code": slug,
            "name": cells.text(longest=60),
            "family": cells.choice(Connector.Family.values),
            "shape": cells.choice(Connector.Shape.values),
            "pin_count": cells.integer(highest=1000),
            "is_wireless": cells.boolean,
            "source": cells.text(longest=160),
            "description": cells.text(longest=1000),
        },
    )
    check_once("code", [row.code for row in rows])
    by_connector: dict[str, list[PinRow]] = {row.code: [] for row in rows}
    for pin in read_pins(pins):
        if pin.connector not in by_connector:
            raise InvalidCatalogueFile(f"There are pins of a connector that there is not: {pin.connector}.")
        by_connector[pin.connector].append(pin)
    for row in rows:
        own = by_connector[row.code]
        check_once(f"pin of {row.code}", [pin.pin for pin in own])
        if len(own) != row.pin_count:
            raise InvalidCatalogueFile(f"{row.code} says that it has {row.pin_count} pins; {len(own)} are listed.")
    return [(row, by_connector[row.code]) for row in rows]


def read_pins(data: bytes) -> list[PinRow]:
    """Return the pins of a file with the columns connector, pin, signal, description; raises InvalidCatalogueFile."""
    return read_as(
        data,
        PinRow,
        {
            "connector": slug,
            "pin": cells.text(longest=12),
            "signal": cells.text(longest=40),
            "description": cells.text(longest=120, blank=True),
        },
    )
