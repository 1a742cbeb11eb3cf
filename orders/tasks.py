"""Jobs of orders, run by the worker on a schedule; each may run twice, and at the same time, without harm."""

from django.utils import timezone

from electroports.jobs import enqueue
from orders.actions import count_pairs as count
from orders.actions import expire_orders as expire
from orders.actions import forget_keys as forget


def expire_orders() -> int:
    """Give back the stock of orders that were not paid in time; return how many there were."""
    return expire.expire_orders(at=timezone.now())


def forget_idempotency_keys() -> int:
    """Delete stored answers that are too old to be replayed; return how many there were."""
    return forget.forget_keys(at=timezone.now())


def count_pairs() -> int:
    """Tell the catalogue what was bought together since; return how many entries of timelines were read.

    Of many, a next job reads the rest.
    """
    read = count.count_pairs(at=timezone.now())
    if read == count.BATCH:
        enqueue("orders.tasks.count_pairs")
    return read
