"""Forget what came late about people who were erased."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.actions.erase_user import erase_late_rows
from accounts.models import User
from electroports.errors import DomainError
from electroports.jobs import while_time

LATE = timedelta(days=7)  # for so long a sign-in that was under way, or a provider's message, may still leave a trace


def sweep_erasures(*, at: datetime) -> int:
    """Erase anew whoever was erased in the last days; return how many there were.

    Where something is open again, such as money that came late, it waits until that is settled.
    """
    swept = 0
    for user in while_time(User.objects.erased_since(at - LATE)):
        try:
            erase_late_rows(user=user, at=at)
        except DomainError:
            continue
        swept += 1
    return swept
