"""Orders that a deadlock ends while they are cancelled or expire: they begin again, some times, and change once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone
from rest_framework.test import APIClient

from electroports.transactions import ATTEMPTS
from orders.actions import cancel_order, expire_orders, place_order
from orders.models import Allocation, Order, OrderEvent
from tests.factories import make_product
from tests.orders import everything, level_of, place, placed, refused

pytestmark = pytest.mark.django_db
Victim = Callable[..., list[None]]


@pytest.fixture
def victim(monkeypatch: pytest.MonkeyPatch) -> Victim:
    """Makes the last step of an action fail so many times; returns a list of its calls."""

    def choose(module: Any, step: str, *, times: int, sqlstate: str = "40P01") -> list[None]:
        calls: list[None] = []
        take_step = getattr(module, step)

        def fail(**arguments: Any) -> None:
            calls.append(None)
            take_step(**arguments)
            if len(calls) <= times:
                cause = Exception()
                cause.pgcode = sqlstate  # type: ignore[attr-defined]
                raise OperationalError from cause

        monkeypatch.setattr(module, step, fail)
        return calls

    return choose


def overdue(client: APIClient) -> Order:
    """An order of three units that was not paid in time."""
    key = placed(client, {"product": make_product(stock=5).pk, "quantity": 3})["id"]
    Order.objects.filter(pk=key).update(expires_at=timezone.now() - timedelta(seconds=1))
    return Order.objects.get(pk=key)


def test_cancelling_begins_again(client: APIClient, victim: Victim) -> None:
    order = overdue(client)
    calls = victim(cancel_order, "release_order_stock", times=ATTEMPTS - 1)

    assert client.post(f"/api/orders/{order.pk}/cancel").json()["status"] == "cancelled"

    assert len(calls) == ATTEMPTS
    assert list(OrderEvent.objects.values_list("type", flat=True)) == ["placed", "cancelled"]
    assert not Allocation.objects.exists()


@pytest.mark.parametrize(("sqlstate", "attempts"), [("40P01", ATTEMPTS), ("57014", 1)])
def test_cancelling_gives_up(client: APIClient, victim: Victim, sqlstate: str, attempts: int) -> None:
    order = overdue(client)
    before = everything()
    calls = victim(cancel_order, "release_order_stock", times=ATTEMPTS, sqlstate=sqlstate)

    refused(client.post(f"/api/orders/{order.pk}/cancel"), 503, "unavailable")

    assert len(calls) == attempts
    assert everything() == before


def test_expiry_begins_again(client: APIClient, victim: Victim) -> None:
    order = overdue(client)
    calls = victim(expire_orders, "release_order_stock", times=1)

    assert expire_orders.expire_orders(at=timezone.now()) == 1

    assert len(calls) == 2
    assert list(order.events.values_list("type", flat=True)) == ["placed", "expired"]
    assert not Allocation.objects.exists()


def test_expiry_leaves_the_order_to_the_next_sweep(client: APIClient, victim: Victim) -> None:
    overdue(client)
    before = everything()
    calls = victim(expire_orders, "release_order_stock", times=ATTEMPTS)

    assert expire_orders.expire_orders(at=timezone.now()) == 0

    assert len(calls) == ATTEMPTS
    assert everything() == before
    assert expire_orders.expire_orders(at=timezone.now()) == 1


def test_placing_gives_up(client: APIClient, victim: Victim) -> None:
    product = make_product(stock=5)
    before = everything()
    calls = victim(place_order, "take_stock", times=ATTEMPTS)

    refused(place(client, {"product": product.pk, "quantity": 1}), 409, "insufficient_stock")

    assert len(calls) == ATTEMPTS
    assert everything() == before
    assert level_of(product).allocated == 0
