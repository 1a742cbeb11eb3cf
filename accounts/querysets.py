"""Reusable reads of users and sessions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models
from django.db.models.functions import Lower

if TYPE_CHECKING:
    from accounts.models import Session, User

models.CharField.register_lookup(Lower)


class UserManager(DjangoUserManager["User"]):
    """Users, found by user name or e-mail without regard to case."""

    def get_by_natural_key(self, username: str | None) -> Any:
        """Return the user of that name in any case; raises User.DoesNotExist."""
        return self.get(username__lower=(username or "").lower())

    def identified_by(self, identifier: str) -> User | None:
        """Return the user with this e-mail address (if it has an @) or user name, in any case."""
        field = "email__lower" if "@" in identifier else "username__lower"
        return self.filter(**{field: identifier.strip().lower()}).first()


class SessionQuerySet(models.QuerySet["Session"]):
    """Reads of sign-in sessions."""

    def live(self, *, at: datetime) -> SessionQuerySet:
        """Sessions whose tokens are good at `at`: neither ended nor expired, of an active user."""
        return self.filter(ended_at=None, expires_at__gt=at, user__is_active=True)
