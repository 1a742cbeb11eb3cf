"""Money that comes when nobody waits for it any more: honoured if it can be, owed back if not, never dropped."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from catalog.models import Product, Variant
from orders.actions.expire_orders import expire_orders
from orders.models import Allocation, LedgerEntry, Order, OrderEvent, Promotion, PromotionUse
from tests.factories import make_product, make_user
from tests.orders import client_of, level_of, placed
from tests.orders.promoting import coupon
from tests.payments import deliver, payments, simulate
from tests.payments.conftest import Sent

pytestmark = pytest.mark.django_db


def expired_with_message(client: APIClient, product: Product, simulated: list[Sent]) -> dict[str, Any]:
    """An order that ran out while its payment was under way, and whose message has not come."""
    order = placed(client, {"product": product.pk, "quantity": 2})
    assert simulate(client, order, "pays", delay=0).status_code == 201
    assert len(simulated) == 1
    assert expire_orders(at=timezone.now() + timedelta(hours=4)) == 1
    assert level_of(product).allocated == 0
    return order


def test_it_confirms_the_order_if_all_units_are_still_there(client: APIClient, simulated: list[Sent]) -> None:
    product = make_product(stock=3)
    order = expired_with_message(client, product, simulated)

    deliver(simulated[0].url, simulated[0].body)

    told = payments(client, order)
    assert (told["status"], told["payment_status"], told["due"]) == ("confirmed", "paid", "0.00")
    assert (level_of(product).allocated, Allocation.objects.get().quantity) == (2, 2)
    assert Order.objects.get().owed == 0
    steps = [(event.type, event.from_status, event.to_status) for event in OrderEvent.objects.all()]
    assert steps == [
        ("placed", "", "pending"),
        ("expired", "pending", "expired"),
        ("payment", "expired", "expired"),
        ("confirmed", "expired", "confirmed"),
    ]


def assert_owed(client: APIClient, order: dict[str, Any], status: str) -> None:
    """The money is in the ledger, nothing is held, and all of it is owed back."""
    told = payments(client, order)
    assert (told["status"], told["payment_status"], told["due"]) == (status, "paid", "0.00")
    assert Order.objects.get(pk=order["id"]).owed == Decimal(order["total"])
    assert LedgerEntry.objects.get().amount == Decimal(order["total"])
    assert not Allocation.objects.filter(line__order=order["id"]).exists()


def test_it_is_owed_if_somebody_else_has_bought_them(client: APIClient, simulated: list[Sent]) -> None:
    product = make_product(stock=3)
    order = expired_with_message(client, product, simulated)
    placed(client, {"product": product.pk, "quantity": 2})

    deliver(simulated[0].url, simulated[0].body)

    assert_owed(client, order, "expired")
    assert level_of(product).allocated == 2


def test_it_is_owed_if_one_of_them_is_no_longer_sold(client: APIClient, simulated: list[Sent]) -> None:
    product = make_product(stock=3)
    order = expired_with_message(client, product, simulated)
    Variant.objects.update(is_active=False)

    deliver(simulated[0].url, simulated[0].body)

    assert_owed(client, order, "expired")


def test_it_is_owed_if_the_order_was_called_off(client: APIClient, simulated: list[Sent]) -> None:
    product = make_product(stock=3)
    order = placed(client, {"product": product.pk, "quantity": 1})
    simulate(client, order, "pays", delay=0)
    client.post(f"/api/orders/{order['id']}/cancel", {})

    deliver(simulated[0].url, simulated[0].body)

    assert_owed(client, order, "cancelled")


def test_a_paid_order_that_is_called_off_owes_what_was_paid(client: APIClient) -> None:
    order = placed(client, {"product": make_product().pk, "quantity": 1})
    simulate(client, order, "pays_at_once")

    response = client.post(f"/api/orders/{order['id']}/cancel", {})

    assert response.status_code == 200
    assert Order.objects.get().owed in (Decimal(order["total"]), Decimal(0))


def test_a_part_that_comes_late_confirms_nothing(client: APIClient, simulated: list[Sent]) -> None:
    product = make_product(stock=3)
    order = placed(client, {"product": product.pk, "quantity": 1})
    simulate(client, order, "pays", delay=0, amount="400.00")
    expire_orders(at=timezone.now() + timedelta(hours=4))

    deliver(simulated[0].url, simulated[0].body)

    told = payments(client, order)
    assert (told["status"], told["payment_status"], told["paid"]) == ("expired", "partially_paid", "400.00")
    assert Order.objects.get().owed == 400
    assert level_of(product).allocated == 0


def test_more_than_is_due_is_owed_back(client: APIClient, simulated: list[Sent]) -> None:
    """Two prompts for one order: the first was given up, and both are paid in the end."""
    order = placed(client, {"product": make_product().pk, "quantity": 1})
    simulate(client, order, "pays", delay=0)
    Order.objects.get().payments.update(expires_at=timezone.now())
    simulate(client, order, "pays", delay=0)

    for sent in simulated:
        deliver(sent.url, sent.body, seconds=1)

    told = payments(client, order)
    assert (told["status"], told["payment_status"], told["paid"], told["due"]) == (
        "confirmed",
        "paid",
        "2000.00",
        "0.00",
    )
    assert Order.objects.get().owed == 1000


def expired_with_coupon(client: APIClient, product: Product) -> tuple[dict[str, Any], Promotion]:
    """An order that ran out with the one use of a coupon, while its payment was under way."""
    promotion = coupon("ONCE", percent=10, usage_limit=1)
    order = placed(client, {"product": product.pk, "quantity": 1}, coupon="ONCE")
    simulate(client, order, "pays", delay=0)
    assert expire_orders(at=timezone.now() + timedelta(hours=4)) == 1
    promotion.refresh_from_db()
    assert promotion.uses == 0
    return order, promotion


def test_an_order_that_is_honoured_takes_its_coupon_again(client: APIClient, simulated: list[Sent]) -> None:
    order, promotion = expired_with_coupon(client, make_product(stock=3))

    deliver(simulated[0].url, simulated[0].body)

    promotion.refresh_from_db()
    assert (payments(client, order)["status"], promotion.uses) == ("confirmed", 1)
    assert PromotionUse.objects.get(order=order["id"]).released_at is None


def test_it_is_owed_if_somebody_else_has_taken_the_coupon(client: APIClient, simulated: list[Sent]) -> None:
    product = make_product(stock=3)
    order, promotion = expired_with_coupon(client, product)
    placed(client_of(make_user()), {"product": product.pk, "quantity": 1}, coupon="ONCE")

    deliver(simulated[0].url, simulated[0].body)

    promotion.refresh_from_db()
    assert promotion.uses == 1
    assert_owed(client, order, "expired")
    assert level_of(product).allocated == 1
