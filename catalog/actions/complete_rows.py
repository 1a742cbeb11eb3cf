"""Make whole products of the rows of a bulk call: what a row leaves out is as it is stored, or as is usual."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from catalog.bulk import chunks
from catalog.files import cells
from catalog.files.json_rows import BulkRow
from catalog.files.parsing import PARSERS, refused_prices
from catalog.files.rows import KIND_COLUMNS, PLAIN_COLUMNS, TYPED_COLUMNS, ProductRow, VariantRow, error_at
from catalog.models import Product, Variant
from catalog.stored import StoredProduct, product_row, stored_products, variant_row
from electroports.errors import FieldError

USUAL: dict[str, Any] = {
    "description": "",
    "specs": [],
    "typed_specs": {},
    "in_the_box": [],
    "warranty_months": 12,
    "released_on": None,
    "popularity": 0,
    "is_published": True,
    "tax_class": "",
}
USUAL_VARIANT: dict[str, Any] = {
    "options": [],
    "condition": "new",
    "compare_at_price": None,
    "shipping_grams": None,
    "max_per_customer": None,
    "stock": {},
    "is_active": True,
}
USUAL_CELLS = {"noise_cancelling": "false", "microphone": "false"}


class Completed(NamedTuple):
    """The products that the rows of a bulk call come to, each with the place of its first row, and what is wrong.

    `members` has the places of all rows of a product by that of its first, and `givers` the row that gave a column.
    """

    products: list[ProductRow]
    errors: list[FieldError]
    members: dict[int, list[int]]
    givers: dict[tuple[int, str], int]


def complete_rows(rows: Sequence[BulkRow]) -> Completed:
    """Return whole products for the rows."""
    completing = _Completing(rows)
    return Completed(completing.products(), completing.errors, completing.members, completing.givers)


class _Completing:
    """What the shop has of what the rows name, read at once."""

    def __init__(self, rows: Sequence[BulkRow]) -> None:
        self.errors: list[FieldError] = []
        self.members: dict[int, list[int]] = {}
        self.givers: dict[tuple[int, str], int] = {}
        self._by_slug: dict[str, list[BulkRow]] = {}
        owners: dict[str, str] = {}
        for skus in chunks(row.sku for row in rows if row.sku):
            owners.update(Variant.objects.filter(sku__in=skus).order_by().values_list("sku", "product__slug"))
        for row in rows:
            owner = owners.get(row.sku)
            slug = row.values.get("product") or owner
            if owner is not None and slug != owner:
                self._refuse(row, "sku", "duplicate", f"is a SKU of {owner} in the shop.")
            elif slug:
                self._by_slug.setdefault(slug, []).append(row)
            elif row.sku and "product" not in row.values:
                self._refuse(row, "product", "required", "is missing, for the SKU is new.")
        self._stored: dict[str, StoredProduct] = {}
        for slugs in chunks(self._by_slug):
            found = Product.objects.filter(slug__in=slugs).select_related("brand", "category", "tax_class")
            self._stored.update((each.product.slug, each) for each in stored_products(list(found)))

    def products(self) -> list[ProductRow]:
        """Return the products, in the order in which the rows name them."""
        return [self._product(slug, rows) for slug, rows in self._by_slug.items()]

    def _product(self, slug: str, rows: Sequence[BulkRow]) -> ProductRow:
        first = rows[0]
        self.members[first.index] = [row.index for row in rows]
        stored = self._stored.get(slug)
        values = self._agreed(rows)
        if stored is None:
            product = self._new_product(slug, first, values)
        else:
            known = product_row(stored)
            traits = {**known.traits, **self._traits(first, stored.product.kind, values)}
            plain = {name: value for name, value in values.items() if name in PLAIN_COLUMNS}
            product = replace(known, line=first.index, traits=traits, variants=[], **plain)
        product.variants = self._variants(rows, stored)
        return product

    def _agreed(self, rows: Sequence[BulkRow]) -> dict[str, Any]:
        """Return what the rows of a product say of it; no two may say something else."""
        values: dict[str, Any] = {}
        for row in rows:
            for name, value in row.product_values.items():
                if name in values and values[name] != value:
                    message = f"differs from line {rows[0].index}, which is of the same product."
                    self._refuse(row, name, "repeated_differently", message)
                self.givers.setdefault((rows[0].index, name), row.index)
                values.setdefault(name, value)
        return values

    def _new_product(self, slug: str, first: BulkRow, values: dict[str, Any]) -> ProductRow:
        kind = values.get("kind")
        whole: dict[str, Any] = {name: values.get(name, USUAL.get(name)) for name in PLAIN_COLUMNS}
        for name in ("kind", "brand", "category", "name"):
            if name not in values:
                self._refuse(first, name, "required", "is missing, for the product is new.")
        traits = self._new_traits(first, kind, values) if kind else {}
        return ProductRow(first.index, slug, traits=traits, **whole)

    def _new_traits(self, first: BulkRow, kind: str, values: dict[str, Any]) -> dict[str, Any]:
        traits = self._traits(first, kind, values)
        for name in KIND_COLUMNS[kind]:
            if name not in traits:
                try:
                    traits[name] = PARSERS[name](USUAL_CELLS.get(name, ""))
                except cells.CellRefused:
                    self._refuse(first, name, "required", "is missing, for the product is new.")
                    traits[name] = None
        return traits

    def _traits(self, first: BulkRow, kind: str, values: dict[str, Any]) -> dict[str, Any]:
        given = {name: value for name, value in values.items() if name in TYPED_COLUMNS}
        for name in given:
            if name not in KIND_COLUMNS[kind]:
                self._refuse_given(first, name, "not_allowed", f"is no field of a product of the kind {kind}.")
        return {name: value for name, value in given.items() if name in KIND_COLUMNS[kind]}

    def _variants(self, rows: Iterable[BulkRow], stored: StoredProduct | None) -> list[VariantRow]:
        known = {each.variant.sku: variant_row(each) for each in stored.variants} if stored else {}
        taken: dict[tuple[str, str], int] = {}
        variants: list[VariantRow] = []
        for row in rows:
            given = {name: value for name, value in row.values.items() if name in ("sku", "price", *USUAL_VARIANT)}
            if row.sku in known:
                variant = replace(known[row.sku], line=row.index, **{"stock": {}, **given})
            else:
                variant = VariantRow(row.index, **{"sku": "", "price": None, **USUAL_VARIANT, **given})
                if "price" not in given:
                    self._refuse(row, "price", "required", "is missing, for the SKU is new.")
            if (message := refused_prices(variant.price, variant.compare_at_price)) is not None:
                self._refuse(row, "compare_at_price", "out_of_range", message)
            if (place := taken.setdefault((variant.name, variant.condition), row.index)) != row.index:
                message = f"has the options in the same condition of line {place}."
                self._refuse(row, "options", "duplicate", message)
            variants.append(variant)
        return variants

    def _refuse(self, row: BulkRow, column: str, code: str, message: str) -> None:
        self.errors.append(error_at(row.index, column, code, message))

    def _refuse_given(self, first: BulkRow, column: str, code: str, message: str) -> None:
        """Refuse what a product is given in the row that gives it."""
        self.errors.append(error_at(self.givers.get((first.index, column), first.index), column, code, message))
