"""What the tests of accounts that nobody uses share."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from accounts.actions.close_unused import close_unused
from accounts.actions.warn_unused import warn_unused
from accounts.models import Session, User
from accounts.uses import NOTICE
from electroports.periods import YEAR
from tests.factories import make_user

NOW = timezone.now()
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
CUT = NOW - 2 * YEAR  # whoever was here since then uses the account


def unused(**fields: Any) -> User:
    """A customer who registered a second too long ago, and never came back."""
    return make_user(**{"date_joined": CUT - SECOND, **fields})


def session_of(user: User, *, seen: datetime | None, rotated: datetime, expires: datetime | None = None) -> Session:
    """A session that was used at those times."""
    return Session.objects.create(
        id=uuid4(),
        user=user,
        password_version=user.password_version,
        refresh_jti=uuid4().hex,
        created_at=rotated,
        rotated_at=rotated,
        last_seen_at=seen,
        expires_at=expires or NOW + timedelta(days=1),
    )


def close_all() -> int:
    """Tell whoever is to be told now, and close accounts when they have had the time."""
    warn_unused(at=NOW)
    return close_unused(at=NOW + NOTICE)
