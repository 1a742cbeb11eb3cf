"""Delete what the audit trail has kept long enough."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from accounts.audit import open_door
from accounts.models import AuditEntry

BATCH = 5_000  # entries that are deleted in one transaction


def sweep_audit_trail(*, at: datetime) -> int:
    """Delete entries that are older than AUDIT_KEEP_DAYS, a batch a transaction; return how many. 0 keeps all."""
    if not settings.AUDIT_KEEP_DAYS:
        return 0
    old = AuditEntry._base_manager.filter(at__lt=at - timedelta(days=settings.AUDIT_KEEP_DAYS)).order_by("at")
    swept = 0
    while ids := list(old.values_list("pk", flat=True)[:BATCH]):
        with open_door():
            deleted, _ = AuditEntry._base_manager.filter(pk__in=ids).delete()
        swept += deleted
    return swept
