"""Mail an invitation, with a new link."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from accounts.actions.space_mails import space_mails_to
from accounts.actions.tell_user import tell_user
from accounts.links import Purpose, make_link
from accounts.models import Invitation, User
from accounts.models.messages import MessageKind


def mail_invitation(*, invitation: Invitation, acting_user: User, at: datetime) -> None:
    """Give an invitation a new link and mail it, on the rights of `acting_user` from now on.

    Raises TooManyMails. In the caller's transaction, which has voided the link before, if there was one.
    """
    space_mails_to(recipient=invitation.email, kind=MessageKind.INVITATION, at=at)
    # Of nobody's account: whose the address is by then is found out when it is accepted.
    link = make_link(
        purpose=Purpose.INVITATION, user=None, email=invitation.email, lifetime=settings.INVITATION_LIFETIME, at=at
    )
    invitation.link, invitation.invited_by, invitation.expires_at = link, acting_user, link.expires_at
    invitation.save(update_fields=["link", "invited_by", "expires_at"])
    tell_user(kind=MessageKind.INVITATION, to=invitation.email, link=link, at=at)
