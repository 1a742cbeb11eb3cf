"""Tell owners that signing in to their accounts was stopped for a while."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actions.tell_user import tell_user
from accounts.audit import audit_sign_in
from accounts.models import AuditEntry, FailureCount
from accounts.models.messages import MessageKind


def tell_of_locks(*, at: datetime) -> int:
    """Tell each owner of an account that was locked and has not been told since; return how many were told.

    A job does this and not the attempt that locks, which would otherwise take longer where there is somebody to tell.
    Each row is claimed first: of two jobs at once one tells. An owner hears of an attack once, however many of the
    account's counts come to a lock in its course.
    """
    told = 0
    locked = FailureCount.objects.filter(user__isnull=False, locked_until__isnull=False, told_at=None)
    for row in locked.select_related("user"):
        with transaction.atomic():
            if not FailureCount.objects.filter(pk=row.pk, told_at=None).update(told_at=at):
                continue
            others = FailureCount.objects.filter(user=row.user, told_at__isnull=False, forgotten_at__gt=at)
            if row.user is None or others.exclude(pk=row.pk).exists():
                continue
            audit_sign_in(
                user=row.user, action=AuditEntry.Action.LOCKED_OUT, message=f"Failures: {row.get_kind_display()}."
            )
            told += (
                tell_user(kind=MessageKind.LOCKED_OUT, to=row.user.email, user=row.user, at=row.failed_at) is not None
            )
    return told
