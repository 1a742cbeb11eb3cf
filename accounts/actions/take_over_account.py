"""Give an account to whoever has shown that its e-mail address is theirs."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import make_password

from accounts.actions.forget_other_ways import forget_other_ways
from accounts.actions.prove_email import prove_email
from accounts.actions.replace_password import replace_password
from accounts.links import void_links
from accounts.models import Link, User


def take_over_account(*, user: User, at: datetime) -> None:
    """Give `user`, whose address nobody had shown to be theirs, to whoever just did, and to nobody else.

    Somebody could have registered with the address of another and waited for them to come (pre-hijacking: Sudhodanan
    and Paverd, 2022). So the password is gone, every session has ended, and links that were mailed open nothing. What
    the account holds stays: mostly it was made by the same person. In the caller's transaction, which holds the row.
    """
    replace_password(user=user, hashed=make_password(None), at=at)
    void_links(user=user, purposes=tuple(Link.Purpose), at=at)
    forget_other_ways(user=user)
    user.refresh_from_db()
    prove_email(user=user, at=at)
