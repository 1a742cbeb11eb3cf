"""Give somebody else than the person themselves a copy of what is held about them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.exports import export_guest, export_user
from accounts.models import AuditEntry, User
from electroports.history import Deed, label_of, write
from electroports.transactions import at_one_moment


def export_person(
    *, user: User | None, guest_email: str = "", acting_user: User | None, reason: str = "", at: datetime
) -> dict[str, Any]:
    """Return what is held about `user`, or about whoever is known by `guest_email` alone; of both, the guest's within.

    The audit trail keeps that the copy was made, by `acting_user` or, without one, on the command line, and why.
    """
    with at_one_moment():
        copy = export_user(user=user, at=at) if user is not None else export_guest(email=guest_email, at=at)
        if user is not None and guest_email:
            copy["as_a_guest"] = export_guest(email=guest_email, at=at)
    message = f"Everything about {_named(user)}{f': {reason}' if reason else '.'}"
    write([Deed(acting_user, AuditEntry.Action.EXPORTED, user, {}, message, model=label_of(User))])
    return copy


def _named(user: User | None) -> str:
    return f"user {user.pk}" if user is not None else "a guest"
