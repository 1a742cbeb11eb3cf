"""Send an invitation again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actions.close_link import close_link
from accounts.actions.mail_invitation import mail_invitation
from accounts.inviting import refuse_beyond, refuse_members
from accounts.models import Invitation, User
from electroports.history import record


def resend_invitation(*, invitation: Invitation, acting_user: User, at: datetime) -> None:
    """Mail another link, good for as long as the first was; that one opens nothing any more.

    Also one that has expired. Raises InvitationClosed, RolesNotYours, AlreadyStaff, AccountDisabled or TooManyMails.
    """
    with transaction.atomic():
        before = invitation.expires_at
        refuse_beyond(acting_user, roles=list(invitation.roles.all()), is_administrator=invitation.is_administrator)
        refuse_members(User.objects.with_email(invitation.email).first())
        close_link(invitation=invitation, at=at)
        mail_invitation(invitation=invitation, acting_user=acting_user, at=at)
        changes = {"expires_at": (before, invitation.expires_at)}
        record(acting_user=acting_user, row=invitation, changes=changes, message="Sent again.")
