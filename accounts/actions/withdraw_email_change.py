"""Withdraw a change of address."""

from __future__ import annotations

from datetime import datetime

from accounts.links import Purpose, void_links
from accounts.models import EmailChange, User


def withdraw_email_change(*, user: User, at: datetime) -> bool:
    """Withdraw the change that `user` has under way; return whether there was one. Its links are worthless then.

    To be called in a transaction that has the user locked.
    """
    void_links(user=user, purposes=(Purpose.APPROVE_EMAIL, Purpose.CONFIRM_EMAIL), at=at)
    under_way = EmailChange.objects.filter(user=user, changed_at=None, withdrawn_at=None)
    return under_way.update(withdrawn_at=at) > 0
