"""A guest signs in: their cart becomes part of the customer's, once, and nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from orders.models import Cart, CartLine
from tests.factories import PASSWORD, make_product, make_user
from tests.orders import client_of, refused, variant_of
from tests.orders.carts import cart, codes, contents, put, stored

pytestmark = pytest.mark.django_db


def guests(api: APIClient, *products: Any, quantity: int = 1) -> str:
    """The token of a guest's cart with these products."""
    token = None
    for product in products:
        token = put(api, product=product.pk, quantity=quantity, token=token).headers.get("X-Cart-Token") or token
    assert token is not None
    return token


def call(client: APIClient, way: str, token: str) -> Any:
    """One of the calls of the cart that merge."""
    headers = {"X-Cart-Token": token}
    if way == "read":
        return client.get("/api/cart", headers=headers)
    if way == "merge":
        return client.post("/api/cart/merge", headers=headers)
    if way == "coupon":
        return client.patch("/api/cart", {"coupon": ""}, headers=headers)
    return put(client, product=make_product().pk, token=token)


@pytest.mark.parametrize("way", ["read", "merge", "coupon", "add"])
def test_every_call_merges(client: APIClient, api: APIClient, shopper: User, way: str) -> None:
    same, own, other = make_product(), make_product(), make_product()
    put(client, product=same.pk, quantity=2)
    put(client, product=own.pk)
    token = guests(api, same, other, quantity=3)

    body = call(client, way, token).json()

    expected = {variant_of(same).pk: 5, variant_of(own).pk: 1, variant_of(other).pk: 3}
    assert expected.items() <= contents(body).items()
    assert body == cart(client)
    assert Cart.objects.get().user == shopper
    assert cart(api, token)["lines"] == []


@pytest.mark.parametrize("way", ["read", "merge"])
def test_twice_is_once(client: APIClient, api: APIClient, way: str) -> None:
    product = make_product()
    put(client, product=product.pk, quantity=2)
    token = guests(api, product, quantity=3)

    first, again = call(client, way, token), call(client, way, token)

    assert contents(first.json()) == contents(again.json()) == {variant_of(product).pk: 5}
    assert again.content == first.content


def test_customer_without_a_cart_gets_the_lines_as_they_are(client: APIClient, api: APIClient) -> None:
    token = guests(api, make_product(), make_product())
    before = cart(api, token)["lines"]

    assert cart(client, token)["lines"] == before


def test_after_registering(api: APIClient) -> None:
    product = make_product()
    token = guests(api, product)
    account = {"username": "wanjiku", "email": "wanjiku@example.com", "password": PASSWORD}
    access = api.post("/api/users/register", account).json()["access"]

    response = api.get("/api/cart", headers={"Authorization": f"Bearer {access}", "X-Cart-Token": token})

    assert contents(response.json()) == {variant_of(product).pk: 1}
    assert Cart.objects.get().user.username == "wanjiku"


def test_quantities_are_capped(client: APIClient, api: APIClient, settings: Any) -> None:
    settings.ORDER_MAX_QUANTITY = 10
    plenty, limited = make_product(stock=100), make_product(stock=100)
    limited.variants.update(max_per_customer=3)
    for product, quantity in ((plenty, 8), (limited, 2)):
        put(client, product=product.pk, quantity=quantity)
    token = guests(api, plenty, quantity=7)
    put(api, product=limited.pk, quantity=2, token=token)

    assert contents(cart(client, token)) == {variant_of(plenty).pk: 10, variant_of(limited).pk: 3}


def test_what_was_over_a_limit_does_not_shrink(client: APIClient, api: APIClient) -> None:
    product = make_product(stock=100)
    put(client, product=product.pk, quantity=5)
    token = guests(api, product)
    product.variants.update(max_per_customer=2)

    assert contents(cart(client, token)) == {variant_of(product).pk: 5}


def test_what_has_no_room_waits(client: APIClient, api: APIClient, settings: Any) -> None:
    settings.ORDER_MAX_LINES = 2
    own, same, other, last = (make_product() for _ in range(4))
    put(client, product=own.pk)
    token = guests(api, other, last)

    body = cart(client, token)

    assert contents(body) == {variant_of(own).pk: 1, variant_of(other).pk: 1}
    assert codes(body) == [("cart_full", None)]
    assert not body["problems"][0]["blocks_order"]
    assert body == cart(client, token)
    assert contents(cart(api, token)) == {variant_of(last).pk: 1}
    assert same.pk not in {line["product"] for line in body["lines"]}

    first = body["lines"][0]["id"]
    client.delete(f"/api/cart/lines/{first}", headers={"X-Cart-Token": token})
    body = cart(client, token)

    assert (contents(body), codes(body)) == ({variant_of(other).pk: 1, variant_of(last).pk: 1}, [])
    assert Cart.objects.count() == 1


@pytest.mark.parametrize(("own", "expected"), [("", "GUEST"), ("OWN", "OWN")])
def test_coupon_comes_along_where_there_is_none(client: APIClient, api: APIClient, own: str, expected: str) -> None:
    client.patch("/api/cart", {"coupon": own})
    token = api.patch("/api/cart", {"coupon": "GUEST"})["X-Cart-Token"]

    assert cart(client, token)["coupon"] == expected


def test_token_of_nothing_merges_nothing(client: APIClient) -> None:
    put(client, product=make_product().pk)
    before = stored()

    assert call(client, "merge", "x" * 43).status_code == 200

    assert stored() == before


def test_customers_cart_has_no_token_to_steal_it_by(client: APIClient, api: APIClient) -> None:
    product = make_product()
    token = guests(api, product)
    cart(client, token)
    thief = client_of(make_user())

    assert cart(thief, token)["lines"] == []
    assert contents(cart(client)) == {variant_of(product).pk: 1}


def test_merging_needs_an_account(api: APIClient) -> None:
    token = guests(api, make_product())

    refused(call(api, "merge", token), 401, "not_authenticated")

    assert CartLine.objects.count() == 1


def test_merging_without_a_token_is_reading(client: APIClient) -> None:
    put(client, product=make_product().pk)

    assert client.post("/api/cart/merge").json() == cart(client)
