"""Keep the password that staff have given somebody."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actions.end_sessions import end_sessions
from accounts.actions.tell_user import tell_user
from accounts.models import Session, User
from accounts.models.messages import MessageKind


def give_password(*, user: User, at: datetime) -> None:
    """Save `user`, whose password was set just now; whoever was signed in with the old one no longer is. They are told.

    Or that they have none any more, if it was made unusable.
    """
    with transaction.atomic():
        user.save()
        end_sessions(sessions=user.sessions.all(), reason=Session.EndReason.PASSWORD_CHANGED, at=at)
        tell_user(kind=MessageKind.PASSWORD_CHANGED, to=user.email, user=user, at=at)
