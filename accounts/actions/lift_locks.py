"""Lift what failed sign-ins have locked."""

from __future__ import annotations

from django.db import transaction

from accounts.models import FailureCount, User
from electroports.history import CHANGED, Deed, write


def lift_locks(*, user: User, acting_user: User | None) -> int:
    """Forget all failures at the account of `user`, wherever they came from; return how many counts there were.

    Failures of addresses stay: they are not this account's alone. The audit trail says what was forgotten, and that
    it was the command line where there is no `acting_user`.
    """
    with transaction.atomic():
        counts = list(FailureCount.objects.select_for_update().filter(user=user).order_by("pk"))
        FailureCount.objects.filter(pk__in=[count.pk for count in counts]).delete()
        forgotten = [told_of(count) for count in counts]
        write([Deed(acting_user, CHANGED, user, {"failures": (forgotten, [])}, "Lifted the lock.")])
        return len(counts)


def told_of(count: FailureCount) -> str:
    """Return what the audit trail says of a count."""
    told = f"{count.get_scope_display()}: {count.get_kind_display()}"
    return f"{told}, until {count.locked_until.isoformat()}" if count.locked_until is not None else told


def lift_password_locks(*, user: User) -> int:
    """Forget the wrong passwords alone; return how many counts there were.

    For whoever has a new password by a mailed link. Codes of a second factor are another secret, and stay counted.
    """
    deleted, _ = FailureCount.objects.filter(user=user, kind=FailureCount.Kind.PASSWORD).delete()
    return deleted
