"""Forget codes to phones that are no longer good."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import PhoneCode, PhoneCodeCount
from electroports.retention import delete_in_batches

KEPT = timedelta(days=1)  # beyond their time: so that who asks learns that a code was too old


def forget_phone_codes(*, at: datetime) -> int:
    """Delete codes that expired a day ago, and the counts of windows that are over; return how many codes."""
    delete_in_batches(PhoneCodeCount.objects.filter(until__lte=at))
    return delete_in_batches(PhoneCode.objects.filter(expires_at__lte=at - KEPT))
