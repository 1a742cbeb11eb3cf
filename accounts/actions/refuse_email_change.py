"""Refuse a change of address, at the old address."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actions.take_link import take_link
from accounts.actions.withdraw_email_change import withdraw_email_change
from accounts.links import Purpose


def refuse_email_change(*, token: str, at: datetime) -> None:
    """Withdraw the change that the holder of the link at the old address was asked about; raises LinkNotValid."""
    with transaction.atomic():
        _link, user = take_link(token=token, purpose=Purpose.APPROVE_EMAIL, at=at)
        withdraw_email_change(user=user, at=at)
