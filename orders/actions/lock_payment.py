"""Lock a payment and its order, in the one order in which everybody does."""

from __future__ import annotations

from typing import NamedTuple

from orders.actions.lock_order import lock_order
from orders.models import Order, Payment


class Locked(NamedTuple):
    """A payment and its order, locked until the end of the transaction and as they are now."""

    payment: Payment
    order: Order | None


def lock_payment(*, payment_id: int) -> Locked:
    """Lock a payment's order, if it has one, and then the payment, in the caller's transaction; return them."""
    while True:
        order_id = Payment.objects.values_list("order_id", flat=True).get(pk=payment_id)
        order = lock_order(order_id=order_id) if order_id is not None else None
        payment = Payment.objects.select_for_update(no_key=True).get(pk=payment_id)
        if payment.order_id == order_id:  # else it was matched with an order just now
            return Locked(payment, order)
