"""Forget answers that are too old to be given again."""

from datetime import datetime

from catalog.models import StaffAnswer
from electroports.retention import delete_in_batches


def forget_answers(*, at: datetime) -> int:
    """Delete the answers whose Idempotency-Key is free again, 24 hours after; return how many there were."""
    return delete_in_batches(StaffAnswer.objects.filter(created_at__lte=at - StaffAnswer.LIFETIME))
