"""Keep the password that staff have given somebody."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actions.lock_user import lock_account
from accounts.actions.replace_password import replace_password
from accounts.actions.tell_user import tell_user
from accounts.models import User
from accounts.models.messages import MessageKind


def give_password(*, user: User, at: datetime) -> User:
    """Keep the password that was set on `user` just now, and nothing else of it; return them as they are then.

    Or that they have none any more, if it was made unusable. Whoever was signed in with the old one no longer is, and
    its owner is told. Raises NoSuchRow if the account is gone, or was erased since `user` was read.
    """
    with transaction.atomic():
        now = lock_account(user=user)
        replace_password(user=now, hashed=user.password, at=at)
        tell_user(kind=MessageKind.PASSWORD_CHANGED, to=now.email, user=now, at=at)
        now.refresh_from_db()
    return now
