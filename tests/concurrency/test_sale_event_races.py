"""Orders while a sale event is changed: each pays one consistent price, and the books agree with the window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from threading import Event
from typing import Any

import pytest
from django.utils import timezone

from catalog.models import ListingPhase, SaleEvent, SalePrice
from orders.models import OrderLine
from tests.catalog.events import change_event, make_event
from tests.concurrency import at_once
from tests.factories import make_product, make_user, refresh_now
from tests.orders import client_of, place

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4


def test_orders_pay_the_price_before_a_change_or_the_one_after_it() -> None:
    products = [make_product(price="1000.00", stock=500) for _ in range(3)]
    now, hour = timezone.now(), timedelta(hours=1)
    event = make_event(products=products, percent=10, starts_at=now - hour, ends_at=now + hour, at=now)
    clients = [client_of(make_user()) for _ in range(4)]
    items = [{"product": product.pk, "quantity": 1} for product in products]

    for percent in (20, 10) * (ROUNDS // 2):
        buys: list[Callable[[], Any]] = [partial(place, client, *items) for client in clients]
        change = partial(change_event, event, percent=percent, at=timezone.now())
        answers = at_once(change, *buys)
        assert [answer.status_code for answer in answers[1:]] == [201] * 4
        for answer in answers[1:]:
            lines = answer.json()["items"]
            assert {(line["regular_price"], line["event"]["id"]) for line in lines} == {("1000.00", event.pk)}
            assert len({line["unit_price"] for line in lines}) == 1, "an order has lines of two moments"
            assert {line["unit_price"] for line in lines} <= {"900.00", "800.00"}

    assert OrderLine.objects.count() == ROUNDS * 4 * 3
    running = SalePrice.objects.filter(until__gt=timezone.now())
    assert set(running.values_list("price", flat=True)) == {Decimal(900)}
    assert set(ListingPhase.objects.values_list("price", flat=True)) == {Decimal(900)}


def test_without_one_transaction_an_order_has_lines_of_two_moments() -> None:
    products = [make_product(price="1000.00", stock=500) for _ in range(3)]
    now, hour = timezone.now(), timedelta(hours=1)
    event = make_event(products=products, percent=10, starts_at=now - hour, ends_at=now + hour, at=now)
    client = client_of(make_user())
    has_begun, is_bought = Event(), Event()

    def change_piece_by_piece() -> None:
        SaleEvent.objects.filter(pk=event.pk).update(percent=20)
        for product in products:
            refresh_now([product.pk])
            has_begun.set()
            is_bought.wait(timeout=30)

    def buy() -> Any:
        has_begun.wait(timeout=30)
        try:
            return place(client, *({"product": product.pk, "quantity": 1} for product in products))
        finally:
            is_bought.set()

    calls: list[Callable[[], Any]] = [change_piece_by_piece, buy]
    answer = at_once(*calls)[1]

    assert answer.status_code == 201
    assert {line["unit_price"] for line in answer.json()["items"]} == {"900.00", "800.00"}


def test_two_changes_of_an_event_at_once_leave_the_prices_of_the_last() -> None:
    product = make_product(price="1000.00")
    now, hour = timezone.now(), timedelta(hours=1)
    event = make_event(products=[product], percent=10, starts_at=now - hour, ends_at=now + hour, at=now)

    for _ in range(ROUNDS):
        changes = [partial(change_event, event, percent=percent, at=timezone.now()) for percent in (20, 30, 40)]
        at_once(*changes)
        event.refresh_from_db()
        price = Decimal(1000) * (100 - (event.percent or 0)) / 100
        assert SalePrice.objects.get(until__gt=timezone.now()).price == price
        assert ListingPhase.objects.get().price == price
