"""Products as they are stored, whole, in a fixed number of queries for any number of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.files.rows import KIND_COLUMNS, ProductRow, VariantRow
from catalog.models import Accessory, Product, SoundDevice, StockLevel, Variant
from catalog.specs import spec_text

CHUNK = 500


@dataclass(slots=True)
class StoredVariant:
    """A variant and its stock levels by location code."""

    variant: Variant
    levels: dict[str, StockLevel] = field(default_factory=dict)


@dataclass(slots=True)
class StoredProduct:
    """A product (with its brand and category loaded), its typed fields, and all its variants, active or not."""

    product: Product
    traits: dict[str, Any]
    variants: list[StoredVariant]


def stored_products(products: Sequence[Product]) -> list[StoredProduct]:
    """Return these products with all that belongs to them, in four queries."""
    ids = [product.pk for product in products]
    traits: dict[int, dict[str, Any]] = {}
    for kind, model in ((Product.Kind.ACCESSORY, Accessory), (Product.Kind.SOUND_DEVICE, SoundDevice)):
        names = KIND_COLUMNS[kind]
        for pk, *values in model.objects.filter(pk__in=ids).order_by().values_list("product_ptr_id", *names):
            traits[pk] = dict(zip(names, values, strict=True))
    variants: dict[int, list[StoredVariant]] = defaultdict(list)
    by_id: dict[int, StoredVariant] = {}
    for variant in Variant.objects.filter(product_id__in=ids).order_by("position", "pk"):
        by_id[variant.pk] = StoredVariant(variant)
        variants[variant.product_id].append(by_id[variant.pk])
    levels = StockLevel.objects.filter(variant__product_id__in=ids).select_related("location")
    for level in levels.order_by("location__priority", "location_id"):
        by_id[level.variant_id].levels[level.location.code] = level
    return [StoredProduct(product, traits.get(product.pk, {}), variants[product.pk]) for product in products]


def product_rows(*, category_ids: Collection[int] | None = None) -> Iterator[ProductRow]:
    """Yield what a catalogue file says of each product with an active variant, or of those in these categories.

    In the order of their ids, a chunk at a time: five queries a chunk, whatever the size of the catalogue.
    """
    products = Product.objects.select_related("brand", "category", "tax_class").order_by("pk")
    if category_ids is not None:
        products = products.filter(category_id__in=category_ids)
    last = 0
    while chunk := list(products.filter(pk__gt=last)[:CHUNK]):
        last = chunk[-1].pk
        for stored in stored_products(chunk):
            row = product_row(stored)
            if row.variants:
                yield row


def product_row(stored: StoredProduct) -> ProductRow:
    """Return what a catalogue file says of a product: its active variants, and what is on hand of each."""
    product = stored.product
    return ProductRow(
        line=0,
        slug=product.slug,
        kind=product.kind,
        brand=product.brand.name,
        category=product.category.slug,
        name=product.name,
        description=product.description,
        specs=product.specs,
        typed_specs={code: spec_text(value) for code, value in sorted(product.typed_specs.items())},
        in_the_box=product.in_the_box,
        warranty_months=product.warranty_months,
        released_on=product.released_on,
        popularity=product.popularity,
        is_published=product.is_published,
        tax_class=product.tax_class.code if product.tax_class is not None else "",
        traits=stored.traits,
        variants=[variant_row(each) for each in stored.variants if each.variant.is_active],
    )


def variant_row(stored: StoredVariant) -> VariantRow:
    """Return what a catalogue file says of a variant."""
    return VariantRow(
        line=0,
        sku=stored.variant.sku,
        options=stored.variant.options,
        condition=stored.variant.condition,
        price=stored.variant.price,
        compare_at_price=stored.variant.compare_at_price,
        shipping_grams=stored.variant.shipping_grams,
        max_per_customer=stored.variant.max_per_customer,
        stock={code: level.on_hand for code, level in stored.levels.items()},
        is_active=stored.variant.is_active,
    )
