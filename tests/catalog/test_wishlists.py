"""Wishlists: kept by their owners, and shown to whoever has the link."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from catalog.actions import keep_wishlist
from catalog.models import Product, Wishlist, WishlistItem
from tests.concurrency import at_once, tally
from tests.factories import add_variant, listed_together, make_product, make_user, refresh_now
from tests.staff import client_of, manager
from tests.toolkit.problem import problem_in

MINE = "/api/users/me/wishlist"
ITEMS = f"{MINE}/items"


@pytest.fixture
def owner(db: None) -> User:
    return make_user(first_name="Wanjiku", last_name="Kamau", phone="+254712345678")


@pytest.fixture
def client(owner: User) -> APIClient:
    return client_of(owner)


def wish(client: APIClient, **what: int) -> dict[str, Any]:
    response = client.post(ITEMS, what)
    assert response.status_code == 201, response.content
    return dict(response.json())


def everything() -> list[list[tuple[Any, ...]]]:
    return [list(model._default_manager.order_by("pk").values_list()) for model in (Wishlist, WishlistItem)]


def test_products_and_variants_are_wished_for_once(client: APIClient) -> None:
    product = make_product()
    variant = add_variant(product)

    first, second = wish(client, product=product.pk), wish(client, variant=variant.pk)
    assert wish(client, product=product.pk) == first
    assert wish(client, variant=variant.pk) == second

    body = client.get(MINE).json()
    assert [(row["product_id"], (row["variant"] or {}).get("id")) for row in body["items"]] == [
        (product.pk, variant.pk),
        (product.pk, None),
    ]
    assert body["count"] == 2
    assert body["items"][0]["product"] == APIClient().get("/api/products").json()["results"][0]
    assert body["items"][0]["variant"] == {"id": variant.pk, "sku": variant.sku, "name": variant.name}


def test_an_empty_wishlist_is_one(client: APIClient) -> None:
    assert client.get(MINE).json() == {
        "title": "",
        "owner_name": "",
        "share_token": None,
        "max_items": 200,
        "count": 0,
        "items": [],
    }
    assert not Wishlist.objects.exists()


def test_wishes_that_are_refused(client: APIClient) -> None:
    product, hidden = make_product(), make_product()
    off = add_variant(product, is_active=False)
    Product.objects.filter(pk=hidden.pk).update(is_published=False)
    refresh_now([hidden.pk])
    before = everything()

    for what in (
        {"product": hidden.pk},
        {"variant": hidden.variants.get().pk},
        {"variant": off.pk},
        {"product": 10**9},
    ):
        body = problem_in(client.post(ITEMS, what), 400, "invalid")
        assert [(error["field"], error["code"]) for error in body["errors"]] == [(next(iter(what)), "does_not_exist")]
    for what in (
        {},
        {"product": product.pk, "variant": product.variants.first().pk},
        {"product": 0},
        {"product": "x"},
        {"product": str(product.pk)},
    ):
        problem_in(client.post(ITEMS, what), 400, "invalid")
    problem_in(client.post(ITEMS, {"product": product.pk, "quantity": 2}), 400, "unknown_field")

    assert everything() == before


def test_what_left_the_shop_stays_for_its_owner_alone(client: APIClient, api: APIClient) -> None:
    gone, kept = make_product(), make_product()
    wish(client, product=gone.pk)
    wish(client, product=kept.pk)
    token = client.post(f"{MINE}/link").json()["share_token"]

    Product.objects.filter(pk=gone.pk).update(is_published=False)
    refresh_now([gone.pk])

    assert [row["product"] is None for row in client.get(MINE).json()["items"]] == [False, True]
    assert [row["product_id"] for row in api.get(f"/api/wishlists/{token}").json()["items"]] == [kept.pk]


def test_a_variant_that_is_off_the_shelf_is_not_shared(client: APIClient, api: APIClient) -> None:
    product = make_product()
    other = add_variant(product)
    wish(client, variant=other.pk)
    wish(client, product=product.pk)
    token = client.post(f"{MINE}/link").json()["share_token"]
    assert api.get(f"/api/wishlists/{token}").json()["count"] == 2

    other.is_active = False
    other.save()
    refresh_now([product.pk])

    shared = api.get(f"/api/wishlists/{token}").json()
    assert (shared["count"], [row["variant"] for row in shared["items"]]) == (1, [None])
    assert client.get(MINE).json()["count"] == 2


@pytest.mark.parametrize("field", ["title", "owner_name"])
@pytest.mark.parametrize("text", ["Two\nlines", "ab\u202ecd"])
def test_what_a_wishlist_says_of_itself_is_lines(client: APIClient, field: str, text: str) -> None:
    problem_in(client.patch(MINE, {field: text}), 400, "invalid")

    assert not Wishlist.objects.exists()


def test_a_link_shows_what_its_owner_chose_and_nothing_else(owner: User, client: APIClient, api: APIClient) -> None:
    wish(client, product=make_product().pk)

    shared = client.post(f"{MINE}/link")
    assert shared.status_code == 201
    token = shared.json()["share_token"]
    assert len(token) == 32
    response = api.get(f"/api/wishlists/{token}")
    assert response["Cache-Control"] == "no-store"
    assert set(response.json()) == {"title", "owner_name", "count", "items"}
    assert (response.json()["title"], response.json()["owner_name"]) == ("", "")
    for secret in (owner.email, owner.username, "Wanjiku", "Kamau", owner.phone):
        assert secret.encode() not in response.content

    assert client.patch(MINE, {"title": "Birthday", "owner_name": "Shiku"}).json()["title"] == "Birthday"
    assert api.get(f"/api/wishlists/{token}").json()["owner_name"] == "Shiku"


def test_a_link_is_renewed_and_ended(client: APIClient, api: APIClient) -> None:
    first = client.post(f"{MINE}/link").json()["share_token"]
    second = client.post(f"{MINE}/link").json()["share_token"]

    assert first != second
    problem_in(api.get(f"/api/wishlists/{first}"), 404, "not_found")
    assert api.get(f"/api/wishlists/{second}").status_code == 200
    assert client.delete(f"{MINE}/link").status_code == 204
    problem_in(api.get(f"/api/wishlists/{second}"), 404, "not_found")
    assert client.get(MINE).json()["share_token"] is None
    problem_in(api.get("/api/wishlists/None"), 404, "not_found")


def test_whose_wishlist_it_is(client: APIClient, api: APIClient) -> None:
    item = wish(client, product=make_product().pk)
    other, staff = client_of(make_user()), manager()
    before = everything()

    for stranger in (other, staff):
        assert stranger.get(MINE).json()["items"] == []
        problem_in(stranger.delete(f"{ITEMS}/{item['id']}"), 404, "not_found")
    for call in (partial(api.get, MINE), partial(api.patch, MINE, {}), partial(api.post, ITEMS, {"product": 1})):
        problem_in(call(), 401, "not_authenticated")
    problem_in(api.delete(f"{ITEMS}/{item['id']}"), 401, "not_authenticated")
    problem_in(api.post(f"{MINE}/link"), 401, "not_authenticated")
    problem_in(api.delete(f"{MINE}/link"), 401, "not_authenticated")
    assert everything() == before

    assert client.delete(f"{ITEMS}/{item['id']}").status_code == 204
    problem_in(client.delete(f"{ITEMS}/{item['id']}"), 404, "not_found")


def test_a_wishlist_is_bounded(owner: User, client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Wishlist, "MAX_ITEMS", 2)
    products = [make_product() for _ in range(3)]
    for product in products[:2]:
        wish(client, product=product.pk)
    before = everything()

    problem_in(client.post(ITEMS, {"product": products[2].pk}), 409, "wishlist_full")
    wish(client, product=products[0].pk)  # it is there

    assert everything() == before


def test_a_wishlist_goes_with_its_owner(owner: User, client: APIClient) -> None:
    wish(client, product=make_product().pk)

    owner.delete()

    assert not WishlistItem.objects.exists()


def test_queries_do_not_grow_with_the_rows(owner: User, client: APIClient, api: APIClient) -> None:
    wish(client, variant=make_product().variants.get().pk)
    token = client.post(f"{MINE}/link").json()["share_token"]

    def queries(client: APIClient, path: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    def both() -> list[int]:
        return [queries(client, MINE), queries(api, f"/api/wishlists/{token}")]

    at_one = both()
    wishlist = Wishlist.objects.get()
    with listed_together():
        variants = [make_product().variants.get() for _ in range(49)]
    for variant in variants:
        wishlist.items.create(product_id=variant.product_id, variant=variant, created_at=timezone.now())

    assert both() == at_one
    assert client.get(MINE).json()["count"] == 50
    assert at_one == [4, 3]


@pytest.mark.django_db(transaction=True)
def test_at_once_it_is_neither_overfilled_nor_doubled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Wishlist, "MAX_ITEMS", 3)
    client = client_of(make_user())
    products = [make_product() for _ in range(5)]
    calls = [partial(client.post, ITEMS, {"product": product.pk}) for product in products for _ in range(3)]

    statuses = [response.status_code for response in at_once(*calls)]

    assert tally(statuses) == {201: 9, 409: 6}
    assert WishlistItem.objects.count() == 3
    assert Wishlist.objects.count() == 1


def calls_of(client: APIClient) -> list[Callable[[], Any]]:
    """The calls that make a wishlist where there is none."""
    product = make_product()
    return [
        lambda: client.post(ITEMS, {"product": product.pk}),
        lambda: client.patch(MINE, {"title": "Kitchen"}),
        lambda: client.post(f"{MINE}/link"),
    ]


def test_a_wishlist_that_is_gone_as_it_is_looked_up_is_made_anew(
    client: APIClient, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = Wishlist.objects.select_for_update

    def delete_and_lock() -> Any:
        Wishlist.objects.filter(owner=owner).delete()
        return lock()

    monkeypatch.setattr(Wishlist.objects, "select_for_update", delete_and_lock)

    assert [call().status_code for call in calls_of(client)] == [201, 200, 201]


def test_whoever_is_being_erased_is_not_signed_in(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep_wishlist, "insert_rows", lambda rows, unless_taken: False)  # no sooner there than gone

    for call in calls_of(client):
        problem_in(call(), 401, "not_authenticated")

    assert not Wishlist.objects.exists()
