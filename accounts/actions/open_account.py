"""Open an account for somebody who has no password."""

from __future__ import annotations

from datetime import datetime

from django.utils.crypto import get_random_string

from accounts.actions.ask_to_verify import ask_to_verify
from accounts.actions.prove_email import prove_email
from accounts.models import User

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # without those that look like others


def open_account(
    *,
    email: str = "",
    email_is_verified: bool = False,
    phone: str = "",
    first_name: str = "",
    last_name: str = "",
    at: datetime,
) -> User:
    """Create a customer with a made-up user name; a `phone` is one that they have just shown to be theirs.

    Raises IntegrityError if somebody else has the address, or has shown the phone to be theirs. In the caller's
    transaction.
    """
    user = User(
        username=f"customer-{get_random_string(10, LETTERS)}",
        email=email,
        phone=phone,
        phone_verified_at=at if phone else None,
        first_name=first_name,
        last_name=last_name,
        date_joined=at,
    )
    user.set_unusable_password()
    user.save(force_insert=True)
    if email_is_verified:
        prove_email(user=user, at=at)
    else:
        ask_to_verify(user=user, at=at)
    return user
