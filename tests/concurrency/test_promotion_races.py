"""Many orders for few uses of a promotion: none is used once too often, and none is given back twice."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.core.management import CommandError
from django.utils import timezone
from rest_framework.test import APIClient

from orders.actions.cancel_order import cancel_order
from orders.actions.expire_orders import expire_orders
from orders.errors import IllegalTransition
from orders.models import Order, PromotionUse
from orders.views import orders as views
from tests.concurrency import at_once, tally
from tests.concurrency.unguarded import place_order_unguarded
from tests.factories import make_product, make_user
from tests.orders import assert_invariants, client_of, field_codes, place, placed
from tests.orders.promoting import coupon, make_promotion

pytestmark = pytest.mark.django_db(transaction=True)

BUYERS = 20


def twenty_buyers(**more: Any) -> list[Any]:
    """The answers to 20 customers who order the same in the same moment."""
    item = {"product": make_product(stock=100).pk, "quantity": 1}
    clients = [client_of(make_user()) for _ in range(BUYERS)]
    return at_once(*[partial(place, client, item, **more) for client in clients])


def ten_orders_of_a_guest(item: dict[str, int]) -> list[Any]:
    """Ten orders of a guest who gives another phone each time."""
    return [
        partial(
            place,
            APIClient(),
            item,
            coupon="karibu",
            contact={"email": "wanjiku@example.com", "phone": f"071234567{number}"},
        )
        for number in range(10)
    ]


def statuses(answers: list[Any]) -> dict[int, int]:
    return tally([answer.status_code for answer in answers])


def reasons(answers: list[Any]) -> set[tuple[str | None, str]]:
    """Why orders were refused."""
    return set().union(*(field_codes(answer.json()) for answer in answers if answer.status_code != 201))


def test_a_coupon_with_one_use_left() -> None:
    promotion = coupon(usage_limit=1)

    answers = twenty_buyers(coupon="karibu")

    assert statuses(answers) == {201: 1, 400: 19}
    assert reasons(answers) == {("coupon", "coupon_used_up")}
    promotion.refresh_from_db()
    assert promotion.uses == PromotionUse.objects.count() == Order.objects.count() == 1
    assert_invariants()


def test_without_the_guard_it_is_used_too_often(monkeypatch: pytest.MonkeyPatch) -> None:
    coupon(usage_limit=1)
    monkeypatch.setattr(views, "place_order", place_order_unguarded)

    answers = twenty_buyers(coupon="karibu")

    assert statuses(answers).get(201, 0) > 1
    with pytest.raises(CommandError, match="broken"):
        assert_invariants()


def test_who_comes_too_late_for_a_promotion_pays_the_full_price() -> None:
    promotion = make_promotion(usage_limit=3, percent=Decimal(10))

    answers = twenty_buyers()

    assert statuses(answers) == {201: BUYERS}
    assert tally([int(Decimal(answer.json()["total"])) for answer in answers]) == {900: 3, 1000: 17}
    promotion.refresh_from_db()
    assert promotion.uses == 3
    assert_invariants()


def test_a_customer_in_a_hurry() -> None:
    promotion = coupon(per_customer_limit=2)
    item = {"product": make_product(stock=100).pk, "quantity": 1}

    answers = at_once(*ten_orders_of_a_guest(item))

    assert statuses(answers) == {201: 2, 400: 8}
    assert reasons(answers) == {("coupon", "coupon_used_by_you")}
    promotion.refresh_from_db()
    assert promotion.uses == 2
    assert_invariants()


def test_without_slots_a_customer_in_a_hurry_uses_it_too_often(monkeypatch: pytest.MonkeyPatch) -> None:
    coupon(per_customer_limit=2)
    monkeypatch.setattr(views, "place_order", place_order_unguarded)
    item = {"product": make_product(stock=100).pk, "quantity": 1}

    answers = at_once(*ten_orders_of_a_guest(item))

    assert statuses(answers).get(201, 0) > 2


def test_a_use_comes_back_once_whoever_ends_the_order() -> None:
    promotion = coupon(usage_limit=5)
    item = {"product": make_product(stock=100).pk, "quantity": 1}
    user = make_user()
    kept, ended = (placed(client_of(user), item, coupon="karibu") for _ in range(2))
    Order.objects.filter(pk=ended["id"]).update(expires_at=timezone.now())

    def cancel() -> bool:
        try:
            order = Order.objects.get(pk=ended["id"])
            cancel_order(order=order, acting_user=user, reason="", at=timezone.now())
        except IllegalTransition:
            return False
        return True

    def expire() -> bool:
        return bool(expire_orders(at=timezone.now()))

    done = at_once(*[cancel, expire] * 5)

    assert done.count(True) == 1
    promotion.refresh_from_db()
    assert promotion.uses == 1
    assert PromotionUse.objects.get(released_at=None).order_id == kept["id"]
    assert_invariants()


def test_uses_that_come_back_while_others_take_them() -> None:
    promotion = coupon(usage_limit=4)
    item = {"product": make_product(stock=100).pk, "quantity": 1}
    user = make_user()
    first = [placed(client_of(user), item, coupon="karibu")["id"] for _ in range(4)]
    buyers = [partial(place, client_of(make_user()), item, coupon="karibu") for _ in range(8)]
    cancels = [partial(client_of(user).post, f"/api/orders/{order}/cancel") for order in first]

    answers = at_once(*cancels, *buyers)

    assert [answer.status_code for answer in answers[:4]] == [200] * 4
    sold = statuses(answers[4:]).get(201, 0)
    promotion.refresh_from_db()
    assert promotion.uses == sold <= 4
    assert_invariants()
