"""Take a person out of their account."""

from __future__ import annotations

from datetime import datetime

from accounts.actions.forget_errors import forget_errors
from accounts.audit import open_door
from accounts.models import User
from accounts.personal import HOLDINGS, person_of
from electroports.personal import erase_rows, names_of


def forget_account(*, user: User, at: datetime) -> None:
    """Leave the account's row without anything by which anybody would know who it was, and delete what hangs on it.

    The row stays, inactive, since orders lead to it. To be called in a transaction that has it locked, with `user` as
    it was read before; doing it again changes nothing but deletes what has come since.
    """
    person = person_of(user)
    with open_door():  # the audit trail is blanked, which nothing else may do
        erase_rows(HOLDINGS, person)
    User.objects.filter(pk=user.pk, erased_at=None).update(erased_at=at)
    forget_errors(names=names_of(user))
