"""What was bought together, counted from the timelines of orders."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta
from io import StringIO
from itertools import combinations

import pytest
from django.core.management import call_command
from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.test import APIClient

from catalog.actions.count_together import count_together
from catalog.models import BoughtTogether, CatalogRevision, Product
from orders import tasks
from orders.actions import change_status as change_status_module
from orders.actions import count_pairs as counting
from orders.actions.cancel_order import cancel_order
from orders.actions.change_status import change_status
from orders.actions.count_pairs import SETTLED, count_pairs, recount_pairs
from orders.actions.expire_orders import expire_orders
from orders.models import Order, OrderEvent, PairCount
from tests.factories import add_variant, make_product
from tests.orders import placed

pytestmark = pytest.mark.django_db

Status = Order.Status


@pytest.fixture(autouse=True)
def invariants_hold() -> None:
    """They do not here: orders go from step to step without the stock that goes with it."""


@pytest.fixture(autouse=True)
def unguarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let orders take every legal step, whoever takes it and whatever was paid."""
    monkeypatch.setattr(change_status_module, "refuse_step", lambda *_edge, **_standing: None)


def advance(order: Order, *statuses: Order.Status, at: datetime | None = None) -> None:
    for status in statuses:
        change_status(
            order=order,
            status=status,
            actor=OrderEvent.Actor.STAFF,
            acting_user=None,
            reason="",
            at=at or timezone.now(),
        )


def bought(client: APIClient, *products: Product, status: Order.Status | None = Status.CONFIRMED) -> Order:
    """An order of these products that was confirmed."""
    order_id = placed(client, *({"product": product.pk, "quantity": 1} for product in products))["id"]
    order = Order.objects.get(pk=order_id)
    if status:
        advance(order, status)
    return order


def settled() -> datetime:
    return timezone.now() + SETTLED


def counts() -> dict[tuple[int, int], int]:
    """What is counted per pair; both of its rows must say the same."""
    rows = {(one, other): n for one, other, n in BoughtTogether.objects.values_list("product_id", "other_id", "count")}
    assert all(rows[other, one] == n for (one, other), n in rows.items())
    return {pair: n for pair, n in rows.items() if pair[0] < pair[1]}


def truth() -> dict[tuple[int, int], int]:
    """The same from the orders as they are now, in the plainest way."""
    found: Counter[tuple[int, int]] = Counter()
    for order in Order.objects.filter(status__in=["confirmed", "processing", "shipped", "delivered"]):
        found.update(combinations(sorted(set(order.lines.values_list("product_id", flat=True))), 2))
    return dict(found)


def test_pairs_count_from_the_confirmation_of_their_order(client: APIClient) -> None:
    one, two, three = make_product(), make_product(), make_product()
    bought(client, one, two, three)
    bought(client, two, one)
    bought(client, one, three, status=None)

    assert count_pairs(at=settled()) == 5

    assert counts() == {(one.pk, two.pk): 2, (one.pk, three.pk): 1, (two.pk, three.pk): 1} == truth()


def test_two_variants_of_one_product_are_no_pair(client: APIClient) -> None:
    one, two = make_product(), make_product()
    other = add_variant(one)
    first = one.variants.exclude(pk=other.pk).get()
    items = [{"variant": first.pk, "quantity": 3}, {"variant": other.pk, "quantity": 1}]
    order = placed(client, *items, {"product": two.pk, "quantity": 2})
    advance(Order.objects.get(pk=order["id"]), Status.CONFIRMED)

    count_pairs(at=settled())

    assert counts() == {(one.pk, two.pk): 1}


def test_what_is_called_off_or_comes_back_is_taken_away(client: APIClient) -> None:
    one, two = make_product(), make_product()
    orders = [bought(client, one, two) for _ in range(4)]
    advance(orders[0], Status.PROCESSING, Status.SHIPPED, Status.DELIVERED)
    count_pairs(at=settled())
    assert counts() == {(one.pk, two.pk): 4}

    advance(orders[0], Status.RETURNED)
    cancel_order(order=orders[1], acting_user=None, reason="", at=timezone.now())
    count_pairs(at=settled())

    assert counts() == {(one.pk, two.pk): 2} == truth()


def test_what_was_never_confirmed_never_counts(client: APIClient) -> None:
    one, two = make_product(), make_product()
    cancelled, _expired = (bought(client, one, two, status=None) for _ in range(2))
    cancel_order(order=cancelled, acting_user=None, reason="", at=timezone.now())
    expire_orders(at=timezone.now() + timedelta(days=1))
    before = CatalogRevision.objects.get().number

    assert count_pairs(at=timezone.now() + timedelta(days=2)) == 4

    assert counts() == {}
    assert CatalogRevision.objects.get().number == before


