"""Erase a customer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from accounts.actions.tell_user import tell_user
from accounts.models import User
from accounts.models.messages import MessageKind
from electroports.people import keepers
from electroports.transactions import in_transaction


def erase_user(*, user: User, at: datetime) -> None:
    """Have every app forget `user`, who closes their own account, in one transaction.

    Raises what any app refuses it by: a member of staff, or orders and money that are not settled; then nothing has
    changed. Erasing again changes nothing. Whatever the person was doing in that moment comes to nothing, or was there
    first: buying (`hold_account`) and signing in (`insert_session`) wait for the row that is locked here.
    """
    in_transaction(partial(_erase, user, at))


def _erase(user: User, at: datetime) -> None:
    if (held := hold_unerased(user=user)) is not None:
        erase_held(user=held, at=at)


def hold_unerased(*, user: User) -> User | None:
    """Lock an account until the end of the caller's transaction, and return it; None if it is erased already."""
    held = User.objects.select_for_update().get(pk=user.pk)
    return held if held.erased_at is None else None


def erase_held(*, user: User, facts: Mapping[str, str] | None = None, at: datetime) -> None:
    """Have every app forget `user`, whom the caller's transaction holds, and tell them; raises as `erase_user` does.

    `facts` are what the message says of why.
    """
    _have_all_forget(user, at)
    # Of nobody's account, so that nothing leads from it to the row; it is deleted as soon as it is sent.
    tell_user(kind=MessageKind.ACCOUNT_ERASED, to=user.email, facts=facts, at=at)


def refuse_erasure(*, user: User, at: datetime) -> None:
    """Raise what any app refuses an erasure of `user` by; in the caller's transaction."""
    for _, keeper in keepers():
        keeper.refuse_erasure(user=user, at=at)


def erase_late_rows(*, user: User, at: datetime) -> None:
    """Forget what has come since about somebody who was erased: what was under way then, or a provider sends late.

    Raises what any app refuses it by, such as money that came late; then nothing has changed.
    """

    def erase() -> None:
        _have_all_forget(User.objects.select_for_update().get(pk=user.pk), at)

    in_transaction(erase)


def _have_all_forget(user: User, at: datetime) -> None:
    """Have every app forget `user`, unless one of them refuses."""
    refuse_erasure(user=user, at=at)
    for _, keeper in keepers():
        keeper.erase(user=user, at=at)
