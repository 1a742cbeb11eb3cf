"""Give back the stock of orders that were not paid in time."""

import logging
from datetime import datetime
from functools import partial

from electroports.jobs import enqueue
from electroports.transactions import in_transaction
from orders.actions.change_status import change_status
from orders.actions.lock_order import lock_order
from orders.actions.release_order_stock import release_order_stock
from orders.errors import IllegalTransition
from orders.life import Actor, Status
from orders.models import Order, Payment

logger = logging.getLogger(__name__)


def expire_orders(*, at: datetime) -> int:
    """Expire every pending order whose hold is over at `at`; return how many.

    Each in a transaction of its own and exactly once, whoever else sweeps at the same time. An order that fails is
    logged and does not keep the stock of the others.
    """
    expired = 0
    for order_id in list(Order.objects.expired(at=at).order_by("expires_at").values_list("pk", flat=True)):
        try:
            expired += in_transaction(partial(_expire, order_id, at))
        except IllegalTransition:  # cancelled, confirmed or expired by somebody else since it was read
            continue
        except Exception:
            logger.exception("order did not expire", extra={"facts": {"order": order_id}})
    return expired


def _expire(order_id: int, at: datetime) -> bool:
    order = lock_order(order_id=order_id)
    if not order.is_expired(at=at):  # paid, or given more time, since it was read
        return False
    change_status(
        order=order,
        status=Status.EXPIRED,
        actor=Actor.SYSTEM,
        acting_user=None,
        reason="Not paid in time.",
        at=at,
    )
    if order.payments.filter(status__in=Payment.OPEN).exists():
        enqueue("orders.tasks.wind_up_order", order.pk)
    release_order_stock(order=order, acting_user=None, at=at)
    return True
