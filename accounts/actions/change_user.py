"""Change somebody's account as staff do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.actions.lock_user import lock_account
from accounts.models import User


def change_user(*, user: User, changes: Mapping[str, Any]) -> User:
    """Write these fields of `user`, and no others; return them as they are then.

    What else has changed since `user` was read, a password or a proof of a phone, stays as it is by now. Another
    address or phone is nobody's until its owner shows it. Raises NoSuchRow if the account is gone, or was erased
    meanwhile.
    """
    with transaction.atomic():
        now = lock_account(user=user)
        now.forget_proofs(
            is_email_new=changes.get("email", now.email) != now.email,
            is_phone_new=changes.get("phone", now.phone) != now.phone,
        )
        for name, value in changes.items():
            setattr(now, name, value)
        proofs = [f"{name}_verified_at" for name in ("email", "phone") if name in changes]
        now.save(update_fields=[*changes, *proofs])
    return now
