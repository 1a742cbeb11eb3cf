"""Money has come: write it down, and let the order go on."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from orders.actions.credit_order import credit_order
from orders.actions.lock_payment import Locked
from orders.actions.write_entry import write_entry
from orders.models import LedgerEntry, Payment


def capture_payment(*, locked: Locked, acting_user: User | None, at: datetime, may_revive: bool = True) -> bool:
    """Enter the whole amount of a locked payment that succeeded, and settle its order, in the caller's transaction.

    Returns False, and marks the payment for a person, if its receipt is in the ledger already. Raises StockMoved where
    others were quicker to take the units of an order that had run out; the caller rolls back and begins again.
    """
    payment, order = locked
    reference = payment.receipt or payment.provider_reference or str(payment.reference)
    is_new = write_entry(
        payment=payment,
        kind=LedgerEntry.Kind.CAPTURED,
        reference=reference,
        amount=payment.amount,
        acting_user=acting_user,
        at=at,
    )
    if not is_new:
        payment.attention = f"The receipt {reference} is in the ledger already."
        payment.save(update_fields=["attention"])
        return False
    payment.status = Payment.Status.SUCCEEDED
    payment.captured = payment.amount
    payment.is_live, payment.next_check_at, payment.next_action = False, None, None
    payment.reason, payment.settled_at = "", at
    payment.save()
    if order is not None:
        credit_order(order=order, payment=payment, acting_user=acting_user, at=at, may_revive=may_revive)
    return True
