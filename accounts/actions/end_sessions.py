"""End sessions, whichever."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Session
from accounts.querysets import SessionQuerySet


def end_sessions(*, sessions: SessionQuerySet, reason: Session.EndReason, at: datetime) -> int:
    """End those of `sessions` that have not ended; return how many these were."""
    return sessions.filter(ended_at=None).update(ended_at=at, end_reason=reason)
