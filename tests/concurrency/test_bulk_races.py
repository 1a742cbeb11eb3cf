"""Bulk changes against orders, against one another, and sent twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import connection, transaction
from django.utils import timezone

from catalog.actions import upsert_products as upserting
from catalog.actions.upsert_products import upsert_products
from catalog.bulk import chunks
from catalog.files.json_rows import BulkRow
from catalog.models import Product, StaffAnswer, StockLevel, StockMovement, Variant
from electroports import transactions
from orders.models import Order
from tests.concurrency import at_once, tally
from tests.concurrency.unguarded import set_stock_unguarded
from tests.factories import make_product, make_user
from tests.orders import assert_invariants, client_of, place
from tests.staff import manager

pytestmark = pytest.mark.django_db(transaction=True)
ON_POSTGRESQL = pytest.mark.skipif("config.getoption('--db') != 'postgres'", reason="SQLite has one writer")

BULK = "/api/products/bulk"
Change = Callable[[list[dict[str, Any]]], int]


def products(number: int, *, stock: int = 10) -> list[Product]:
    """Products whose SKUs fall while their keys rise."""
    made = [make_product(stock=stock) for _ in range(number)]
    for place_in_list, product in enumerate(made):
        product.variants.update(sku=f"B-{number - place_in_list:03}")
    return made


def rows(units: int | None = None, price: str = "900.00") -> list[dict[str, Any]]:
    stock = {} if units is None else {"stock": {"NBO": units}}
    return [{"sku": sku, "price": price, **stock} for sku in Variant.objects.values_list("sku", flat=True)]


def send_to(client: Any, sent: list[dict[str, Any]]) -> int:
    """The status of a bulk call; a refusal says that orders hold more than the rows would leave."""
    response = client.post(BULK, sent)
    if response.status_code == 400:
        assert {error["code"] for error in response.json()["errors"]} == {"below_allocated"}
    return int(response.status_code)


def buyers_against_bulk(change: Change, *, units: Sequence[int]) -> tuple[list[int], list[int]]:
    """What twenty buyers of one unit each got, and what the changes got that set the stock meanwhile."""
    product = products(1)[0]
    buyer = client_of(make_user())
    buy = partial(place, buyer, {"product": product.pk, "quantity": 1})
    changes = [partial(change, rows(figure, price=f"{900 + figure}.00")) for figure in units]
    calls: list[Callable[[], Any]] = [*[buy] * 10, *changes, *[buy] * 10]
    results = at_once(*calls)
    bought = [response.status_code for response in results[:10] + results[10 + len(units) :]]
    return bought, results[10 : 10 + len(units)]


def test_nothing_is_sold_twice_while_figures_change() -> None:
    bought, changed = buyers_against_bulk(partial(send_to, manager()), units=[4, 12, 7, 9])

    level = StockLevel.objects.get()
    assert set(bought) <= {201, 409}
    assert set(changed) <= {200, 400}
    assert bought.count(201) == level.allocated == Order.objects.count() <= level.on_hand
    assert StockMovement.objects.filter(type="adjustment").count() <= changed.count(200)
    assert_invariants()


def test_without_the_guard_what_orders_hold_is_lost() -> None:
    buyers_against_bulk(set_stock_unguarded, units=[14, 12])

    with pytest.raises(CommandError, match="broken"):
        assert_invariants()


def changes_of_the_same_rows(change: Change) -> list[int]:
    """The statuses of six changes of the same SKUs, half of them the other way round."""
    products(5)
    return at_once(*[partial(change, rows(figure)[:: (-1) ** figure]) for figure in range(11, 17)])


def test_changes_of_the_same_rows_wait_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "ATTEMPTS", 1)  # whoever waits for another in a circle is told so

    statuses = changes_of_the_same_rows(partial(send_to, manager()))

    assert tally(statuses) == {200: 6}
    assert len(set(StockLevel.objects.values_list("on_hand", flat=True))) == 1  # all rows are of one call
    assert StockMovement.objects.filter(type="adjustment").count() == 30
    assert_invariants()


def test_without_the_guard_movements_do_not_add_up() -> None:
    changes_of_the_same_rows(set_stock_unguarded)

    with pytest.raises(CommandError, match="broken"):
        assert_invariants()


def eight_calls(**headers: str) -> list[Any]:
    products(3)
    call = partial(manager().post, BULK, rows(25), headers=headers)
    return at_once(*[call] * 8)


def test_sent_with_one_key_it_is_done_once() -> None:
    responses = eight_calls(**{"Idempotency-Key": "prices-of-monday"})

    assert tally([response.status_code for response in responses]) == {200: 8}
    assert len({response.content for response in responses}) == 1
    assert sum("Idempotent-Replayed" in response for response in responses) == 7
    assert responses[0].json()["variants"] == {"created": 0, "changed": 3, "unchanged": 0}
    assert StaffAnswer.objects.count() == 1
    assert StockMovement.objects.filter(type="adjustment").count() == 3
    assert_invariants()


def test_without_a_key_each_is_a_change_of_its_own() -> None:
    responses = eight_calls()

    changed = [response.json()["variants"]["changed"] for response in responses]
    assert sorted(changed) == [0] * 7 + [3]
    assert not StaffAnswer.objects.exists()
    assert_invariants()


def orders_against_bulk(
    lock: Callable[[Sequence[BulkRow]], None], monkeypatch: pytest.MonkeyPatch, *, orders: int
) -> set[int]:
    """The statuses of orders of several products and of a bulk change of them all, if nobody tries twice."""
    monkeypatch.setattr(transactions, "ATTEMPTS", 1)
    monkeypatch.setattr(upserting, "_lock", lock)
    made = products(6, stock=50)
    client, buyer = manager(), client_of(make_user())
    items = [{"product": product.pk, "quantity": 1} for product in made]
    calls: list[Callable[[], Any]] = [
        *[partial(place, buyer, *items)] * orders,
        partial(client.post, BULK, rows(60)),
        *[partial(place, buyer, *items[::-1])] * orders,
    ]
    return {response.status_code for response in at_once(*calls)}


@ON_POSTGRESQL
def test_orders_and_bulk_changes_never_wait_in_a_circle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upserting, "chunks", partial(chunks, size=1))  # as if each row were a thousand

    statuses = orders_against_bulk(upserting._lock, monkeypatch, orders=6)

    assert statuses == {200, 201}
    assert StockLevel.objects.values_list("allocated", flat=True).distinct().get() == 12
    assert_invariants()


@ON_POSTGRESQL
def test_locked_in_another_order_they_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def lock_as_they_are_named(read: Sequence[BulkRow]) -> None:
        for row in sorted(read, key=lambda row: row.sku):
            list(StockLevel.objects.select_for_update().filter(variant__sku=row.sku))
            time.sleep(0.1)

    statuses = orders_against_bulk(lock_as_they_are_named, monkeypatch, orders=1)

    assert statuses & {409, 503}


def order_during(change: Callable[[datetime], Any]) -> int | None:
    """The status of an order while a change is not committed; None if it has to wait."""
    product = products(1, stock=100)[0]
    buyer = client_of(make_user())
    written, ordered = Barrier(2), Barrier(2)

    def hold() -> None:
        try:
            with transaction.atomic():
                change(timezone.now())
                written.wait(10)
                ordered.wait(10)
        finally:
            connection.close()

    def buy() -> int | None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '500ms'")
            written.wait(10)
            response = place(buyer, {"product": product.pk, "quantity": 1})
            return response.status_code if response.status_code == 201 else None
        finally:
            ordered.wait(10)
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        held, bought = pool.submit(hold), pool.submit(buy)
        held.result(30)
        return bought.result(30)


@ON_POSTGRESQL
def test_no_order_waits_for_a_price_list() -> None:
    def change(at: datetime) -> None:
        upsert_products(rows=rows(), skip_refused=False, dry_run=False, acting_user=None, at=at)

    assert order_during(change) == 201
    assert Variant.objects.get().price == 900


@ON_POSTGRESQL
def test_it_would_if_the_list_wrote_the_names_again() -> None:
    def change(at: datetime) -> None:
        variant = Variant.objects.get()
        Variant.objects.bulk_create(
            [variant], update_conflicts=True, update_fields=["price", "name"], unique_fields=["id"]
        )

    assert order_during(change) is None
