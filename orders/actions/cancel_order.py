"""Call an order off."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from accounts.models import User
from electroports.jobs import enqueue
from electroports.transactions import in_transaction
from orders.actions.change_status import change_status
from orders.actions.lock_order import lock_order
from orders.actions.release_order_stock import release_order_stock
from orders.life import Actor, Status
from orders.models import Order


def cancel_order(*, order: Order, acting_user: User | None, reason: str, at: datetime) -> None:
    """Cancel `order` and give its stock back, exactly once; raises IllegalTransition.

    `acting_user` is None for a guest who holds the order's link. Staff act as staff, but for orders of their own. What
    was paid is owed from then on; a job calls open payments off and asks for what can be given back by the provider.
    """
    in_transaction(partial(_cancel, order.pk, order.status, acting_user, reason, at))
    order.status = Status.CANCELLED


def _cancel(order_id: int, before: str, acting_user: User | None, reason: str, at: datetime) -> None:
    order = lock_order(order_id=order_id)
    order.status = before  # as whoever decided has seen it; if it is no longer, the step fails
    change_status(
        order=order,
        status=Status.CANCELLED,
        actor=Actor.STAFF if order.is_served_by(acting_user) else Actor.CUSTOMER,
        acting_user=acting_user,
        reason=reason,
        at=at,
    )
    enqueue("orders.tasks.wind_up_order", order.pk)
    release_order_stock(order=order, acting_user=acting_user, at=at)
