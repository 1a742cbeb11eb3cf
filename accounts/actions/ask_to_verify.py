"""Ask somebody to show that their e-mail address is theirs."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from accounts.actions.tell_user import tell_user
from accounts.links import Purpose, make_link
from accounts.models import User
from accounts.models.messages import MessageKind


def ask_to_verify(*, user: User, at: datetime) -> None:
    """Mail a link to the address of `user`, in the caller's transaction; nothing where there is no address."""
    if not user.email:
        return
    lifetime = settings.EMAIL_LINK_LIFETIME
    link = make_link(purpose=Purpose.VERIFY_EMAIL, user=user, email=user.email, lifetime=lifetime, at=at)
    tell_user(kind=MessageKind.VERIFY_EMAIL, to=user.email, user=user, link=link, at=at)
