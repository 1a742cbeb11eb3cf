"""Whom a command is about."""

from __future__ import annotations

from django.core.management.base import CommandError

from accounts.models import User


def find_person(identifier: str) -> User | None:
    """Return the user of that user name or e-mail address; None for an address that only a guest can have.

    Raises CommandError for a user name that nobody has.
    """
    user = User.objects.identified_by(identifier)
    if user is None and "@" not in identifier:
        raise CommandError(f"There is no user {identifier}.")
    return user


def is_guest(user: User | None, identifier: str) -> bool:
    """Tell whether there may be orders of a guest, beside an account: under an address that is not shown to be its own.

    What was ordered with an address that an account has shown to be its own is the account's.
    """
    return "@" in identifier and (user is None or not user.email_verified)
