"""Use a mailed link, with its user locked."""

from __future__ import annotations

from datetime import datetime

from accounts.actions.lock_user import lock_user
from accounts.errors import AccountGone, LinkNotValid
from accounts.links import Purpose, fits, read_link, use_link
from accounts.models import Link, User


def take_link(*, token: str, purpose: Purpose, at: datetime) -> tuple[Link, User]:
    """Use the link of a token and return it with its user as they are now; raises LinkNotValid.

    Which is a use of the account. The user is locked until the caller's transaction ends, before all else: whatever
    goes on about one person's address and password goes on one after the other, and in one order of locks.
    """
    user = read_link(token=token, purpose=purpose, at=at).user
    if user is None:
        raise LinkNotValid
    try:
        lock_user(user=user)
    except AccountGone as error:
        raise LinkNotValid from error
    link = use_link(token=token, purpose=purpose, at=at)
    user = link.user
    if user is None or not fits(link, user):
        raise LinkNotValid
    User.objects.filter(pk=user.pk).update(last_used_at=at)
    user.last_used_at = at
    return link, user
