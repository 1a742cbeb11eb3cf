"""Money that came without being asked for: to the order that it names, or to the queue where staff match it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import partial

from orders.actions.apply_report import apply_report
from orders.actions.capture_payment import capture_payment
from orders.actions.enter_money import enter_money
from orders.actions.hold_order import hold_order
from orders.actions.hold_payment import Held
from orders.gateways.facts import Deposit, Outcome, Report
from orders.models import LedgerEntry, Order, Payment

SAME_WITHIN = timedelta(days=1)
NUMBER = re.compile(r"\s*EP[\s-]*([2-9A-HJ-NP-Z]{6})\s*", re.IGNORECASE)


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


def named_order(account: str) -> Order | None:
    """Return the order whose number a payer typed, however it is spaced."""
    match = NUMBER.fullmatch(account)
    return Order.objects.filter(number=f"EP-{match[1].upper()}").first() if match else None


def asked_payment(provider: str, deposit: Deposit, order: Order | None, at: datetime) -> Payment | None:
    """Return the payment of this order that a deposit must be: asked for lately, as much, and without a receipt yet."""
    if order is None:
        return None
    found: Payment | None = (
        order.payments.filter(
            status__in=Payment.OPEN | {Payment.Status.SUCCEEDED},
            provider=provider,
            amount=deposit.amount,
            receipt="",
            created_at__gte=at - SAME_WITHIN,
        )
        .order_by("pk")
        .first()
    )
    return found


def may_be_told_yet(provider: str, deposit: Deposit, at: datetime) -> bool:
    """Tell whether money that names no order may be a prompt's whose own message is just on its way.

    Tills take no account, so nothing but the receipt of that message tells whose the money is.
    """
    if Payment.objects.filter(provider=provider, receipt=deposit.receipt).exists() or named_order(deposit.account):
        return False
    asked = Payment.objects.filter(next_check_at__isnull=False, order__isnull=False, provider=provider, receipt="")
    return asked.filter(amount=deposit.amount, created_at__gte=at - SAME_WITHIN).exists()


def counted_like(provider: str, deposit: Deposit, at: datetime) -> str:
    """Return why a person has to look at money that names no order: a prompt's is counted that has no receipt."""
    entries = LedgerEntry.objects.filter(
        created_at__gte=at - SAME_WITHIN, kind=LedgerEntry.Kind.CAPTURED, provider=provider, amount=deposit.amount
    )
    found = entries.filter(payment__receipt="").select_related("payment__order").first()
    if found is None or found.payment is None:
        return ""
    order = found.payment.order
    whose = f"of the order {order.number}" if order else f"№ {found.payment.pk}"
    return f"It may be the receipt of the payment {whose}, which is counted: see before you match it or give it back."


def _write(provider: str, deposit: Deposit, order_id: int | None, at: datetime, *, may_revive: bool) -> None:
    order = hold_order(order_id=order_id) if order_id is not None else None
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
    capture_payment(held=Held(payment, order), acting_user=None, at=at, may_revive=may_revive)
