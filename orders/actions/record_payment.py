"""Money that staff saw come: by bank transfer, in cash, or what a provider could not tell by itself."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.conf import settings

from accounts.models import User
from catalog.errors import StockMoved
from electroports.errors import FieldError, InvalidInput
from electroports.transactions import in_transaction
from orders.actions.apply_report import OPEN
from orders.actions.capture_payment import capture_payment
from orders.actions.hold_payment import Held, hold_order, hold_payment
from orders.errors import PaymentNotOpen
from orders.models import Order, Payment


def record_payment(
    *,
    order: Order | None,
    provider: str,
    amount: Decimal,
    reference: str,
    acting_user: User,
    at: datetime,
    payer: str = "",
    document: Any = "",
    paid_at: datetime | None = None,
) -> Payment:
    """Write down money that came past the providers, under a reference that is used once, and settle the order with it.

    It counts from now on, and came at `paid_at` if that is known. Without an order it waits to be matched. Raises
    InvalidInput for a reference that is there already.
    """
    order_id, came_at = (order.pk if order else None), (paid_at or at)
    work = partial(_record, order_id, provider, amount, reference, payer, document, acting_user, at, came_at)
    try:
        return in_transaction(partial(work, may_revive=True), again_after=(StockMoved,))
    except StockMoved:
        return in_transaction(partial(work, may_revive=False))


def _record(
    order_id: int | None,
    provider: str,
    amount: Decimal,
    reference: str,
    payer: str,
    document: Any,
    acting_user: User,
    at: datetime,
    came_at: datetime,
    *,
    may_revive: bool,
) -> Payment:
    order = hold_order(order_id) if order_id is not None else None
    _refuse_known(provider, reference)
    currency = order.currency if order is not None else settings.CURRENCY
    payment = Payment.objects.create(
        order=order,
        provider=provider,
        amount=amount,
        currency=currency,
        payer=payer,
        receipt=reference,
        document=document,
        acting_user=acting_user,
        created_at=came_at,
        expires_at=at,
    )
    capture_payment(held=Held(payment, order), acting_user=acting_user, at=at, may_revive=may_revive)
    return payment


def settle_payment(*, payment: Payment, receipt: str, acting_user: User, at: datetime) -> Payment:
    """Write down that a payment succeeded: cash was handed over, or staff saw it in the provider's books.

    Raises PaymentNotOpen if it is in the ledger already, InvalidInput for a receipt that is another payment's.
    """
    work = partial(_settle, payment.pk, receipt, acting_user, at)
    try:
        return in_transaction(partial(work, may_revive=True), again_after=(StockMoved,))
    except StockMoved:
        return in_transaction(partial(work, may_revive=False))


def _settle(payment_id: int, receipt: str, acting_user: User, at: datetime, *, may_revive: bool) -> Payment:
    held = hold_payment(payment_id)
    payment = held.payment
    if not payment.can_become(Payment.Status.SUCCEEDED):
        raise PaymentNotOpen("This payment is in the ledger already.")
    if receipt and receipt != payment.receipt:
        _refuse_known(payment.provider, receipt)
        payment.receipt = receipt
    payment.attention = ""
    capture_payment(held=held, acting_user=acting_user, at=at, may_revive=may_revive)
    return payment


def fail_payment(*, payment: Payment, why: str, acting_user: User, at: datetime) -> None:
    """Write down that staff found out that an open payment came to nothing; raises PaymentNotOpen."""

    def fail() -> None:
        held = hold_payment(payment.pk).payment
        if held.status not in OPEN:
            raise PaymentNotOpen("What became of this payment is known already.")
        held.status, held.reason, held.detail = Payment.Status.FAILED, "provider_refused", why[:300]
        held.is_live, held.next_check_at, held.attention = False, None, ""
        held.settled_at, held.acting_user = at, acting_user
        held.save()

    in_transaction(fail)


def _refuse_known(provider: str, reference: str) -> None:
    if reference and Payment.objects.filter(provider=provider, receipt=reference).exists():
        message = "A payment with this reference is there already."
        raise InvalidInput("The reference is taken.", errors=[FieldError("reference", "unique", message)])
