"""Change an address to which everybody has agreed."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.actions.prove_email import prove_email
from accounts.actions.tell_user import tell_user
from accounts.errors import LinkNotValid
from accounts.links import Purpose, make_link
from accounts.models import EmailChange, User
from accounts.models.messages import MessageKind


def complete_email_change(*, change: EmailChange, user: User, at: datetime) -> bool:
    """Give `user`, who is locked, the new address if all have agreed; return whether it was so. Raises LinkNotValid.

    The database decides whether the address is free. If somebody else has it by now, the link is refused like any
    other that is no longer good, and the caller's transaction is rolled back.
    """
    if not change.is_agreed:
        return False
    if user.email != change.old_email:
        raise LinkNotValid
    user.email, user.email_verified_at = change.new_email, None
    try:
        with transaction.atomic():
            user.save(update_fields=["email", "email_verified_at"])
    except IntegrityError as error:
        raise LinkNotValid from error
    prove_email(user=user, at=at)
    change.changed_at = at
    if change.approval_id is not None:
        change.undo = make_link(
            purpose=Purpose.UNDO_EMAIL, user=user, email=change.old_email, lifetime=settings.EMAIL_UNDO_LIFETIME, at=at
        )
    change.save(update_fields=["changed_at", "undo"])
    facts = {"new_email": change.new_email} if change.undo else {}
    tell_user(kind=MessageKind.EMAIL_CHANGED, to=change.old_email, user=user, link=change.undo, facts=facts, at=at)
    return True
