"""An order that several take a step with at once: staff and staff, expiry and payment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.utils import timezone

from catalog.models import StockMovement
from orders.actions import advance_order as advancing
from orders.actions import expire_orders as expiring
from orders.actions.advance_order import advance_order
from orders.actions.apply_report import apply_report
from orders.actions.expire_orders import expire_orders
from orders.errors import IllegalTransition
from orders.gateways.facts import Outcome, Report
from orders.life import Status
from orders.models import Order, OrderEvent, Payment
from tests.concurrency import at_once
from tests.factories import make_product, make_user
from tests.orders import assert_invariants, client_of, placed
from tests.payments.conftest import simulated  # noqa: F401  # a fixture

pytestmark = pytest.mark.django_db(transaction=True)


def an_order(quantity: int = 2) -> Order:
    order_id = placed(client_of(make_user()), {"product": make_product().pk, "quantity": quantity})["id"]
    order: Order = Order.objects.get(pk=order_id)
    return order


def advance(order: Order, status: Status, clerk: Any) -> str:
    try:
        advance_order(order=order, status=status, acting_user=clerk, reason="By phone.", at=timezone.now())
    except IllegalTransition:
        return "refused"
    return "done"


def test_two_members_of_staff_ship_once() -> None:
    order = an_order()
    clerks = [make_user(is_staff=True) for _ in range(4)]
    for status in (Status.CONFIRMED, Status.PROCESSING):
        advance(order, status, clerks[0])
    seen = [Order.objects.get(pk=order.pk) for _ in clerks]

    answers = at_once(*[partial(advance, row, Status.SHIPPED, clerk) for row, clerk in zip(seen, clerks, strict=True)])

    assert sorted(answers) == ["done", "refused", "refused", "refused"]
    assert OrderEvent.objects.filter(to_status="shipped").count() == 1
    assert StockMovement.objects.filter(type="sale").count() == 1
    assert_invariants()


def test_without_the_guard_both_take_the_step(monkeypatch: pytest.MonkeyPatch) -> None:
    order = an_order()
    clerks = [make_user(is_staff=True) for _ in range(2)]
    everybody_has_looked = Barrier(2)

    def look_and_write(*, order: Order, status: Status, acting_user: Any, at: datetime, **_more: Any) -> None:
        """Look at the status, and write the next one whatever it has become."""
        before = Order.objects.get(pk=order.pk).status
        everybody_has_looked.wait(timeout=30)
        assert before == "pending"
        Order.objects.filter(pk=order.pk).update(status=status)
        OrderEvent.objects.create(
            order=order, type=status, from_status=before, to_status=status, actor="staff", created_at=at
        )

    monkeypatch.setattr(advancing, "change_status", look_and_write)
    monkeypatch.setattr(advancing, "in_transaction", lambda work: work())
    monkeypatch.setattr(advancing, "lock_order", lambda order_id: Order.objects.get(pk=order_id))
    seen = [Order.objects.get(pk=order.pk) for _ in clerks]

    at_once(*[partial(advance, row, Status.CONFIRMED, clerk) for row, clerk in zip(seen, clerks, strict=True)])

    assert OrderEvent.objects.filter(to_status="confirmed").count() == 2


def open_payment(order: Order, **fields: Any) -> Payment:
    """A prompt that the customer is just answering."""
    at = timezone.now()
    return Payment.objects.create(
        **{
            "order": order,
            "provider": "simulator",
            "status": "pending",
            "amount": order.total,
            "currency": order.currency,
            "provider_reference": f"sim-{order.pk}",
            "is_live": True,
            "created_at": at,
            "expires_at": at + timedelta(minutes=1),
            **fields,
        }
    )


def pay_and_expire(payments: list[Payment]) -> list[Any]:
    """Let the payments succeed while the sweep expires their orders."""
    at = timezone.now() + timedelta(hours=1)
    report = Report(Outcome.SUCCEEDED)
    calls: list[Callable[[], Any]] = [
        partial(apply_report, payment_id=payment.pk, report=report, at=at) for payment in payments
    ]
    return at_once(*calls, *[partial(expire_orders, at=at)] * 3)


def test_expiry_and_payment_have_one_winner() -> None:
    orders = [an_order() for _ in range(6)]
    payments = [open_payment(order) for order in orders]

    pay_and_expire(payments)

    for order in Order.objects.all():
        steps = list(order.events.exclude(type="payment").values_list("to_status", flat=True))
        # Either it was paid in time, or it ran out first and was honoured, for everything was still there.
        assert steps in (["pending", "confirmed"], ["pending", "expired", "confirmed"])
        assert (order.status, order.payment_status, order.owed) == ("confirmed", "paid", 0)
    assert_invariants()


def test_expiry_and_part_payment_have_one_winner() -> None:
    """What is paid in part is either given more time, or has run out and is owed back: never both."""
    orders = [an_order() for _ in range(6)]
    now = timezone.now()
    payments = [open_payment(order, amount=order.total - 1) for order in orders]

    at = now + timedelta(minutes=31)
    calls: list[Callable[[], Any]] = [
        partial(apply_report, payment_id=payment.pk, report=Report(Outcome.SUCCEEDED), at=at) for payment in payments
    ]
    at_once(*calls, *[partial(expire_orders, at=at)] * 2)

    for order in Order.objects.all():
        if order.status == "pending":
            assert order.expires_at is not None
            assert (order.expires_at > at, order.owed) == (True, 0)
        else:
            assert (order.status, order.owed) == ("expired", order.paid)
    assert_invariants()


def test_without_the_lock_what_was_given_time_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    order = an_order()
    payment = open_payment(order, amount=order.total - 1)
    at = timezone.now() + timedelta(minutes=31)
    read, paid = Barrier(2), Barrier(2)

    def read_only(*, order_id: int) -> Order:
        stale: Order = Order.objects.get(pk=order_id)
        read.wait(timeout=30)
        paid.wait(timeout=30)
        return stale

    def pay() -> None:
        read.wait(timeout=30)
        apply_report(payment_id=payment.pk, report=Report(Outcome.SUCCEEDED), at=at)
        paid.wait(timeout=30)

    monkeypatch.setattr(expiring, "lock_order", read_only)
    monkeypatch.setattr(expiring, "in_transaction", lambda work: work())

    at_once(partial(expire_orders, at=at), pay)

    order.refresh_from_db()
    assert order.status == "expired"
    assert order.expires_at is not None
    assert order.expires_at > at
