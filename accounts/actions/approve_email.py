"""Agree, at the old address, to a new one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actions.complete_email_change import complete_email_change
from accounts.actions.take_link import take_link
from accounts.links import Purpose
from accounts.models import EmailChange


def approve_email(*, token: str, at: datetime) -> bool:
    """Note that the holder of the old address agrees; return whether the address is changed by that.

    Raises LinkNotValid.
    """
    with transaction.atomic():
        link, user = take_link(token=token, purpose=Purpose.APPROVE_EMAIL, at=at)
        EmailChange.objects.filter(approval=link).update(approved_at=at)
        return complete_email_change(change=EmailChange.objects.get(approval=link), user=user, at=at)
