"""Carts that several requests change, merge and order at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from rest_framework.test import APIClient

from orders.actions import merge_lines, open_cart, open_for_order, place_order
from orders.actions.open_cart import OpenCart
from orders.carts import CartOwner
from orders.models import Cart, CartLine, Order
from tests.concurrency import Meeting, at_once, tally
from tests.factories import make_product, make_user
from tests.orders import CONTACT, assert_invariants, client_of, variant_of
from tests.orders.carts import cart, contents, put

pytestmark = pytest.mark.django_db(transaction=True)
ON_POSTGRESQL = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="On SQLite no two transactions write at a time, whatever is locked."
)


def lock_nothing(meeting: Meeting) -> Callable[[CartOwner], list[Cart]]:
    """What `lock_carts` finds, without the lock, and when others have found the same."""

    def find(owner: CartOwner) -> list[Cart]:
        found = list(Cart.objects.of(**owner.keys).order_by("pk"))
        meeting.wait()
        return found

    return find


def statuses(responses: list[Any]) -> dict[int, int]:
    return tally([response.status_code for response in responses])


def test_same_variant_twenty_times_at_once() -> None:
    client, variant = client_of(make_user()), variant_of(make_product())

    responses = at_once(*[partial(put, client, variant=variant.pk)] * 20)

    assert statuses(responses) == {201: 20}
    assert sorted(response.json()["quantity"] for response in responses) == list(range(1, 21))
    assert contents(cart(client)) == {variant.pk: 20}
    assert Cart.objects.count() == 1


def test_guests_cart_twenty_times_at_once(api: APIClient) -> None:
    first, second = make_product(), make_product()
    token = put(api, product=first.pk)["X-Cart-Token"]

    at_once(*[partial(put, api, product=product.pk, token=token) for product in (first, second) * 10])

    assert contents(cart(api, token)) == {variant_of(first).pk: 11, variant_of(second).pk: 10}


def test_same_key_ten_times_at_once() -> None:
    client, variant = client_of(make_user()), variant_of(make_product())
    headers = {"Idempotency-Key": "k1"}

    responses = at_once(*[partial(put, client, variant=variant.pk, headers=headers)] * 10)

    assert len({response.content for response in responses}) == 1
    assert sum("Idempotent-Replayed" in response for response in responses) == 9
    assert contents(cart(client)) == {variant.pk: 1}


@ON_POSTGRESQL
def test_control_without_the_lock_units_get_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    client, variant = client_of(make_user()), variant_of(make_product())
    put(client, variant=variant.pk)
    monkeypatch.setattr(open_cart, "lock_carts", lock_nothing(Meeting(5)))

    responses = at_once(*[partial(put, client, variant=variant.pk)] * 5)

    assert statuses(responses) == {201: 5}
    assert contents(cart(client))[variant.pk] < 6


def guests_cart(product: Any, quantity: int) -> str:
    return str(put(APIClient(), product=product.pk, quantity=quantity)["X-Cart-Token"])


def merge_at_once(times: int) -> int:
    """Merge a guest's three units into a customer's two so often at once; return how many there are then."""
    client, product, own = client_of(make_user()), make_product(), make_product()
    put(client, product=product.pk, quantity=2)
    put(client, product=own.pk)
    token = guests_cart(product, 3)
    headers = {"X-Cart-Token": token}
    read, merge = partial(client.get, "/api/cart"), partial(client.post, "/api/cart/merge")

    responses = at_once(*[partial(call, headers=headers) for call in (read, merge)] * times)

    assert set(statuses(responses)) <= {200, 500}
    return contents(cart(client))[variant_of(product).pk]


def test_merged_once_however_often() -> None:
    assert merge_at_once(10) == 5
    assert Cart.objects.count() == 1


@ON_POSTGRESQL
def test_control_without_the_lock_it_is_merged_again(monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = Meeting(2, at_most=1)

    def add_up_blindly(pairs: Any) -> None:
        meeting.wait()
        for mine, other in pairs:
            CartLine.objects.filter(pk=mine.pk).update(quantity=F("quantity") + other.quantity)
        CartLine.objects.filter(pk__in=[other.pk for _mine, other in pairs]).delete()

    monkeypatch.setattr(merge_lines, "_add_up", add_up_blindly)
    assert merge_at_once(2) == 5
    meeting = Meeting(4)
    monkeypatch.setattr(open_cart, "lock_carts", lock_nothing(Meeting(4)))
    assert merge_at_once(2) > 5


def test_two_guests_carts_for_one_customer() -> None:
    client, product = client_of(make_user()), make_product()
    tokens = [guests_cart(product, quantity) for quantity in (1, 2, 4, 8)]

    at_once(*[partial(client.get, "/api/cart", headers={"X-Cart-Token": token}) for token in tokens * 3])

    assert contents(cart(client)) == {variant_of(product).pk: 15}
    assert Cart.objects.count() == 1


def order_at_once(times: int) -> list[Any]:
    client, product = client_of(make_user()), make_product(stock=100)
    put(client, product=product.pk, quantity=3)
    return at_once(*[partial(client.post, "/api/orders/create", {"cart": True})] * times)


def test_a_cart_is_ordered_once() -> None:
    assert statuses(order_at_once(10)) == {201: 1, 400: 9}
    assert Order.objects.count() == 1
    assert_invariants()


@ON_POSTGRESQL
def test_control_without_the_lock_it_is_ordered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    find = lock_nothing(Meeting(3))
    monkeypatch.setattr(open_for_order, "find_cart", lambda *, owner, at: OpenCart(find(owner)[0]))

    assert statuses(order_at_once(3)).get(201, 0) > 1


def test_what_comes_in_while_it_is_ordered_is_bought_or_stays() -> None:
    client, product = client_of(make_user()), make_product(stock=100)
    put(client, product=product.pk)
    order = partial(client.post, "/api/orders/create", {"cart": True})

    responses = at_once(*[partial(put, client, product=product.pk)] * 8, *[order] * 4)

    bought = sum(
        response.json()["items"][0]["quantity"]
        for response in responses
        if response.status_code == 201 and "number" in response.json()
    )
    assert bought + contents(cart(client)).get(variant_of(product).pk, 0) == 9
    assert_invariants()


def buy_limited_at_once(*, is_guest: bool) -> dict[int, int]:
    """Ten orders at once by one customer for a unit of something of which they may buy two."""
    client = APIClient() if is_guest else client_of(make_user())
    product = make_product(stock=100)
    product.variants.update(max_per_customer=2)
    body = {"items": [{"product": product.pk, "quantity": 1}], **({"contact": CONTACT} if is_guest else {})}
    return statuses(at_once(*[partial(client.post, "/api/orders/create", body)] * 10))


@pytest.mark.parametrize("is_guest", [True, False])
def test_nobody_buys_more_than_they_may(is_guest: bool) -> None:
    assert buy_limited_at_once(is_guest=is_guest) == {201: 2, 409: 8}
    assert_invariants()


@ON_POSTGRESQL
@pytest.mark.parametrize("is_guest", [True, False])
def test_control_without_waiting_they_do(monkeypatch: pytest.MonkeyPatch, is_guest: bool) -> None:
    monkeypatch.setattr(place_order, "lock_customer", lambda *_arguments: None)
    meeting, plan = Meeting(10), place_order.plan_basket
    monkeypatch.setattr(place_order, "plan_basket", lambda basket: (meeting.wait(), plan(basket))[1])

    assert buy_limited_at_once(is_guest=is_guest).get(201, 0) > 2
