"""Rows of a bulk call: JSON objects whose names are the columns of a catalogue file, read by the same rules.

A row names a SKU and whatever is to change; what it does not name stays as it is, or is as usual for what is new.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from catalog.files import cells
from catalog.files.parsing import PARSERS
from catalog.files.rows import COLUMNS, PRODUCT_COLUMNS, error_at
from electroports.errors import FieldError

BULK_COLUMNS = (*COLUMNS, "is_active")
WHOLE = ("warranty_months", "popularity", "impedance_ohms", "shipping_grams", "max_per_customer")
SWITCHES = ("is_published", "is_active", "noise_cancelling", "microphone")
PAIRS = ("specs", "options")
AMOUNTS = ("price", "compare_at_price")
LISTS = ("in_the_box", "connectivity")
# What is not there when null is sent for it.
OPTIONAL = (
    *("released_on", "length_m", "watts", "impedance_ohms", "driver_mm", "battery_hours"),
    *("compare_at_price", "shipping_grams", "max_per_customer", "tax_class"),
)
BULK_PARSERS: Mapping[str, Callable[[str], Any]] = {**PARSERS, "is_active": cells.boolean}


@dataclass(slots=True)
class BulkRow:
    """One row: its place in the list, and the values that it gives by column, without those that cannot be read."""

    index: int
    values: dict[str, Any]

    @property
    def sku(self) -> str:
        """What the row is about; empty if that could not be read."""
        return str(self.values.get("sku", ""))

    @property
    def product_values(self) -> dict[str, Any]:
        """What it says of the product rather than of the variant."""
        return {name: value for name, value in self.values.items() if name in PRODUCT_COLUMNS}


def read_bulk(rows: Sequence[Any]) -> tuple[list[BulkRow], list[FieldError]]:
    """Return the rows of a bulk call, and everything that is wrong with them by themselves."""
    read: list[BulkRow] = []
    errors: list[FieldError] = []
    first: dict[str, int] = {}
    for index, given in enumerate(rows):
        row, problems = _read_row(index, given)
        errors += problems
        if row.sku in first:
            errors.append(error_at(index, "sku", "duplicate", f"is that of line {first[row.sku]}, too."))
        elif row.sku:
            first[row.sku] = index
        read.append(row)
    return read, errors


def _read_row(index: int, given: Any) -> tuple[BulkRow, list[FieldError]]:
    row = BulkRow(index, {})
    if not isinstance(given, dict):
        return row, [error_at(index, "", "invalid", "is no object.")]
    errors: list[FieldError] = []
    for name, value in given.items():
        try:
            if name not in BULK_COLUMNS:
                errors.append(error_at(index, str(name)[:40], "unknown_field", "is not accepted here."))
                continue
            row.values[name] = BULK_PARSERS[name](_cell(name, value))
        except cells.CellRefused as refused:
            errors.append(error_at(index, name, refused.code, refused.message))
    if "sku" not in given:
        errors.append(error_at(index, "sku", "required", "is missing."))
    return row, errors


def _cell(name: str, value: Any) -> str:
    """Return the cell of a file that says the same as a JSON value; raises CellRefused for another type."""
    if value is None and name in OPTIONAL:
        return ""
    if name in WHOLE:
        return str(_only(int, value, "a whole number"))
    if name in SWITCHES:
        return "true" if _only(bool, value, "true or false") else "false"
    if name in PAIRS:
        return _json([_pair(row) for row in _only(list, value, "a list of names with their values")])
    if name in LISTS:
        return _json(found) if (found := _only(list, value, "a list of texts")) else ""
    if name == "typed_specs":
        return _json([list(pair) for pair in _only(dict, value, "texts by the code of their field").items()])
    if name == "stock":
        units = _only(dict, value, "units by the code of their location")
        return _json([[code, str(_only(int, figure, "a whole number"))] for code, figure in units.items()])
    text = str(_only(str, value, "a text"))
    if name in AMOUNTS and text != text.strip():
        raise cells.CellRefused("invalid", "must be an amount without blanks.")
    return text if name in ("name", "description") else text.strip()


def _only(wanted: type, value: Any, words: str) -> Any:
    if type(value) is not wanted:
        raise cells.CellRefused("invalid", f"must be {words}.")
    return value


def _pair(row: Any) -> list[str]:
    if not isinstance(row, dict) or set(row) != {"name", "value"}:
        raise cells.CellRefused("invalid", "must be a list of objects with a name and a value.")
    return [row["name"], row["value"]]


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
