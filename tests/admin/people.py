"""Rows about people, for the back office."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import AccountMessage
from tests import factories


def make_account_message() -> AccountMessage:
    """A message about an account that could not be sent."""
    now = timezone.now()
    user = factories.make_user()
    return AccountMessage.objects.create(
        kind="password_changed",
        channel="email",
        recipient=user.email,
        user=user,
        facts={"device": "Firefox"},
        status="dead",
        attempts=3,
        error=f"SMTPServerDisconnected: {user.email}",
        created_at=now,
        give_up_at=now,
    )
