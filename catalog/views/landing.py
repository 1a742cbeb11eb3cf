"""The landing page: what this is, what is in the shop window now, and first calls that work as printed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog.filters import Filters, ListQuery
from catalog.pages import read_page
from catalog.pricing import shown_amount
from catalog.stock import Availability
from catalog.taxonomy import Taxonomy
from catalog.views.reading import fresh_window
from catalog.window import standing, window
from electroports.broadcast import Moment
from electroports.hot import keep_while

SHOWN = 6


class Count(NamedTuple):
    """A figure of the page."""

    label: str
    value: str


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Show what this is. Like the rest of the catalogue, the page holds until the next revision."""
    revision, taxonomy = fresh_window(request)
    products = popular_products()
    context = {
        "base": request.build_absolute_uri("/").rstrip("/"),
        "counts": window_counts(taxonomy),
        "currency": settings.CURRENCY,
        "products": products,
        "variant": purchasable_variant(products[0]["id"], revision) if products else None,
    }
    return keep_while(render(request, "landing.html", context), freshness=standing, version=revision)


def window_counts(taxonomy: Taxonomy) -> list[Count]:
    """Return how many products are listed, of how many brands, in how many categories, and how many can be bought.

    A category counts, like those above it, if a product hangs on it or below. Nothing here asks the database.
    """
    stock, brands, own = window.counts("in_stock"), window.counts("brand"), window.counts("category")
    filled = [ids for ids in set(taxonomy.categories.values()) if any(own.get(pk) for pk in ids)]
    figures = (
        ("products", sum(stock.values())),
        ("brands", sum(1 for products in brands.values() if products)),
        ("categories", len(filled)),
        ("in stock", stock.get(True, 0)),
    )
    return [Count(label, f"{figure:,}") for label, figure in figures]


def popular_products() -> list[dict[str, Any]]:
    """Return the cards of the most popular products, those that can be bought before all others.

    To each is added its price as people write it: `23,999` rather than `23999.00`.
    """
    cards: list[bytes] = []
    for in_stock in (True, False):
        query = ListQuery(Filters(any_of=(("in_stock", (in_stock,)),)), ordering="popularity", page_size=SHOWN)
        cards += window.page(query, typed=False).cards
    products = [orjson.loads(card) for card in cards[:SHOWN]]
    return [{**product, "spoken_price": shown_amount(Decimal(product["price"]))} for product in products]


def purchasable_variant(product_id: int, revision: Moment) -> dict[str, Any] | None:
    """Return the first variant on the product's page that can be bought, if there is one."""
    page = read_page(str(product_id), revision)
    for variant in orjson.loads(page.detail)["variants"] if page else ():
        if variant["availability"] in (Availability.IN_STOCK, Availability.LOW_STOCK):
            return dict(variant)
    return None
