"""What variants cost and when: the public price history."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from catalog.models import PriceChange, SalePrice, Variant
from catalog.pricing import money
from catalog.sales import LOOK_BACK, PriceRecord, Stretch, stretch_at
from electroports.rendering import written_time

SHOWN = timedelta(days=365)


class PricePoint(NamedTuple):
    """From when on a variant cost how much, and because of which event."""

    since: datetime
    price: Decimal
    event_id: int | None


def price_points(record: PriceRecord, *, at: datetime) -> list[PricePoint]:
    """Return every price that applied until `at`, oldest first: the regular ones with the sales laid over them."""
    edges = {since for since, _price in record.regular}
    edges |= {moment for sale in record.sales for moment in (sale.since, sale.until)}
    points: list[PricePoint] = []
    regular: Decimal | None = None
    changes = dict(record.regular)
    for edge in sorted(moment for moment in edges if moment <= at):
        regular = changes.get(edge, regular)
        if regular is None:  # a sale that was laid out before the price was first written down
            continue
        sale = stretch_at(record.sales, edge)
        point = PricePoint(edge, sale.price, sale.event_id) if sale else PricePoint(edge, regular, None)
        if not points or points[-1][1:] != point[1:]:
            points.append(point)
    return points


def history_document(product_id: int, *, currency: str, at: datetime) -> dict[str, Any]:
    """Return the public price history of a product's active variants, by three queries."""
    variants = list(Variant.objects.filter(product=product_id, is_active=True).order_by("position", "pk"))
    records: dict[int, PriceRecord] = defaultdict(PriceRecord)
    changes = PriceChange.objects.filter(variant__in=variants).order_by("changed_at", "pk")
    for variant_id, changed_at, price in changes.values_list("variant_id", "changed_at", "price"):
        records[variant_id].regular.append((changed_at, price))
    sales = SalePrice.objects.filter(variant__in=variants, since__lte=at).order_by("since")
    for row in sales.values_list("variant_id", "since", "until", "price", "event_id"):
        records[row[0]].sales.append(Stretch(*row[1:]))
    found = [_variant_document(variant, records[variant.pk], at) for variant in variants]
    return {"product": product_id, "currency": currency, "variants": [row for row in found if row is not None]}


def _variant_document(variant: Variant, record: PriceRecord, at: datetime) -> dict[str, Any] | None:
    points = price_points(record, at=at)
    if not points:
        return None
    recent = [point for number, point in enumerate(points) if _end(points, number, at) > at - SHOWN]
    lowest = [point.price for number, point in enumerate(points) if _end(points, number, at) > at - LOOK_BACK]
    return {
        "variant": variant.pk,
        "sku": variant.sku,
        "name": variant.name,
        "price": money(points[-1].price),
        "lowest_30_days": money(min(lowest)),
        "prices": [
            {"since": written_time(point.since), "price": money(point.price), "event": point.event_id}
            for point in recent
        ],
    }


def _end(points: list[PricePoint], number: int, at: datetime) -> datetime:
    return points[number + 1].since if number + 1 < len(points) else at + timedelta(seconds=1)
