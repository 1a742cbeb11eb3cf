"""Count money that has come for an order."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from catalog.pricing import shown_price
from electroports.jobs import enqueue
from orders.actions.go_on_if_paid import go_on_if_paid
from orders.actions.keep_books import keep_books
from orders.actions.note_on_timeline import note_on_timeline
from orders.actions.tell_customer import tell_customer
from orders.models import Order, OrderEvent, OrderMessage, Payment
from orders.providers import label_of


def credit_order(
    *, order: Order, payment: Payment, acting_user: User | None, at: datetime, may_revive: bool = True
) -> None:
    """Count a captured payment for a locked order, and confirm the order if nothing is due any more.

    Raises StockMoved where others were quicker to take the units of an order that had run out.
    """
    order.paid += payment.captured
    order.repaid += payment.refunded
    keep_books(order=order)
    what = f"{shown_price(payment.amount)} by {label_of(payment.provider)}"
    note_on_timeline(
        order=order,
        note=OrderEvent.Note.PAYMENT,
        reason=f"{what}, {payment.receipt}." if payment.receipt else f"{what}.",
        acting_user=acting_user,
        at=at,
    )
    go_on_if_paid(order=order, acting_user=acting_user, at=at, may_revive=may_revive)
    _tell_of_payment(order, payment, at)


def _tell_of_payment(order: Order, payment: Payment, at: datetime) -> None:
    """Tell the customer of a payment that does not end the matter: a part, or one of an order that is over."""
    kind = None
    if order.is_over:
        kind = OrderMessage.Kind.LATE
    elif order.status == Order.Status.PENDING and order.due > 0:
        kind = OrderMessage.Kind.PART_PAID
    if kind is not None:
        tell_customer(order=order, kind=kind, event=str(payment.pk), amount=payment.captured, at=at)
    if order.status == Order.Status.CANCELLED:
        enqueue("orders.tasks.wind_up_order", order.pk)
