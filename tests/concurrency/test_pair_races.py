"""What was bought together is counted once, however many count it at once, and whoever else changes the products."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from catalog.actions.count_together import count_together
from catalog.models import BoughtTogether, Product, ProductListing
from orders.actions import count_pairs as counting
from orders.actions.change_status import change_status
from orders.actions.count_pairs import SETTLED, Counted, count_pairs, recount_pairs
from orders.models import Order, OrderEvent, PairCount
from tests.concurrency import at_once
from tests.factories import make_product, make_user, refresh_now
from tests.orders import placed
from tests.staff import client_of

pytestmark = pytest.mark.django_db(transaction=True)

JOBS = 4


def confirmed_orders(number: int, *products: Product) -> None:
    client = client_of(make_user())
    for _ in range(number):
        order = placed(client, *({"product": product.pk, "quantity": 1} for product in products))
        change_status(
            order=Order.objects.get(pk=order["id"]),
            status=Order.Status.CONFIRMED,
            actor=OrderEvent.Actor.STAFF,
            acting_user=None,
            reason="Pays on Friday.",
            at=timezone.now(),
        )


def counts() -> set[int]:
    return set(BoughtTogether.objects.values_list("count", flat=True))


@pytest.fixture
def all_read_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all jobs read the same entries before one of them writes."""
    everybody_has_read = Barrier(JOBS)
    read: Callable[[int, datetime], Counted] = counting._count

    def read_and_wait(mark: int, at: datetime) -> Counted:
        found = read(mark, at)
        everybody_has_read.wait(timeout=30)
        return found

    monkeypatch.setattr(counting, "_count", read_and_wait)


@pytest.mark.usefixtures("all_read_first")
def test_jobs_at_once_count_once() -> None:
    one, two = make_product(), make_product()
    confirmed_orders(2, one, two)

    read = at_once(*[partial(count_pairs, at=timezone.now() + SETTLED)] * JOBS)

    assert sorted(read) == [*[0] * (JOBS - 1), 4]
    assert counts() == {2}
    assert PairCount.objects.get().event_id == OrderEvent.objects.latest("pk").pk


@pytest.mark.usefixtures("all_read_first")
def test_without_the_guard_they_count_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    def move_on_unguarded(_mark: int, counted: Counted) -> bool:
        PairCount.objects.filter(pk=1).update(event_id=counted.last)
        count_together(changes=counted.pairs)
        return True

    monkeypatch.setattr(counting, "_move_on", move_on_unguarded)
    one, two = make_product(), make_product()
    confirmed_orders(2, one, two)

    at_once(*[partial(count_pairs, at=timezone.now() + SETTLED)] * JOBS)

    assert counts() == {2 * JOBS}


def test_counting_and_counting_anew_and_saving_at_once_end_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "BATCH", 3)
    products = [make_product(stock=100) for _ in range(4)]
    confirmed_orders(6, *products)
    at = timezone.now() + SETTLED

    def save(ids: list[int]) -> None:
        with transaction.atomic():
            refresh_now(ids)

    def count_all() -> None:
        while count_pairs(at=at):
            pass

    ids = [product.pk for product in products]
    calls: list[Any] = [
        *(count_all, count_all, partial(recount_pairs, at=at), partial(recount_pairs, at=at)),
        *(partial(save, ids), partial(save, ids[::-1])),
    ]
    at_once(*calls)
    count_all()

    assert counts() == {6}
    assert BoughtTogether.objects.count() == 12
    for listing in ProductListing.objects.all():
        others = sorted(set(ids) - {listing.pk}, reverse=True)
        assert listing.bought_together == " ".join(map(str, others))
