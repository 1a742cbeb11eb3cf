"""Let an order go on once nothing is due of it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from accounts.models import User
from orders.actions.change_status import change_status
from orders.actions.extend_hold import extend_hold
from orders.actions.revive_order import revive_order
from orders.actions.withdraw_promises import promises_of, withdraw_promises
from orders.models import Order, OrderEvent


def go_on_if_paid(*, order: Order, acting_user: User | None, at: datetime, may_revive: bool = True) -> None:
    """Confirm a locked order of which nothing is due any more; one that is paid in parts keeps its stock for longer."""
    statuses = Order.Status
    if order.status == statuses.PENDING and order.due > 0:
        if order.paid > order.repaid:
            extend_hold(order=order, until=at + settings.ORDER_HOLD)
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
