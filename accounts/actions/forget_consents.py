"""Forget words about advertising that hold no more."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef

from accounts.models import Consent
from electroports.retention import delete_in_batches


def forget_consents(*, at: datetime) -> int:
    """Delete what was said and then, CONSENT_YEARS ago, was replaced by another word; return how many rows.

    The last word on each channel stays as long as the account: it is what the shop acts upon.
    """
    period = settings.RETENTION.consents
    if not period:
        return 0
    later = Consent.objects.filter(
        user=OuterRef("user"), channel=OuterRef("channel"), pk__gt=OuterRef("pk"), created_at__lt=at - period
    )
    return delete_in_batches(Consent.objects.filter(Exists(later)))
