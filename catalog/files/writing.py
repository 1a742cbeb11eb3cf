"""From products to the text of a catalogue file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from catalog.files.cells import BAR, items_cell, pairs_cell
from catalog.files.ports import (
    BUDGET_COLUMNS,
    JOIN_COLUMNS,
    PORT_COLUMNS,
    ProductPorts,
    join_lanes_text,
    lanes_text,
    number_text,
    splits_text,
)
from catalog.files.rows import COLUMNS, PLAIN_COLUMNS, PRODUCT_COLUMNS, TYPED_COLUMNS, ProductRow, VariantRow
from electroports.spreadsheets import guard

QUOTED = re.compile(r'[",\r\n]')


def write_products(products: Iterable[ProductRow]) -> Iterator[str]:
    """Yield the file piece by piece: the header, then each product with its variants.

    What `read_rows` and `parse_products` make of it is equal to what was given.
    """
    yield _line(COLUMNS)
    for product in products:
        first = [_cell(getattr(product, name), name) for name in PLAIN_COLUMNS]
        first += [_cell(product.traits.get(name), name) for name in TYPED_COLUMNS]
        further = [""] * len(PRODUCT_COLUMNS)
        yield "".join(
            _line([product.slug, *(further if place else first), *_variant_cells(variant)])
            for place, variant in enumerate(product.variants)
        )


def write_ports(products: Iterable[ProductPorts]) -> dict[str, str]:
    """Return the texts of the files of ports by their tables. What `read_ports` makes of them is what was given."""
    lines: dict[str, list[str]] = {
        "ports": [_line(PORT_COLUMNS.keys())],
        "port_joins": [_line(JOIN_COLUMNS.keys())],
        "power_budgets": [_line(BUDGET_COLUMNS.keys())],
    }
    for product in products:
        for port in product.ports:
            cells = (port.product, port.port, port.connector, port.gender, str(port.quantity), lanes_text(port.carries))
            lines["ports"].append(_line(cells))
        for join in product.joins:
            lines["port_joins"].append(_line((join.product, join.one, join.other, join_lanes_text(join.carries))))
        if (budget := product.budget) is not None:
            watts = number_text(float(budget.watts))
            lines["power_budgets"].append(_line((budget.product, watts, splits_text(budget.splits))))
    return {table: "".join(rows) for table, rows in lines.items()}


def _variant_cells(variant: VariantRow) -> list[str]:
    return [
        variant.sku,
        pairs_cell(variant.options),
        variant.condition,
        _cell(variant.price, "price"),
        _cell(variant.compare_at_price, "compare_at_price"),
        _cell(variant.shipping_grams, "shipping_grams"),
        _cell(variant.max_per_customer, "max_per_customer"),
        BAR.join(f"{code}: {units}" for code, units in variant.stock.items()),
    ]


def _cell(value: Any, column: str) -> str:
    if value is None:
        return ""
    if column == "specs":
        return pairs_cell(value)
    if isinstance(value, dict):
        return pairs_cell([list(pair) for pair in value.items()])
    if isinstance(value, list):
        return items_cell(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _line(cells: Iterable[str]) -> str:
    # Not csv.writer: up to Python 3.12 it leaves a lone carriage return unquoted, which no reader takes.
    return ",".join(_quoted(guard(cell)) for cell in cells) + "\n"


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if QUOTED.search(cell) else cell
