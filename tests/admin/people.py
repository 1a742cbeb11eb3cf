"""Rows about people, for the back office."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from accounts.models import AccountMessage, FailureCount, Invitation
from tests import factories
from tests.accounts.inviting import make_invitation


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


def make_failure_count() -> FailureCount:
    """An account that is locked after failed sign-ins."""
    now = timezone.now()
    return FailureCount.objects.create(
        digest=f"{next(factories.numbers):064x}",
        scope="account",
        kind="password",
        user=factories.make_user(),
        failed_at=now,
        forgotten_at=now + timedelta(hours=5),
        locked_until=now + timedelta(minutes=1),
    )


def make_open_invitation() -> Invitation:
    """An invitation that can be sent again."""
    return make_invitation("catalogue", hours=2)
