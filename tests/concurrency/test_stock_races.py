"""Many buyers of few goods: nothing is sold twice, nothing is given back twice, and nobody waits for ever."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from threading import Event
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import transaction
from django.utils import timezone

from catalog.actions.take_stock import take_stock
from catalog.models import ProductListing, StockLevel, StockMovement
from catalog.stock import Take
from orders.actions.cancel_order import cancel_order
from orders.actions.expire_orders import expire_orders
from orders.errors import IllegalTransition
from orders.models import Allocation, Order, OrderEvent
from orders.views import orders as views
from tests.concurrency import at_once, tally
from tests.concurrency.unguarded import place_order_unguarded
from tests.factories import add_stock, make_location, make_product, make_user
from tests.orders import assert_invariants, client_of, place, variant_of

pytestmark = pytest.mark.django_db(transaction=True)

BUYERS = 40


def forty_buyers_of_ten_units() -> list[int]:
    """The statuses that 40 simultaneous buyers of one unit each get, of 10 units in two places."""
    product = make_product(stock=None)
    add_stock(variant_of(product), 6, make_location("NBO", 1))
    add_stock(variant_of(product), 4, make_location("MSA", 2))
    client = client_of(make_user())
    buy = partial(place, client, {"product": product.pk, "quantity": 1})
    return [response.status_code for response in at_once(*[buy] * BUYERS)]


def test_ten_units_and_forty_buyers() -> None:
    statuses = forty_buyers_of_ten_units()

    assert tally(statuses) == {201: 10, 409: 30}
    assert list(StockLevel.objects.order_by("pk").values_list("on_hand", "allocated")) == [(6, 6), (4, 4)]
    assert Order.objects.count() == Allocation.objects.count() == 10
    assert '"availability":"out_of_stock"' in ProductListing.objects.get().card
    assert_invariants()


def test_without_the_guard_they_are_sold_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "place_order", place_order_unguarded)

    statuses = forty_buyers_of_ten_units()

    assert tally(statuses).get(201, 0) > 10
    with pytest.raises(CommandError, match="broken"):
        assert_invariants()


def test_last_units_of_several_lines() -> None:
    one, two = make_product(stock=10), make_product(stock=10)
    forth = [{"product": one.pk, "quantity": 2}, {"product": two.pk, "quantity": 1}]
    client = client_of(make_user())
    buyers = [partial(place, client, *items) for items in (forth, forth[::-1])] * 10

    statuses = [response.status_code for response in at_once(*buyers)]

    assert tally(statuses) == {201: 5, 409: 15}
    assert list(StockLevel.objects.order_by("pk").values_list("allocated", flat=True)) == [10, 5]
    assert_invariants()


def test_word_is_exact_when_two_places_sell_at_once() -> None:
    product = make_product(stock=None)
    variant = variant_of(product)
    here = add_stock(variant, 3, make_location("NBO", 1))
    there = add_stock(variant, 4, make_location("MSA", 2))
    taken_here = Event()

    def take_from(level: StockLevel) -> None:
        take = Take(level.pk, variant.pk, product.pk, 1)
        take_stock(takes=[take], reference="", acting_user=None, at=timezone.now())

    def sell_here_slowly() -> None:
        with transaction.atomic():
            take_from(here)
            taken_here.set()
            Event().wait(0.3)  # the other one is at work meanwhile, and sees nothing of this

    def sell_there() -> None:
        assert taken_here.wait(10)
        with transaction.atomic():
            take_from(there)

    at_once(sell_here_slowly, sell_there)  # 7 were in stock; each alone leaves 6, both together leave 5

    assert '"availability":"low_stock"' in ProductListing.objects.get().card


def cancelled(order: Order) -> bool:
    try:
        cancel_order(order=order, acting_user=None, reason="", at=timezone.now())
    except IllegalTransition:
        return False
    return True


def test_of_many_cancellations_one_gets_through() -> None:
    product = make_product(stock=10)
    place(client_of(make_user()), {"product": product.pk, "quantity": 3})
    order = Order.objects.get()

    results = at_once(*[partial(cancelled, order)] * 10)

    assert sorted(results) == [False] * 9 + [True]
    assert StockLevel.objects.get().allocated == 0
    assert StockMovement.objects.filter(type="release").count() == 1
    assert_invariants()


def overdue_orders(number: int) -> Any:
    """Orders whose hold is over, of one product."""
    product = make_product(stock=100)
    client = client_of(make_user())
    for _ in range(number):
        place(client, {"product": product.pk, "quantity": 2})
    Order.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def test_parallel_sweeps_expire_each_order_once() -> None:
    overdue_orders(12)

    swept = at_once(*[partial(expire_orders, at=timezone.now())] * 4)

    assert sum(swept) == 12
    assert OrderEvent.objects.filter(type="expired").count() == 12
    assert StockMovement.objects.filter(type="release").count() == 12
    assert StockLevel.objects.get().allocated == 0
    assert_invariants()


def test_order_is_either_cancelled_or_expired() -> None:
    overdue_orders(5)
    orders = list(Order.objects.order_by("pk"))

    cancellations = [partial(cancelled, order) for order in orders]
    results = at_once(partial(expire_orders, at=timezone.now()), *cancellations)

    statuses = list(Order.objects.values_list("status", flat=True))
    assert results[0] == statuses.count("expired")
    assert sum(results[1:]) == statuses.count("cancelled")
    assert sum(results) == 5
    assert StockLevel.objects.get().allocated == 0
    assert StockMovement.objects.filter(type="release").count() == 5
    assert_invariants()
