"""Carts that estimate a delivery."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from orders.actions.load_delivery import load_delivery
from orders.models import DeliveryMethod
from tests.factories import listed_together, make_product
from tests.orders import field_codes, refused
from tests.orders.carts import cart, codes, put, stored

pytestmark = pytest.mark.django_db
NAIROBI = {"method": "courier-nairobi", "county": "Nairobi City"}


@pytest.fixture
def filled(client: APIClient) -> APIClient:
    """A customer with a charger for 1,000 KES that weighs 200 g in the cart."""
    load_delivery(at=timezone.now())
    put(client, product=make_product(typed_specs={"weight": 200}).pk)
    return client


def test_delivery_is_estimated(filled: APIClient) -> None:
    body = filled.patch("/api/cart", {"delivery": NAIROBI}).json()

    assert body["delivery_choice"] == {"method": "courier-nairobi", "county": "Nairobi"}
    assert (body["delivery"], body["total"], body["problems"]) == ("250.00", "1250.00", [])
    quoted = filled.post("/api/orders/quote", {"cart": True, "delivery": NAIROBI}).json()
    assert {name: quoted[name] for name in ("delivery", "vat", "total")} == {
        name: body[name] for name in ("delivery", "vat", "total")
    }


def test_a_cart_says_what_options_of_delivery_ask_for(filled: APIClient) -> None:
    put(filled, product=make_product(typed_specs={"weight": 3000}).pk, quantity=2)
    put(filled, product=make_product(typed_specs={"weight": 9000}, stock=0).pk)
    body = filled.get("/api/cart").json()

    assert body["grams"] == 6200
    asked = {"county": "Nairobi", "grams": body["grams"], "value": body["subtotal"]}
    options = {row["code"]: row["price"] for row in filled.get("/api/delivery/options", asked).json()["methods"]}
    estimated = filled.patch("/api/cart", {"delivery": NAIROBI}).json()
    assert options["courier-nairobi"] == estimated["delivery"] == "400.00"


def test_delivery_and_coupon_are_kept_apart(filled: APIClient) -> None:
    filled.patch("/api/cart", {"delivery": NAIROBI})
    filled.patch("/api/cart", {"coupon": "NOSUCH"})

    body = filled.patch("/api/cart", {"delivery": None}).json()

    assert (body["coupon"], body["delivery"], body["delivery_choice"]) == ("NOSUCH", None, None)


WRONG: list[tuple[Any, set[tuple[str, str]]]] = [
    ({"method": "nothing"}, {("delivery.method", "unknown_method")}),
    ({"method": "courier-nairobi"}, {("address", "required")}),
    ({"method": "courier-nairobi", "county": "Paris"}, {("delivery.county", "unknown_county")}),
    ({}, {("delivery.method", "required")}),
    ([], {("delivery", "invalid")}),
]


@pytest.mark.parametrize(("delivery", "errors"), WRONG)
def test_what_is_not_offered(filled: APIClient, delivery: Any, errors: set[tuple[str, str]]) -> None:
    before = stored()

    problem = refused(filled.patch("/api/cart", {"delivery": delivery}), 400, "invalid")

    assert field_codes(problem) == errors
    assert stored() == before


def test_what_is_no_longer_offered_is_told(filled: APIClient) -> None:
    filled.patch("/api/cart", {"delivery": NAIROBI})
    DeliveryMethod.objects.update(is_active=False)

    body = cart(filled)

    assert codes(body) == [("no_delivery", None)]
    assert (body["delivery"], body["total"], body["can_be_ordered"]) == (None, "1000.00", True)


@pytest.mark.parametrize("lines", [1, 50])
def test_number_of_queries(filled: APIClient, lines: int) -> None:
    with listed_together():
        products = [make_product(price="1.00", typed_specs={"weight": 1}) for _ in range(lines - 1)]
    for product in products:
        put(filled, product=product.pk)
    filled.patch("/api/cart", {"delivery": NAIROBI})

    with CaptureQueriesContext(connection) as read:
        assert len(cart(filled)["lines"]) == lines

    assert len(read.captured_queries) == 5 + 3  # method, rates, holidays
