"""Refuse a change of address, at the old address or as its user."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actions.lock_user import lock_user
from accounts.actions.take_link import take_link
from accounts.actions.withdraw_email_change import withdraw_email_change
from accounts.links import Purpose
from accounts.models import User


def refuse_email_change(*, token: str, at: datetime) -> None:
    """Withdraw the change that the holder of the link at the old address was asked about; raises LinkNotValid."""
    with transaction.atomic():
        _link, user = take_link(token=token, purpose=Purpose.APPROVE_EMAIL, at=at)
        withdraw_email_change(user=user, at=at)


def give_up_email_change(*, user: User, at: datetime) -> None:
    """Withdraw the caller's own change; none is no error."""
    with transaction.atomic():
        lock_user(user=user)
        withdraw_email_change(user=user, at=at)
