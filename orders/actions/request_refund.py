"""Ask for money to be given back: never more than came, however many ask at once."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import partial

from django.db.models import F

from accounts.models import User
from catalog.pricing import shown_price
from electroports.errors import FieldError
from electroports.jobs import enqueue
from electroports.transactions import in_transaction
from orders.actions.apply_refund_report import settle_refund
from orders.errors import NothingToRefund
from orders.gateways.registry import gateway
from orders.models import Payment, Refund


def request_refund(
    *,
    payment: Payment,
    amount: Decimal,
    reason: str,
    receipt: str = "",
    by_hand: bool,
    acting_user: User | None,
    at: datetime,
) -> Refund:
    """Write down that `amount` of a payment goes back, and have the provider asked; by hand, it has gone back already.

    The amount is set aside by one conditional UPDATE: with what others give back at the same time it is never more than
    what came. Raises NothingToRefund; then nothing is written.
    """
    return in_transaction(partial(_request, payment.pk, amount, reason, receipt, acting_user, at, by_hand=by_hand))


def _request(
    payment_id: int,
    amount: Decimal,
    reason: str,
    receipt: str,
    acting_user: User | None,
    at: datetime,
    *,
    by_hand: bool,
) -> Refund:
    left = Payment.objects.filter(pk=payment_id, captured__gte=F("refunding") + amount)
    if amount <= 0 or not left.update(refunding=F("refunding") + amount):
        payment = Payment.objects.get(pk=payment_id)
        message = f"At most {shown_price(payment.captured - payment.refunding)} can be given back."
        raise NothingToRefund("So much did not come.", errors=[FieldError("amount", NothingToRefund.code, message)])
    payment = Payment.objects.get(pk=payment_id)
    through_provider = not by_hand and gateway(payment.provider).terms.can_refund
    refund = Refund.objects.create(
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
