"""Set money aside that goes back, and have the provider asked."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import F

from accounts.models import User
from catalog.pricing import shown_price
from electroports.errors import FieldError
from electroports.history import ADDED, record
from electroports.jobs import enqueue
from electroports.snapshots import diff, snapshot
from orders.actions.lock_payment import lock_payment
from orders.actions.settle_refund import settle_refund
from orders.errors import AlreadyDone, NothingToRefund
from orders.models import Payment, Refund
from orders.providers import can_refund


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
    lock_payment(payment_id=payment_id)
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
        refund.refresh_from_db()
    record(acting_user=acting_user, row=refund, action=ADDED, changes=diff(None, snapshot(refund)), message=reason)
    return refund
