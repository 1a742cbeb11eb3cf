"""Lock an order."""

from __future__ import annotations

from orders.models import Order


def lock_order(*, order_id: int) -> Order:
    """Lock an order in the caller's transaction and return it as it is now.

    What refers to it (lines, timeline) may still be written by others: `FOR NO KEY UPDATE`.
    """
    order: Order = Order.objects.select_for_update(no_key=True).get(pk=order_id)
    return order
