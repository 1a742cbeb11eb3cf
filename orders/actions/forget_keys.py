"""Forget answers that are too old to be given again."""

from datetime import datetime

from orders.models import IdempotencyRecord


def forget_keys(*, at: datetime) -> int:
    """Delete the answers whose Idempotency-Key is free again, 24 hours after; return how many there were."""
    deleted, _ = IdempotencyRecord.objects.filter(created_at__lte=at - IdempotencyRecord.LIFETIME).delete()
    return deleted
