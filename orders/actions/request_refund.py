"""Ask for money to be given back: never more than came, however many ask at once."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import partial
from uuid import UUID, uuid4

from accounts.models import User
from electroports.transactions import in_transaction
from orders.actions.write_refund import write_refund
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
