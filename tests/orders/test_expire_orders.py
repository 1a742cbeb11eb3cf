"""Orders that were not paid in time."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.models import Schedule
from rest_framework.test import APIClient

from catalog.models import StockLevel, StockMovement
from electroports.jobs import write_schedules
from orders import tasks
from orders.actions import expire_orders as expire_module
from orders.actions.expire_orders import expire_orders
from orders.models import Allocation, Order, OrderEvent
from tests.factories import make_product
from tests.orders import everything, level_of, placed

pytestmark = pytest.mark.django_db


def long_ago(order_id: int) -> None:
    """Let an order's hold be over."""
    Order.objects.filter(pk=order_id).update(expires_at=timezone.now() - timedelta(seconds=1))


def test_expired_orders_give_their_stock_back(client: APIClient) -> None:
    product = make_product(stock=10)
    late = placed(client, {"product": product.pk, "quantity": 3})
    placed(client, {"product": product.pk, "quantity": 4})
    long_ago(late["id"])

    assert expire_orders(at=timezone.now()) == 1

    assert level_of(product).allocated == 4
    order = Order.objects.get(pk=late["id"])
    assert order.status == "expired"
    event = OrderEvent.objects.latest("pk")
    assert (event.order, event.type, event.from_status, event.to_status) == (order, "expired", "pending", "expired")
    assert (event.actor, event.acting_user, event.reason) == ("system", None, "Not paid in time.")
    assert StockMovement.objects.get(type="release").reference == late["number"]
    assert Allocation.objects.count() == 1


def test_second_sweep_finds_nothing(client: APIClient) -> None:
    long_ago(placed(client, {"product": make_product().pk, "quantity": 3})["id"])
    expire_orders(at=timezone.now())
    before = everything()

    assert expire_orders(at=timezone.now()) == 0
    assert everything() == before


def test_expiry_is_to_the_second(client: APIClient) -> None:
    placed(client, {"product": make_product().pk, "quantity": 3})
    expires_at = Order.objects.get().expires_at
    assert expires_at is not None

    assert expire_orders(at=expires_at - timedelta(microseconds=1)) == 0
    assert expire_orders(at=expires_at) == 1


@pytest.mark.parametrize("status", ["confirmed", "processing", "cancelled", "shipped"])
def test_only_unpaid_orders_expire(client: APIClient, status: str) -> None:
    order_id = placed(client, {"product": make_product().pk, "quantity": 1})["id"]
    Order.objects.update(status=status)
    long_ago(order_id)

    assert expire_orders(at=timezone.now()) == 0

    Order.objects.update(status="pending", expires_at=timezone.now())


def test_order_that_fails_does_not_keep_the_others(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    product = make_product(stock=10)
    ids = [placed(client, {"product": product.pk, "quantity": 1})["id"] for _ in range(3)]
    for order_id in ids:
        long_ago(order_id)
    release = expire_module.release_order_stock

    def fail_for_the_second(*, order: Order, **more: Any) -> None:
        if order.pk == ids[1]:
            raise RuntimeError("the disk is full")
        release(order=order, **more)

    monkeypatch.setattr(expire_module, "release_order_stock", fail_for_the_second)

    assert expire_orders(at=timezone.now()) == 2

    assert list(Order.objects.order_by("pk").values_list("status", flat=True)) == ["expired", "pending", "expired"]
    assert level_of(product).allocated == 1


def test_command_says_how_many(client: APIClient) -> None:
    long_ago(placed(client, {"product": make_product().pk, "quantity": 1})["id"])
    out = StringIO()

    call_command("expire_orders", stdout=out)

    assert out.getvalue() == "1 order(s) expired.\n"


def test_job(client: APIClient) -> None:
    long_ago(placed(client, {"product": make_product().pk, "quantity": 1})["id"])

    assert tasks.expire_orders() == 1
    assert StockLevel.objects.get().allocated == 0


@pytest.mark.parametrize(
    "job", ["orders.tasks.expire_orders", "orders.tasks.forget_idempotency_keys", "orders.tasks.count_pairs"]
)
def test_jobs_are_on_the_schedule(job: str) -> None:
    write_schedules()

    assert import_string(Schedule.objects.get(name=job).func)() == 0


def test_cancelling_what_has_expired(client: APIClient) -> None:
    order_id = placed(client, {"product": make_product().pk, "quantity": 1})["id"]
    long_ago(order_id)
    expire_orders(at=timezone.now())

    response = client.post(f"/api/orders/{order_id}/cancel")

    assert (response.status_code, response.json()["code"]) == (409, "illegal_transition")
