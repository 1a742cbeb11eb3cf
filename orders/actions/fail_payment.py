"""Write down that nothing came of a payment."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from accounts.models import User
from electroports.transactions import in_transaction
from orders.actions.lock_payment import lock_payment
from orders.errors import PaymentNotOpen
from orders.gateways.facts import Reason
from orders.models import Payment


def fail_payment(*, payment: Payment, why: str, acting_user: User, at: datetime) -> None:
    """Write down that staff found out that an open payment came to nothing; raises PaymentNotOpen."""
    in_transaction(partial(_fail, payment.pk, why, acting_user, at))


def _fail(payment_id: int, why: str, acting_user: User, at: datetime) -> None:
    payment = lock_payment(payment_id=payment_id).payment
    if not payment.is_open:
        raise PaymentNotOpen("What became of this payment is known already.")
    payment.status, payment.reason, payment.detail = Payment.Status.FAILED, Reason.PROVIDER_REFUSED, why[:300]
    payment.is_live, payment.next_check_at, payment.attention = False, None, ""
    payment.settled_at, payment.acting_user = at, acting_user
    payment.save()
