"""Forget what people were told of their accounts long ago, and the links that went with it."""

from __future__ import annotations

from datetime import datetime

from accounts.models import AccountMessage, Link


def forget_account_messages(*, at: datetime) -> int:
    """Delete messages that were dealt with long ago, and links that expired then; return how many messages."""
    before = at - AccountMessage.KEPT
    deleted, _ = AccountMessage.objects.dealt_with(before=before).delete()
    Link.objects.filter(expires_at__lt=before).delete()
    return deleted
