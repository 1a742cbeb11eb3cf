"""Which sale events a product is in, and what they ask for its variants: a fixed number of queries for any number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import NamedTuple

from django.db import models
from django.db.models import Value

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
    """Return each category with all above it, each once even where two saves at a time have made a ring of them."""
    parents: dict[int, int | None] = dict(Category.objects.order_by().values_list("pk", "parent_id"))
    above: dict[int, list[int]] = {}
    for category_id in parents:
        path: dict[int, None] = {}
        step: int | None = category_id
        while step is not None and step not in path:
            path[step] = None
            step = parents.get(step)
        above[category_id] = list(path)
    return above


def covered_products(event_ids: Collection[int]) -> set[int]:
    """Return the ids of all products that any of these events is over, published or not."""
    named = SaleEvent.products.through._default_manager.filter(saleevent_id__in=event_ids)
    brands = SaleEvent.brands.through._default_manager.filter(saleevent_id__in=event_ids).values("brand_id")
    roots = SaleEvent.categories.through._default_manager.filter(saleevent_id__in=event_ids)
    tops = set(roots.values_list("category_id", flat=True))
    below = [pk for pk, path in categories_above().items() if not tops.isdisjoint(path)] if tops else []
    return {
        *named.values_list("product_id", flat=True),
        *Product.objects.filter(brand__in=brands).values_list("pk", flat=True),
        *Product.objects.filter(category__in=below).values_list("pk", flat=True),
        *EventPrice.objects.filter(event__in=event_ids).values_list("variant__product_id", flat=True),
    }
