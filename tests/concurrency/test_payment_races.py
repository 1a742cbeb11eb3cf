"""Payments that are begun, repeated, given back and matched at the same moment."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.core.management import CommandError
from django.db.models import F
from django.utils import timezone

from orders.actions import begin_payment as beginning
from orders.actions import match_payment as matching
from orders.actions import request_refund as refunding
from orders.actions.match_payment import match_payment
from orders.actions.receive_deposit import receive_deposit
from orders.actions.request_refund import request_refund
from orders.errors import NothingToRefund, PaymentNotOpen
from orders.gateways.facts import Deposit
from orders.models import Order, Payment, Refund
from tests.concurrency import Meeting, at_once, tally
from tests.factories import make_user
from tests.orders import assert_invariants, client_of
from tests.payments import an_order, simulate
from tests.payments.conftest import simulated

__all__ = ["simulated"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("simulated")]


def eight_payments(**headers: str) -> list[Any]:
    """The responses to eight payments of one order that were begun at once."""
    client = client_of(make_user())
    order = an_order(client)
    return at_once(*[partial(simulate, client, order, "hangs", headers=headers)] * 8)


def test_one_payment_of_an_order_is_begun() -> None:
    responses = eight_payments()

    assert tally([response.status_code for response in responses]) == {201: 1, 409: 7}
    assert {response.json()["code"] for response in responses if response.status_code == 409} == {"payment_in_progress"}
    assert Payment.objects.count() == 1
    assert_invariants()


def test_without_the_guards_several_are(monkeypatch: pytest.MonkeyPatch) -> None:
    create = Payment.objects.create
    monkeypatch.setattr(beginning, "_refuse_second", lambda *_: None)
    monkeypatch.setattr(Payment.objects, "create", lambda **values: create(**{**values, "is_live": False}))

    responses = eight_payments()

    assert tally([response.status_code for response in responses])[201] > 1


def test_under_one_key_nobody_is_asked_twice() -> None:
    responses = eight_payments(**{"Idempotency-Key": "one-and-only"})

    first = [
        response for response in responses if response.status_code == 201 and "Idempotent-Replayed" not in response
    ]
    others = [response for response in responses if response is not first[0]]
    assert len(first) == 1
    assert Payment.objects.count() == 1
    for response in others:
        assert response.content == first[0].content or response.json()["code"] == "request_in_progress"
    assert_invariants()


def give_back(payment: Payment, staff: Any) -> bool:
    """Ask for six tenths of a payment back; tell whether that was possible."""
    try:
        request_refund(
            payment=payment,
            amount=Decimal(600),
            reason="Broken.",
            by_hand=True,
            acting_user=staff,
            at=timezone.now(),
        )
    except NothingToRefund:
        return False
    return True


def four_refunds() -> list[bool]:
    client = client_of(make_user())
    assert simulate(client, an_order(client), "pays_at_once").status_code == 201
    payment, staff = Payment.objects.get(), make_user(is_staff=True)
    return at_once(*[partial(give_back, payment, staff)] * 4)


def test_no_more_goes_back_than_came() -> None:
    assert sorted(four_refunds()) == [False, False, False, True]

    assert Refund.objects.count() == 1
    assert Payment.objects.get().refunded == 600
    assert_invariants()


def test_without_the_guard_more_would(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Decimal] = []
    meeting = Meeting(4)

    def read_and_check(*, payment_id: int, amount: Decimal, **_: Any) -> Any:
        payment = Payment.objects.get(pk=payment_id)
        meeting.wait()
        if payment.captured < payment.refunding + amount:
            raise NothingToRefund("So much did not come.")
        asked.append(amount)

    monkeypatch.setattr(refunding, "write_refund", read_and_check)
    monkeypatch.setattr(refunding, "in_transaction", lambda work: work())

    assert sum(four_refunds()) > 1
    assert sum(asked) > Payment.objects.get().captured


def match(payment: Payment, order: Order, staff: Any) -> bool:
    try:
        match_payment(payment=payment, order=order, acting_user=staff, at=timezone.now())
    except PaymentNotOpen:
        return False
    return True


def two_matches() -> list[bool]:
    """Whether each of two members of staff could give the same money to an order of their own choice."""
    client, staff = client_of(make_user()), make_user(is_staff=True)
    orders = [Order.objects.get(pk=an_order(client)["id"]) for _ in range(2)]
    receive_deposit(
        provider="simulator",
        deposit=Deposit(receipt="QX1", amount=Decimal(1000), currency="KES", account="?"),
        at=timezone.now(),
    )
    payment = Payment.objects.get()
    return at_once(*[partial(match, payment, order, staff) for order in orders])


def test_money_is_for_one_order() -> None:
    assert sorted(two_matches()) == [False, True]

    assert sorted(Order.objects.values_list("payment_status", flat=True)) == ["paid", "unpaid"]
    assert_invariants()


def test_without_the_guard_it_would_be_for_two(monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = Meeting(2)

    def read_and_credit(payment_id: int, order_id: int, *_: Any, **__: Any) -> None:
        payment = Payment.objects.get(pk=payment_id)
        meeting.wait()
        if payment.order_id is not None:
            raise PaymentNotOpen("matched")
        Order.objects.filter(pk=order_id).update(paid=F("paid") + payment.captured, payment_status="paid")
        Payment.objects.filter(pk=payment_id).update(order_id=order_id)

    monkeypatch.setattr(matching, "_match", read_and_credit)
    monkeypatch.setattr(matching, "enter_money", lambda work: work())

    assert two_matches() == [True, True]
    with pytest.raises(CommandError, match="broken"):
        assert_invariants()
