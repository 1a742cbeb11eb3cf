"""Reusable reads of users."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth.models import UserManager as DjangoUserManager
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models.functions import Coalesce, Lower

from accounts.lifetimes import session_bounds
from electroports.mailboxes import mailbox
from electroports.sql import PreparedRead

if TYPE_CHECKING:
    from accounts.models import User

models.CharField.register_lookup(Lower)

# When an account was last used, by its own row alone; as the index user_by_use has it.
KNOWN_USE = Coalesce("last_used_at", "date_joined")

USER_BY_EMAIL = PreparedRead("SELECT * FROM accounts_user WHERE LOWER(email) = %s AND email <> ''", "text")
USER_BY_USERNAME = PreparedRead("SELECT * FROM accounts_user WHERE LOWER(username) = %s", "text")
# SessionQuerySet.live, written out; the two are compared by a test.
USER_BY_SESSION = PreparedRead(
    "SELECT owner.*, session.last_seen_at IS NULL OR session.last_seen_at <= CASE session.role WHEN 'customer' "
    "THEN %s ELSE %s END AS is_session_unseen "
    "FROM accounts_user owner JOIN accounts_session session ON session.user_id = owner.id "
    "WHERE session.id = %s AND owner.id = %s AND session.ended_at IS NULL AND session.expires_at > %s "
    "AND owner.is_active AND owner.password_version = session.password_version AND session.role = "
    "CASE WHEN owner.is_superuser THEN 'admin' WHEN owner.is_staff THEN 'staff' ELSE 'customer' END "
    "AND CASE session.role WHEN 'customer' THEN session.created_at > %s ELSE session.created_at > %s "
    "AND session.last_seen_at > %s AND (%s OR session.second_factor_at IS NOT NULL) END",
    *("timestamptz", "timestamptz", "uuid", "bigint", "timestamptz"),
    *("timestamptz", "timestamptz", "timestamptz", "boolean"),
)


class UserManager(DjangoUserManager["User"]):
    """Users, found by user name or e-mail without regard to case."""

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """Return the address as mails are addressed to it, in lower case: no provider tells mailboxes apart by case.

        What is no address, or none that a mail could be sent to, is in lower case, too.
        """
        typed = (email or "").strip()
        with suppress(ValidationError):
            typed = mailbox(typed)
        return typed.lower()

    def get_by_natural_key(self, username: str | None) -> Any:
        """Return the user of that name in any case; raises User.DoesNotExist."""
        return self.get(username__lower=(username or "").lower())

    def with_email(self, address: str) -> models.QuerySet[User]:
        """The user with this e-mail address, in any case; nobody for none."""
        return self.filter(email__lower=self.normalize_email(address)).exclude(email="")

    def customers(self) -> models.QuerySet[User]:
        """Users who are not of the staff."""
        return self.filter(is_staff=False, is_superuser=False)

    def staff(self) -> models.QuerySet[User]:
        """Members of staff, administrators among them."""
        return self.filter(models.Q(is_staff=True) | models.Q(is_superuser=True))

    def administrators(self) -> models.QuerySet[User]:
        """Users who may give rights, and can sign in to do so."""
        return self.filter(is_active=True, is_staff=True, is_superuser=True)

    def erased_since(self, moment: datetime) -> models.QuerySet[User]:
        """Accounts that were erased after that moment, the first first."""
        return self.filter(erased_at__gt=moment).order_by("erased_at")

    def identified_by(self, identifier: str) -> User | None:
        """Return the user with this e-mail address (if it has an @) or user name, in any case.

        Written out like `signed_in`: at sign-in, what is not hashing is to be next to nothing.
        """
        read = USER_BY_EMAIL if "@" in identifier else USER_BY_USERNAME
        return read.instance(self.model, self.normalize_email(identifier))

    def taken(self, *, username: str, email: str, besides: str | int | None = None) -> list[str]:
        """Return which of the two, `username` and `email`, belong to somebody already, in whatever case.

        `besides` is the key of the user whose own they may be.
        """
        wanted = {"username": username.lower(), "email": email.lower()}
        others = self.all() if besides is None else self.exclude(pk=besides)
        return [name for name, value in wanted.items() if value and others.filter(**{f"{name}__lower": value}).exists()]

    def with_verified_phone(self, phone: str) -> models.QuerySet[User]:
        """Return the one user, if there is any, who has shown that this phone is theirs."""
        return self.filter(phone=phone, phone_verified_at__isnull=False)

    def signed_in(self, *, session_id: UUID, user_id: int, at: datetime) -> User | None:
        """Return that user if that session is theirs and live at `at` (see SessionQuerySet.live), by one query.

        Every request with a token asks this. Written out, because building it takes ten times as long as asking it.
        """
        key = models.UUIDField().get_db_prep_value(session_id, connection)
        bounds = session_bounds(at)
        times = (bounds.unseen_since, bounds.staff_unseen_since, at, bounds.began_after, bounds.staff_began_after)
        unseen, staff_unseen, now, began, staff_began = map(connection.ops.adapt_datetimefield_value, times)
        seen = connection.ops.adapt_datetimefield_value(bounds.staff_seen_after)
        by_staff = (staff_began, seen, not bounds.staff_second_factor)
        return USER_BY_SESSION.instance(self.model, unseen, staff_unseen, key, user_id, now, began, *by_staff)
