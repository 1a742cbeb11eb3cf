"""Ask a member of staff for their second factor."""

from __future__ import annotations

from datetime import datetime

from accounts.actions.spend_code import spend_code
from accounts.devices import UNKNOWN_DEVICE, Device
from accounts.errors import SecondFactorNotSetUp, SecondFactorRequired
from accounts.models import User
from accounts.second_factor import has_second_factor, needs_second_factor


def check_second_factor(*, user: User, otp: str, device: Device = UNKNOWN_DEVICE, at: datetime) -> datetime | None:
    """Return when `user` showed a second factor, None if they need none; `otp` is worthless from then on.

    `otp` is a code of the authenticator app or a recovery code. Raises SecondFactorRequired without one,
    SecondFactorWrong, SecondFactorNotSetUp, or TooManyAttempts after too many wrong ones.
    """
    if not needs_second_factor(user):
        return None
    if not has_second_factor(user):
        raise SecondFactorNotSetUp
    if not otp.strip():
        raise SecondFactorRequired
    spend_code(user=user, otp=otp, device=device, at=at)
    return at
