"""The finished documents of a product: its card in a list and its page, as JSON made once per change.

Pure functions over plain facts, so that a bulk load of a million products can use them as well as a saved form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

import orjson
from django.db import models

from catalog.port_documents import budget_document, port_documents
from catalog.ports import Layout
from catalog.pricing import money, vat_part
from catalog.specs import SpecRules, SpecValues, filterable_values, spec_documents, typed_values
from catalog.stock import Availability, availability_word
from electroports.rendering import written_time

EPOCH = date(1970, 1, 1)
BEST_FIRST = (Availability.IN_STOCK, Availability.LOW_STOCK, Availability.PREORDER, Availability.OUT_OF_STOCK)


class Basis(models.TextChoices):
    """What a price is compared with."""

    LIST_PRICE = "list_price", "The manufacturer's list price"
    PRIOR_PRICE = "prior_price", "The lowest price of the 30 days before the reduction"


class NamedRow(NamedTuple):
    """A brand or category, as a product's document shows it."""

    id: int
    name: str
    slug: str


class ImageFacts(NamedTuple):
    """A picture: where it is, and what it shows."""

    variant_id: int | None
    url: str
    thumbnail: str
    alt: str


class EventFacts(NamedTuple):
    """A sale event, as a price that it lowers shows it."""

    id: int
    slug: str
    name: str
    ends_at: datetime


class VariantFacts(NamedTuple):
    """An active variant; `available` is in units over all locations.

    `compare_at_price` is the manufacturer's list price; where `event` lowers the price, the price before.
    """

    id: int
    sku: str
    name: str
    options: list[list[str]]
    condition: str
    price: Decimal
    compare_at_price: Decimal | None
    available: int
    event: EventFacts | None = None


@dataclass(slots=True)
class ProductFacts:
    """Everything that a product's documents are made from."""

    id: int
    slug: str
    kind: str
    name: str
    brand: NamedRow
    category: NamedRow
    description: str
    specs: list[list[str]]
    in_the_box: list[str]
    warranty_months: int
    newest_on: date
    popularity: int
    rating_average: Decimal | None
    rating_count: int
    traits: dict[str, Any]
    typed_specs: SpecValues = field(default_factory=dict)
    layout: Layout | None = None
    layout_id: int | None = None
    tax_class_id: int | None = None
    connectors: dict[str, str] = field(default_factory=dict)  # code → name, of its ports
    variants: list[VariantFacts] = field(default_factory=list)
    images: list[ImageFacts] = field(default_factory=list)
    events: list[tuple[int, int]] = field(default_factory=list)  # ids, with the version that is taken in


class ShopTerms(NamedTuple):
    """Settings, tax classes and specification fields that documents depend on; `vat_percent` is the default class's."""

    currency: str
    vat_percent: Decimal
    specs: SpecRules = MappingProxyType({})  # in their order
    class_percents: Mapping[int, Decimal] = MappingProxyType({})  # of VAT, by the id of the tax class

    def percent_of(self, tax_class_id: int | None) -> Decimal:
        """Return the VAT that is in a price, in percent; 0 where none is charged."""
        return self.vat_percent if tax_class_id is None else self.class_percents[tax_class_id]


class ListingRow(NamedTuple):
    """The columns of a ProductListing, but for its revision."""

    product_id: int
    is_listed: bool
    slug: str
    kind: str
    brand_id: int
    category_id: int
    name_key: str
    price: Decimal
    newest_key: int
    rating: Decimal
    popularity: int
    in_stock: bool
    on_sale: bool
    conditions: str
    traits: dict[str, Any]
    spec_values: dict[str, Any]
    layout_id: int | None
    card: str
    detail: str
    event_ids: str


def window_variant(variants: Sequence[VariantFacts]) -> VariantFacts:
    """Return the variant whose price stands for the product: the cheapest that can be bought, else the cheapest."""
    return min(variants, key=lambda variant: (variant.available <= 0, variant.price, variant.id))


def product_availability(variants: Sequence[VariantFacts]) -> Availability:
    """Return the best word that any of the variants has."""
    words = {availability_word(variant.available) for variant in variants}
    return next(word for word in BEST_FIRST if word in words)


