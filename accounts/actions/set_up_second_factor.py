"""Set up, or replace, the authenticator app of a member of staff."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actions.lock_user import lock_signed_in
from accounts.actions.make_recovery_codes import write_recovery_codes
from accounts.actions.tell_user import tell_user
from accounts.errors import SecondFactorWrong
from accounts.models import AccountMessage, SecondFactor, User
from accounts.second_factor import matching_step
from accounts.secrets import seal
from electroports.history import record


def set_up_second_factor(
    *, user: User, secret: str, code: str, is_replacement: bool = False, at: datetime
) -> list[str]:
    """Make the app that has `secret` the second factor of `user`, once it has shown a right `code`.

    Returns the recovery codes, to be shown this once. Raises SecondFactorWrong, also where `user` has an app by now and
    it was not to be a replacement (of two first ones at once, one is set up), and AccountGone if they were disabled, or
    signed out everywhere, meanwhile. The owner is told.
    """
    step = matching_step(secret, "".join(code.split()), at=at)
    if step is None:
        raise SecondFactorWrong
    new = SecondFactor(user=user, secret=seal(secret), last_step=step, set_up_at=at)
    with transaction.atomic():
        user = lock_signed_in(user=user)
        if is_replacement:
            SecondFactor.objects.filter(user=user).delete()
        elif SecondFactor.objects.filter(user=user).exists():
            raise SecondFactorWrong
        new.save(force_insert=True)
        before = "set up" if is_replacement else None
        record(acting_user=user, row=user, changes={"second factor": (before, "set up anew" if before else "set up")})
        tell_user(kind=AccountMessage.Kind.SECOND_FACTOR_CHANGED, to=user.email, user=user, at=at)
        return write_recovery_codes(user=user, at=at)
