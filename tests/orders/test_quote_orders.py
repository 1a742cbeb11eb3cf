"""Quotes: the price of an order that is not placed."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from orders.documents import AMOUNTS
from tests.factories import add_variant, make_product
from tests.orders import CONTACT, everything, field_codes, placed, refused

pytestmark = pytest.mark.django_db


def test_quote_equals_the_order(client: APIClient) -> None:
    first, second = make_product(price="99.99"), make_product(price="1234.56")
    body = {
        "items": [
            {"product": first.pk, "quantity": 3},
            {"product": second.pk, "quantity": 1},
            {"product": first.pk, "quantity": 1},
        ],
        "contact": CONTACT,
        "note": "Call first.",
    }
    before = everything()

    response = client.post("/api/orders/quote", body)

    assert response.status_code == 200
    assert everything() == before
    order = placed(client, *body["items"], contact=CONTACT)  # type: ignore[misc]
    assert response.json() == {
        "items": [{name: value for name, value in line.items() if name != "id"} for line in order["items"]],
        **{name: order[name] for name in (*AMOUNTS, "currency", "promotions")},
        "coupons": [],
        "delivery_method": None,
    }


def test_guest_need_not_say_who_they_are(api: APIClient) -> None:
    response = api.post("/api/orders/quote", {"items": [{"product": make_product().pk, "quantity": 1}]})

    assert response.status_code == 200
    assert response.json()["total"] == "1000.00"


def test_quote_refuses_what_an_order_refuses(client: APIClient) -> None:
    several = make_product(stock=1)
    add_variant(several)
    scarce = make_product(stock=1)
    before = everything()

    def code(item: dict[str, int], status: int, **more: str) -> set[tuple[str | None, str]]:
        response = client.post("/api/orders/quote", {"items": [item], **more})
        assert response.status_code == status
        return field_codes(response.json())

    assert code({"product": scarce.pk, "quantity": 2}, 409) == {("items.0.quantity", "insufficient_stock")}
    assert code({"product": several.pk, "quantity": 1}, 400) == {("items.0.product", "ambiguous_variant")}
    assert code({"product": 999, "quantity": 1}, 400) == {("items.0.product", "unknown_product")}
    assert code({"product": scarce.pk, "quantity": 0}, 400) == {("items.0.quantity", "min_value")}
    assert code({"product": scarce.pk, "quantity": 1}, 400, total="1.00") == {("total", "unknown_field")}
    assert everything() == before


def test_bad_bearer_token(api: APIClient) -> None:
    api.credentials(HTTP_AUTHORIZATION="Bearer forged")

    assert api.post("/api/orders/quote", {"items": []}).status_code == 401


def test_unknown_query_parameter(client: APIClient) -> None:
    body = {"items": [{"product": make_product().pk, "quantity": 1}]}

    problem = refused(client.post("/api/orders/quote?currency=USD", body), 400, "invalid")

    assert field_codes(problem) == {("currency", "unknown_parameter")}
