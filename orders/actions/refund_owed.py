"""Give back what an order's customer paid beyond what is due."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import NamedTuple
from uuid import uuid4

from accounts.models import User
from catalog.pricing import shown_price
from electroports.transactions import in_transaction
from orders.actions.lock_order import lock_order
from orders.actions.write_refund import write_refund
from orders.errors import AlreadyDone, NothingToRefund
from orders.models import Order, Payment, Refund
from orders.money import ZERO


class Part(NamedTuple):
    """How much of one payment goes back."""

    payment: Payment
    amount: Decimal


def owed_parts(order: Order) -> list[Part]:
    """Return of which payments what is owed goes back, the newest first, without what is on its way already."""
    payments = list(order.payments.filter(captured__gt=0).order_by("-pk"))
    left = order.owed - sum((payment.refunding - payment.refunded for payment in payments), ZERO)
    parts = []
    for payment in payments:
        amount = min(left, payment.captured - payment.refunding)
        if amount > 0:
            parts.append(Part(payment, amount))
            left -= amount
    return parts


def refund_owed(
    *, order: Order, amount: Decimal, reason: str, receipt: str, by_hand: bool, acting_user: User, at: datetime
) -> list[Refund]:
    """Have all that is owed go back, in one transaction, if it still is `amount`; else raises AlreadyDone.

    Raises NothingToRefund if nothing is owed, or all of it is on its way.
    """
    return in_transaction(partial(_refund, order.pk, amount, reason, receipt, acting_user, at, by_hand=by_hand))


def _refund(
    order_id: int, amount: Decimal, reason: str, receipt: str, acting_user: User, at: datetime, *, by_hand: bool
) -> list[Refund]:
    parts = owed_parts(lock_order(order_id=order_id))
    if not parts:
        raise NothingToRefund("Nothing is owed of this order, or it is on its way back.")
    now = sum((part.amount for part in parts), ZERO)
    if now != amount:
        raise AlreadyDone(f"By now, {shown_price(now)} is owed. Look again before you give it back.")
    return [
        write_refund(
            payment_id=part.payment.pk,
            amount=part.amount,
            reason=reason,
            receipt=receipt,
            by_hand=by_hand,
            acting_user=acting_user,
            at=at,
            reference=uuid4(),
        )
        for part in parts
    ]
