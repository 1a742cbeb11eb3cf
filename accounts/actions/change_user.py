"""Change somebody's account as staff do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actions.lock_user import lock_account
from accounts.actions.tell_user import tell_user
from accounts.models import User
from accounts.models.messages import MessageKind
from accounts.ways_in import gives_up_phone

# What begins anew the time for which nobody has used the account: to keep it by signing in was not possible so far, or
# staff have just dealt with its owner.
BEGINS_ANEW = frozenset({"email", "phone", "is_active", "is_staff", "is_superuser"})


def change_user(*, user: User, changes: Mapping[str, Any], at: datetime) -> User:
    """Write these fields of `user`, and no others; return them as they are then.

    What else has changed since `user` was read, a password or a proof of a phone, stays as it is by now. Another
    address or phone is nobody's until its owner shows it; the owner of the one before is told, for staff may have been
    talked into it by somebody else. Raises NoSuchRow if the account is gone, or was erased meanwhile.
    """
    with transaction.atomic():
        now = lock_account(user=user)
        owners, is_email_new = now.verified_email, changes.get("email", now.email) != now.email
        if is_email_new:
            tell_user(kind=MessageKind.EMAIL_CHANGED, to=owners, user=now, facts={"by_staff": "yes"}, at=at)
        if gives_up_phone(now, changes):
            tell_user(kind=MessageKind.PHONE_GIVEN_UP, to=owners, user=now, at=at)
        now.forget_proofs(is_email_new=is_email_new, is_phone_new=changes.get("phone", now.phone) != now.phone)
        for name, value in changes.items():
            setattr(now, name, value)
        following = [f"{name}_verified_at" for name in ("email", "phone") if name in changes]
        if not BEGINS_ANEW.isdisjoint(changes):
            now.last_used_at = at
            following.append("last_used_at")
        now.save(update_fields=[*changes, *following])
    return now
