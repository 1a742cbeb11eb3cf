"""What is on the shelf: the word that shoppers see of it, a quick read of it, and how much to take from where."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from math import ceil
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, models

from catalog.models.product import MAX_SHIPPING_GRAMS
from catalog.pricing import CENT, Tax, tax_charged, usual_tax
from catalog.querysets import SalePriceQuerySet

# Not through the ORM: building this query costs it more time than the database needs to answer.
SHELF = """
    SELECT variant.id, variant.product_id, variant.sku, variant.name, variant.condition, variant.price, product.name,
           product.brand_id, product.category_id, sale.price, event.id, event.name, location.id, level.id,
           level.on_hand - level.allocated, tax.code, tax.percent, tax.is_exempt,
           usual.code, usual.percent, usual.is_exempt, variant.max_per_customer,
           variant.shipping_grams, product.typed_specs ->> 'weight'
    FROM catalog_variant variant
    JOIN catalog_product product ON product.id = variant.product_id
    LEFT JOIN catalog_taxclass tax ON tax.id = product.tax_class_id
    LEFT JOIN catalog_taxclass usual ON usual.is_default
    LEFT JOIN catalog_saleprice sale ON sale.variant_id = variant.id AND {holding}
    LEFT JOIN catalog_saleevent event ON event.id = sale.event_id
    LEFT JOIN catalog_stocklevel level ON level.variant_id = variant.id
    LEFT JOIN catalog_stocklocation location ON location.id = level.location_id AND location.is_active
    WHERE product.is_published AND variant.is_active AND ({which})
    ORDER BY variant.id, location.priority, location.id
"""


class Availability(models.TextChoices):
    """What the shop window says of a variant; exact stock is for staff."""

    IN_STOCK = "in_stock", "In stock"
    LOW_STOCK = "low_stock", "Low stock"
    OUT_OF_STOCK = "out_of_stock", "Out of stock"
    PREORDER = "preorder", "Preorder"


def availability_word(available: int) -> Availability:
    """Return the word for `available` units over all active locations; at most LOW_STOCK_THRESHOLD is low."""
    if available <= 0:
        return Availability.OUT_OF_STOCK
    if available <= settings.LOW_STOCK_THRESHOLD:
        return Availability.LOW_STOCK
    return Availability.IN_STOCK


class ShelfLevel(NamedTuple):
    """Units of a variant that can be sold from one location."""

    id: int
    available: int


class Take(NamedTuple):
    """Units that are to be taken from a stock level."""

    level_id: int
    variant_id: int
    product_id: int
    quantity: int


class PricingEvent(NamedTuple):
    """The sale event that gave a price."""

    id: int
    name: str


@dataclass(slots=True)
class ShelfItem:
    """A variant that can be bought, with its price (VAT included) and its levels, those to take from first in front.

    `price` is what applies, and `regular_price` what it is without the event, which is None where none lowers it.
    `max_per_customer` is how many one customer may buy over all their orders, None for any number.
    `shipping_grams` is what a unit weighs as it is sent.
    """

    variant_id: int
    product_id: int
    sku: str
    name: str
    price: Decimal
    regular_price: Decimal
    event: PricingEvent | None
    brand_id: int
    category_id: int
    tax: Tax
    usual_tax: Tax  # of the default class
    max_per_customer: int | None = None
    shipping_grams: int = 0
    levels: list[ShelfLevel] = field(default_factory=list)

    @property
    def available(self) -> int:
        """Units that can still be sold, over all active locations."""
        return sum(level.available for level in self.levels)


def full_name(product: str, variant: str, condition: str) -> str:
    """Return what a bought variant is called on paper: `Galaxy S24 (Black / 256 GB, refurbished)`."""
    state = "" if condition == "new" else condition.replace("_", " ")
    details = ", ".join(part for part in (variant, state) if part)
    return f"{product} ({details})" if details else product


def read_shelf(*, product_ids: Collection[int], variant_ids: Collection[int], at: datetime) -> list[ShelfItem]:
    """Return every variant that can be bought among these variants and the variants of these products, by one query.

    Published products and active variants only; a variant without stock is there, with nothing available. Prices are
    those that apply at `at`, in events too, and of one moment of the database. Nothing is locked: what is available may
    be gone a moment later.
    """
    named = (("variant.product_id", product_ids), ("variant.id", variant_ids))
    clauses = [f"{column} IN ({', '.join(['%s'] * len(ids))})" for column, ids in named if ids]
    if not clauses:
        return []
    moment = connection.ops.adapt_datetimefield_value(at)
    sql = SHELF.format(holding=SalePriceQuerySet.HOLDING, which=" OR ".join(clauses))
    with connection.cursor() as cursor:
        cursor.execute(sql, [moment, moment, *product_ids, *variant_ids])
        return _shelf_items(cursor.fetchall())


def _shelf_items(rows: Iterable[tuple[Any, ...]]) -> list[ShelfItem]:
    items: dict[int, ShelfItem] = {}
    for row in rows:
        location_id, level_id, available = row[12:15]
        item = items.get(row[0])
        if item is None:
            item = items[row[0]] = _shelf_item(row)
        if location_id is not None:
            item.levels.append(ShelfLevel(level_id, available))
    return list(items.values())


def _shelf_item(row: tuple[Any, ...]) -> ShelfItem:
    variant_id, product_id, sku, variant, condition, price, product, brand_id, category_id = row[:9]
    sale_price, event_id, event_name = row[9:12]
    name = full_name(product, variant, condition)
    regular = exact(price)
    event = None
    if sale_price is not None and exact(sale_price) < regular:
        price, event = sale_price, PricingEvent(event_id, event_name)
    usual = _tax(row[18:21]) or usual_tax()
    return ShelfItem(
        *(variant_id, product_id, sku, name, exact(price), regular, event, brand_id, category_id),
        tax=_tax(row[15:18]) or usual,
        usual_tax=usual,
        max_per_customer=row[21],
        shipping_grams=shipping_grams(*row[22:24]),
    )


def shipping_grams(own: int | None, specified: Any) -> int:
    """Return what a unit weighs as it is sent: what staff entered, else its specification `weight`, else what is usual.

    The specification is in grams, without a box.
    """
    if own is not None:
        return own
    try:
        grams = ceil(float(specified))
    except (TypeError, ValueError, OverflowError):  # none, or none that staff's field of that name could mean
        return settings.DEFAULT_SHIPPING_GRAMS
    return grams if 0 < grams <= MAX_SHIPPING_GRAMS else settings.DEFAULT_SHIPPING_GRAMS


def _tax(columns: Sequence[Any]) -> Tax | None:
    code, percent, is_exempt = columns
    return None if code is None else tax_charged(code, None if percent is None else exact(percent), is_exempt=is_exempt)


def exact(amount: Any) -> Decimal:
    """Return an amount to the cent; SQLite keeps decimals as floating point."""
    return Decimal(str(amount)).quantize(CENT)


def plan_takes(item: ShelfItem, quantity: int) -> list[Take]:
    """Return what to take from where so that `quantity` units come together; an empty list when there are too few.

    From one location if any has enough, the first by priority; otherwise from as few of the first as are needed.
    """
    for level in item.levels:
        if level.available >= quantity:
            return [Take(level.id, item.variant_id, item.product_id, quantity)]
    takes: list[Take] = []
    missing = quantity
    for level in item.levels:
        if missing and level.available > 0:
            taken = min(missing, level.available)
            takes.append(Take(level.id, item.variant_id, item.product_id, taken))
            missing -= taken
    return [] if missing else takes
