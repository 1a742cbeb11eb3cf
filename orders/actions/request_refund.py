"""Ask for money to be given back: never more than came, however many ask at once."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import partial
from uuid import UUID, uuid4

from django.db.models import F

from accounts.models import User
from catalog.pricing import shown_price
from electroports.errors import FieldError
from electroports.jobs import enqueue
from electroports.transactions import in_transaction
from orders.actions.apply_refund_report import settle_refund
from orders.actions.hold_payment import hold_payment
from orders.errors import AlreadyDone, NothingToRefund
from orders.models import Payment, Refund
from orders.providers import can_refund


def request_refund(
    *,
    payment: Payment,
    amount: Decimal,
    reason: str,
    receipt: str = "",
    by_hand: bool,
    acting_user: User | None,
    at: datetime,
    reference: UUID | None = None,
) -> Refund:
    """Write down that `amount` of a payment goes back, and have the provider asked; by hand, it has gone back already.

    The amount is set aside by one conditional UPDATE: with what others give back at the same time it is never more than
    what came. Raises NothingToRefund, and AlreadyDone for a `reference` that a refund has; then nothing is written.
    """
    return in_transaction(
        partial(
            write_refund,
            payment_id=payment.pk,
            amount=amount,
            reason=reason,
            receipt=receipt,
            by_hand=by_hand,
            acting_user=acting_user,
            at=at,
            reference=reference or uuid4(),
        )
    )


def write_refund(
    *,
    payment_id: int,
    amount: Decimal,
    reason: str,
    receipt: str,
    by_hand: bool,
    acting_user: User | None,
    at: datetime,
    reference: UUID,
) -> Refund:
    """Do what `request_refund` promises, in the caller's transaction."""
    hold_payment(payment_id)
    if Refund.objects.filter(reference=reference).exists():
        raise AlreadyDone("This refund was asked for already.")
    left = Payment.objects.filter(pk=payment_id, captured__gte=F("refunding") + amount)
    if amount <= 0 or not left.update(refunding=F("refunding") + amount):
        payment = Payment.objects.get(pk=payment_id)
        message = f"At most {shown_price(payment.captured - payment.refunding)} can be given back."
        raise NothingToRefund("So much did not come.", errors=[FieldError("amount", NothingToRefund.code, message)])
    payment = Payment.objects.get(pk=payment_id)
    through_provider = not by_hand and can_refund(payment.provider)
    refund = Refund.objects.create(
        reference=reference,
        payment=payment,
        amount=amount,
        reason=reason[:200],
        is_by_hand=not through_provider,
        receipt=receipt[:60],
        acting_user=acting_user,
        created_at=at,
        next_check_at=at if through_provider else None,
    )
    if through_provider:
        enqueue("orders.tasks.send_refund", refund.pk)
    else:
        settle_refund(refund_id=refund.pk, receipt=receipt, detail="", at=at)
    return refund
