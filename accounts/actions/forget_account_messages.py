"""Forget what people were told of their accounts long ago, and the links that went with it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import AccountMessage, Link
from electroports.retention import delete_in_batches


def forget_account_messages(*, at: datetime) -> int:
    """Delete messages that were dealt with ACCOUNT_MESSAGE_DAYS ago, and links that expired then with the changes of
    address that they were for; return how many messages.

    A change of address stays for as long as that or an earlier one of its user can be undone, which goes by its row.
    Of whoever was erased nothing stays: what told them so goes as soon as it has been sent, or given up.
    """
    before, deleted = at - settings.RETENTION.account_messages, 0
    if settings.RETENTION.account_messages:
        deleted += delete_in_batches(AccountMessage.objects.dealt_with(before=before))
        delete_in_batches(_old_links(before=before, at=at))
    return deleted + delete_in_batches(AccountMessage.objects.farewells())


def _old_links(*, before: datetime, at: datetime) -> QuerySet[Link]:
    undo = Link.objects.open(at=at).filter(user=OuterRef("user"), purpose=Link.Purpose.UNDO_EMAIL)
    of_change = Q(purpose=Link.Purpose.APPROVE_EMAIL) | Q(purpose=Link.Purpose.CONFIRM_EMAIL)
    return Link.objects.filter(~(of_change & Exists(undo)), expires_at__lt=before)
