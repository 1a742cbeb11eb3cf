"""Forget failed sign-ins."""

from __future__ import annotations

from datetime import datetime

from accounts.models import FailureCount
from electroports.retention import delete_in_batches


def forget_failures(*, at: datetime) -> int:
    """Delete the counts of failed sign-ins that are all forgotten; return how many."""
    return delete_in_batches(FailureCount.objects.filter(forgotten_at__lte=at))
