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

from catalog import clock
from catalog.actions.save_event import save_event
from catalog.models import Brand, Category, EventPrice, Product, SaleEvent, Variant

NAIROBI = ZoneInfo("Africa/Nairobi")
OPENING = datetime(2027, 3, 1, 9, 0, tzinfo=NAIROBI)  # when the shop of a test opens
START = datetime(2027, 3, 20, 0, 0, tzinfo=NAIROBI)
END = datetime(2027, 3, 22, 0, 0, tzinfo=NAIROBI)
SECOND = timedelta(seconds=1)
INSTANT = timedelta(microseconds=1)
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
