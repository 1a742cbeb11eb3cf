"""Change a user's own profile."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError, transaction

from accounts.errors import AlreadyTaken
from accounts.models import User


def change_profile(*, user: User, changes: Mapping[str, str]) -> User:
    """Write the changed fields of `user`'s own profile; raises AlreadyTaken."""
    try:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(**changes)
    except IntegrityError as error:
        raise AlreadyTaken(["username"]) from error
    for name, value in changes.items():
        setattr(user, name, value)
    return user
