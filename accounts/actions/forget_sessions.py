"""Forget sessions that are over."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Session
from electroports.retention import delete_in_batches


def forget_sessions(*, at: datetime) -> int:
    """Delete the sessions all of whose tokens have expired; return how many. Ended ones stay until then: for reuse."""
    return delete_in_batches(Session.objects.filter(expires_at__lte=at))
