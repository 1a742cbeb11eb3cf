"""Change an address to which everybody has agreed."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from accounts.actions.move_to_email import move_to_email
from accounts.actions.tell_user import tell_user
from accounts.errors import LinkNotValid
from accounts.links import Purpose, make_link
from accounts.models import EmailChange, User
from accounts.models.messages import MessageKind


def complete_email_change(*, change: EmailChange, user: User, at: datetime) -> bool:
    """Give `user`, who is locked, the new address if all have agreed; return whether it was so.

    Raises LinkNotValid, also where the old address was nobody's when the change began, and has been shown to be the
    user's since: its owner was not asked.
    """
    if not change.is_agreed:
        return False
    if user.email != change.old_email or (user.email_verified and change.approval_id is None):
        raise LinkNotValid
    move_to_email(user=user, email=change.new_email, at=at)
    change.changed_at = at
    if change.approval_id is not None:
        change.undo = make_link(
            purpose=Purpose.UNDO_EMAIL, user=user, email=change.old_email, lifetime=settings.EMAIL_UNDO_LIFETIME, at=at
        )
    change.save(update_fields=["changed_at", "undo"])
    facts = {"new_email": change.new_email} if change.undo else {}
    tell_user(kind=MessageKind.EMAIL_CHANGED, to=change.old_email, user=user, link=change.undo, facts=facts, at=at)
    return True
