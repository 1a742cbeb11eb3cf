"""Change a password by whoever knows it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.actions.end_other_sessions import end_other_sessions
from accounts.actions.tell_user import tell_user
from accounts.attempts import attempt_of, note_failure, note_success, refuse_locked_out
from accounts.audit import audit_own
from accounts.devices import UNKNOWN_DEVICE, Device
from accounts.errors import WrongPassword
from accounts.models import Session, User
from accounts.models.messages import MessageKind
from accounts.password_text import normal_form
from accounts.passwords import refuse_weak_password


def change_password(
    *,
    user: User,
    current_password: str,
    new_password: str,
    session_id: UUID | None,
    device: Device = UNKNOWN_DEVICE,
    at: datetime,
) -> User:
    """Give `user` a new password, end their sessions but the caller's, if that is one of the API's, and tell them.

    Returns `user` with the password and its version as they were written here, which keep the caller's browser in the
    back office signed in: not as others may have written them since.

    Raises WrongPassword, TooManyAttempts, WeakPassword or TooBusy. Guesses count with those at the front door, for an
    access token may be stolen. Sign-ins that are under way, and sessions in the back office, end with the others. The
    UPDATE holds only while the password is the one that was checked: of two changes at once one goes through.
    """
    attempt = attempt_of(user=user, device=device)
    refuse_locked_out(attempt=attempt, at=at)
    if not user.check_password(current_password):
        note_failure(attempt=attempt, at=at)
        raise WrongPassword("current_password")
    note_success(attempt=attempt, at=at)
    refuse_weak_password(new_password, user=user, field="new_password")
    checked = User.objects.filter(pk=user.pk, password=user.password)
    hashed = make_password(normal_form(new_password))  # takes its time, and therefore before the transaction
    with transaction.atomic():
        if not checked.update(password=hashed):
            raise WrongPassword("current_password")
        audit_own(user=user, changes={"password": ("as it was", "new")}, message="Changed their own password.")
        end_other_sessions(user=user, session_id=session_id, reason=Session.EndReason.PASSWORD_CHANGED, at=at)
        tell_user(kind=MessageKind.PASSWORD_CHANGED, to=user.email, user=user, at=at)
    user.password, user.password_version = hashed, user.password_version + 1
    return user
