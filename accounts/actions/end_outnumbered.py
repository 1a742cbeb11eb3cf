"""End the sessions that are more than a user may have."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models.functions import Coalesce

from accounts.actions.end_sessions import end_sessions
from accounts.models import Session, User


def end_outnumbered(*, user: User, at: datetime) -> int:
    """End those of `user`'s sessions beyond SESSIONS_PER_USER that were used longest ago; return how many these were.

    Called after the insert of each new session: however many sign in at once, the last of them counts all.
    """
    living = user.sessions.filter(ended_at=None, expires_at__gt=at)
    newest_first = living.order_by(Coalesce("last_seen_at", "created_at").desc(), "-created_at")
    beyond = list(newest_first.values_list("pk", flat=True)[settings.SESSIONS_PER_USER :])
    if not beyond:
        return 0
    return end_sessions(sessions=user.sessions.filter(pk__in=beyond), reason=Session.EndReason.OUTNUMBERED, at=at)
