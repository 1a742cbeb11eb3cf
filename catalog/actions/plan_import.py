"""Find out what importing a catalogue file would do, and everything that speaks against it. Writes nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import slugify

from catalog.actions.plan_specs import SpecTable
from catalog.bulk import chunks
from catalog.files.rows import ProductRow, VariantRow, error_at
from catalog.models import Brand, Category, Product, StockLevel, StockLocation, TaxClass, Variant
from catalog.models.product import RESERVED_SLUGS
from catalog.stored import StoredProduct, StoredVariant, stored_products
from electroports.errors import FieldError
from electroports.snapshots import diff

NEW_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
NEW_SKU = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*", re.ASCII)
PRODUCT_FIELDS = (
    "name",
    "description",
    "specs",
    "typed_specs",
    "in_the_box",
    "warranty_months",
    "released_on",
    "popularity",
    "is_published",
)
VARIANT_FIELDS = ("condition", "price", "compare_at_price", "shipping_grams", "max_per_customer")


@dataclass(slots=True)
class PlannedLevel:
    """A stock level that is to come to another figure; `level` is None where there is none yet."""

    line: int
    location_id: int
    level: StockLevel | None
    figure: int
    code: str  # of the location


@dataclass(slots=True)
class PlannedVariant:
    """A variant as it is to be."""

    variant: Variant
    is_new: bool
    is_changed: bool
    is_renamed: bool = False  # what makes it unique in its product changes
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)  # of one that changes: before, after
    levels: list[PlannedLevel] = field(default_factory=list)


@dataclass(slots=True)
class PlannedProduct:
    """A product as it is to be; brand and category are set when those that are missing are there."""

    row: ProductRow
    product: Product
    is_new: bool
    is_changed: bool
    are_traits_changed: bool
    variants: list[PlannedVariant] = field(default_factory=list)
    dropped: list[Variant] = field(default_factory=list)  # active ones that the file does not have
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)  # of one that changes: before, after

    @property
    def is_touched(self) -> bool:
        """Whether the import writes anything of this product."""
        return (
            self.is_new
            or self.is_changed
            or self.are_traits_changed
            or bool(self.dropped)
            or any(each.is_new or each.is_changed or each.levels for each in self.variants)
        )


@dataclass(slots=True)
class ImportPlan:
    """What an import would do. With any error, it may not."""

    products: list[PlannedProduct]
    new_brands: dict[str, str]  # name → slug
    new_categories: list[str]  # slugs
    errors: list[FieldError]


def plan_import(
    *, rows: Sequence[ProductRow], create_missing: bool, clamp_stock: bool, keep_absent: bool = False
) -> ImportPlan:
    """Compare the products of a file with those in the shop; see `import_catalog` for what the arguments mean.

    With `keep_absent` the variants that the rows do not name stay as they are, and where they are.
    """
    planner = _Planner(rows, create_missing=create_missing, clamp_stock=clamp_stock, keep_absent=keep_absent)
    planner.check_names(rows)
    products = [planner.plan(row) for row in rows]
    return ImportPlan(products, planner.new_brands, list(planner.new_categories), planner.errors)


class _Planner:
    """What the shop has of what the file names, read at once."""

    def __init__(
        self, rows: Sequence[ProductRow], *, create_missing: bool, clamp_stock: bool, keep_absent: bool
    ) -> None:
        self.create_missing = create_missing
        self.keep_absent = keep_absent
        self.clamp_stock = clamp_stock
        self.errors: list[FieldError] = []
        self.new_brands: dict[str, str] = {}
        self.new_categories: dict[str, None] = {}
        self._brands = dict(Brand.objects.values_list("name", "slug"))
        self._brand_by_fold = {name.casefold(): name for name in self._brands}
        self._categories = set(Category.objects.values_list("slug", flat=True))
        self._specs = SpecTable()
        self._tax_classes = dict(TaxClass.objects.values_list("code", "pk"))
        self._locations = dict(StockLocation.objects.values_list("code", "pk"))
        self._stored: dict[str, StoredProduct] = {}
        for slugs in chunks({row.slug: row for row in rows if row.slug}):
            products = Product.objects.filter(slug__in=slugs).select_related("brand", "category", "tax_class")
            self._stored.update((found.product.slug, found) for found in stored_products(list(products)))
        self._sku_owner: dict[str, str] = {}
        for skus in chunks({variant.sku: variant for row in rows for variant in row.variants if variant.sku}):
            self._sku_owner.update(Variant.objects.filter(sku__in=skus).order_by().values_list("sku", "product__slug"))

    def check_names(self, rows: Sequence[ProductRow]) -> None:
        """Refuse names that two products would have. One that a product has already is not questioned."""
        in_file: dict[str, list[ProductRow]] = {}
        for row in rows:
            if row.name:
                in_file.setdefault(row.name, []).append(row)
        slugs = {row.slug for row in rows}
        others: dict[str, str] = {}
        for names in chunks(in_file):
            others.update(
                (name, slug)
                for name, slug in Product.objects.filter(name__in=names).values_list("name", "slug")
                if slug not in slugs
            )
        for name, bearers in in_file.items():
            settled = [row for row in bearers if self._has_name(row)]
            for row in bearers:
                first = settled[0] if settled else bearers[0]
                if name in others and row not in settled:
                    self._refuse(row.line, "name", "duplicate", f"is the name of {others[name]} in the shop.")
                elif row is not first and row not in settled and row.slug != first.slug:
                    self._refuse(row.line, "name", "duplicate", f"is the name of {first.slug} on line {first.line}.")

    def plan(self, row: ProductRow) -> PlannedProduct:
        """Return what is to become of one product of the file."""
        stored = self._stored.get(row.slug)
        self._check_taxonomy(row)
        planned = self._changed_product(row, stored) if stored else self._new_product(row)
        known = {each.variant.sku: each for each in stored.variants} if stored else {}
        for variant_row in row.variants:
            planned.variants.append(self._plan_variant(row, variant_row, known.get(variant_row.sku)))
        if self.keep_absent:
            _append(planned.variants, [each.variant.position for each in known.values()])
        else:
            _place(planned.variants)
        in_file = {variant_row.sku for variant_row in row.variants}
        absent = [each.variant for sku, each in known.items() if sku not in in_file]
        planned.dropped = [variant for variant in absent if variant.is_active and not self.keep_absent]
        self._check_options(row, planned, absent)
        return planned

    def _new_product(self, row: ProductRow) -> PlannedProduct:
        if row.slug and not NEW_SLUG.fullmatch(row.slug):
            rule = "must be lower-case words of a-z and 0-9 with hyphens between."
            self._refuse(row.line, "product", "invalid", rule)
        elif row.slug and (row.slug.isdecimal() or row.slug in RESERVED_SLUGS):
            self._refuse(
                row.line, "product", "invalid", f"is {row.slug}: a number or word that addresses something else."
            )
        values = {name: getattr(row, name) for name in PRODUCT_FIELDS} | {"typed_specs": self._typed_specs(row, {})}
        product = Product(slug=row.slug, kind=row.kind, tax_class_id=self._tax_class(row), **values)
        return PlannedProduct(row, product, is_new=True, is_changed=False, are_traits_changed=False)

    def _changed_product(self, row: ProductRow, stored: StoredProduct) -> PlannedProduct:
        product = stored.product
        if row.kind and row.kind != product.kind:
            self._refuse(row.line, "kind", "not_allowed", f"cannot change: {row.slug} is of the kind {product.kind}.")
        moved = diff({"brand": product.brand.name, "category": product.category.slug}, _places(row))
        values = {name: getattr(row, name) for name in PRODUCT_FIELDS} | {"tax_class_id": self._tax_class(row)}
        changed = _assign(product, values | {"typed_specs": self._typed_specs(row, product.typed_specs)})
        return PlannedProduct(
            row,
            product,
            is_new=False,
            is_changed=bool(moved or changed),
            are_traits_changed=row.traits != stored.traits,
            changes={**moved, **changed, **diff(stored.traits, row.traits)},
        )

    def _plan_variant(self, product: ProductRow, row: VariantRow, known: StoredVariant | None) -> PlannedVariant:
        owner = self._sku_owner.get(row.sku)
        if owner is not None and owner != product.slug:
            self._refuse(row.line, "sku", "duplicate", f"is a SKU of {owner} in the shop.")
        values = {name: getattr(row, name) for name in VARIANT_FIELDS} | {"is_active": row.is_active}
        if known is None:
            if row.sku and owner is None and not NEW_SKU.fullmatch(row.sku):
                rule = "must be words of A-Z and 0-9 in capitals with hyphens between."
                self._refuse(row.line, "sku", "invalid", rule)
            name = row.name if row.options else ""
            variant = Variant(sku=row.sku, options=row.options, name=name, **values)
            return PlannedVariant(variant, is_new=True, is_changed=False, levels=self._plan_levels(row, {}))
        if row.options and row.options != known.variant.options:
            values |= {"options": row.options, "name": row.name}
        elif row.options != known.variant.options:
            values |= {"options": row.options, "name": ""}
        before = known.variant.name, known.variant.condition
        changed = _assign(known.variant, values)
        renamed = before != (known.variant.name, known.variant.condition)
        levels = self._plan_levels(row, known.levels)
        return PlannedVariant(
            known.variant, is_new=False, is_changed=bool(changed), is_renamed=renamed, changes=changed, levels=levels
        )

    def _plan_levels(self, row: VariantRow, levels: Mapping[str, StockLevel]) -> list[PlannedLevel]:
        planned: list[PlannedLevel] = []
        for code, units in (row.stock or {}).items():
            if code not in self._locations:
                self._refuse(row.line, "stock", "unknown", f"names the location {code}, which is not known.")
                continue
            level = levels.get(code)
            figure = max(units, level.allocated) if level else units
            if level is not None and figure > units and not self.clamp_stock:
                self._refuse(row.line, "stock", "below_allocated", below_allocated(code, level, units))
            if level is None or level.on_hand != figure:
                planned.append(PlannedLevel(row.line, self._locations[code], level, figure, code))
        return planned

    def _tax_class(self, row: ProductRow) -> int | None:
        if row.tax_class and row.tax_class not in self._tax_classes:
            self._refuse(row.line, "tax_class", "unknown", f"is {row.tax_class}, which the shop does not have.")
        return self._tax_classes.get(row.tax_class)

    def _typed_specs(self, row: ProductRow, stored: Mapping[str, Any]) -> dict[str, Any]:
        values, problems = self._specs.read(row.typed_specs or {}, category=row.category, stored=stored)
        for problem in problems:
            self._refuse(row.line, "typed_specs", problem.code, problem.message)
        return values

    def _check_options(self, row: ProductRow, planned: PlannedProduct, absent: Sequence[Variant]) -> None:
        """Refuse options that another variant of the product holds in the shop, be it active or not."""
        taken = {(variant.name, variant.condition): variant.sku for variant in absent}
        for variant_row, each in zip(row.variants, planned.variants, strict=True):
            if not each.is_new and variant_row.options and each.variant.name != variant_row.name:
                taken[each.variant.name, each.variant.condition] = each.variant.sku  # named by hand
        for variant_row, each in zip(row.variants, planned.variants, strict=True):
            holder = taken.get((each.variant.name, each.variant.condition))
            if holder is not None and holder != each.variant.sku:
                message = f"in this condition are those of {holder} in the shop; keep that SKU."
                self._refuse(variant_row.line, "options", "duplicate", message)

    def _check_taxonomy(self, row: ProductRow) -> None:
        if row.brand and row.brand not in self._brands and row.brand not in self.new_brands:
            self._check_new_brand(row)
        if row.category and row.category not in self._categories and row.category not in self.new_categories:
            if not self.create_missing:
                self._refuse(row.line, "category", "unknown", f"is {row.category}; there is no such category.")
            elif len(row.category) > 80 or not NEW_SLUG.fullmatch(row.category) or row.category.isdecimal():
                self._refuse(row.line, "category", "invalid", "must be a slug to become a new category.")
            else:
                self.new_categories[row.category] = None

    def _check_new_brand(self, row: ProductRow) -> None:
        slug = slugify(row.brand)
        twin = self._brand_by_fold.get(row.brand.casefold())
        if twin is not None:
            self._refuse(row.line, "brand", "unknown", f"is {row.brand}; the shop writes it {twin}.")
        elif not self.create_missing:
            self._refuse(row.line, "brand", "unknown", f"is {row.brand}; there is no such brand.")
        elif not slug or slug.isdecimal():
            self._refuse(row.line, "brand", "invalid", "has no letter to make an address from.")
        elif slug in self._brands.values() or slug in self.new_brands.values():
            self._refuse(row.line, "brand", "duplicate", f"would share its address {slug} with another brand.")
        else:
            self.new_brands[row.brand] = slug
            self._brand_by_fold[row.brand.casefold()] = row.brand

    def _has_name(self, row: ProductRow) -> bool:
        stored = self._stored.get(row.slug)
        return stored is not None and stored.product.name == row.name

    def _refuse(self, line: int, column: str, code: str, message: str) -> None:
        self.errors.append(error_at(line, column, code, message))


def below_allocated(code: str, level: StockLevel, figure: int) -> str:
    """Say why a figure is too low for a stock level."""
    return f"sets {code} to {figure}, but {level.allocated} are spoken for there."


def _place(variants: Sequence[PlannedVariant]) -> None:
    """Give the variants positions that keep the file's order; those that have them already keep theirs."""
    last: tuple[int, int] | None = None
    for each in variants:
        if each.is_new:
            each.variant.position = 0 if last is None else last[0] + 1
        place = (each.variant.position, 2**63 if each.is_new else each.variant.pk)
        if last is not None and place <= last:
            break
        last = place
    else:
        return
    for position, each in enumerate(variants):
        if not each.is_new and each.variant.position != position:
            each.is_changed = True
            each.changes["position"] = (each.variant.position, position)
        each.variant.position = position


def _append(variants: Sequence[PlannedVariant], positions: Sequence[int]) -> None:
    """Give new variants the positions after those that are taken."""
    last = max(positions, default=-1)
    for each in variants:
        if each.is_new:
            last += 1
            each.variant.position = last


def _places(row: ProductRow) -> dict[str, str]:
    return {"brand": row.brand, "category": row.category}


def _assign(row: Product | Variant, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Set these fields; return those that had another value, before and after."""
    changed = {name: (before, value) for name, value in values.items() if (before := getattr(row, name)) != value}
    for name, (_before, value) in changed.items():
        setattr(row, name, value)
    return changed
