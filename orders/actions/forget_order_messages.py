"""Forget what customers were told long ago."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from electroports.retention import delete_in_batches
from orders.models import OrderMessage


def forget_order_messages(*, at: datetime) -> int:
    """Delete messages that were dealt with long ago, with their addresses; return how many."""
    period = settings.RETENTION.order_messages
    return delete_in_batches(OrderMessage.objects.dealt_with(before=at - period)) if period else 0
