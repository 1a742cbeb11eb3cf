"""What a catalogue file holds: its columns, its raw rows, and the products that they come to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from electroports.errors import FieldError

Pairs = list[list[str]]

KIND_COLUMNS: dict[str, tuple[str, ...]] = {
    "device": (),
    "accessory": ("accessory_type", "length_m", "watts"),
    "sound_device": (
        "form_factor",
        "connectivity",
        "impedance_ohms",
        "driver_mm",
        "battery_hours",
        "noise_cancelling",
        "microphone",
    ),
}
TYPED_COLUMNS = KIND_COLUMNS["accessory"] + KIND_COLUMNS["sound_device"]
PLAIN_COLUMNS = (
    "kind",
    "brand",
    "category",
    "name",
    "description",
    "specs",
    "typed_specs",
    "in_the_box",
    "warranty_months",
    "released_on",
    "popularity",
    "is_published",
    "tax_class",
)
PRODUCT_COLUMNS = PLAIN_COLUMNS + TYPED_COLUMNS
VARIANT_COLUMNS = (
    "sku",
    "options",
    "condition",
    "price",
    "compare_at_price",
    "shipping_grams",
    "max_per_customer",
    "stock",
)
COLUMNS = ("product", *PRODUCT_COLUMNS, *VARIANT_COLUMNS)


@dataclass(slots=True)
class FileRow:
    """One row as it was read, its first line being `line`; `broken` says why it could not be."""

    line: int
    cells: dict[str, str]
    broken: FieldError | None = None


@dataclass(slots=True)
class VariantRow:
    """A variant as a file describes it; `stock` is units on hand by location code, prices are KES with VAT."""

    line: int
    sku: str
    options: Pairs
    condition: str
    price: Decimal
    compare_at_price: Decimal | None
    shipping_grams: int | None
    max_per_customer: int | None
    stock: dict[str, int]
    is_active: bool = True

    @property
    def name(self) -> str:
        """The options in words: `Black / 256 GB`."""
        return " / ".join(value for _name, value in self.options)


@dataclass(slots=True)
class ProductRow:
    """A product as a file describes it; `traits` are the typed fields of its kind."""

    line: int
    slug: str
    kind: str
    brand: str
    category: str
    name: str
    description: str
    specs: Pairs
    typed_specs: dict[str, str]  # texts by the code of their field
    in_the_box: list[str]
    warranty_months: int
    released_on: date | None
    popularity: int
    is_published: bool
    tax_class: str  # its code; empty for the default one
    traits: dict[str, Any]
    variants: list[VariantRow] = field(default_factory=list)


def error_at(line: int, column: str, code: str, message: str) -> FieldError:
    """Return the error of one cell, or of a whole row if `column` is empty."""
    return FieldError(f"line {line}: {column}" if column else f"line {line}", code, message)
