"""Money has come: write it down, and let the order go on."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import User
from catalog.pricing import shown_price
from electroports.jobs import enqueue
from orders.actions.change_status import change_status
from orders.actions.hold_payment import Held
from orders.actions.keep_books import enter, keep_books, note_on_timeline
from orders.actions.revive_order import revive_order
from orders.actions.tell_customer import tell_customer
from orders.models import LedgerEntry, Order, OrderEvent, OrderMessage, Payment
from orders.providers import label_of, promising_providers

MOST_HOLDS = 6  # for so many times ORDER_HOLD an order may hold its stock while it is paid in parts


def capture_payment(*, held: Held, acting_user: User | None, at: datetime, may_revive: bool = True) -> bool:
    """Enter the whole amount of a held payment that succeeded, and settle its order, in the caller's transaction.

    Returns False, and marks the payment for a person, if its receipt is in the ledger already. Raises StockMoved where
    others were quicker to take the units of an order that had run out; the caller rolls back and begins again.
    """
    payment, order = held
    reference = payment.receipt or payment.provider_reference or str(payment.reference)
    is_new = enter(
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


def credit_order(
    *, order: Order, payment: Payment, acting_user: User | None, at: datetime, may_revive: bool = True
) -> None:
    """Count a captured payment for a locked order, and confirm the order if nothing is due any more."""
    order.paid += payment.captured
    order.repaid += payment.refunded
    keep_books(order)
    what = f"{shown_price(payment.amount)} by {label_of(payment.provider)}"
    note_on_timeline(
        order=order,
        note=OrderEvent.Note.PAYMENT,
        reason=f"{what}, {payment.receipt}." if payment.receipt else f"{what}.",
        acting_user=acting_user,
        at=at,
    )
    go_on_if_paid(order=order, acting_user=acting_user, at=at, may_revive=may_revive)
    tell_of_payment(order=order, payment=payment, at=at)


def tell_of_payment(*, order: Order, payment: Payment, at: datetime) -> None:
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


def go_on_if_paid(*, order: Order, acting_user: User | None, at: datetime, may_revive: bool = True) -> None:
    """Confirm a locked order of which nothing is due any more; one that is paid in parts keeps its stock for longer."""
    statuses = Order.Status
    if order.status == statuses.PENDING and order.due > 0:
        if order.paid > order.repaid:
            extend_hold(order, until=at + settings.ORDER_HOLD)
    elif order.status == statuses.PENDING:
        change_status(
            order=order,
            status=statuses.CONFIRMED,
            actor=OrderEvent.Actor.SYSTEM,
            acting_user=acting_user,
            reason="Paid.",
            at=at,
        )
    elif order.status == statuses.EXPIRED and order.due <= 0 and may_revive:
        revive_order(order=order, acting_user=acting_user, at=at)
    if order.due <= 0:
        withdraw_promises(order=order, at=at)
    elif order.status != statuses.PENDING:
        promises_of(order).update(amount=order.due)  # the rider asks for what is left


def promises_of(order: Order) -> QuerySet[Payment]:
    """Return the payments of an order that are waited for on delivery."""
    return order.payments.filter(status=Payment.Status.PENDING, provider__in=promising_providers())


def withdraw_promises(*, order: Order, at: datetime, but: Payment | None = None) -> None:
    """Wait no longer for what was to be paid on delivery, but for one of them, in the caller's transaction."""
    promises = promises_of(order).exclude(pk=but.pk) if but else promises_of(order)
    promises.update(status=Payment.Status.WITHDRAWN, reason="withdrawn", settled_at=at)


def extend_hold(order: Order, *, until: datetime) -> None:
    """Have a pending order hold its stock until then, but never longer than MOST_HOLDS times ORDER_HOLD in all."""
    if order.expires_at is None:
        return
    latest = order.created_at + MOST_HOLDS * settings.ORDER_HOLD
    order.expires_at = max(order.expires_at, min(until, latest))
    order.save(update_fields=["expires_at"])
