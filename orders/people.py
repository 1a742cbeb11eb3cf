"""What orders do with a person whose data they hold: the port of electroports/people.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from django.contrib.auth.models import AbstractUser
from django.db.models import Max

from accounts.models import User
from accounts.personal import person_of
from electroports.personal import Person, count_rows, export_rows
from orders.actions.claim_orders import claim_orders
from orders.actions.forget_buyer import forget_buyer
from orders.actions.refuse_unfinished import refuse_unfinished
from orders.personal import HOLDINGS, orders_of


class OrdersKeeper:
    """Keeps what people bought and paid."""

    def export(self, *, user: AbstractUser) -> Mapping[str, Any]:
        """Return the orders of `user`, with all that belongs to them."""
        return export_rows(HOLDINGS, _person(user))

    def count(self, *, user: AbstractUser) -> Mapping[str, int]:
        """Return how many rows that is, by kind."""
        return count_rows(HOLDINGS, _person(user))

    def last_use(self, *, user: AbstractUser) -> datetime | None:
        """Return when `user` placed their last order; they may have done so as a guest, too."""
        newest: datetime | None = orders_of(_person(user)).aggregate(at=Max("created_at"))["at"]
        return newest

    def refuse_erasure(self, *, user: AbstractUser, at: datetime) -> None:
        """Raise UnfinishedBusiness while an order, a payment or money of `user` is open."""
        refuse_unfinished(person=_person(user))

    def erase(self, *, user: AbstractUser, at: datetime) -> None:
        """Take `user` out of their orders, which stay in the books."""
        forget_buyer(person=_person(user))

    def export_guest(self, *, email: str) -> Mapping[str, Any]:
        """Return the orders that were placed without an account under that address."""
        return export_rows(HOLDINGS, Person(None, email))

    def count_guest(self, *, email: str) -> Mapping[str, int]:
        """Return how many rows that is, by kind."""
        return count_rows(HOLDINGS, Person(None, email))

    def refuse_guest_erasure(self, *, email: str, at: datetime) -> None:
        """Raise UnfinishedBusiness while an order, a payment or money of theirs is open."""
        refuse_unfinished(person=Person(None, email))

    def erase_guest(self, *, email: str, at: datetime) -> None:
        """Take whoever ordered under that address out of those orders."""
        forget_buyer(person=Person(None, email))

    def email_verified(self, *, user: AbstractUser, at: datetime) -> None:
        """Put what `user` ordered as a guest, with the address that is theirs now, among their orders."""
        claim_orders(user=cast("User", user), at=at)


def _person(user: AbstractUser) -> Person:
    return person_of(cast("User", user))
