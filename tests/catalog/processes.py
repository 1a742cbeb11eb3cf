"""Processes as the tests of freshness need them: new ones, others, and what they ask the database."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction

from catalog.models import Product, Variant
from catalog.window import window
from electroports import hot
from tests.factories import refresh_now

LISTS = ("/api/products", "/api/accessories", "/api/sound-devices", "/api/brands", "/api/categories")


def like_a_new_process() -> None:
    window._reset()
    hot.store.clear()


def reprice(product: Product, price: str) -> None:
    """Change a product's price as an action does, in one transaction."""
    with transaction.atomic():
        Variant.objects.filter(product=product).update(price=Decimal(price))
        refresh_now([product.pk])
