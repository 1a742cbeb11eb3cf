"""Forget what providers sent long ago."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from electroports.retention import delete_in_batches
from orders.models import ProviderMessage


def forget_provider_messages(*, at: datetime) -> int:
    """Delete messages that were done with PROVIDER_MESSAGE_DAYS ago; return how many."""
    period = settings.RETENTION.provider_messages
    done = ProviderMessage.objects.filter(received_at__lt=at - period, next_attempt_at=None)
    return delete_in_batches(done) if period else 0
