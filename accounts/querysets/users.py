"""Reusable reads of users."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import connection, models
from django.db.models.functions import Lower

from electroports.sql import PreparedRead

if TYPE_CHECKING:
    from accounts.models import User

models.CharField.register_lookup(Lower)

USER_BY_EMAIL = PreparedRead("SELECT * FROM accounts_user WHERE LOWER(email) = %s AND email <> ''", "text")
USER_BY_USERNAME = PreparedRead("SELECT * FROM accounts_user WHERE LOWER(username) = %s", "text")
USER_BY_SESSION = PreparedRead(
    "SELECT owner.* FROM accounts_user owner JOIN accounts_session session ON session.user_id = owner.id "
    "WHERE session.id = %s AND owner.id = %s AND session.ended_at IS NULL AND session.expires_at > %s "
    "AND owner.is_active AND owner.password_version = session.password_version",
    "uuid",
    "bigint",
    "timestamptz",
)


class UserManager(DjangoUserManager["User"]):
    """Users, found by user name or e-mail without regard to case."""

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """Return the address in lower case: no provider tells mailboxes apart by case."""
        return (email or "").strip().lower()

    def get_by_natural_key(self, username: str | None) -> Any:
        """Return the user of that name in any case; raises User.DoesNotExist."""
        return self.get(username__lower=(username or "").lower())

    def identified_by(self, identifier: str) -> User | None:
        """Return the user with this e-mail address (if it has an @) or user name, in any case.

        Written out like `signed_in`: at sign-in, what is not hashing is to be next to nothing.
        """
        read = USER_BY_EMAIL if "@" in identifier else USER_BY_USERNAME
        return read.instance(self.model, identifier.strip().lower())

    def taken(self, *, username: str, email: str) -> list[str]:
        """Return which of the two, `username` and `email`, belong to somebody already, in whatever case."""
        wanted = {"username": username.lower(), "email": email.lower()}
        return [name for name, value in wanted.items() if value and self.filter(**{f"{name}__lower": value}).exists()]

    def signed_in(self, *, session_id: UUID, user_id: int, at: datetime) -> User | None:
        """Return that user if that session is theirs and live at `at` (see SessionQuerySet.live), by one query.

        Every request with a token asks this. Written out, because building it takes ten times as long as asking it.
        """
        key = models.UUIDField().get_db_prep_value(session_id, connection)
        moment = connection.ops.adapt_datetimefield_value(at)
        return USER_BY_SESSION.instance(self.model, key, user_id, moment)
