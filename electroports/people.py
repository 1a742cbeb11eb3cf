"""What each app has to do with a person whose account is not its own; apps register it when they are ready."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from django.contrib.auth.models import AbstractUser

_keepers: dict[str, PeopleKeeper] = {}


class PeopleKeeper(Protocol):
    """What one app holds of people, and does for them. Each method is called within the caller's transaction."""

    def export(self, *, user: AbstractUser) -> Mapping[str, Any]:
        """Return everything that the app holds about `user`, in JSON's own types, dates as ISO 8601."""

    def count(self, *, user: AbstractUser) -> Mapping[str, int]:
        """Return how many rows of each kind `export` would return."""

    def last_use(self, *, user: AbstractUser) -> datetime | None:
        """Return when `user` last did something that the app knows of; None if there is nothing."""

    def refuse_erasure(self, *, user: AbstractUser, at: datetime) -> None:
        """Raise a DomainError while `user` cannot be erased, and say what has to be done first."""

    def erase(self, *, user: AbstractUser, at: datetime) -> None:
        """Delete what the app holds about `user`, and make anonymous what the law says is kept."""

    def export_guest(self, *, email: str) -> Mapping[str, Any]:
        """Return everything that the app holds about whoever bought without an account, under that address."""

    def count_guest(self, *, email: str) -> Mapping[str, int]:
        """Return how many rows of each kind `export_guest` would return."""

    def refuse_guest_erasure(self, *, email: str, at: datetime) -> None:
        """Raise a DomainError while they cannot be erased, and say what has to be done first."""

    def erase_guest(self, *, email: str, at: datetime) -> None:
        """Delete what the app holds about them, and make anonymous what the law says is kept."""

    def email_verified(self, *, user: AbstractUser, at: datetime) -> None:
        """Do what follows from `user` having shown that their e-mail address is theirs."""


def register_keeper(app: str, keeper: PeopleKeeper) -> None:
    """Have `keeper` asked about people, for the app of that label."""
    _keepers[app] = keeper


def keepers() -> Sequence[tuple[str, PeopleKeeper]]:
    """Return every app's keeper with the app's label, in the order of the labels."""
    return sorted(_keepers.items())
