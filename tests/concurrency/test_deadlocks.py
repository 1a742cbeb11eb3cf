"""A deadlock that PostgreSQL resolves, in which a shopper is the victim."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F

from catalog.models import StockLevel
from electroports import transactions
from orders.models import Order
from tests.factories import make_product, make_user
from tests.orders import assert_invariants, client_of, placed

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("config.getoption('--db') != 'postgres'", reason="SQLite has one writer"),
]


def wait_for_a_waiter() -> None:
    """Return as soon as another connection waits for a lock."""
    for _ in range(1000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("Nobody waits.")


def cancel_against_the_stock() -> Any:
    """Cancel an order while somebody has its stock locked and then wants the order; return the answer."""
    product = make_product(stock=5)
    client = client_of(make_user())
    order = placed(client, {"product": product.pk, "quantity": 3})

    def cancel() -> Any:
        try:
            return client.post(f"/api/orders/{order['id']}/cancel")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL deadlock_timeout = '30s'")  # so that the other one finds the deadlock first
            StockLevel.objects.update(on_hand=F("on_hand"))
            answer = pool.submit(cancel)
            wait_for_a_waiter()
            Order.objects.update(note="Ring twice.")
        return answer.result(timeout=30)


def test_cancelling_outlives_a_deadlock() -> None:
    answer = cancel_against_the_stock()

    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    assert list(Order.objects.values_list("status", "note")) == [("cancelled", "Ring twice.")]
    assert list(StockLevel.objects.values_list("on_hand", "allocated")) == [(5, 0)]
    assert_invariants()


def test_without_another_attempt_it_is_the_victim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "ATTEMPTS", 1)

    answer = cancel_against_the_stock()

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert list(Order.objects.values_list("status", flat=True)) == ["pending"]
    assert_invariants()
