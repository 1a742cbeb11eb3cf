"""Erase somebody who asks staff or an operator for it."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from accounts.actions.erase_guest import erase_guest
from accounts.actions.erase_user import erase_held, hold_unerased
from accounts.models import User
from electroports.history import DELETED, label_of, record_event
from electroports.transactions import in_transaction


def erase_person(
    *, user: User | None, guest_email: str = "", acting_user: User | None, reason: str = "", at: datetime
) -> None:
    """Have every app forget `user`, and whoever it knows by `guest_email` alone, in one transaction: all or nothing.

    The audit trail keeps that it was done in the same transaction, by `acting_user` or, without one, on the command
    line, with the reason, which must not name the person. Raises what any app refuses the one or the other by; then
    nothing has changed. Erasing an account again changes nothing.
    """
    in_transaction(partial(_erase, user, guest_email, acting_user, reason, at))


def _erase(user: User | None, guest_email: str, acting_user: User | None, reason: str, at: datetime) -> None:
    held = hold_unerased(user=user) if user is not None else None
    if guest_email:
        erase_guest(email=guest_email, at=at)
    if held is not None:  # the second: its last message goes to what may be the same address
        erase_held(user=held, at=at)
    if held is not None or guest_email:
        # An event, not a deed upon the row: what is said of that goes with the next sweep.
        message = f"Erased {_named(held)}{f': {reason}' if reason else '.'}"
        record_event(acting_user=acting_user, action=DELETED, message=message, model=label_of(User))


def _named(user: User | None) -> str:
    return f"user {user.pk}" if user is not None else "a guest"
