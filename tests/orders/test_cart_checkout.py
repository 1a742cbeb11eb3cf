"""Ordering what lies in a cart: the same order, the same totals, and the cart is empty then."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from orders.models import Cart, CartLine, IdempotencyRecord, Order
from tests.factories import make_product
from tests.orders import CONTACT, everything, field_codes, level_of, refused, variant_of
from tests.orders.carts import cart, contents, put, stored

pytestmark = pytest.mark.django_db
CREATE, QUOTE = "/api/orders/create", "/api/orders/quote"


def buy(client: APIClient, *, path: str = CREATE, headers: dict[str, str] | None = None, **body: Any) -> Any:
    return client.post(path, {"cart": True, **body}, headers=headers or {})


def test_cart_is_ordered_and_empty_then(client: APIClient, shopper: User) -> None:
    first, second = make_product(price="99.99"), make_product(price="0.05")
    put(client, product=first.pk, quantity=3)
    shown = put(client, product=second.pk).json()

    response = buy(client)

    assert response.status_code == 201, response.content
    order = response.json()
    assert [(item["variant"], item["quantity"]) for item in order["items"]] == list(contents(shown).items())
    for name in ("subtotal", "discount", "rounding", "vat", "total"):
        assert order[name] == shown[name]
    assert Order.objects.get().user == shopper
    assert (level_of(first).allocated, level_of(second).allocated) == (3, 1)
    assert cart(client)["lines"] == []
    assert Cart.objects.count() == 1


def test_cart_and_items_come_to_the_same(client: APIClient) -> None:
    product = make_product(price="333.33")
    items = [{"variant": variant_of(product).pk, "quantity": 3}]
    put(client, **items[0])

    quoted, quoted_too = buy(client, path=QUOTE).json(), client.post(QUOTE, {"items": items}).json()
    ordered = buy(client).json()

    assert quoted == quoted_too
    assert {name: ordered[name] for name in ("subtotal", "vat", "total")} == {
        name: quoted[name] for name in ("subtotal", "vat", "total")
    }


def test_quote_leaves_the_cart_alone(client: APIClient) -> None:
    put(client, product=make_product().pk)
    before = stored()

    assert buy(client, path=QUOTE).status_code == 200

    assert stored() == before


def test_guest_buys_with_the_token(api: APIClient) -> None:
    product = make_product()
    token = put(api, product=product.pk, quantity=2)["X-Cart-Token"]

    order = buy(api, headers={"X-Cart-Token": token}, contact=CONTACT).json()

    assert order["items"][0]["quantity"] == 2
    assert len(order["token"]) >= 40
    assert cart(api, token)["lines"] == []


def test_guests_cart_is_merged_by_the_order_of_who_has_signed_in(client: APIClient, api: APIClient) -> None:
    product, other = make_product(), make_product()
    put(client, product=product.pk)
    token = put(api, product=other.pk, quantity=2)["X-Cart-Token"]
    headers = {"X-Cart-Token": token}

    quoted = buy(client, path=QUOTE, headers=headers).json()
    order = buy(client, headers=headers).json()

    expected = {variant_of(product).pk: 1, variant_of(other).pk: 2}
    assert {item["variant"]: item["quantity"] for item in quoted["items"]} == expected
    assert {item["variant"]: item["quantity"] for item in order["items"]} == expected
    assert not CartLine.objects.exists()


def test_merging_is_part_of_the_order(client: APIClient, api: APIClient) -> None:
    token = put(api, product=make_product(stock=0).pk)["X-Cart-Token"]
    before = everything(), stored()

    refused(buy(client, headers={"X-Cart-Token": token}), 409, "insufficient_stock")

    assert (everything(), stored()) == before


@pytest.mark.parametrize("path", [CREATE, QUOTE])
def test_empty_cart(client: APIClient, path: str) -> None:
    before = everything()

    assert field_codes(refused(buy(client, path=path), 400, "invalid")) == {("cart", "empty_cart")}

    assert everything() == before


BODIES: list[tuple[dict[str, Any], set[tuple[str | None, str]]]] = [
    ({}, {("items", "required")}),
    ({"cart": True, "items": [{"product": 1, "quantity": 1}]}, {("items", "required")}),
    ({"cart": False}, {("cart", "invalid")}),
    ({"cart": None}, {("cart", "null")}),
    ({"cart": 1}, {("cart", "invalid")}),
    ({"cart": "true"}, {("cart", "invalid")}),
]


@pytest.mark.parametrize(("body", "errors"), BODIES)
@pytest.mark.parametrize("path", [CREATE, QUOTE])
def test_either_items_or_the_cart(
    client: APIClient, path: str, body: dict[str, Any], errors: set[tuple[str | None, str]]
) -> None:
    put(client, product=make_product().pk)
    before = everything(), stored()

    assert field_codes(refused(client.post(path, body), 400, "invalid")) == errors

    assert (everything(), stored()) == before


@pytest.mark.parametrize("path", [CREATE, QUOTE])
def test_what_is_short_is_named_by_its_line(client: APIClient, path: str) -> None:
    put(client, product=make_product().pk)
    put(client, product=make_product(stock=1).pk, quantity=2)
    before = everything(), stored()

    problem = refused(buy(client, path=path), 409, "insufficient_stock")

    assert field_codes(problem) == {("items.1.quantity", "insufficient_stock")}
    assert (everything(), stored()) == before


@pytest.mark.parametrize("path", [CREATE, QUOTE])
def test_what_is_not_for_sale_is_not_left_out(client: APIClient, path: str) -> None:
    product = make_product()
    put(client, product=make_product().pk)
    put(client, product=product.pk)
    product.is_published = False
    product.save()
    before = everything(), stored()

    problem = refused(buy(client, path=path), 400, "invalid")

    assert field_codes(problem) == {("items.1.variant", "unknown_variant")}
    assert (everything(), stored()) == before


@pytest.mark.parametrize("path", [CREATE, QUOTE])
def test_cart_from_before_the_limit_was_lowered(client: APIClient, settings: Any, path: str) -> None:
    for _ in range(2):
        put(client, product=make_product().pk)
    settings.ORDER_MAX_LINES = 1

    assert ("too_many_lines", None) in [(row["code"], row["line"]) for row in cart(client)["problems"]]
    assert field_codes(refused(buy(client, path=path), 400, "invalid")) == {("cart", "too_many_lines")}


def test_sent_twice_is_ordered_once_though_the_cart_is_empty(client: APIClient) -> None:
    put(client, product=make_product().pk)
    headers = {"Idempotency-Key": "k1"}

    first, again = buy(client, headers=headers), buy(client, headers=headers)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again["Idempotent-Replayed"] == "true"
    assert Order.objects.count() == 1


def test_what_was_put_in_since_stays_when_it_is_sent_again(client: APIClient) -> None:
    product, other = make_product(), make_product()
    put(client, product=product.pk)
    headers = {"Idempotency-Key": "k1"}
    first = buy(client, headers=headers)
    put(client, product=other.pk)

    again = buy(client, headers=headers)

    assert again.content == first.content
    assert contents(cart(client)) == {variant_of(other).pk: 1}


def test_refused_keys_are_free_again(client: APIClient) -> None:
    product = make_product(stock=0)
    put(client, product=product.pk)
    headers = {"Idempotency-Key": "k1"}
    refused(buy(client, headers=headers), 409, "insufficient_stock")

    assert not IdempotencyRecord.objects.exists()
    assert len(cart(client)["lines"]) == 1


def test_what_was_shown_is_what_is_bought(client: APIClient) -> None:
    product = make_product(price="1000.00")
    put(client, product=product.pk)
    shown = client.get("/api/cart")["ETag"]
    product.variants.update(price=Decimal("1200.00"))
    before = everything(), stored()

    refused(buy(client, headers={"If-Match": shown}), 412, "precondition_failed")

    assert (everything(), stored()) == before
    shown = client.get("/api/cart")["ETag"]
    assert buy(client, headers={"If-Match": shown}).json()["total"] == "1200.00"


def test_version_does_not_matter_to_an_order_that_is_there(client: APIClient) -> None:
    put(client, product=make_product().pk)
    headers = {"Idempotency-Key": "k1", "If-Match": client.get("/api/cart")["ETag"]}

    first, again = buy(client, headers=headers), buy(client, headers=headers)

    assert (again.status_code, again.content) == (201, first.content)


def test_coupon_of_the_cart_is_the_orders(client: APIClient) -> None:
    put(client, product=make_product().pk)
    client.patch("/api/cart", {"coupon": "NOSUCH"})
    before = everything(), stored()

    problem = refused(buy(client), 400, "invalid")

    assert field_codes(problem) == {("coupon", "coupon_unknown")}
    assert (everything(), stored()) == before
    assert ("coupon_unknown", None) in [(row["code"], row["line"]) for row in cart(client)["problems"]]
    assert buy(client, path=QUOTE).json()["coupons"] == [
        {"code": "NOSUCH", "applied": False, "reason": "coupon_unknown"}
    ]