def listing_row(facts: ProductFacts, terms: ShopTerms) -> ListingRow:
    """Return the finished listing of a product with at least one active variant."""
    chosen = window_variant(facts.variants)
    card = card_document(facts, chosen, terms)
    values = typed_values(terms.specs, facts.typed_specs, facts.traits)
    page = page_document(facts, terms, values)
    return ListingRow(
        product_id=facts.id,
        is_listed=True,
        slug=facts.slug,
        kind=facts.kind,
        brand_id=facts.brand.id,
        category_id=facts.category.id,
        name_key=facts.name.casefold()[:120],
        price=chosen.price,
        newest_key=(facts.newest_on - EPOCH).days,
        rating=facts.rating_average or Decimal(0),
        popularity=facts.popularity,
        in_stock=chosen.available > 0,
        on_sale=card["on_sale"],
        conditions=" ".join(card["conditions"]),
        traits=facts.traits,
        spec_values=filterable_values(terms.specs, values),
        layout_id=facts.layout_id,
        card=orjson.dumps(card).decode(),
        detail=orjson.dumps({**card, **page}).decode(),
        event_ids=" ".join(f"{pk}:{version}" for pk, version in facts.events),
    )


def card_document(facts: ProductFacts, chosen: VariantFacts, terms: ShopTerms) -> dict[str, Any]:
    """Return the product as it stands in a list."""
    image = facts.images[0] if facts.images else None
    return {
        "id": facts.id,
        "slug": facts.slug,
        "kind": facts.kind,
        "name": facts.name,
        "brand": facts.brand._asdict(),
        "category": facts.category._asdict(),
        "price": money(chosen.price),
        **compare_at_document(chosen),
        "currency": terms.currency,
        "on_sale": chosen.compare_at_price is not None,
        "availability": product_availability(facts.variants).value,
        "conditions": list(dict.fromkeys(variant.condition for variant in facts.variants)),
        "rating": {
            "average": f"{facts.rating_average:.1f}" if facts.rating_average is not None else None,
            "count": facts.rating_count,
        },
        "image": image_document(image) if image else None,
    }


def compare_at_document(variant: VariantFacts) -> dict[str, Any]:
    """Return what a variant's price is compared with, of what kind that is, and which event lowers the price."""
    compared, event = variant.compare_at_price, variant.event
    basis = Basis.PRIOR_PRICE if event else Basis.LIST_PRICE
    return {
        "compare_at_price": money(compared) if compared else None,
        "compare_at_basis": basis.value if compared else None,
        "event": {**event._asdict(), "ends_at": written_time(event.ends_at)} if event else None,
    }


def image_document(image: ImageFacts) -> dict[str, str]:
    """Return a picture as the API shows it."""
    return {"url": image.url, "thumbnail": image.thumbnail, "alt": image.alt}


def page_document(facts: ProductFacts, terms: ShopTerms, values: SpecValues) -> dict[str, Any]:
    """Return what a product's page adds to its card; the related products are joined when it is served."""
    return {
        "description": facts.description,
        "specs": [{"name": name, "value": value} for name, value in facts.specs],
        "typed_specs": spec_documents(terms.specs, values),
        "ports": port_documents(facts.layout, facts.connectors) if facts.layout else [],
        "power_budget": budget_document(facts.layout.budget) if facts.layout else None,
        "variants": [variant_document(variant, facts.images, terms, facts.tax_class_id) for variant in facts.variants],
        "images": [image_document(image) for image in facts.images],
        "in_the_box": facts.in_the_box,
        "warranty_months": facts.warranty_months,
    }


def variant_document(
    variant: VariantFacts, images: Sequence[ImageFacts], terms: ShopTerms, tax_class_id: int | None = None
) -> Mapping[str, Any]:
    """Return a variant as it stands on its product's page."""
    vat = vat_part(variant.price, percent=terms.percent_of(tax_class_id))
    return {
        "id": variant.id,
        "sku": variant.sku,
        "name": variant.name,
        "options": [{"name": name, "value": value} for name, value in variant.options],
        "condition": variant.condition,
        "price": money(variant.price),
        **compare_at_document(variant),
        "price_excl_vat": money(variant.price - vat),
        "vat_amount": money(vat),
        "availability": availability_word(variant.available).value,
        "images": [image_document(image) for image in images if image.variant_id == variant.id],
    }
