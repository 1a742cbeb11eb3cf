"""Forget invitations that came to an end."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Invitation
from electroports.retention import delete_in_batches


def sweep_invitations(*, at: datetime) -> int:
    """Delete invitations whose link expired long enough ago, whatever became of them; return how many."""
    return delete_in_batches(Invitation.objects.filter(expires_at__lte=at - Invitation.KEPT))
