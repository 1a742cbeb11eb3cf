"""Void the link of an invitation."""

from __future__ import annotations

from datetime import datetime

from accounts.errors import InvitationClosed
from accounts.models import Invitation, Link


def close_link(*, invitation: Invitation, at: datetime) -> None:
    """Void the link that `invitation` was read with, too old or not; raises InvitationClosed.

    Of several who accept, withdraw or send again at once one goes through: the link is used or voided once.
    """
    link = invitation.link
    if link is None or not Link.objects.filter(pk=link.pk, used_at=None, voided_at=None).update(voided_at=at):
        raise InvitationClosed
