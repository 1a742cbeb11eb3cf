"""Erase somebody who bought without an account."""

from __future__ import annotations

from datetime import datetime

from accounts.actions.forget_errors import forget_errors
from accounts.models import User
from electroports.people import keepers


def erase_guest(*, email: str, at: datetime) -> None:
    """Have every app forget whoever it knows by this e-mail address alone, within the caller's transaction.

    That the address is theirs is for the caller to make sure of. The row of an account that has the address stays as it
    is, with what hangs on it; but links, invitations and messages that were mailed to the address go, also that
    account's. Raises what any app refuses it by: orders and money that are not settled.
    """
    address = User.objects.normalize_email(email)
    for _, keeper in keepers():
        keeper.refuse_guest_erasure(email=address, at=at)
    for _, keeper in keepers():
        keeper.erase_guest(email=address, at=at)
    forget_errors(names=[address])
