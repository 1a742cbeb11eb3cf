"""Write down that a payment succeeded of which its provider did not tell."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from accounts.models import User
from electroports.history import is_watched, record
from electroports.snapshots import diff, snapshot
from orders.actions.capture_payment import capture_payment
from orders.actions.enter_money import enter_money
from orders.actions.lock_payment import lock_payment
from orders.actions.record_payment import refuse_known
from orders.errors import PaymentNotOpen
from orders.models import Payment


def settle_payment(*, payment: Payment, receipt: str, acting_user: User, at: datetime) -> Payment:
    """Write down that a payment succeeded: cash was handed over, or staff saw it in the provider's books.

    Raises PaymentNotOpen if it is in the ledger already, InvalidInput for a receipt that is another payment's.
    """
    return enter_money(work=partial(_settle, payment.pk, receipt, acting_user, at))


def _settle(payment_id: int, receipt: str, acting_user: User, at: datetime, *, may_revive: bool) -> Payment:
    locked = lock_payment(payment_id=payment_id)
    payment = locked.payment
    before = snapshot(payment)
    if not payment.can_become(Payment.Status.SUCCEEDED):
        raise PaymentNotOpen("This payment is in the ledger already.")
    if receipt and receipt != payment.receipt:
        refuse_known(payment.provider, receipt)
        payment.receipt = receipt
    payment.attention = ""
    capture_payment(locked=locked, acting_user=acting_user, at=at, may_revive=may_revive)
    if not is_watched(payment):  # cash, which is recorded on the order's page
        record(acting_user=acting_user, row=payment, changes=diff(before, snapshot(payment)))
    return payment
