"""Erase somebody who bought without an account."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from accounts.actions.forget_errors import forget_errors
from accounts.models import User
from electroports.people import keepers
from electroports.transactions import in_transaction


def erase_guest(*, email: str, at: datetime) -> None:
    """Have every app forget whoever it knows by this e-mail address alone, in one transaction.

    That the address is theirs is for the caller to make sure of. An account with it is not touched. Raises what any app
    refuses it by; then nothing has changed.
    """
    in_transaction(partial(_erase, User.objects.normalize_email(email), at))


def _erase(email: str, at: datetime) -> None:
    for _, keeper in keepers():
        keeper.refuse_guest_erasure(email=email, at=at)
    for _, keeper in keepers():
        keeper.erase_guest(email=email, at=at)
    forget_errors(names=[email])
