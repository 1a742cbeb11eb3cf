"""Forget id tokens that were used."""

from __future__ import annotations

from datetime import datetime

from accounts.models import SpentIdentityToken
from electroports.retention import delete_in_batches


def forget_spent_tokens(*, at: datetime) -> int:
    """Forget the id tokens that are too old to sign anybody in; return how many there were."""
    return delete_in_batches(SpentIdentityToken.objects.filter(expires_at__lte=at))
