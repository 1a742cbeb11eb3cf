"""What the catalogue does with a person whose data it holds: the port of electroports/people.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractUser

from catalog.actions.forget_customer import forget_customer
from catalog.personal import HOLDINGS
from electroports.personal import Person, count_rows, export_rows, names_of


class CatalogKeeper:
    """Keeps what people say of products and wish for. Guests say and wish nothing here."""

    def export(self, *, user: AbstractUser) -> Mapping[str, Any]:
        """Return the reviews, votes, wishlist, notices and purchases of `user`."""
        return export_rows(HOLDINGS, Person(user.pk, ""))

    def count(self, *, user: AbstractUser) -> Mapping[str, int]:
        """Return how many rows that is, by kind."""
        return count_rows(HOLDINGS, Person(user.pk, ""))

    def last_use(self, *, user: AbstractUser) -> datetime | None:
        """Return nothing: whoever does anything here is signed in."""
        return None

    def refuse_erasure(self, *, user: AbstractUser, at: datetime) -> None:
        """Nothing here has to be finished first."""

    def erase(self, *, user: AbstractUser, at: datetime) -> None:
        """Leave reviews that shoppers read, by nobody; the rest goes."""
        forget_customer(user_id=user.pk, names=names_of(user), at=at)

    def export_guest(self, *, email: str) -> Mapping[str, Any]:
        """Return nothing: what is here is of accounts."""
        return {}

    def count_guest(self, *, email: str) -> Mapping[str, int]:
        """Return nothing: what is here is of accounts."""
        return {}

    def refuse_guest_erasure(self, *, email: str, at: datetime) -> None:
        """Nothing here has to be finished first."""

    def erase_guest(self, *, email: str, at: datetime) -> None:
        """Nothing here is theirs."""

    def email_verified(self, *, user: AbstractUser, at: datetime) -> None:
        """Nothing follows here."""
