"""Sign a user out everywhere."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.actions.end_sessions import end_sessions
from accounts.models import Session, User


def sign_out_everywhere(*, user: User, reason: Session.EndReason = Session.EndReason.SIGNED_OUT, at: datetime) -> int:
    """End all of `user`'s sessions, on all devices and in the back office; return how many of the API's these were.

    A sign-in that is under way, its password checked already, comes to nothing too.
    """
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(password_version=F("password_version") + 1)
        return end_sessions(sessions=user.sessions.all(), reason=reason, at=at)
