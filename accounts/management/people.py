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
