"""What the tests of accounts that nobody uses share."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from accounts.actions.close_unused import close_unused
from accounts.actions.send_account_messages import send_account_messages
from accounts.actions.warn_unused import note_told, warn_unused
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


def tell(*, at: datetime = NOW) -> int:
    """Tell whoever is to be told, as the jobs and the mail server do; return how many that are."""
    count = warn_unused(at=at)
    send_account_messages(at=at)
    note_told()
    return count


def close_all() -> int:
    """Tell whoever is to be told now, and close accounts when they have had the time."""
    tell()
    return close_unused(at=NOW + NOTICE)


def is_open(user: User) -> bool:
    """Whether the account is there and its owner may sign in."""
    return User.objects.filter(pk=user.pk, is_active=True, erased_at=None).exists()
