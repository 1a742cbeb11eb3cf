"""Calling orders off."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import ProductListing, StockMovement
from orders.actions.cancel_order import cancel_order
from orders.actions.change_status import change_status
from orders.errors import IllegalTransition
from orders.models import Allocation, Order, OrderEvent
from tests.factories import add_stock, make_location, make_product, make_user
from tests.orders import CONTACT, everything, field_codes, level_of, placed, refused, variant_of

pytestmark = pytest.mark.django_db


def advance(order: Order, *statuses: Order.Status) -> None:
    for status in statuses:
        change_status(
            order=order, status=status, actor=OrderEvent.Actor.STAFF, acting_user=None, reason="x", at=timezone.now()
        )


def test_cancelling_gives_the_stock_back(client: APIClient, shopper: User) -> None:
    product = make_product(stock=None)
    first = add_stock(variant_of(product), 2, make_location("NBO", 1))
    second = add_stock(variant_of(product), 2, make_location("MSA", 2))
    order = placed(client, {"product": product.pk, "quantity": 3})

    response = client.post(f"/api/orders/{order['id']}/cancel", {"reason": "Wrong colour."})

    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert response.json() == {**order, "status": "cancelled", "due": "0.00", "events": response.json()["events"]}
    event = response.json()["events"][-1]
    assert {name: event[name] for name in ("type", "from_status", "to_status", "actor", "reason")} == {
        "type": "cancelled",
        "from_status": "pending",
        "to_status": "cancelled",
        "actor": "customer",
        "reason": "Wrong colour.",
    }
    assert OrderEvent.objects.latest("pk").acting_user == shopper
    for level in (first, second):
        level.refresh_from_db()
        assert (level.on_hand, level.allocated) == (2, 0)
    releases = StockMovement.objects.filter(type="release", reference=order["number"])
    assert sorted(releases.values_list("allocated_change", flat=True)) == [-2, -1]
    assert not Allocation.objects.exists()


def test_cancelling_twice_gives_it_back_once(client: APIClient) -> None:
    product = make_product(stock=5)
    order = placed(client, {"product": product.pk, "quantity": 3})
    client.post(f"/api/orders/{order['id']}/cancel")
    before = everything()

    refused(client.post(f"/api/orders/{order['id']}/cancel"), 409, "illegal_transition")

    assert everything() == before
    assert level_of(product).allocated == 0


def test_word_comes_back_with_the_stock(client: APIClient) -> None:
    product = make_product(stock=6)
    order = placed(client, {"product": product.pk, "quantity": 6})
    assert '"availability":"out_of_stock"' in ProductListing.objects.get().card

    client.post(f"/api/orders/{order['id']}/cancel")

    assert '"availability":"in_stock"' in ProductListing.objects.get().card


def test_guest_cancels_with_the_token(api: APIClient) -> None:
    order = placed(api, {"product": make_product().pk, "quantity": 1}, contact=CONTACT)

    response = api.post(f"/api/orders/{order['number']}/cancel?token={order['token']}")

    assert response.status_code == 200
    assert (response.json()["status"], response.json()["events"][-1]["actor"]) == ("cancelled", "customer")


def test_whoever_holds_the_link_acts_as_the_customer(api: APIClient, client: APIClient, shopper: User) -> None:
    order = placed(api, {"product": make_product().pk, "quantity": 1}, contact=CONTACT)

    response = client.post(f"/api/orders/{order['id']}/cancel?token={order['token']}")

    assert response.json()["events"][-1]["actor"] == "customer"
    assert OrderEvent.objects.latest("pk").acting_user == shopper


@pytest.mark.parametrize("before_it", [[], ["confirmed"], ["confirmed", "processing"]])
def test_until_it_is_shipped(client: APIClient, before_it: list[str]) -> None:
    order_id = placed(client, {"product": make_product().pk, "quantity": 1})["id"]
    advance(Order.objects.get(), *map(Order.Status, before_it))

    assert client.post(f"/api/orders/{order_id}/cancel").status_code == 200


def test_legal_edges() -> None:
    every = {str(status) for status in Order.Status}

    assert {str(status) for status in Order.TRANSITIONS} == every
    for status, afters in Order.TRANSITIONS.items():
        order = Order(status=status)
        assert {after for after in every if order.can_become(after)} == set(afters)
    assert not Order(status="shipped").can_become("cancelled")


@pytest.mark.parametrize("body", [{"reason": "r" * 201}, {"reason": 5}, {"why": "x"}, [], "x"])
def test_bad_bodies(client: APIClient, body: Any) -> None:
    order_id = placed(client, {"product": make_product().pk, "quantity": 1})["id"]
    before = everything()

    response = client.post(f"/api/orders/{order_id}/cancel", body)

    assert response.status_code == 400
    assert everything() == before


def test_unknown_field_is_named(client: APIClient) -> None:
    order_id = placed(client, {"product": make_product().pk, "quantity": 1})["id"]

    problem = refused(client.post(f"/api/orders/{order_id}/cancel", {"status": "paid"}), 400, "unknown_field")

    assert field_codes(problem) == {("status", "unknown_field")}


def test_staff_act_as_staff(client: APIClient) -> None:
    placed(client, {"product": make_product().pk, "quantity": 1})
    staff = make_user(is_staff=True)

    cancel_order(order=Order.objects.get(), acting_user=staff, reason="Fraud.", at=timezone.now())

    event = OrderEvent.objects.latest("pk")
    assert (event.actor, event.acting_user, event.reason) == ("staff", staff, "Fraud.")


def test_order_that_changed_since_it_was_read(client: APIClient) -> None:
    placed(client, {"product": make_product().pk, "quantity": 1})
    stale = Order.objects.get()
    advance(Order.objects.get(), Order.Status.CONFIRMED)
    before = everything()

    with pytest.raises(IllegalTransition):
        cancel_order(order=stale, acting_user=None, reason="", at=timezone.now())

    assert everything() == before
