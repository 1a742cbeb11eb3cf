"""Forget what providers sent long ago."""

from __future__ import annotations

from datetime import datetime, timedelta

from orders.models import ProviderMessage

KEPT = timedelta(days=400)  # for longer than a payment can be disputed


def forget_provider_messages(*, at: datetime) -> int:
    """Delete messages that were done with long ago; return how many."""
    done = ProviderMessage.objects.filter(received_at__lt=at - KEPT, next_attempt_at=None)
    return done.delete()[0]
