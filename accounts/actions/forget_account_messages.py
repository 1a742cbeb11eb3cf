"""Forget what people were told of their accounts long ago, and the links that went with it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from accounts.models import AccountMessage, Link
from accounts.models.messages import MessageKind
from electroports.outbox import UNSENT
from electroports.retention import delete_in_batches


def forget_account_messages(*, at: datetime) -> int:
    """Delete messages that were dealt with ACCOUNT_MESSAGE_DAYS ago, and links that expired then with the changes of
    address that they were for; return how many messages.

    Of whoever was erased nothing stays: what told them so goes as soon as it has been sent, or given up.
    """
    before, deleted = at - settings.RETENTION.account_messages, 0
    if settings.RETENTION.account_messages:
        deleted += delete_in_batches(AccountMessage.objects.dealt_with(before=before))
        delete_in_batches(Link.objects.filter(expires_at__lt=before))
    farewells = AccountMessage.objects.filter(kind=MessageKind.ACCOUNT_ERASED).exclude(UNSENT)
    return deleted + delete_in_batches(farewells)
