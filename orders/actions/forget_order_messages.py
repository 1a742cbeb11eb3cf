"""Forget what customers were told long ago."""

from __future__ import annotations

from datetime import datetime

from orders.models import OrderMessage
from orders.querysets import UNSENT


def forget_order_messages(*, at: datetime) -> int:
    """Delete messages that were dealt with long ago, with their addresses; return how many."""
    old = OrderMessage.objects.filter(created_at__lt=at - OrderMessage.KEPT).exclude(UNSENT)
    return old.delete()[0]
