"""Forget what people were told of their accounts long ago, and the links that went with it."""

from __future__ import annotations

from datetime import datetime

from accounts.models import AccountMessage, Link
from accounts.models.messages import MessageKind
from electroports.outbox import UNSENT


def forget_account_messages(*, at: datetime) -> int:
    """Delete messages that were dealt with long ago, and links that expired then; return how many messages.

    Of whoever was erased nothing stays: what told them so goes as soon as it has been sent, or given up.
    """
    before = at - AccountMessage.KEPT
    deleted, _ = AccountMessage.objects.dealt_with(before=before).delete()
    farewells = AccountMessage.objects.filter(kind=MessageKind.ACCOUNT_ERASED).exclude(UNSENT)
    deleted += farewells.delete()[0]
    Link.objects.filter(expires_at__lt=before).delete()
    return deleted
