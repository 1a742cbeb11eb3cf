"""Choose a new password by a mailed link."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.actions.forget_other_ways import forget_other_ways
from accounts.actions.lift_locks import lift_password_locks
from accounts.actions.prove_email import prove_email
from accounts.actions.replace_password import replace_password
from accounts.actions.take_link import take_link
from accounts.actions.tell_user import tell_user
from accounts.audit import audit_own
from accounts.errors import LinkNotValid
from accounts.links import Purpose, fits, read_link
from accounts.models import User
from accounts.models.messages import MessageKind
from accounts.password_text import normal_form
from accounts.passwords import refuse_weak_password


def reset_password(*, token: str, new_password: str, at: datetime) -> User:
    """Give the user of a link a new password, end all their sessions, and return them.

    Raises LinkNotValid, WeakPassword or TooBusy.

    Also the first password of somebody who has none. The link dies, and so does everything else that was made under
    the password before, and the locks of failed sign-ins: those guesses were at another password. It shows that the
    mailbox is the user's; where nobody had shown that before, whoever registered with this address may have been
    somebody else, and every other way in that they left behind goes.
    """
    link = read_link(token=token, purpose=Purpose.RESET_PASSWORD, at=at)
    if link.user is None or not fits(link, link.user):
        raise LinkNotValid
    refuse_weak_password(new_password, user=link.user, field="new_password")
    hashed = make_password(normal_form(new_password))  # takes its time, and therefore before the transaction
    with transaction.atomic():
        _link, user = take_link(token=token, purpose=Purpose.RESET_PASSWORD, at=at)
        replace_password(user=user, hashed=hashed, at=at)
        audit_own(user=user, changes={"password": ("as it was", "new")}, message="New password by a mailed link.")
        lift_password_locks(user=user)
        if not user.email_verified:
            forget_other_ways(user=user)
        prove_email(user=user, at=at)
        tell_user(kind=MessageKind.PASSWORD_CHANGED, to=user.email, user=user, at=at)
        user.refresh_from_db()
    return user
