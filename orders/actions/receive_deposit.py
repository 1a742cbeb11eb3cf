"""Money that came without being asked for: to the order that it names, or to the queue where staff match it."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from orders.actions.apply_report import apply_report
from orders.actions.capture_payment import capture_payment
from orders.actions.enter_money import enter_money
from orders.actions.lock_order import lock_order
from orders.actions.lock_payment import Locked
from orders.deposits import asked_payment, counted_like, named_order
from orders.gateways.facts import Deposit, Outcome, Report
from orders.models import Payment


def receive_deposit(*, provider: str, deposit: Deposit, at: datetime) -> str:
    """Write down a deposit, once; return what there is to note about it.

    Providers tell of a prompt that was answered as of any deposit, too: then it is the receipt of that payment, and no
    second one. Raises nothing for a deposit that names no order: that is unmatched money.
    """
    if Payment.objects.filter(provider=provider, receipt=deposit.receipt).exists():
        return "It is known already."
    order = named_order(deposit.account)
    asked = asked_payment(provider, deposit, order, at)
    if asked is not None:
        report = Report(Outcome.SUCCEEDED, receipt=deposit.receipt, amount=deposit.amount, currency=deposit.currency)
        apply_report(payment_id=asked.pk, report=report, at=at)
        return "It is the receipt of a payment that was asked for."
    enter_money(work=partial(_write, provider, deposit, order.pk if order else None, at))
    return "" if order else "It names no order."


def _write(provider: str, deposit: Deposit, order_id: int | None, at: datetime, *, may_revive: bool) -> None:
    order = lock_order(order_id=order_id) if order_id is not None else None
    payment = Payment.objects.create(
        order=order,
        provider=provider,
        amount=deposit.amount,
        currency=deposit.currency,
        phone=deposit.payer_phone,
        payer=deposit.payer_name[:150],
        account=deposit.account[:40],
        receipt=deposit.receipt,
        attention="" if order else counted_like(provider, deposit, at),
        created_at=deposit.paid_at or at,
        expires_at=at,
    )
    capture_payment(locked=Locked(payment, order), acting_user=None, at=at, may_revive=may_revive)
