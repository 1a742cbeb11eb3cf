"""Delete what the audit trail has kept long enough."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.conf import settings

from accounts.audit import open_door
from accounts.models import AuditEntry
from electroports.jobs import SWEEP_SECONDS

BATCH = 5_000  # entries that are deleted in one transaction


def sweep_audit_trail(*, at: datetime, seconds: float = SWEEP_SECONDS) -> int:
    """Delete entries that are older than AUDIT_KEEP_DAYS, a batch a transaction; return how many. 0 keeps all.

    After so many `seconds` it stops by itself; what is left goes with the next sweep.
    """
    if not settings.AUDIT_KEEP_DAYS:
        return 0
    old = AuditEntry._base_manager.filter(at__lt=at - timedelta(days=settings.AUDIT_KEEP_DAYS)).order_by("at")
    until, swept = time.monotonic() + seconds, 0
    while time.monotonic() < until and (ids := list(old.values_list("pk", flat=True)[:BATCH])):
        with open_door():
            deleted, _ = AuditEntry._base_manager.filter(pk__in=ids).delete()
        swept += deleted
    return swept
