"""End the sessions that are more than a user may have."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import connection
from django.db.models.functions import Coalesce

from accounts.actions.end_sessions import end_sessions
from accounts.models import Session, User
from electroports.sql import PreparedRead

ONE_BEYOND = PreparedRead(
    "SELECT 1 FROM accounts_session WHERE user_id = %s AND ended_at IS NULL AND expires_at > %s LIMIT 1 OFFSET %s",
    *("bigint", "timestamptz", "bigint"),
)


def end_outnumbered(*, user: User, at: datetime) -> int:
    """End those of `user`'s sessions beyond SESSIONS_PER_USER that were used longest ago; return how many these were.

    Called after the insert of each new session: however many sign in at once, the last of them counts all.
    """
    now = connection.ops.adapt_datetimefield_value(at)
    if ONE_BEYOND.row(user.pk, now, settings.SESSIONS_PER_USER) is None:  # nearly always; the read is a prepared one
        return 0
    living = user.sessions.filter(ended_at=None, expires_at__gt=at)
    newest_first = living.order_by(Coalesce("last_seen_at", "created_at").desc(), "-created_at")
    beyond = list(newest_first.values_list("pk", flat=True)[settings.SESSIONS_PER_USER :])
    return end_sessions(sessions=user.sessions.filter(pk__in=beyond), reason=Session.EndReason.OUTNUMBERED, at=at)
