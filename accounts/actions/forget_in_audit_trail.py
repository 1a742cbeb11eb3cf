"""Blank what the audit trail says of somebody whose account is erased."""

from __future__ import annotations

from accounts.audit import open_door
from accounts.models import AuditEntry

FORGOTTEN = "(erased)"


def forget_in_audit_trail(*, user_id: int) -> int:
    """Blank the entries about this person, and the name in those that are theirs; return how many.

    That something was done, by whom, when and to which fields stays; what the row was called, every value and every
    message goes. In the caller's transaction, if there is one.
    """
    with open_door():
        entries = list(AuditEntry._base_manager.filter(person_id=user_id))
        for entry in entries:
            entry.words = entry.message = ""
            entry.changes = {name: [FORGOTTEN, FORGOTTEN] for name in entry.changes}
        AuditEntry._base_manager.bulk_update(entries, ["words", "message", "changes"], batch_size=200)
        theirs = AuditEntry._base_manager.filter(user_id=user_id)
        named = theirs.update(name=f"user {user_id}", address=None)
    return len(entries) + named
