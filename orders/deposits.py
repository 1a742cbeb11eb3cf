"""What money that came unasked may be: an order's, by the number that was typed, or what a prompt asked for."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from orders.gateways.facts import Deposit
from orders.models import LedgerEntry, Order, Payment

SAME_WITHIN = timedelta(days=1)
NUMBER = re.compile(r"\s*EP[\s-]*([2-9A-HJ-NP-Z]{6})\s*", re.IGNORECASE)


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


def deposit_like(payment: Payment) -> Payment | None:
    """Return money for the same order that came unasked since, and may be what the customer was asked for."""
    if payment.order_id is None or payment.receipt or payment.status == Payment.Status.SUCCEEDED:
        return None
    deposits = Payment.objects.filter(
        order=payment.order_id,
        provider=payment.provider,
        provider_reference="",
        status=Payment.Status.SUCCEEDED,
        amount=payment.amount,
        settled_at__gte=payment.created_at,
    )
    found: Payment | None = deposits.exclude(receipt="").exclude(pk=payment.pk).first()
    return found
