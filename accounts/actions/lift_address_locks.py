"""Lift what failed sign-ins from an address have locked."""

from __future__ import annotations

from django.db import transaction

from accounts.actions.lift_locks import told_of
from accounts.attempts import Kind, Scope, digest_of, network_of
from accounts.models import FailureCount, User
from electroports.history import CHANGED, Deed, label_of, write
from electroports.snapshots import Changes


def lift_address_locks(*, address: str, acting_user: User | None) -> int:
    """Forget the failures of an address at all accounts; return how many counts there were. Raises ValueError.

    The audit trail says so, and that it was the command line where there is no `acting_user`. It has the digest that
    the address is counted under, and not the address, which may be a customer's.
    """
    digest = digest_of(Scope.ADDRESS, Kind.ANY, network_of(address))
    with transaction.atomic():
        counts = list(FailureCount.objects.select_for_update().filter(digest=digest))
        FailureCount.objects.filter(pk__in=[count.pk for count in counts]).delete()
        changes: Changes = {"failures": ([told_of(count) for count in counts], [])}
        words = f"{Scope.ADDRESS.label} ({digest[:8]})"
        told = "Lifted the lock of an address."
        write([Deed(acting_user, CHANGED, None, changes, told, model=label_of(FailureCount), words=words)])
        return len(counts)
