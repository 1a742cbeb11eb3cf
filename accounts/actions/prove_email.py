"""Note that somebody's e-mail address is theirs."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from electroports.people import keepers


def prove_email(*, user: User, at: datetime) -> None:
    """Note that the present address of `user` is theirs, and have every app do what follows.

    To be called in a transaction that has the user locked, by whoever has just seen the proof. Once is enough.
    """
    if user.email_verified or not user.email:
        return
    user.email_verified_at = at
    user.save(update_fields=["email_verified_at"])
    for _app, keeper in keepers():
        keeper.email_verified(user=user, at=at)
