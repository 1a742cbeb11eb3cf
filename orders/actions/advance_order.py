"""The steps that staff take with an order: confirm, prepare, ship, deliver."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from accounts.models import User
from electroports.transactions import in_transaction
from orders.actions.change_status import change_status
from orders.actions.lock_order import lock_order
from orders.actions.sell_order_stock import sell_order_stock
from orders.life import Actor, Status
from orders.models import Order


def advance_order(*, order: Order, status: Status, acting_user: User, reason: str, at: datetime) -> None:
    """Take `order` one step further; raises IllegalTransition, and then nothing has changed.

    A reason makes a promise of an unpaid order that staff confirm. What is shipped leaves the shelf: its units are no
    longer held, and no longer there. Of two who do it at the same time, one does.
    """
    in_transaction(partial(_advance, order.pk, order.status, status, acting_user, reason, at))
    order.status = status


def _advance(order_id: int, before: str, status: Status, acting_user: User, reason: str, at: datetime) -> None:
    order = lock_order(order_id=order_id)
    order.status = before  # as whoever decided has seen it; if it is no longer, the step fails
    change_status(order=order, status=status, actor=Actor.STAFF, acting_user=acting_user, reason=reason, at=at)
    if status == Status.SHIPPED:
        sell_order_stock(order=order, acting_user=acting_user, at=at)
