"""Erase a customer."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from accounts.actions.tell_user import tell_user
from accounts.models import User
from accounts.models.messages import MessageKind
from electroports.history import DELETED, label_of, record_event
from electroports.people import keepers
from electroports.transactions import in_transaction


def erase_user(*, user: User, acting_user: User | None = None, reason: str = "", at: datetime) -> None:
    """Have every app forget `user`, in one transaction.

    If a member of staff does it, `acting_user`, the audit trail keeps that with the reason, which must not name `user`.

    Raises what any app refuses it by: a member of staff, or orders and money that are not settled; then nothing has
    changed. Erasing again changes nothing. Whatever the person was doing in that moment comes to nothing, or was there
    first: buying (`hold_account`) and signing in (`insert_session`) wait for the row that is locked here.
    """
    in_transaction(partial(_erase, user.pk, acting_user, reason, at))


def _erase(user_id: int, acting_user: User | None, reason: str, at: datetime) -> None:
    user = User.objects.select_for_update().get(pk=user_id)
    if user.erased_at is not None:
        return
    _have_all_forget(user, at)
    # Of nobody's account, so that nothing leads from it to the row; it is deleted as soon as it is sent.
    tell_user(kind=MessageKind.ACCOUNT_ERASED, to=user.email, at=at)
    if acting_user is not None:  # an event, not a deed upon the row: what is said of that goes with the next sweep
        message = f"Erased user {user.pk}: {reason}"
        record_event(acting_user=acting_user, action=DELETED, message=message, model=label_of(User))


def erase_late_rows(*, user: User, at: datetime) -> None:
    """Forget what has come since about somebody who was erased: what was under way then, or a provider sends late."""

    def erase() -> None:
        _have_all_forget(User.objects.select_for_update().get(pk=user.pk), at)

    in_transaction(erase)


def _have_all_forget(user: User, at: datetime) -> None:
    """Have every app forget `user`, unless one of them refuses."""
    for _, keeper in keepers():
        keeper.refuse_erasure(user=user, at=at)
    for _, keeper in keepers():
        keeper.erase(user=user, at=at)
