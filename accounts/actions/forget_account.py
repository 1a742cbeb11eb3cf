"""Take a person out of their account."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django_q.models import Task

from accounts.audit import open_door
from accounts.models import User
from accounts.personal import HOLDINGS, person_of
from electroports.personal import erase_rows, mentions, names_of


def forget_account(*, user: User, at: datetime) -> None:
    """Leave the account's row without anything by which anybody would know who it was, and delete what hangs on it.

    The row stays, inactive, since orders lead to it. To be called in a transaction that has it locked, with `user` as
    it was read before; doing it again changes nothing but deletes what has come since.
    """
    person = person_of(user)
    with open_door():  # the audit trail is blanked, which nothing else may do
        erase_rows(HOLDINGS, person)
    User.objects.filter(pk=user.pk, erased_at=None).update(erased_at=at)
    _forget_errors(names_of(user))


def _forget_errors(names: Collection[str]) -> None:
    """Delete failed jobs whose errors quote the person: a mail server says which address it refuses."""
    failed = Task.objects.filter(success=False).only("pk", "result")
    quoting = [task.pk for task in failed.iterator() if mentions(str(task.result), names)]
    Task.objects.filter(pk__in=quoting).delete()
