"""What a product's card says of its price and of what is left of it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from catalog.actions.adjust_stock import adjust_stock
from catalog.actions.release_stock import release_stock
from catalog.actions.take_stock import take_stock
from catalog.models import StockLevel, Variant
from catalog.stock import Take
from tests import factories
from tests.factories import refresh_now

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 3, 1, 9, 0, tzinfo=UTC)


def test_the_price_is_that_of_the_cheapest_variant_that_can_be_bought(api: APIClient) -> None:
    product = factories.make_product(price="500.00", stock=0)
    dear = factories.add_variant(product, price=Decimal("900.00"), stock=2)
    middle = factories.add_variant(product, price=Decimal("700.50"), stock=1, compare_at_price=Decimal("800.00"))
    factories.add_variant(product, price=Decimal("1.00"), stock=9, is_active=False)
    refresh_now([product.pk])

    def shown() -> tuple[str, str | None, bool, str]:
        [row] = api.get("/api/products").json()["results"]
        assert row["price"] == api.get(f"/api/products/{product.pk}").json()["price"]
        return row["price"], row["compare_at_price"], row["on_sale"], row["availability"]

    assert shown() == ("700.50", "800.00", True, "low_stock")
    sell(middle, 1)
    assert shown() == ("900.00", None, False, "low_stock")
    sell(dear, 2)
    assert shown() == ("500.00", None, False, "out_of_stock")  # nothing can be bought: the cheapest of all


def sell(variant: Variant, quantity: int) -> Take:
    """Allocate units as an order does."""
    level = StockLevel.objects.get(variant=variant)
    take = Take(level.pk, variant.pk, variant.product_id, quantity)
    take_stock(takes=[take], reference="EP-1", acting_user=None, at=NOW)
    return take


def test_the_word_for_what_is_left_follows_stock(api: APIClient, settings: Any) -> None:
    settings.LOW_STOCK_THRESHOLD = 5
    product = factories.make_product(stock=7)
    variant = product.variants.get()
    level = StockLevel.objects.get(variant=variant)

    def word() -> tuple[str, list[str], str]:
        [row] = api.get("/api/products").json()["results"]
        page = api.get(f"/api/products/{product.slug}").json()
        buyable = "bought" if api.get("/api/products?in_stock=true").json()["count"] else "not bought"
        assert page["availability"] == row["availability"]
        return row["availability"], [each["availability"] for each in page["variants"]], buyable

    assert word() == ("in_stock", ["in_stock"], "bought")
    sell(variant, 1)
    assert word() == ("in_stock", ["in_stock"], "bought")
    sell(variant, 1)
    assert word() == ("low_stock", ["low_stock"], "bought")
    rest = sell(variant, 5)
    assert word() == ("out_of_stock", ["out_of_stock"], "not bought")
    release_stock(takes=[rest], reference="EP-1", acting_user=None, at=NOW)
    assert word() == ("low_stock", ["low_stock"], "bought")
    adjust_stock(level=level, change=1, reason="found", acting_user=None, at=NOW)
    assert word() == ("in_stock", ["in_stock"], "bought")


def test_stock_counts_over_all_active_locations(api: APIClient) -> None:
    product = factories.make_product(stock=None)
    closed = factories.make_location("OLD")
    closed.is_active = False
    closed.save()
    variant = product.variants.get()
    factories.add_stock(variant, 50, closed)
    refresh_now([product.pk])
    assert api.get("/api/products").json()["results"][0]["availability"] == "out_of_stock"

    factories.add_stock(variant, 3, factories.make_location("NBO"))
    factories.add_stock(variant, 3, factories.make_location("MSA", priority=2))
    refresh_now([product.pk])

    assert api.get("/api/products").json()["results"][0]["availability"] == "in_stock"


def test_a_product_has_the_best_word_of_its_variants(api: APIClient) -> None:
    product = factories.make_product(stock=0)
    factories.add_variant(product, stock=2)
    refresh_now([product.pk])
    assert api.get("/api/products").json()["results"][0]["availability"] == "low_stock"

    factories.add_variant(product, stock=20)
    refresh_now([product.pk])

    assert api.get("/api/products").json()["results"][0]["availability"] == "in_stock"
