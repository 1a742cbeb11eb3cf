"""Authenticator apps of members of staff."""

from __future__ import annotations

from datetime import datetime

import pyotp
from django.utils import timezone

from accounts.models import RecoveryCode, SecondFactor, User
from accounts.second_factor import STEP_SECONDS, new_recovery_code, recovery_digest
from accounts.secrets import seal
from tests.factories import make_user

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_at(at: datetime | None = None, *, steps: int = 0, secret: str = SECRET) -> str:
    """What the app shows at that time, or so many steps of 30 seconds later."""
    moment = at or timezone.now()
    return pyotp.HOTP(secret).at(int(moment.timestamp()) // STEP_SECONDS + steps)


def give_second_factor(user: User) -> User:
    """Set up an authenticator app with SECRET."""
    SecondFactor.objects.create(user=user, secret=seal(SECRET), set_up_at=timezone.now())
    return user


def make_member(**fields: object) -> User:
    """A member of staff with an authenticator app."""
    return give_second_factor(make_user(**{"is_staff": True, **fields}))


def give_recovery_code(user: User) -> str:
    """A recovery code of `user`, as they noted it."""
    code = new_recovery_code()
    RecoveryCode.objects.create(user=user, digest=recovery_digest(user, code), created_at=timezone.now())
    return code
