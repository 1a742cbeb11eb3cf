"""Withdraw an invitation."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actions.close_link import close_link
from accounts.inviting import refuse_beyond
from accounts.models import Invitation, User
from electroports.history import record


def revoke_invitation(*, invitation: Invitation, acting_user: User, at: datetime) -> None:
    """Void an invitation and its link; raises InvitationClosed, or RolesNotYours."""
    with transaction.atomic():
        refuse_beyond(acting_user, roles=list(invitation.roles.all()), is_administrator=invitation.is_administrator)
        close_link(invitation=invitation, at=at)
        invitation.revoked_at = at
        invitation.save(update_fields=["revoked_at"])
        record(acting_user=acting_user, row=invitation, changes={"revoked_at": (None, at)}, message="Withdrawn.")
