"""End all sessions of a user but one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.actions.end_sessions import end_sessions
from accounts.models import Session, User


def end_other_sessions(
    *,
    user: User,
    session_id: UUID | None,
    reason: Session.EndReason = Session.EndReason.SIGNED_OUT,
    at: datetime,
) -> int:
    """End `user`'s sessions but that of the caller, in the back office too; return how many of the API's these were.

    A caller in the back office has no `session_id`: all of the API's end.

    The user's password version goes up, so that a sign-in that is under way comes to nothing, and the kept session's
    goes with it. Only by one from what `user` was read with: if somebody else raised it since, the kept one ends too.
    """
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(password_version=F("password_version") + 1)
        others = user.sessions.all()
        if session_id is not None:
            kept = user.sessions.filter(pk=session_id, password_version=user.password_version)
            kept.update(password_version=user.password_version + 1)
            others = user.sessions.exclude(pk=session_id)
        return end_sessions(sessions=others, reason=reason, at=at)
