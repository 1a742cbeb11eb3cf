"""Carts: what is put in, changed and taken out, and what the answer says of it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import ProductImage, StockLevel, StockMovement, Variant
from orders.models import Cart, CartLine
from tests.catalog.events import make_event
from tests.factories import add_variant, listed_together, make_product, make_user
from tests.orders import client_of, field_codes, refused, variant_of
from tests.orders.carts import cart, codes, contents, put, stored

pytestmark = pytest.mark.django_db


def test_empty_cart_of_nobody_writes_nothing(api: APIClient) -> None:
    response = api.get("/api/cart")

    assert response.status_code == 200
    assert response.json() == {
        "lines": [],
        "quantity": 0,
        "grams": 0,
        "problems": [],
        "can_be_ordered": False,
        "coupon": None,
        "delivery_choice": None,
        "promotions": [],
        "subtotal": "0.00",
        "discount": "0.00",
        "delivery": None,
        "rounding": "0.00",
        "vat": "0.00",
        "total": "0.00",
        "currency": "KES",
        "updated_at": None,
        "token": None,
        "compatibility": None,
    }
    assert response["Cache-Control"] == "no-store"
    assert "X-Cart-Token" not in response
    assert not Cart.objects.exists()


def test_customers_cart(client: APIClient, shopper: User) -> None:
    product = make_product(price="6499.00", name="Anker 735 Charger", slug="anker-735")
    variant = variant_of(product)

    response = put(client, product=product.pk, quantity=2)

    assert response.status_code == 201
    assert "X-Cart-Token" not in response
    body = response.json()
    line = CartLine.objects.get()
    assert (line.cart.user, line.quantity, line.added_price) == (shopper, 2, Decimal("6499.00"))
    assert body["lines"] == [
        {
            "id": line.pk,
            "product": product.pk,
            "variant": variant.pk,
            "slug": "anker-735",
            "sku": variant.sku,
            "name": "Anker 735 Charger",
            "image": None,
            "quantity": 2,
            "unit_price": "6499.00",
            "regular_price": "6499.00",
            "event": None,
            "added_price": "6499.00",
            "availability": "in_stock",
            "max_per_customer": None,
            "discount": "0.00",
            "total": "12998.00",
            "vat": "1792.83",
            "tax_rate": "16.00",
            "added_at": body["updated_at"],
        }
    ]
    assert (body["quantity"], body["can_be_ordered"], body["problems"], body["token"]) == (2, True, [], None)
    assert (body["subtotal"], body["vat"], body["total"]) == ("12998.00", "1792.83", "12998.00")
    assert cart(client) == body
    assert client.get("/api/cart")["ETag"] == response["ETag"]


def test_guests_cart_is_opened_by_its_token_alone(api: APIClient) -> None:
    variant = variant_of(make_product())

    response = put(api, variant=variant.pk)

    token = response["X-Cart-Token"]
    assert response.json()["token"] == token
    assert len(token) >= 43
    assert contents(cart(api, token)) == {variant.pk: 1}
    assert cart(api, token)["token"] is None
    assert contents(cart(api)) == contents(cart(api, token[::-1])) == {}
    found = Cart.objects.get()
    assert found.user is None
    assert token not in str(Cart.objects.values_list())
    assert client_cart_is_empty()


def client_cart_is_empty() -> bool:
    return cart(client_of(make_user()))["lines"] == []


def test_token_that_opens_nothing_gets_a_new_one(api: APIClient) -> None:
    variant = variant_of(make_product())

    response = put(api, variant=variant.pk, token="x" * 43)

    assert response["X-Cart-Token"] != "x" * 43
    assert contents(cart(api, response["X-Cart-Token"])) == {variant.pk: 1}


@pytest.mark.parametrize("token", ["", " ", "x" * 42, "x" * 10_000, "\x00" * 43, "\xe9" * 43, "x" * 43 + "\n", "%00"])
def test_tokens_that_cannot_be_one(client: APIClient, token: str) -> None:
    body = {"product": make_product().pk, "quantity": 1}

    for method, path in [("get", "/api/cart"), ("delete", "/api/cart"), ("post", "/api/cart/lines")]:
        response = getattr(client, method)(path, body if method == "post" else None, headers={"X-Cart-Token": token})
        assert field_codes(refused(response, 400, "invalid")) == {("X-Cart-Token", "invalid")}
    assert not Cart.objects.exists()


def test_same_variant_adds_up(client: APIClient) -> None:
    product = make_product()
    put(client, product=product.pk, quantity=2)

    body = put(client, variant=variant_of(product).pk, quantity=3).json()

    assert contents(body) == {variant_of(product).pk: 5}
    assert CartLine.objects.count() == 1


def test_quantity_is_set(client: APIClient) -> None:
    body = put(client, product=make_product().pk, quantity=2).json()

    response = client.patch(f"/api/cart/lines/{body['lines'][0]['id']}", {"quantity": 7})

    assert response.status_code == 200
    assert [line["quantity"] for line in response.json()["lines"]] == [7]
    assert response.json() == cart(client)


def test_line_is_taken_out(client: APIClient) -> None:
    first, second = make_product(), make_product()
    put(client, product=first.pk)
    body = put(client, product=second.pk).json()

    response = client.delete(f"/api/cart/lines/{body['lines'][0]['id']}")

    assert response.status_code == 200
    assert contents(response.json()) == {variant_of(second).pk: 1}


def test_cart_is_emptied(client: APIClient) -> None:
    put(client, product=make_product().pk)
    client.patch("/api/cart", {"coupon": "KARIBU"})

    response = client.delete("/api/cart")

    assert (response.status_code, response.json()["lines"], response.json()["coupon"]) == (200, [], None)
    assert not CartLine.objects.exists()


def test_emptying_nothing_writes_nothing(client: APIClient, api: APIClient) -> None:
    assert client.delete("/api/cart").status_code == api.delete("/api/cart").status_code == 200
    assert not Cart.objects.exists()


def test_coupon_is_kept(client: APIClient) -> None:
    assert client.patch("/api/cart", {"coupon": " KARIBU "}).json()["coupon"] == "KARIBU"
    assert cart(client)["coupon"] == "KARIBU"
    assert client.patch("/api/cart", {"coupon": None}).json()["coupon"] is None


def test_guest_may_begin_with_a_coupon(api: APIClient) -> None:
    response = api.patch("/api/cart", {"coupon": "KARIBU"})

    assert cart(api, response["X-Cart-Token"])["coupon"] == "KARIBU"


def test_price_changes_are_told_until_the_customer_decides(client: APIClient) -> None:
    product = make_product(price="1000.00")
    line = put(client, product=product.pk).json()["lines"][0]["id"]
    product.variants.update(price=Decimal("1200.00"))

    body = cart(client)
    assert body["problems"] == [
        {
            "code": "price_changed",
            "line": line,
            "message": f"{product.name} costs more than before.",
            "blocks_order": False,
            "old_price": "1000.00",
            "new_price": "1200.00",
            "limit": None,
        }
    ]
    assert (body["lines"][0]["added_price"], body["total"], body["can_be_ordered"]) == ("1000.00", "1200.00", True)

    assert client.patch(f"/api/cart/lines/{line}", {"quantity": 2}).json()["problems"] == []
    product.variants.update(price=Decimal("900.00"))
    assert cart(client)["problems"][0]["message"] == f"{product.name} costs less than before."
    assert put(client, product=product.pk).json()["problems"] == []


def test_price_of_an_event(client: APIClient) -> None:
    product, now = make_product(price="1000.00"), timezone.now()
    bounds = {"starts_at": now - timedelta(days=1), "ends_at": now + timedelta(days=1), "at": now}
    event = make_event(products=[product], percent=10, **bounds)

    (line,) = put(client, product=product.pk, quantity=2).json()["lines"]

    assert (line["unit_price"], line["regular_price"], line["total"]) == ("900.00", "1000.00", "1800.00")
    assert line["event"] == {"id": event.pk, "name": event.name}


@pytest.mark.parametrize("way", ["product", "variant"])
def test_what_is_not_for_sale_stays_and_is_not_in_the_totals(client: APIClient, way: str) -> None:
    product, other = make_product(), make_product(price="500.00")
    line = put(client, product=product.pk).json()["lines"][0]["id"]
    put(client, product=other.pk)
    if way == "product":
        product.is_published = False
        product.save()
    else:
        product.variants.update(is_active=False)

    body = cart(client)

    assert codes(body) == [("unpublished", line)]
    gone = body["lines"][0]
    assert (gone["name"], gone["unit_price"], gone["availability"], gone["total"]) == (product.name, None, None, None)
    assert (body["subtotal"], body["total"], body["quantity"]) == ("500.00", "500.00", 2)
    assert not body["can_be_ordered"]
    assert client.patch(f"/api/cart/lines/{line}", {"quantity": 3}).status_code == 200
    assert client.delete(f"/api/cart/lines/{line}").json()["can_be_ordered"]


@pytest.mark.parametrize(
    ("stock", "code", "word", "total"),
    [(0, "out_of_stock", "out_of_stock", "0.00"), (2, "insufficient_stock", "low_stock", "3000.00")],
)
def test_what_is_short(client: APIClient, stock: int, code: str, word: str, total: str) -> None:
    product = make_product(price="1000.00", stock=stock)

    body = put(client, product=product.pk, quantity=3).json()

    assert codes(body) == [(code, body["lines"][0]["id"])]
    assert body["problems"][0]["blocks_order"]
    assert (body["lines"][0]["availability"], body["total"], body["can_be_ordered"]) == (word, total, False)


def test_exact_stock_is_not_told(client: APIClient) -> None:
    product = make_product(stock=7777)

    response = put(client, product=product.pk, quantity=3)

    assert b"7777" not in response.content


def test_a_cart_holds_no_stock(client: APIClient) -> None:
    product = make_product(stock=3)

    put(client, product=product.pk, quantity=3)

    assert StockLevel.objects.get().allocated == 0
    assert not StockMovement.objects.exclude(type="receipt").exists()


def test_picture_is_the_variants_own_or_else_the_products(client: APIClient) -> None:
    product = make_product()
    plain, pictured = variant_of(product), add_variant(product)
    for place, (alt, variant) in enumerate([("Product", None), ("Variant", pictured)]):
        row = {"variant": variant, "alt": alt, "position": place, "width": 1, "height": 1}
        name = f"products/original/{place}.webp"
        ProductImage.objects.bulk_create([ProductImage(product=product, original=name, **row)])

    put(client, variant=plain.pk)
    body = put(client, variant=pictured.pk).json()

    assert [line["image"]["alt"] for line in body["lines"]] == ["Product", "Variant"]


def test_deleted_variant_takes_its_line_along(client: APIClient) -> None:
    product = make_product(stock=None)
    put(client, product=product.pk)

    Variant.objects.all().delete()

    assert cart(client)["lines"] == []


REFUSED: dict[str, tuple[dict[str, Any], set[tuple[str | None, str]]]] = {
    "nothing": ({"quantity": 1}, {("product", "required")}),
    "both": ({"product": 1, "variant": 1}, {("product", "required")}),
    "unknown product": ({"product": 999_999}, {("product", "unknown_product")}),
    "unknown variant": ({"variant": 2**63 - 1}, {("variant", "unknown_variant")}),
    "a huge id": ({"variant": 2**63}, {("variant", "max_value")}),
    "none": ({"product": 1, "quantity": 0}, {("quantity", "min_value")}),
    "minus one": ({"product": 1, "quantity": -1}, {("quantity", "min_value")}),
    "too many": ({"product": 1, "quantity": 1001}, {("quantity", "max_value")}),
    "text": ({"product": 1, "quantity": "1"}, {("quantity", "invalid")}),
    "true": ({"product": 1, "quantity": True}, {("quantity", "invalid")}),
    "null": ({"product": None}, {("product", "null")}),
}


@pytest.mark.parametrize(("body", "errors"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_put_in(client: APIClient, body: dict[str, Any], errors: set[tuple[str | None, str]]) -> None:
    before = stored()

    assert field_codes(refused(put(client, **body), 400, "invalid")) == errors

    assert stored() == before


def test_own_price_is_refused(client: APIClient) -> None:
    response = put(client, product=make_product().pk, unit_price="1.00")

    assert field_codes(refused(response, 400, "unknown_field")) == {("unit_price", "unknown_field")}
    assert not Cart.objects.exists()


def test_what_is_not_for_sale_cannot_be_put_in(client: APIClient) -> None:
    product = make_product(is_published=False)

    assert field_codes(refused(put(client, product=product.pk), 400, "invalid")) == {("product", "unknown_product")}
    assert not Cart.objects.exists()


def test_product_with_several_variants_is_not_guessed(client: APIClient) -> None:
    product = make_product()
    add_variant(product)

    problem = refused(put(client, product=product.pk), 400, "invalid")

    assert field_codes(problem) == {("product", "ambiguous_variant")}


def test_no_more_than_an_order_takes(client: APIClient, settings: Any) -> None:
    settings.ORDER_MAX_QUANTITY = 10
    product = make_product()
    line = put(client, product=product.pk, quantity=6).json()["lines"][0]["id"]
    before = stored()

    problem = refused(put(client, product=product.pk, quantity=5), 400, "invalid")

    assert field_codes(problem) == {("quantity", "max_value")}
    refused(client.patch(f"/api/cart/lines/{line}", {"quantity": 11}), 400, "invalid")
    assert stored() == before


def test_no_more_lines_than_an_order_takes(client: APIClient, settings: Any) -> None:
    settings.ORDER_MAX_LINES = 2
    products = [make_product() for _ in range(3)]
    for product in products[:2]:
        put(client, product=product.pk)
    before = stored()

    problem = refused(put(client, product=products[2].pk), 400, "invalid")

    assert field_codes(problem) == {(None, "too_many_lines")}
    assert stored() == before
    assert put(client, product=products[0].pk).status_code == 201


@pytest.mark.parametrize("lines", [1, 50])
def test_number_of_queries(client: APIClient, lines: int) -> None:
    with listed_together():
        products = [make_product(price="10.00") for _ in range(lines)]
    for product in products:
        put(client, product=product.pk)

    with CaptureQueriesContext(connection) as read:
        assert len(cart(client)["lines"]) == lines

    assert len(read.captured_queries) == 5  # session, cart, shelf, promotions, pictures


def test_number_of_queries_of_an_empty_cart(client: APIClient, api: APIClient) -> None:
    for caller, expected in ((client, 2), (api, 0)):
        with CaptureQueriesContext(connection) as read:
            cart(caller)
        assert len(read.captured_queries) == expected
