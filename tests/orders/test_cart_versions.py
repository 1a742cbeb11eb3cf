"""Who may touch a cart, in which version, and how often: ownership, If-Match, Idempotency-Key, limits of calls."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from rest_framework.settings import api_settings
from rest_framework.test import APIClient

from electroports.throttling import ScopedThrottle
from orders.models import Cart, CartAnswer
from tests.catalog import wiring
from tests.factories import make_product, make_user
from tests.orders import client_of, field_codes, refused, variant_of
from tests.orders.carts import cart, contents, put, stored

pytestmark = pytest.mark.django_db


def line_of(response: Any) -> int:
    return int(response.json()["lines"][0]["id"])


@pytest.mark.parametrize("whose", ["customer", "guest"])
@pytest.mark.parametrize("who", ["another customer", "staff", "nobody", "another guest"])
def test_lines_of_others_do_not_exist(client: APIClient, api: APIClient, whose: str, who: str) -> None:
    line = line_of(put(client if whose == "customer" else api, product=make_product().pk))
    other, headers = APIClient(), {}
    if who == "another customer":
        other = client_of(make_user())
    elif who == "staff":
        other = client_of(make_user(is_staff=True, is_superuser=True))
    elif who == "another guest":
        headers = {"X-Cart-Token": put(other, product=make_product().pk)["X-Cart-Token"]}
    before = stored()

    path = f"/api/cart/lines/{line}"
    bodies = {
        client.generic("DELETE", "/api/cart/lines/999999999").json()["detail"],
        refused(other.patch(path, {"quantity": 5}, headers=headers), 404, "not_found")["detail"],
        refused(other.patch(path, {"quantity": -5}, headers=headers), 404, "not_found")["detail"],
        refused(other.delete(path, headers=headers), 404, "not_found")["detail"],
    }

    assert len(bodies) == 1
    assert stored() == before


CHANGES = {
    "add": lambda client, line, product, headers: put(client, product=product, headers=headers),
    "line": lambda client, line, product, headers: client.patch(
        f"/api/cart/lines/{line}", {"quantity": 3}, headers=headers
    ),
    "remove": lambda client, line, product, headers: client.delete(f"/api/cart/lines/{line}", headers=headers),
    "coupon": lambda client, line, product, headers: client.patch("/api/cart", {"coupon": "A"}, headers=headers),
    "empty": lambda client, line, product, headers: client.delete("/api/cart", headers=headers),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_change_of_another_version_is_refused(client: APIClient, change: Any) -> None:
    product = make_product()
    response = put(client, product=product.pk)
    line, seen = line_of(response), response["ETag"]
    put(client, product=product.pk)
    before = stored()

    refused(change(client, line, product.pk, {"If-Match": seen}), 412, "precondition_failed")
    refused(change(client, line, product.pk, {"If-Match": f"W/{seen}"}), 412, "precondition_failed")
    problem = refused(change(client, line, product.pk, {"If-Match": "none"}), 400, "invalid")

    assert field_codes(problem) == {("If-Match", "invalid")}
    assert stored() == before
    assert change(client, line, product.pk, {"If-Match": client.get("/api/cart")["ETag"]}).status_code in (200, 201)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("headers", [{}, {"If-Match": "*"}])
def test_change_of_whatever_is_there_goes_through(client: APIClient, change: Any, headers: dict[str, str]) -> None:
    product = make_product()
    line = line_of(put(client, product=product.pk))

    response = change(client, line, product.pk, headers)

    assert response.status_code in (200, 201)
    assert response["ETag"] == client.get("/api/cart")["ETag"]


def test_version_follows_what_is_shown(client: APIClient) -> None:
    product = make_product(stock=10, price="1000.00")
    tags = [put(client, product=product.pk)["ETag"]]
    changes = [{"price": Decimal(900)}, {"is_active": False}]
    for change in changes:
        product.variants.update(**change)
        tags.append(client.get("/api/cart")["ETag"])

    assert len(set(tags)) == 3
    assert client.get("/api/cart?compatibility=true")["ETag"] == tags[-1]


def test_guests_first_version_is_that_of_the_cart(api: APIClient) -> None:
    response = put(api, product=make_product().pk)

    assert api.get("/api/cart", headers={"X-Cart-Token": response["X-Cart-Token"]})["ETag"] == response["ETag"]


def send(client: APIClient, key: str, token: str | None = None, **body: Any) -> Any:
    return put(client, token=token, headers={"Idempotency-Key": key}, **body)


def test_same_key_adds_once(client: APIClient) -> None:
    product = make_product()

    first, again = send(client, "k1", product=product.pk), send(client, "k1", product=product.pk)

    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.content, again["ETag"], again["Idempotent-Replayed"]) == (first.content, first["ETag"], "true")
    assert contents(cart(client)) == {variant_of(product).pk: 1}
    refused(send(client, "k1", product=product.pk, quantity=2), 422, "idempotency_key_reused")


def test_keys_belong_to_their_cart(client: APIClient, api: APIClient) -> None:
    product = make_product()
    token, other = (put(api, product=product.pk)["X-Cart-Token"] for _ in range(2))

    for who, mine in ((client, None), (api, token), (api, other), (api, token)):
        assert send(who, "k1", mine, product=product.pk).status_code == 201

    assert [contents(cart(who, mine))[variant_of(product).pk] for who, mine in ((client, None), (api, token))] == [1, 2]
    assert CartAnswer.objects.count() == 3
    assert token not in str(list(CartAnswer.objects.values_list()))


@pytest.mark.parametrize("token", [None, "x" * 43])
def test_key_of_nobody_opens_nobodys_cart(api: APIClient, token: str | None) -> None:
    product = make_product()

    first, again = send(api, "k1", token, product=product.pk), send(api, "k1", token, product=product.pk)

    assert first["X-Cart-Token"] != again["X-Cart-Token"]
    assert "Idempotent-Replayed" not in again
    assert contents(cart(api, again["X-Cart-Token"])) == {variant_of(product).pk: 1}
    assert not CartAnswer.objects.exists()


def test_refused_keys_are_free_again(client: APIClient) -> None:
    refused(send(client, "k1", product=999_999), 400, "invalid")
    refused(send(client, "\t", product=make_product().pk), 400, "invalid")

    assert not CartAnswer.objects.exists()
    assert send(client, "k1", product=make_product().pk).status_code == 201


def test_calls_of_the_cart_have_a_limit_of_their_own(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    rates = {**api_settings.DEFAULT_THROTTLE_RATES, "cart": "2/hour"}
    monkeypatch.setattr(ScopedThrottle, "THROTTLE_RATES", rates)

    assert [client.get("/api/cart").status_code for _ in range(3)] == [200, 200, 429]
    assert client.get("/api/orders").status_code == 200


def test_what_plugs_into_what_is_told_where_there_is_something_to_tell(client: APIClient) -> None:
    put(client, product=make_product().pk)

    assert cart(client, query="?compatibility=true")["compatibility"] is None
    refused(client.get("/api/cart?compatibility=yes"), 400, "invalid")
    refused(client.get("/api/cart?hints=true"), 400, "invalid")


def test_what_plugs_into_what_is_what_the_catalogue_says_of_a_basket(client: APIClient, api: APIClient) -> None:
    wiring.make_connectors()
    products = [wiring.make_laptop(), wiring.make_charger(), wiring.make_cable()]
    for product in products:
        put(client, product=product.pk, quantity=2)
    gone = wiring.make_phone()
    put(client, product=gone.pk)
    gone.variants.update(is_active=False)

    found = cart(client, query="?compatibility=true")["compatibility"]

    items = [{"product": product.pk, "quantity": 2} for product in products]
    assert found == api.post("/api/compatibility/check", {"items": items}).json()
    assert found["charging"][0]["watts"] == 65
    assert cart(client)["compatibility"] is None


def test_carts_go_with_their_customer(client: APIClient) -> None:
    put(client, product=make_product().pk)
    user = Cart.objects.get().user
    assert user is not None

    user.delete()

    assert not Cart.objects.exists()
