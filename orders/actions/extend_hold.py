"""Let an order hold its stock for longer."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from orders.models import Order

MOST_HOLDS = 6  # for so many times ORDER_HOLD an order may hold its stock while it is paid in parts


def extend_hold(*, order: Order, until: datetime) -> None:
    """Have a locked pending order hold its stock until then, but for MOST_HOLDS times ORDER_HOLD in all at most."""
    if order.expires_at is None:
        return
    latest = order.created_at + MOST_HOLDS * settings.ORDER_HOLD
    order.expires_at = max(order.expires_at, min(until, latest))
    order.save(update_fields=["expires_at"])
