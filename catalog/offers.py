"""Which sale events a product is in, and what they ask for its variants: a fixed number of queries for any number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Value

from catalog.category_tree import path_up
from catalog.clock import whole_second
from catalog.documents import EventFacts, ProductFacts
from catalog.models import Category, EventPrice, Product, SaleEvent
from catalog.sales import Offer

BY_PRODUCT, BY_BRAND, BY_CATEGORY = range(3)


class Scope(NamedTuple):
    """What an event is over: product, brand or category ids by their kind; and prices of single variants."""

    event_id: int
    kind: int
    target_id: int


class Offers:
    """The published events, and what each of them asks of some products."""

    def __init__(self, product_ids: Collection[int]) -> None:
        """Read them: one query where there are no events."""
        self._events = {event.pk: event for event in SaleEvent.objects.filter(is_published=True).order_by("pk")}
        self.facts = {
            event.pk: EventFacts(event.pk, event.slug, event.name, event.ends_at) for event in self._events.values()
        }
        self._by_target: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._own: dict[int, dict[int, Decimal]] = defaultdict(dict)
        self._above: dict[int, list[int]] = {}
        if self._events:
            self._read(product_ids)

    def _read(self, product_ids: Collection[int]) -> None:
        for event_id, kind, target_id in read_scopes(product_ids):
            if event_id in self._events:
                self._by_target[kind, target_id].append(event_id)
        own = EventPrice.objects.filter(event__in=self._events, variant__product__in=product_ids)
        for event_id, variant_id, price in own.values_list("event_id", "variant_id", "price"):
            self._own[variant_id][event_id] = price
        if any(kind == BY_CATEGORY for kind, _target in self._by_target):
            self._above = categories_above()

    def events_of(self, product: ProductFacts) -> list[tuple[int, int]]:
        """Return the ids of all events that a product or any of its variants is in, ascending, with their versions."""
        own = (event_id for variant in product.variants for event_id in self._own.get(variant.id, ()))
        return [(pk, self._events[pk].version) for pk in sorted({*self._over(product), *own})]

    def of_variants(self, product: ProductFacts) -> dict[int, list[Offer]]:
        """Return the offers for each variant of a product that has any; what an event says of a variant itself wins."""
        over = self._over(product)
        found: dict[int, list[Offer]] = {}
        for variant in product.variants:
            own = self._own.get(variant.id, {})
            offers = [self._offer(event_id, own.get(event_id)) for event_id in sorted({*over, *own})]
            if offers:
                found[variant.id] = offers
        return found

    def _over(self, product: ProductFacts) -> set[int]:
        if not self._by_target:
            return set()
        categories = self._above.get(product.category.id, [product.category.id])
        targets = [(BY_PRODUCT, product.id), (BY_BRAND, product.brand.id), *((BY_CATEGORY, pk) for pk in categories)]
        return {event_id for target in targets for event_id in self._by_target.get(target, ())}

    def _offer(self, event_id: int, own: Decimal | None) -> Offer:
        event = self._events[event_id]
        percent, fixed = (event.percent, event.fixed_price) if own is None else (None, own)
        return Offer(event_id, whole_second(event.starts_at), whole_second(event.ends_at), percent, fixed)


def read_scopes(product_ids: Collection[int]) -> Iterable[Scope]:
    """Return what events are over, by one query: of products only the named ones, of brands and categories all."""

    def rows(link: type[models.Model], kind: int, column: str) -> models.QuerySet[models.Model]:
        return link._default_manager.annotate(kind=Value(kind)).values_list("saleevent_id", "kind", column)

    products = rows(SaleEvent.products.through, BY_PRODUCT, "product_id").filter(product_id__in=product_ids)
    brands = rows(SaleEvent.brands.through, BY_BRAND, "brand_id")
    categories = rows(SaleEvent.categories.through, BY_CATEGORY, "category_id")
    return (Scope._make(row) for row in products.union(brands, categories, all=True))  # type: ignore[arg-type]


def categories_above() -> dict[int, list[int]]:
    """Return each category with all above it, by one query."""
    parents: dict[int, int | None] = Category.objects.parents()
    return {category_id: path_up(category_id, parents) for category_id in parents}


def covered_products(event_ids: Collection[int]) -> set[int]:
    """Return the ids of all products that any of these events is over, published or not."""
    return set().union(*covered_by_event(event_ids).values())


def covered_by_event(event_ids: Collection[int]) -> dict[int, set[int]]:
    """Return the ids of the products that each of these events is over, by seven queries at most."""
    found: dict[int, set[int]] = {event_id: set() for event_id in event_ids}
    of_brand, of_category = defaultdict(set), defaultdict(set)
    brands = _links(SaleEvent.brands, "brand_id", event_ids)
    for brand_id, pk in Product.objects.filter(brand__in={pk for _, pk in brands}).values_list("brand_id", "pk"):
        of_brand[brand_id].add(pk)
    tops = _links(SaleEvent.categories, "category_id", event_ids)
    wanted = {pk for _, pk in tops}
    above = {pk: wanted.intersection(path) for pk, path in categories_above().items()} if wanted else {}
    below = [pk for pk, path in above.items() if path]
    for category_id, pk in Product.objects.filter(category__in=below).values_list("category_id", "pk"):
        for top in above[category_id]:
            of_category[top].add(pk)
    for event_id, product_id in _links(SaleEvent.products, "product_id", event_ids):
        found[event_id].add(product_id)
    for event_id, brand_id in brands:
        found[event_id] |= of_brand[brand_id]
    for event_id, category_id in tops:
        found[event_id] |= of_category[category_id]
    single = EventPrice.objects.filter(event__in=event_ids).values_list("event_id", "variant__product_id")
    for event_id, product_id in single:
        found[event_id].add(product_id)
    return found


def _links(relation: Any, column: str, event_ids: Collection[int]) -> list[tuple[int, int]]:
    """Return which events name which rows."""
    rows = relation.through._default_manager.filter(saleevent_id__in=event_ids)
    return list(rows.values_list("saleevent_id", column))
