"""Give a member of staff new recovery codes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import RecoveryCode, User
from accounts.second_factor import RECOVERY_CODES, new_recovery_code, recovery_digest


def make_recovery_codes(*, user: User, at: datetime) -> list[str]:
    """Return ten new recovery codes, which are kept as hashes alone; those of before are worthless."""
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    with transaction.atomic():
        RecoveryCode.objects.filter(user=user).delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(user=user, digest=recovery_digest(user, code), created_at=at) for code in codes
        )
    return codes
