"""Sale events for tests: made as staff make them, at a time that the test sets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from catalog import clock
from catalog.actions.save_event import save_event
from catalog.models import Brand, Category, EventPrice, Product, SaleEvent, Variant
from tests import factories
from tests.orders import placed

NAIROBI = ZoneInfo("Africa/Nairobi")
OPENING = datetime(2027, 3, 1, 9, 0, tzinfo=NAIROBI)  # when the shop of a test opens
START = datetime(2027, 3, 20, 0, 0, tzinfo=NAIROBI)
END = datetime(2027, 3, 22, 0, 0, tzinfo=NAIROBI)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
GUEST = {"contact": {"name": "Wanjiku", "email": "wanjiku@example.com", "phone": "0712345678"}}
numbers = count(1)


class StoppedClock:
    """The shop's clock, which stands still until a test moves it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
        self.at = at
        monkeypatch.setattr(timezone, "now", lambda: self.at.astimezone(UTC))
        monkeypatch.setattr(clock, "time", SimpleNamespace(time=self.seconds))

    def seconds(self) -> float:
        """Return the seconds since 1970."""
        return self.at.timestamp()

    def move_to(self, at: datetime) -> None:
        """Set the clock."""
        self.at = at

    def shift(self, seconds: float) -> None:
        """Let time pass."""
        self.at += timedelta(seconds=seconds)


def make_event(
    *,
    starts_at: datetime = START,
    ends_at: datetime = END,
    products: Iterable[Product] = (),
    categories: Iterable[Category] = (),
    brands: Iterable[Brand] = (),
    prices: dict[Variant, str] | None = None,
    at: datetime = OPENING,
    **fields: Any,
) -> SaleEvent:
    """A published event, with the prices that it makes."""

    def write() -> SaleEvent:
        n = next(numbers)
        values = {"slug": f"event-{n}", "name": f"Event {n}", **fields}
        event = SaleEvent.objects.create(starts_at=starts_at, ends_at=ends_at, **values)
        event.products.set(products)
        event.categories.set(categories)
        event.brands.set(brands)
        for variant, price in (prices or {}).items():
            EventPrice.objects.create(event=event, variant=variant, price=Decimal(price))
        return event

    return save_event(event_id=None, write=write, at=at)


def change_event(event: SaleEvent, *, at: datetime, **fields: Any) -> SaleEvent:
    """Change fields of an event, with the prices that it makes."""

    def write() -> SaleEvent:
        for name, value in fields.items():
            setattr(event, name, value)
        event.save()
        return event

    return save_event(event_id=event.pk, write=write, at=at)


def make(price: str = "1000.00", **fields: Any) -> Product:
    """A product at this price."""
    product: Product = factories.make_product(price=price, **fields)
    return product


def later(clock: StoppedClock) -> None:
    """Let a second pass, so that what was done is past."""
    clock.shift(1)


def prices_everywhere(api: APIClient, product: Product) -> set[str]:
    """What a product costs, wherever it is shown or sold; also by which price filters find it."""
    item = {"product": product.pk, "quantity": 1}
    card = next(row for row in api.get("/api/products?page_size=100").json()["results"] if row["id"] == product.pk)
    page = api.get(f"/api/products/{product.slug}").json()
    by_id = api.get(f"/api/products/{product.pk}").json()
    quote = api.post("/api/orders/quote", {"items": [item]}).json()["items"][0]
    order = placed(api, item, **GUEST)["items"][0]
    shown = {card["price"], page["price"], by_id["price"], page["variants"][0]["price"]}
    found = {
        row["price"]
        for row in api.get(f"/api/products?min_price={card['price']}&max_price={card['price']}").json()["results"]
        if row["id"] == product.pk
    }
    assert found == {card["price"]}, "the price filter has another price"
    return shown | {quote["unit_price"], quote["total"], order["unit_price"], order["total"]}
