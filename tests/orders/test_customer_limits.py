"""How many of a variant a customer may buy, over all their orders."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import Product
from orders.actions.expire_orders import expire_orders
from orders.models import Order
from tests.factories import make_product, make_user
from tests.orders import CONTACT, client_of, everything, field_codes, place, placed, refused, variant_of
from tests.orders.carts import cart, codes, put, stored

pytestmark = pytest.mark.django_db


@pytest.fixture
def limited() -> Product:
    """A product of which a customer may buy two."""
    product: Product = make_product(stock=100)
    product.variants.update(max_per_customer=2)
    return product


def over(response: Any, field: str = "items.0.quantity") -> dict[str, Any]:
    problem = refused(response, 409, "over_customer_limit")
    assert field_codes(problem) == {(field, "over_customer_limit")}
    return problem


@pytest.mark.parametrize("path", ["/api/orders/create", "/api/orders/quote"])
def test_one_order(client: APIClient, limited: Product, path: str) -> None:
    items = [{"product": make_product().pk, "quantity": 1}, {"product": limited.pk, "quantity": 3}]
    before = everything()

    problem = over(client.post(path, {"items": items}), "items.1.quantity")

    assert problem["errors"][0]["message"] == "A customer may buy at most 2."
    assert everything() == before
    items[1]["quantity"] = 2
    assert client.post(path, {"items": items}).status_code in (200, 201)


def test_same_variant_twice_in_one_order(client: APIClient, limited: Product) -> None:
    item = {"product": limited.pk, "quantity": 1}

    over(place(client, item, {"variant": variant_of(limited).pk, "quantity": 2}))


@pytest.mark.parametrize("path", ["/api/orders/create", "/api/orders/quote"])
def test_earlier_orders_count(client: APIClient, limited: Product, path: str) -> None:
    placed(client, {"product": limited.pk, "quantity": 2})
    before = everything()

    problem = over(client.post(path, {"items": [{"product": limited.pk, "quantity": 1}]}))

    assert problem["errors"][0]["message"] == "A customer may buy at most 2, and you have bought 2."
    assert everything() == before


@pytest.mark.parametrize("end", ["cancelled", "expired"])
def test_orders_that_came_to_nothing_do_not_count(client: APIClient, limited: Product, end: str) -> None:
    order = placed(client, {"product": limited.pk, "quantity": 2})
    if end == "cancelled":
        client.post(f"/api/orders/{order['id']}/cancel")
    else:
        Order.objects.update(expires_at=timezone.now())
        expire_orders(at=timezone.now())

    placed(client, {"product": limited.pk, "quantity": 2})


def test_customers_do_not_count_for_each_other(client: APIClient, limited: Product) -> None:
    placed(client, {"product": limited.pk, "quantity": 2})

    placed(client_of(make_user()), {"product": limited.pk, "quantity": 2})


def test_account_counts_whatever_contact_it_gives(client: APIClient, limited: Product) -> None:
    placed(client, {"product": limited.pk, "quantity": 2}, contact={"phone": "0110 000 001"})

    over(place(client, {"product": limited.pk, "quantity": 1}, contact=CONTACT))


SAME = [
    {},
    {"email": "WANJIKU@Example.com", "phone": "0110000001"},
    {"email": "wanjiku@\uff45xample.com", "phone": "0110000001"},
    {"email": '"wanjiku"@example.com', "phone": "0110000001"},
    {"email": "other@example.com"},
]


@pytest.mark.parametrize("changes", SAME)
def test_guests_are_known_by_address_or_phone(api: APIClient, limited: Product, changes: dict[str, str]) -> None:
    placed(api, {"product": limited.pk, "quantity": 2}, contact=CONTACT)

    problem = over(place(api, {"product": limited.pk, "quantity": 1}, contact={**CONTACT, **changes}))

    assert problem["errors"][0]["message"] == "A customer may buy at most 2."  # who asks may be anybody


def test_another_guest(api: APIClient, limited: Product) -> None:
    placed(api, {"product": limited.pk, "quantity": 2}, contact=CONTACT)

    placed(api, {"product": limited.pk, "quantity": 2}, contact={"email": "other@example.com", "phone": "0110000001"})


def test_guests_and_accounts_do_not_count_for_each_other(client: APIClient, api: APIClient, limited: Product) -> None:
    placed(client, {"product": limited.pk, "quantity": 2}, contact=CONTACT)

    placed(api, {"product": limited.pk, "quantity": 2}, contact=CONTACT)


def test_no_more_can_be_put_into_the_cart(client: APIClient, limited: Product) -> None:
    line = put(client, product=limited.pk, quantity=2).json()["lines"][0]
    assert line["max_per_customer"] == 2
    before = stored()

    over(put(client, product=limited.pk), "quantity")
    over(client.patch(f"/api/cart/lines/{line['id']}", {"quantity": 3}), "quantity")

    assert stored() == before


def test_cart_counts_what_was_bought(client: APIClient, limited: Product) -> None:
    line = put(client, product=limited.pk, quantity=2).json()["lines"][0]["id"]
    placed(client, {"product": limited.pk, "quantity": 1})

    body = cart(client)

    assert codes(body) == [("over_limit", line)]
    assert (body["problems"][0]["limit"], body["problems"][0]["blocks_order"]) == (2, True)
    assert body["problems"][0]["message"] == f"{limited.name}: A customer may buy at most 2, and you have bought 1."
    over(client.post("/api/orders/create", {"cart": True}))
    assert client.patch(f"/api/cart/lines/{line}", {"quantity": 1}).json()["problems"] == []


def test_limit_that_came_later_is_told_of_a_line(client: APIClient, limited: Product) -> None:
    limited.variants.update(max_per_customer=None)
    line = put(client, product=limited.pk, quantity=5).json()["lines"][0]["id"]
    limited.variants.update(max_per_customer=2)

    assert codes(cart(client)) == [("over_limit", line)]
    assert codes(client.patch(f"/api/cart/lines/{line}", {"quantity": 3}).json()) == [("over_limit", line)]


def test_number_of_queries_of_a_cart_with_limits(client: APIClient, limited: Product, shopper: User) -> None:
    counts = []
    for product in (limited, make_product(stock=5), make_product(stock=5)):
        product.variants.update(max_per_customer=2)
        put(client, product=product.pk)
        with CaptureQueriesContext(connection) as read:
            cart(client)
        counts.append(len(read.captured_queries))

    assert counts == [6, 6, 6]  # and what was bought


def test_a_guest_with_the_address_of_an_account_is_that_customer(
    client: APIClient, api: APIClient, limited: Product, shopper: User
) -> None:
    contact = {"email": shopper.email.upper(), "phone": "0110000001"}
    placed(client, {"product": limited.pk, "quantity": 1})
    placed(api, {"product": limited.pk, "quantity": 1}, contact=contact)

    refused(place(api, {"product": limited.pk, "quantity": 1}, contact=contact), 409, "over_customer_limit")
    refused(place(client, {"product": limited.pk, "quantity": 1}), 409, "over_customer_limit")
