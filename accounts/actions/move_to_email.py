"""Make another e-mail address a user's."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.actions.prove_email import prove_email
from accounts.audit import audit_own
from accounts.errors import LinkNotValid
from accounts.models import User


def move_to_email(*, user: User, email: str, at: datetime) -> None:
    """Give `user`, who is locked, an address that a link has just shown to be theirs; raises LinkNotValid.

    The database decides whether it is free. If somebody else has it by now, the link is refused like any other that is
    no longer good, and the caller's transaction is rolled back.
    """
    before, user.email, user.email_verified_at = user.email, email, None
    try:
        with transaction.atomic():
            user.save(update_fields=["email", "email_verified_at"])
    except IntegrityError as error:
        raise LinkNotValid from error
    prove_email(user=user, at=at)
    audit_own(user=user, changes={"email": (before, email)}, message="Another address by mailed links.")
