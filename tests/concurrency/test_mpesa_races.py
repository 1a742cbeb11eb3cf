"""An M-Pesa payment of which everybody hears at once is money once."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from orders.actions import apply_report
from orders.actions.check_payment import check_payment
from orders.actions.lock_payment import Locked
from orders.actions.process_message import process_message
from orders.models import LedgerEntry, Order, OrderEvent, Payment, ProviderMessage
from tests.concurrency import at_once
from tests.factories import make_user
from tests.fakes import daraja as fake
from tests.fakes.daraja import FakeDaraja
from tests.orders import assert_invariants, client_of
from tests.payments import an_order, pay
from tests.payments.conftest import daraja, safaricom, simulated

__all__ = ["daraja", "safaricom", "simulated"]

pytestmark = pytest.mark.django_db(transaction=True)

TIMES = 4


@pytest.fixture
def hear_at_once(safaricom: FakeDaraja) -> Callable[[], None]:
    """Have callbacks and sweeps tell of one paid prompt, all at the same moment.

    It is for a part of the order, so that no step of the order's life stands in the way of a second entry.
    """
    client = client_of(make_user(phone="+254712345678"))
    safaricom.callbacks["254712345678"] = fake.HELD
    assert pay(client, an_order(client), "mpesa", amount="400.00").json()["status"] == "pending"
    safaricom.act()
    for _ in range(TIMES):
        safaricom._post(*safaricom.held[0])
    payment = Payment.objects.get()
    at = timezone.now() + timedelta(seconds=40)
    messages = ProviderMessage.objects.values_list("pk", flat=True)
    calls: list[Any] = [partial(process_message, message_id=pk, at=at) for pk in messages]
    calls += [partial(check_payment, payment=payment, at=at)] * TIMES
    return lambda: at_once(*calls) and None


def test_what_callbacks_and_sweeps_tell_at_once_is_entered_once(
    hear_at_once: Callable[[], None], safaricom: FakeDaraja
) -> None:
    hear_at_once()

    order, payment = Order.objects.get(), Payment.objects.get()
    assert (order.paid, order.payment_status, LedgerEntry.objects.count()) == (Decimal(400), "partially_paid", 1)
    assert OrderEvent.objects.filter(type=OrderEvent.Note.PAYMENT).count() == 1
    assert (payment.status, payment.receipt) == ("succeeded", safaricom.ledger[0].receipt)
    assert set(ProviderMessage.objects.values_list("status", flat=True)) == {"processed"}
    assert safaricom.balance() == order.paid
    assert_invariants()


def test_without_holding_the_payment_it_is_entered_twice(
    hear_at_once: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = Payment.objects.get()
    read_before = Locked(payment, Order.objects.get())
    monkeypatch.setattr(apply_report, "lock_payment", lambda **_: deepcopy(read_before))

    hear_at_once()

    assert LedgerEntry.objects.count() == 2  # once by the prompt's name, and once by the receipt
