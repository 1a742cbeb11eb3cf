"""Make changes to what belongs to a user wait for one another."""

from __future__ import annotations

from accounts.errors import AccountGone
from accounts.models import User
from electroports.errors import NoSuchRow


def lock_user(*, user: User) -> User:
    """Lock the user's row until the caller's transaction ends, and return it as it is now.

    Raises AccountGone if it was disabled or erased meanwhile.

    The weaker lock, which does not hold up rows that refer to the user. On SQLite nobody else writes during a
    transaction, and Django asks for no lock.
    """
    locked = User.objects.select_for_update(no_key=True).filter(pk=user.pk, is_active=True).first()
    if locked is None:
        raise AccountGone
    return locked


def lock_account(*, user: User) -> User:
    """Lock the user's row as `lock_user` does, also that of a disabled account; raises NoSuchRow if it was erased."""
    locked = User.objects.select_for_update(no_key=True).filter(pk=user.pk, erased_at=None).first()
    if locked is None:
        raise NoSuchRow
    return locked


def lock_signed_in(*, user: User) -> User:
    """Lock the user's row as `lock_user` does; raises AccountGone if they were signed out everywhere since it was read.

    For what adds a way into the account, or begins to: the call of somebody who was in it wrongly, and waited for its
    owner to close it, opens nothing any more. Returns the row as it is now.
    """
    same = User.objects.filter(pk=user.pk, is_active=True, password_version=user.password_version)
    locked = same.select_for_update(no_key=True).first()
    if locked is None:
        raise AccountGone
    return locked
