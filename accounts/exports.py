"""A copy of everything that the shop holds about somebody (Data Protection Act 2019, sections 26 and 38)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from electroports.people import keepers

FORMAT = 1


def export_user(*, user: User, at: datetime) -> dict[str, Any]:
    """Return what every app holds about a user, app by app, as of one moment."""
    with transaction.atomic():
        return _document(at, {app: keeper.export(user=user) for app, keeper in keepers()})


def export_guest(*, email: str, at: datetime) -> dict[str, Any]:
    """Return what every app holds about whoever bought without an account, under this e-mail address."""
    address = User.objects.normalize_email(email)
    with transaction.atomic():
        return _document(at, {app: keeper.export_guest(email=address) for app, keeper in keepers()})


def counts_of(copy: Mapping[str, Any]) -> dict[str, int]:
    """Return how many rows of each kind, such as `orders.order`, are in a copy; without those that are none."""
    kinds = {app: held for app, held in copy.items() if isinstance(held, Mapping)}
    return {f"{app}.{kind}": len(rows) for app, held in kinds.items() for kind, rows in held.items() if rows}


def _document(at: datetime, held: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {"format": FORMAT, "exported_at": timezone.localtime(at).isoformat(), **held}
