"""Orders that are refused: a problem document that names the field, and nothing written."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from tests.factories import add_variant, make_product
from tests.orders import CONTACT, everything, field_codes, place, placed, refused, variant_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("quantity", [0, -1, 1001, 2**31, 2**63, 10**30, 1.5, "2", True, None, [], {}, "NaN"])
def test_bad_quantities(client: APIClient, quantity: Any) -> None:
    product = make_product()
    before = everything()

    response = client.post("/api/orders/create", {"items": [{"product": product.pk, "quantity": quantity}]})

    problem = refused(response, 400, "invalid")
    assert {field for field, _code in field_codes(problem)} == {"items.0.quantity"}
    assert everything() == before


@pytest.mark.parametrize("literal", ["1e999999", "NaN", "Infinity", "1.5e0", "-0.0"])
def test_quantities_that_json_tools_disagree_on(client: APIClient, literal: str) -> None:
    body = f'{{"items": [{{"product": {make_product().pk}, "quantity": {literal}}}]}}'
    before = everything()

    response = client.post("/api/orders/create", body, content_type="application/json")

    assert response.status_code == 400
    assert everything() == before


@pytest.mark.parametrize("field", ["product", "variant"])
@pytest.mark.parametrize("value", [0, -1, 2**63, "1", 1.0, True, None, [], {}])
def test_bad_ids(client: APIClient, field: str, value: Any) -> None:
    before = everything()

    response = client.post("/api/orders/create", {"items": [{field: value, "quantity": 1}]})

    problem = refused(response, 400, "invalid")
    assert {name for name, _code in field_codes(problem)} == {f"items.0.{field}"}
    assert everything() == before


@pytest.mark.parametrize("field", ["product", "variant"])
@pytest.mark.parametrize("value", [1, 2**31, 2**63 - 1])
def test_unknown_ids(client: APIClient, field: str, value: int) -> None:
    before = everything()

    response = client.post("/api/orders/create", {"items": [{field: value, "quantity": 1}]})

    problem = refused(response, 400, "invalid")
    assert field_codes(problem) == {(f"items.0.{field}", f"unknown_{field}")}
    assert everything() == before


def test_unpublished_and_inactive_are_as_good_as_unknown(client: APIClient) -> None:
    hidden = make_product(is_published=False)
    retired = make_product()
    retired.variants.update(is_active=False)
    before = everything()

    response = place(
        client,
        {"product": hidden.pk, "quantity": 1},
        {"variant": variant_of(hidden).pk, "quantity": 1},
        {"product": retired.pk, "quantity": 1},
        {"variant": variant_of(retired).pk, "quantity": 1},
    )

    assert field_codes(refused(response, 400, "invalid")) == {
        ("items.0.product", "unknown_product"),
        ("items.1.variant", "unknown_variant"),
        ("items.2.product", "unknown_product"),
        ("items.3.variant", "unknown_variant"),
    }
    assert everything() == before


def test_product_with_several_variants_is_ambiguous(client: APIClient) -> None:
    product = make_product()
    add_variant(product)
    before = everything()

    response = place(client, {"product": product.pk, "quantity": 1})

    assert field_codes(refused(response, 400, "invalid")) == {("items.0.product", "ambiguous_variant")}
    assert everything() == before


def test_product_of_whose_variants_one_can_be_bought_is_not_ambiguous(client: APIClient) -> None:
    product = make_product(stock=0)
    left = add_variant(product, stock=1)
    add_variant(product, stock=0)

    response = place(client, {"product": product.pk, "quantity": 1})

    assert response.status_code == 201
    assert [item["variant"] for item in response.json()["items"]] == [left.pk]


def test_product_of_whose_variants_none_can_be_bought_is_ambiguous(client: APIClient) -> None:
    product = make_product(stock=0)
    add_variant(product, stock=0)
    before = everything()

    response = place(client, {"product": product.pk, "quantity": 1})

    assert field_codes(refused(response, 400, "invalid")) == {("items.0.product", "ambiguous_variant")}
    assert everything() == before


def test_product_with_one_active_variant_is_not_ambiguous(client: APIClient) -> None:
    product = make_product()
    add_variant(product, is_active=False)

    assert placed(client, {"product": product.pk, "quantity": 1})["items"][0]["product"] == product.pk


@pytest.mark.parametrize("items", [[], None, {}, "x", [None], [[]], ["x"], [{}]])
def test_bad_item_lists(client: APIClient, items: Any) -> None:
    before = everything()

    refused(client.post("/api/orders/create", {"items": items}), 400, "invalid")

    assert everything() == before


def test_items_are_needed(client: APIClient) -> None:
    problem = refused(client.post("/api/orders/create", {}), 400, "invalid")

    assert field_codes(problem) == {("items", "required")}


def test_product_and_variant_together(client: APIClient) -> None:
    product = make_product()

    response = place(client, {"product": product.pk, "variant": variant_of(product).pk, "quantity": 1})

    assert field_codes(refused(response, 400, "invalid")) == {("items.0.product", "required")}


def test_longest_item_list(client: APIClient) -> None:
    product = make_product(stock=200)
    item = {"product": product.pk, "quantity": 1}

    assert placed(client, *[item] * 100)["items"][0]["quantity"] == 100
    before = everything()
    problem = refused(place(client, *[item] * 101), 400, "invalid")

    assert field_codes(problem) == {("items", "max_length")}
    assert everything() == before


@pytest.mark.parametrize(
    "field",
    ["price", "total", "status", "user", "user_id", "subtotal", "discount", "id", "number", "rounding", "discounts"],
)
def test_what_is_not_the_clients_to_say(client: APIClient, field: str) -> None:
    product = make_product()
    before = everything()

    response = place(client, {"product": product.pk, "quantity": 1}, **{field: "1.00"})

    assert field_codes(refused(response, 400, "unknown_field")) == {(field, "unknown_field")}
    assert everything() == before


@pytest.mark.parametrize("field", ["price", "unit_price", "total", "sku", "name"])
def test_what_is_not_the_clients_to_say_of_an_item(client: APIClient, field: str) -> None:
    product = make_product()
    before = everything()

    response = place(client, {"product": product.pk, "quantity": 1, field: "1.00"})  # type: ignore[dict-item]

    assert field_codes(refused(response, 400, "unknown_field")) == {(f"items.0.{field}", "unknown_field")}
    assert everything() == before


def test_query_parameters_are_refused(client: APIClient) -> None:
    body = {"items": [{"product": make_product().pk, "quantity": 1}]}
    before = everything()

    problem = refused(client.post("/api/orders/create?coupon=FREE", body), 400, "invalid")

    assert field_codes(problem) == {("coupon", "unknown_parameter")}
    assert everything() == before


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("items=1", "application/x-www-form-urlencoded", 415),
        ("{}", "text/plain", 415),
        ("<items/>", "application/xml", 415),
        ("{", "application/json", 400),
        ("", "application/json", 400),
        ("[]", "application/json", 400),
        ("null", "application/json", 400),
        ('"items"', "application/json", 400),
        ("[" * 100_000, "application/json", 400),
        ('{"items": ' + "[" * 30 + "]" * 30 + "}", "application/json", 400),
        (b'{"note": "\xff"}', "application/json", 400),
    ],
)
def test_bodies_that_are_none(client: APIClient, body: Any, content_type: str, status: int) -> None:
    before = everything()

    response = client.post("/api/orders/create", body, content_type=content_type)

    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert everything() == before


@pytest.mark.parametrize("text", [r"a\u0000b", r"\ud800", r"\udc00x"])
def test_text_that_a_database_refuses(client: APIClient, text: str) -> None:
    body = f'{{"items": [{{"product": {make_product().pk}, "quantity": 1}}], "note": "{text}"}}'
    before = everything()

    response = client.post("/api/orders/create", body, content_type="application/json")

    assert response.status_code == 400
    assert everything() == before


def test_note(client: APIClient) -> None:
    item = {"product": make_product().pk, "quantity": 1}

    assert placed(client, item, note="n" * 500)["note"] == "n" * 500
    assert field_codes(refused(place(client, item, note="n" * 501), 400, "invalid")) == {("note", "max_length")}
    assert field_codes(refused(place(client, item, note=5), 400, "invalid")) == {("note", "invalid")}


def test_order_too_large_for_its_columns(client: APIClient) -> None:
    product = make_product(price="9999999999.99", stock=1000)
    before = everything()

    response = place(client, {"product": product.pk, "quantity": 1000})

    assert field_codes(refused(response, 400, "invalid")) == {("items", "order_too_large")}
    assert everything() == before


def test_largest_order(client: APIClient) -> None:
    product = make_product(price="9999999999.00")

    assert placed(client, {"product": product.pk, "quantity": 1})["total"] == "9999999999.00"


@pytest.mark.parametrize("authorization", ["Bearer forged", "Bearer a.b.c", "Bearer "])
def test_bad_token_orders_nothing(api: APIClient, db: None, authorization: str) -> None:
    product = make_product()
    before = everything()
    api.credentials(HTTP_AUTHORIZATION=authorization)

    response = place(api, {"product": product.pk, "quantity": 1}, contact=CONTACT)

    assert response.status_code == 401
    assert everything() == before


def test_account_of_a_deactivated_user_orders_nothing(client: APIClient, shopper: User) -> None:
    product = make_product()
    shopper.is_active = False
    shopper.save()
    before = everything()

    assert place(client, {"product": product.pk, "quantity": 1}).status_code == 401
    assert everything() == before


@pytest.mark.parametrize(
    ("contact", "wrong"),
    [
        (None, {("contact.email", "required"), ("contact.phone", "required")}),
        ({}, {("contact.email", "required"), ("contact.phone", "required")}),
        ({"email": "a@example.com"}, {("contact.phone", "required")}),
        ({"phone": "0712345678"}, {("contact.email", "required")}),
        ({"email": "nobody", "phone": "0712345678"}, {("contact.email", "invalid")}),
        ({"email": '"a\x0bbcc:b@x.com"@example.com', "phone": "0712345678"}, {("contact.email", "invalid")}),
        ({"email": "a@example.com", "phone": "12"}, {("contact.phone", "invalid_phone")}),
        ({"email": "a@example.com", "phone": 712345678}, {("contact.phone", "invalid")}),
    ],
)
def test_guests_must_be_reachable(api: APIClient, contact: Any, wrong: set[tuple[str, str]]) -> None:
    product = make_product()
    before = everything()

    response = place(api, {"product": product.pk, "quantity": 1}, **({} if contact is None else {"contact": contact}))

    assert field_codes(refused(response, 400, "invalid")) == wrong
    assert everything() == before


def test_unknown_fields_of_contact_and_address(client: APIClient) -> None:
    item = {"product": make_product().pk, "quantity": 1}
    before = everything()

    response = place(client, item, contact={"twitter": "@w"})

    assert field_codes(refused(response, 400, "unknown_field")) == {("contact.twitter", "unknown_field")}
    assert everything() == before
