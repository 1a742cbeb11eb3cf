"""What accounts do with a person whose data they hold: the port of electroports/people.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from django.contrib.auth.models import AbstractUser

from accounts.actions.forget_account import forget_account
from accounts.errors import StaffAccount
from accounts.models import User
from accounts.personal import HOLDINGS, person_of
from accounts.uses import with_last_use
from electroports.personal import Person, count_rows, erase_rows, export_rows


class AccountsKeeper:
    """Keeps who people are."""

    def export(self, *, user: AbstractUser) -> Mapping[str, Any]:
        """Return the profile of `user`, and how and from where they signed in."""
        return export_rows(HOLDINGS, person_of(cast("User", user)))

    def count(self, *, user: AbstractUser) -> Mapping[str, int]:
        """Return how many rows that is, by kind."""
        return count_rows(HOLDINGS, person_of(cast("User", user)))

    def last_use(self, *, user: AbstractUser) -> datetime | None:
        """Return when `user` registered, signed in or used a session, whichever was last."""
        last: datetime | None = (
            with_last_use(User.objects.filter(pk=user.pk)).values_list("last_use", flat=True).first()
        )
        return last

    def refuse_erasure(self, *, user: AbstractUser, at: datetime) -> None:
        """Raise StaffAccount: what staff did has to stay theirs while they are staff."""
        if cast("User", user).has_rights:
            raise StaffAccount

    def erase(self, *, user: AbstractUser, at: datetime) -> None:
        """Leave a row that names nobody; the rest goes."""
        forget_account(user=cast("User", user), at=at)

    def export_guest(self, *, email: str) -> Mapping[str, Any]:
        """Return what was mailed to that address."""
        return export_rows(HOLDINGS, Person(None, email))

    def count_guest(self, *, email: str) -> Mapping[str, int]:
        """Return how many rows that is, by kind."""
        return count_rows(HOLDINGS, Person(None, email))

    def refuse_guest_erasure(self, *, email: str, at: datetime) -> None:
        """Nothing here has to be finished first."""

    def erase_guest(self, *, email: str, at: datetime) -> None:
        """Delete what was mailed to that address."""
        erase_rows(HOLDINGS, Person(None, email))

    def email_verified(self, *, user: AbstractUser, at: datetime) -> None:
        """Nothing follows here."""
