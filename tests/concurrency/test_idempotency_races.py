"""The same request several times at the same moment."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from orders.models import IdempotencyRecord, Order
from tests.concurrency import at_once, tally
from tests.factories import make_product, make_user
from tests.orders import assert_invariants, client_of

pytestmark = pytest.mark.django_db(transaction=True)


def fire(times: int, body: dict[str, Any], **headers: str) -> list[Any]:
    client = client_of(make_user())
    return at_once(*[partial(client.post, "/api/orders", body, headers=headers)] * times)


@pytest.mark.parametrize("stock", [100, 1])
def test_one_order_and_equal_bodies(stock: int) -> None:
    body = {"items": [{"product": make_product(stock=stock).pk, "quantity": 1}]}

    responses = fire(20, body, **{"Idempotency-Key": "k1"})

    assert tally([response.status_code for response in responses]) == {201: 20}
    assert len({response.content for response in responses}) == 1
    assert sum("Idempotent-Replayed" in response for response in responses) == 19
    assert Order.objects.count() == IdempotencyRecord.objects.count() == 1
    assert_invariants()


def test_without_a_key_each_is_an_order() -> None:
    body = {"items": [{"product": make_product(stock=100).pk, "quantity": 1}]}

    responses = fire(20, body)

    assert len({response.content for response in responses}) == 20
    assert Order.objects.count() == 20


def test_refused_together_none_is_kept() -> None:
    body = {"items": [{"product": make_product(stock=0).pk, "quantity": 1}]}

    responses = fire(10, body, **{"Idempotency-Key": "k1"})

    assert tally([response.status_code for response in responses]) == {409: 10}
    assert not IdempotencyRecord.objects.exists()
