"""Carts that several requests change, merge and order at the same moment."""

from __future__ import annotations

import time
from functools import partial

import pytest
from rest_framework.test import APIClient

from orders.carts import CartOwner
from orders.models import Cart
from tests.concurrency import at_once, tally
from tests.factories import make_product, make_user
from tests.orders import client_of, variant_of
from tests.orders.carts import cart, contents, put

pytestmark = pytest.mark.django_db(transaction=True)
"""The races of `main` and their controls."""


def lock_nothing(owner: CartOwner) -> list[Cart]:
    """What `lock_carts` finds, without the lock, and with time for others to find the same."""
    found = list(Cart.objects.of(**owner.keys).order_by("pk"))
    time.sleep(0.1)
    return found


def test_same_variant_twenty_times_at_once() -> None:
    client, variant = client_of(make_user()), variant_of(make_product())

    responses = at_once(*[partial(put, client, variant=variant.pk)] * 20)

    assert tally([response.status_code for response in responses]) == {201: 20}
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
