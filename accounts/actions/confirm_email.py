"""Show that a new address is one's own."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actions.complete_email_change import complete_email_change
from accounts.actions.take_link import take_link
from accounts.links import Purpose
from accounts.models import EmailChange


def confirm_email(*, token: str, at: datetime) -> bool:
    """Note that the new address is the user's; return whether the address is changed by that. Raises LinkNotValid."""
    with transaction.atomic():
        link, user = take_link(token=token, purpose=Purpose.CONFIRM_EMAIL, at=at)
        EmailChange.objects.filter(confirmation=link).update(confirmed_at=at)
        return complete_email_change(change=EmailChange.objects.get(confirmation=link), user=user, at=at)
