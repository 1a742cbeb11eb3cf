"""Write the books of prices: what products cost regularly, and what they cost and will cost in sale events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from django.db.models import F, OuterRef, Q, Subquery

from catalog.clock import whole_second
from catalog.documents import EventFacts, ProductFacts, VariantFacts
from catalog.models import PriceChange, SalePrice, Variant
from catalog.offers import Offers
from catalog.sales import LOOK_BACK, Offer, PriceRecord, Stretch, coming_stretches, stretch_at

Stretches = Mapping[int, Sequence[Stretch]]  # by variant


class Phase(NamedTuple):
    """A product as it is from one second to another, because of sale events."""

    since: int
    until: int
    facts: ProductFacts


def record_prices(*, product_ids: Collection[int], at: datetime) -> None:
    """Write down the regular prices of variants on sale where they differ from what was written down last.

    The products have to be locked. Who had to wait for that comes after the others, though their `at` be earlier.
    """
    last = PriceChange.objects.filter(variant=OuterRef("pk")).order_by("-changed_at", "-pk")
    variants = Variant.objects.filter(product__in=product_ids, is_active=True, product__is_published=True)
    told = variants.annotate(last=Subquery(last.values("price")[:1]), told_at=Subquery(last.values("changed_at")[:1]))
    changed = told.filter(Q(last=None) | ~Q(last=F("price"))).order_by()
    PriceChange.objects.bulk_create(
        [
            PriceChange(variant_id=pk, price=price, changed_at=max(at, told_at or at))
            for pk, price, told_at in changed.values_list("pk", "price", "told_at")
        ]
    )


def lay_out_sales(
    *, products: Sequence[ProductFacts], product_ids: Collection[int], offers: Offers, had_phases: bool, at: datetime
) -> list[Phase]:
    """Write what the variants of these products cost in events from `at` on; return the phases of their listings.

    `products` are those of `product_ids` that shoppers may see; what was planned for the others is called off. The
    products have to be locked.
    """
    at = whole_second(at)
    wanted = {product.id: offers.of_variants(product) for product in products}
    offered = {
        variant_id: found
        for by_variant in wanted.values()
        for variant_id, found in by_variant.items()
        if any(offer.ends_at > at for offer in found)
    }
    if not (offered or had_phases):
        return []
    records = _read_records(product_ids, offered, at)
    regular = {variant.id: variant.price for product in products for variant in product.variants}
    stretches: dict[int, list[Stretch]] = {}
    for variant_id, found in offered.items():
        record = records.get(variant_id) or PriceRecord()
        stretches[variant_id] = coming_stretches(regular=regular[variant_id], offers=found, record=record, at=at)
    _write(records, stretches, at)
    return [phase for product in products for phase in phases_of(product, stretches, offers.facts, at)]


def _read_records(
    product_ids: Collection[int], offered: Mapping[int, Sequence[Offer]], at: datetime
) -> dict[int, PriceRecord]:
    """Return what offered variants cost, and what else was planned for the products from `at` on."""
    records: dict[int, PriceRecord] = defaultdict(PriceRecord)
    changes = PriceChange.objects.filter(variant__in=offered).order_by("changed_at", "pk")
    for variant_id, changed_at, price in changes.values_list("variant_id", "changed_at", "price"):
        records[variant_id].regular.append((changed_at, price))
    # What holds is compared with the 30 days before it began, and with what lowered the price since.
    begins = [offer.starts_at for found in offered.values() for offer in found if offer.ends_at > at]
    sales = SalePrice.objects.filter(variant__product__in=product_ids).order_by("since")
    sales = sales.filter(until__gt=min([*begins, at]) - LOOK_BACK)
    for row in sales.values_list("variant_id", "since", "until", "price", "event_id", "was"):
        records[row[0]].sales.append(Stretch._make(row[1:]))
    return records


def _write(records: Mapping[int, PriceRecord], stretches: Stretches, at: datetime) -> None:
    """Make the books from `at` on what they are to be, and leave what is past and what stays as it is."""
    stale: list[tuple[int, datetime]] = []
    fresh: list[SalePrice] = []
    for variant_id in {*records, *stretches}:
        record = records.get(variant_id)
        # One that was cut off in this very second may go on after all.
        before = {sale for sale in record.sales if sale.until >= at} if record else set()
        after = set(stretches.get(variant_id, ()))
        kept = {sale.since for sale in after}
        after |= {sale._replace(until=at) for sale in before if sale.since < at and sale.since not in kept}
        stale += [(variant_id, sale.since) for sale in before - after]
        fresh += [SalePrice(variant_id=variant_id, **sale._asdict()) for sale in after - before]
    if stale:
        moments = defaultdict(list)
        for variant_id, since in stale:
            moments[since].append(variant_id)
        for since, variant_ids in moments.items():
            SalePrice.objects.filter(variant__in=variant_ids, since=since).delete()
    SalePrice.objects.bulk_create(fresh, batch_size=1000)


def phases_of(
    product: ProductFacts, stretches: Stretches, events: Mapping[int, EventFacts], at: datetime
) -> Iterator[Phase]:
    """Yield the times from `at` on in which any variant of a product is in an event, each with the product then."""
    own = {variant.id: stretches[variant.id] for variant in product.variants if stretches.get(variant.id)}
    edges = sorted({max(moment, at) for found in own.values() for each in found for moment in each[:2]})
    for since, until in pairwise(edges):
        holding = {pk: stretch for pk, found in own.items() if (stretch := stretch_at(found, since))}
        if holding:
            variants = [_lowered(variant, holding.get(variant.id), events) for variant in product.variants]
            start = 0 if since == at else int(since.timestamp())
            yield Phase(start, int(until.timestamp()), replace(product, variants=variants))


def _lowered(variant: VariantFacts, stretch: Stretch | None, events: Mapping[int, EventFacts]) -> VariantFacts:
    if stretch is None or stretch.event_id is None:
        return variant
    was: Decimal | None = stretch.was if stretch.was is not None and stretch.was > stretch.price else None
    return variant._replace(price=stretch.price, compare_at_price=was, event=events[stretch.event_id])
