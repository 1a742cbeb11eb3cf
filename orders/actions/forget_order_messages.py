"""Forget what customers were told long ago."""

from __future__ import annotations

from datetime import datetime

from orders.models import OrderMessage


def forget_order_messages(*, at: datetime) -> int:
    """Delete messages that were dealt with long ago, with their addresses; return how many."""
    deleted, _ = OrderMessage.objects.dealt_with(before=at - OrderMessage.KEPT).delete()
    return deleted
