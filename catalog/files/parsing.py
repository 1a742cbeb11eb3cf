"""From the rows of a catalogue file to products, with everything that is wrong with them as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from catalog.files import cells
from catalog.files.rows import (
    KIND_COLUMNS,
    PLAIN_COLUMNS,
    PRODUCT_COLUMNS,
    TYPED_COLUMNS,
    VARIANT_COLUMNS,
    FileRow,
    ProductRow,
    VariantRow,
    error_at,
)
from catalog.models import Accessory, SoundDevice, Variant
from catalog.models.product import MAX_SHIPPING_GRAMS, MOST_PER_CUSTOMER
from electroports.errors import FieldError

Parser = Callable[[str], Any]


def above_zero(*, highest: int, what: str) -> Parser:
    """Return a parser of whole numbers above 0."""
    parse = cells.integer(highest=highest, what=what)

    def parse_above_zero(cell: str) -> int:
        number = parse(cell)
        if number == 0:
            raise cells.CellRefused("out_of_range", "must be above 0.")
        return number

    return parse_above_zero


TAKEN_TO_THE_LETTER = ("name", "description")
PARSERS: Mapping[str, Parser] = {
    "product": cells.pattern(r"[-a-zA-Z0-9_]+", longest=80, rule="must be a slug: letters, digits and hyphens"),
    "kind": cells.choice(KIND_COLUMNS),
    "brand": cells.line(longest=80),
    "category": cells.text(longest=80),
    "name": cells.line(longest=120),
    "description": cells.text(longest=20_000, blank=True),
    "specs": cells.named_pairs,
    "typed_specs": cells.named_texts,
    "in_the_box": cells.items,
    "warranty_months": cells.integer(highest=2**15 - 1, what="a number of months"),
    "released_on": cells.optional(cells.day),
    "popularity": cells.integer(),
    "is_published": cells.boolean,
    "tax_class": cells.text(longest=20, blank=True),
    "accessory_type": cells.choice(Accessory.Type.values),
    "length_m": cells.optional(cells.decimal(digits=6, places=2)),
    "watts": cells.optional(cells.decimal(digits=6, places=1)),
    "form_factor": cells.choice(SoundDevice.FormFactor.values),
    "connectivity": cells.connectivity(SoundDevice.CONNECTIVITY),
    "impedance_ohms": cells.optional(cells.integer()),
    "driver_mm": cells.optional(cells.decimal(digits=5, places=1)),
    "battery_hours": cells.optional(cells.decimal(digits=5, places=1)),
    "noise_cancelling": cells.boolean,
    "microphone": cells.boolean,
    "sku": cells.text(longest=40),
    "options": cells.options,
    "condition": cells.choice(Variant.Condition.values),
    "price": cells.price,
    "compare_at_price": cells.optional(cells.price),
    "shipping_grams": cells.optional(above_zero(highest=MAX_SHIPPING_GRAMS, what="a weight in grams")),
    "max_per_customer": cells.optional(above_zero(highest=MOST_PER_CUSTOMER, what="a number of units")),
    "stock": cells.stock,
}


def parse_products(rows: Iterable[FileRow]) -> tuple[list[ProductRow], list[FieldError]]:
    """Return the products of a file and everything that is wrong with its rows, in their order.

    A bad cell leaves None in its product, so that all else can still be checked; with any error, nothing may be
    written.
    """
    reading = _Reading()
    for row in rows:
        reading.take(row)
    return reading.products, reading.errors


def refused_prices(price: Decimal | None, former: Decimal | None) -> str | None:
    """Say why a variant cannot have cost `former` before, if it cannot."""
    return "must be above the price, or empty." if price and former and former <= price else None


class _Reading:
    """The pass over a file: what was read so far, and what must not come again."""

    def __init__(self) -> None:
        self.products: list[ProductRow] = []
        self.errors: list[FieldError] = []
        self._line = 0
        self._first: FileRow | None = None  # of the product that the pass is at
        self._after_broken = False
        self._slugs: dict[str, int] = {}
        self._skus: dict[str, int] = {}
        self._options: dict[tuple[str, str], int] = {}

    def take(self, row: FileRow) -> None:
        self._line = row.line
        if row.broken is not None:
            self.errors.append(row.broken)
            self._after_broken = True
            return
        slug = row.cells["product"].strip()
        first = self._first
        if first is not None and slug and slug == first.cells["product"].strip():
            self._check_repeated(first, row)
        else:
            self._begin_product(row, slug)
        self._after_broken = False
        self.products[-1].variants.append(self._variant(row))

    def _begin_product(self, row: FileRow, slug: str) -> None:
        self._first = row
        self._options = {}
        if slug in self._slugs:
            message = f"{slug} began on line {self._slugs[slug]}; its rows must stand together."
            self._refuse("product", "duplicate", message)
        elif slug:
            self._slugs[slug] = row.line
        if slug and not any(row.cells[name] for name in PRODUCT_COLUMNS):
            if not self._after_broken:  # else its first row may be the one that could not be read
                self._refuse("product", "required", "begins here, and its other columns are empty.")
            self.products.append(ProductRow(row.line, slug, traits={}, **self._nothing()))
            return
        read = {name: self._parse(row, name) for name in PLAIN_COLUMNS}
        traits = self._traits(row, read["kind"])
        self.products.append(ProductRow(row.line, self._parse(row, "product"), traits=traits, **read))

    def _traits(self, row: FileRow, kind: str | None) -> dict[str, Any]:
        if kind is None:  # which columns it has is not known
            return {}
        for name in TYPED_COLUMNS:
            if row.cells[name] and name not in KIND_COLUMNS[kind]:
                self._refuse(name, "not_allowed", f"must be empty: a product of the kind {kind} has no such field.")
        return {name: self._parse(row, name) for name in KIND_COLUMNS[kind]}

    def _check_repeated(self, first: FileRow, row: FileRow) -> None:
        for name in PRODUCT_COLUMNS:
            if row.cells[name] and row.cells[name] != first.cells[name]:
                self._refuse(
                    name,
                    "repeated_differently",
                    f"differs from line {first.line}, where the product begins; leave it empty.",
                )

    def _variant(self, row: FileRow) -> VariantRow:
        variant = VariantRow(row.line, **{name: self._parse(row, name) for name in VARIANT_COLUMNS})
        if (message := refused_prices(variant.price, variant.compare_at_price)) is not None:
            self._refuse("compare_at_price", "out_of_range", message)
        self._check_once(self._skus, variant.sku, "sku")
        if variant.options is not None and variant.condition is not None:
            self._check_once(self._options, (variant.name, variant.condition), "options")
        return variant

    def _check_once(self, seen: dict[Any, int], key: Any, column: str) -> None:
        if key is None:
            return
        if key in seen:
            same = "SKU" if column == "sku" else "options in the same condition"
            self._refuse(column, "duplicate", f"has the {same} of line {seen[key]}.")
        else:
            seen[key] = self._line

    def _parse(self, row: FileRow, column: str) -> Any:
        cell = row.cells[column]
        if column not in TAKEN_TO_THE_LETTER:
            cell = cell.strip()
        try:
            if "\x00" in cell:
                raise cells.CellRefused("invalid", "holds the character U+0000.")
            return PARSERS[column](cell)
        except cells.CellRefused as refused:
            self._refuse(column, refused.code, refused.message)
            return None

    @staticmethod
    def _nothing() -> dict[str, Any]:
        return dict.fromkeys(PLAIN_COLUMNS)

    def _refuse(self, column: str, code: str, message: str) -> None:
        self.errors.append(error_at(self._line, column, code, message))
