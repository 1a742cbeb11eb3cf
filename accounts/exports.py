"""A copy of everything that the shop holds about somebody (Data Protection Act 2019, sections 26 and 38)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from electroports.people import keepers
from electroports.transactions import at_one_moment

FORMAT = 1


def export_user(*, user: User, at: datetime) -> dict[str, Any]:
    """Return what every app holds about a user, app by app, as of one moment."""
    with at_one_moment():
        return _document(at, {app: keeper.export(user=user) for app, keeper in keepers()})


def export_guest(*, email: str, at: datetime) -> dict[str, Any]:
    """Return what every app holds about whoever bought without an account, under this address, as of one moment."""
    address = User.objects.normalize_email(email)
    with at_one_moment():
        return _document(at, {app: keeper.export_guest(email=address) for app, keeper in keepers()})


def counts_of_user(user: User) -> dict[str, int]:
    """Return how many rows of each kind, such as `orders.order`, a user's copy would have; without those of none."""
    return _counts((app, keeper.count(user=user)) for app, keeper in keepers())


def counts_of_guest(email: str) -> dict[str, int]:
    """Return how many rows of each kind a guest's copy would have; without those of none."""
    address = User.objects.normalize_email(email)
    return _counts((app, keeper.count_guest(email=address)) for app, keeper in keepers())


def _counts(held: Iterable[tuple[str, Mapping[str, int]]]) -> dict[str, int]:
    return {f"{app}.{kind}": count for app, kinds in held for kind, count in kinds.items() if count}


def _document(at: datetime, held: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {"format": FORMAT, "exported_at": timezone.localtime(at).isoformat(), **held}
