"""Tell somebody of a new way to sign in to their account."""

from __future__ import annotations

from datetime import datetime

from accounts.actions.tell_user import tell_user
from accounts.models import ExternalIdentity, User
from accounts.models.messages import MessageKind


def tell_of_link(*, linked: ExternalIdentity, at: datetime) -> None:
    """Write to the verified address of an account, if it has one, that an identity was linked with it."""
    user: User = linked.user
    tell_user(
        kind=MessageKind.IDENTITY_LINKED,
        to=user.verified_email,
        user=user,
        facts={"provider": linked.get_provider_display()},
        at=at,
    )
