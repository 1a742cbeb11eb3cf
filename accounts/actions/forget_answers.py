"""Forget answers that are too old to be given again."""

from datetime import datetime

from accounts.models import AccountAnswer


def forget_answers(*, at: datetime) -> int:
    """Delete the answers whose Idempotency-Key is free again, 24 hours after; return how many there were."""
    deleted, _ = AccountAnswer.objects.filter(created_at__lte=at - AccountAnswer.LIFETIME).delete()
    return deleted
