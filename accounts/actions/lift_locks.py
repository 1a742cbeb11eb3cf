"""Lift what failed sign-ins have locked."""

from __future__ import annotations

from accounts.models import FailureCount, User


def lift_locks(*, user: User) -> int:
    """Forget all failures at the account of `user`, wherever they came from; return how many counts there were.

    Failures of addresses stay: they are not this account's alone.
    """
    deleted, _ = FailureCount.objects.filter(user=user).delete()
    return deleted