def test_counting_twice_counts_once(client: APIClient) -> None:
    one, two = make_product(), make_product()
    bought(client, one, two)
    count_pairs(at=settled())

    assert count_pairs(at=settled()) == 0

    assert counts() == {(one.pk, two.pk): 1}


def test_the_page_shows_it(client: APIClient) -> None:
    one, two = make_product(), make_product(category=None, slug="beside")
    for _ in range(2):
        bought(client, one, two)

    count_pairs(at=settled())

    [related] = client.get(f"/api/products/{one.pk}").json()["related"]
    assert (related["slug"], related["reason"]) == ("beside", "bought_together")


def test_what_is_recent_waits_and_what_stands_behind_it_too(client: APIClient) -> None:
    """A younger entry may have the lower id: passing it by would lose it."""
    at = timezone.now()
    one, two = make_product(), make_product()
    bought(client, one, two)
    events = OrderEvent.objects.order_by("pk")
    placed_id, confirmed_id = events.values_list("pk", flat=True)
    rows = QuerySet(OrderEvent)
    rows.filter(pk=placed_id).update(created_at=at)
    rows.filter(pk=confirmed_id).update(created_at=at - timedelta(seconds=1))

    assert count_pairs(at=at + SETTLED - timedelta(microseconds=1)) == 0
    assert PairCount.objects.get().event_id == 0

    assert count_pairs(at=at + SETTLED) == 2
    assert PairCount.objects.get().event_id == confirmed_id
    assert counts() == {(one.pk, two.pk): 1}


def test_the_orders_of_other_shops_do_not_count(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST", 3)
    products = [make_product() for _ in range(4)]
    bought(client, *products)
    bought(client, *products[:3])

    count_pairs(at=settled())

    assert counts() == dict.fromkeys(combinations([product.pk for product in products[:3]], 2), 1)


def test_a_job_reads_some_and_has_another_read_the_rest(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = make_product(), make_product()
    for _ in range(3):
        bought(client, one, two)
    asked: list[str] = []
    monkeypatch.setattr(counting, "BATCH", 3)
    monkeypatch.setattr(tasks, "enqueue", asked.append)
    monkeypatch.setattr(counting, "SETTLED", timedelta(0))

    assert [tasks.count_pairs() for _ in range(3)] == [3, 3, 0]

    assert asked == ["orders.tasks.count_pairs"] * 2
    assert counts() == {(one.pk, two.pk): 3}


def test_a_count_that_fails_leaves_the_mark(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = make_product(), make_product()
    bought(client, one, two)

    def fail(**_changes: object) -> int:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(counting, "count_together", fail)
        with pytest.raises(RuntimeError):
            count_pairs(at=settled())
    assert (PairCount.objects.get().event_id, counts()) == (0, {})

    count_pairs(at=settled())

    assert counts() == {(one.pk, two.pk): 1}


def test_counting_anew_mends_what_is_wrong(client: APIClient) -> None:
    one, two, three = make_product(), make_product(), make_product()
    bought(client, one, two)
    count_pairs(at=settled())
    count_together(changes={(one.pk, two.pk): 5, (two.pk, three.pk): 9})
    PairCount.objects.update(event_id=10**9)
    bought(client, two, one)
    out = StringIO()

    assert recount_pairs(at=settled()) == 4

    assert counts() == {(one.pk, two.pk): 2} == truth()
    assert count_pairs(at=settled()) == 0
    call_command("count_pairs", stdout=out)
    call_command("count_pairs", "--anew", stdout=out)  # nothing has settled yet
    assert out.getvalue() == "0 entries of timelines counted.\n" * 2
    assert (counts(), PairCount.objects.get().event_id) == ({}, 0)


@pytest.mark.parametrize("seed", range(3))
def test_however_orders_go_and_whenever_it_is_counted_it_comes_to_the_same(
    client: APIClient, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)
    monkeypatch.setattr(counting, "BATCH", 4)
    products = [make_product(stock=100) for _ in range(5)]
    orders = [bought(client, *chance.sample(products, chance.randint(1, 4)), status=None) for _ in range(6)]

    for _ in range(25):
        order = chance.choice(orders)
        if order.TRANSITIONS[order.status]:
            advance(order, Status(chance.choice(sorted(order.TRANSITIONS[order.status]))))
        if chance.random() < 0.4:
            count_pairs(at=settled())
    while count_pairs(at=settled()):
        pass

    assert counts() == truth()
    recount_pairs(at=settled())
    assert counts() == truth()
