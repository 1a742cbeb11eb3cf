"""Give up a change of address that one has asked for."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actions.lock_user import lock_user
from accounts.actions.withdraw_email_change import withdraw_email_change
from accounts.models import User


def give_up_email_change(*, user: User, at: datetime) -> None:
    """Withdraw the caller's own change; none is no error. Raises AccountGone."""
    with transaction.atomic():
        lock_user(user=user)
        withdraw_email_change(user=user, at=at)
